// SPDX-License-Identifier: Apache-2.0
// expect: deleted
#include <juju/charm_events.hpp>

void on_restart(juju::ActionEvent& event) {
#ifdef MUST_FAIL
  event.defer();
#else
  event.fail("not now");
#endif
}
