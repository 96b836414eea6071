// SPDX-License-Identifier: Apache-2.0
#include <charms/tempo_k8s/v0/tempo_scrape.hpp>
#include <juju/testing.hpp>

using namespace charms::tempo_k8s::v0::tempo_scrape;

class Workload final : public juju::CharmBase {
 public:
  using CharmBase::CharmBase;

 private:
  TracingEndpointProvider<Workload> tracing_{*this};
};

int main() {
  const juju::Metadata metadata =
      juju::Metadata::parse("{name: music, provides: {tracing: {interface: tempo_scrape}}}");
  return juju::testing::run<Workload>({}, juju::testing::start(), metadata).relations.empty() ? 0 : 1;
}
