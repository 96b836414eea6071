// SPDX-License-Identifier: Apache-2.0
// `inspect` destroys the charm before it returns.
// expect: what inspect gives must outlive the charm: return by value
#include <juju/testing.hpp>

class Workload final : public juju::CharmBase {
 public:
  using CharmBase::CharmBase;

  const int& port() const { return port_; }

 private:
  int port_ = 8000;
};

int use(const juju::testing::UnitHandle& unit) {
#ifdef MUST_FAIL
  return unit.inspect<Workload>([](const Workload& workload) -> const int& { return workload.port(); });
#else
  return unit.inspect<Workload>([](const Workload& workload) { return workload.port(); });
#endif
}
