// SPDX-License-Identifier: Apache-2.0
// expect: the handler of several events takes juju::Event by reference
#include <juju/framework.hpp>

void use(juju::Framework& framework) {
#ifdef MUST_FAIL
  framework.observe({framework.on().start, framework.on().stop}, [](juju::StartEvent&) {});
#else
  framework.observe({framework.on().start, framework.on().stop}, [](juju::Event&) {});
#endif
}
