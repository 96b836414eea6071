// SPDX-License-Identifier: Apache-2.0
#include <charms/tempo_k8s/v0/tempo_scrape.hpp>
#include <juju/main.hpp>

using namespace charms::tempo_k8s::v0::tempo_scrape;

class Music final : public juju::CharmBase {
 public:
  using CharmBase::CharmBase;

 private:
  TracingEndpointProvider<Music> tracing_{*this};
};

int main(int argc, char* argv[]) { return juju::main<Music>(argc, argv); }
