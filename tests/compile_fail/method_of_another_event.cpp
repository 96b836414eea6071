// SPDX-License-Identifier: Apache-2.0
// expect: the method does not fit the event: let it take the event's own type, or juju::Event, by reference
#include <juju/charm.hpp>

class Workload final : public juju::CharmBase {
 public:
  explicit Workload(juju::Framework& framework) : CharmBase(framework) {
#ifdef MUST_FAIL
    framework.observe(on().start, *this, &Workload::on_stop);
#else
    framework.observe(on().stop, *this, &Workload::on_stop);
#endif
  }

 private:
  void on_stop(const juju::StopEvent&) {}
};
