// SPDX-License-Identifier: Apache-2.0
// expect: the handler does not fit the event: let it take the event's own type, or juju::Event, by reference
#include <juju/framework.hpp>

void use(juju::Framework& framework) {
#ifdef MUST_FAIL
  framework.observe(framework.on().start, [](juju::StopEvent&) {});
#else
  framework.observe(framework.on().start, [](juju::StartEvent&) {});
#endif
}
