// SPDX-License-Identifier: Apache-2.0
// expect: the method that handles several events takes juju::Event by reference
#include <juju/charm.hpp>

class Workload final : public juju::CharmBase {
 public:
  explicit Workload(juju::Framework& framework) : CharmBase(framework) {
#ifdef MUST_FAIL
    framework.observe({on().start, on().stop}, *this, &Workload::on_stop);
#else
    framework.observe({on().start, on().stop}, *this, &Workload::on_any);
#endif
  }

 private:
  void on_stop(juju::StopEvent&) {}
  void on_any(const juju::Event&) {}
};
