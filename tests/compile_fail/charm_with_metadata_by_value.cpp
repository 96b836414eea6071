// SPDX-License-Identifier: Apache-2.0
// The library keeps a reference to the metadata, so `metadata()` must not return a copy.
// expect: this class is no juju::Charm: give it a public member `const juju::Metadata& metadata()`
#include <charms/tempo_k8s/v0/tempo_scrape.hpp>

using namespace charms::tempo_k8s::v0::tempo_scrape;

class Workload {
 public:
  explicit Workload(juju::Framework& framework) : framework_(framework) {}

  juju::Framework& framework() { return framework_; }
#ifdef MUST_FAIL
  juju::Metadata metadata() { return framework_.metadata(); }
#else
  const juju::Metadata& metadata() { return framework_.metadata(); }
#endif
  juju::Model& model() { return framework_.model(); }

 private:
  juju::Framework& framework_;
  TracingEndpointProvider<Workload> tracing_{*this};
};

void use(juju::Framework& framework) { Workload workload(framework); }
