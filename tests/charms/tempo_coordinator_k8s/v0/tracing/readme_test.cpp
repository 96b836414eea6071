// SPDX-License-Identifier: Apache-2.0
// The two charms of include/charms/README.md.
#include <charms/tempo_coordinator_k8s/v0/tracing.hpp>
#include <juju/testing.hpp>

#include <support/catch.hpp>

namespace {

namespace tracing = charms::tempo_coordinator_k8s::v0::tracing;

class SpringMusic final : public juju::CharmBase {
 public:
  explicit SpringMusic(juju::Framework& framework) : CharmBase(framework) {
    framework.observe({tracing_.on().endpoint_changed, tracing_.on().endpoint_removed}, [this](juju::Event&) {
      const std::optional<std::string> url = tracing_.get_endpoint("otlp_http");  // http://tempo:4318
      log().info(url ? "traces go to " + *url + "/v1/traces" : "no traces");
    });
  }

 private:
  tracing::TracingEndpointRequirer<SpringMusic> tracing_{*this, {.protocols = {"otlp_http"}}};
};

class Tempo final : public juju::CharmBase {
 public:
  explicit Tempo(juju::Framework& framework) : CharmBase(framework) {
    framework.observe({tracing_.on().request, tracing_.on().broken, on().leader_elected}, [this](juju::Event&) {
      if (unit().is_leader()) tracing_.publish_receivers({{"otlp_http", "http://tempo:4318"}});
    });
  }

 private:
  tracing::TracingEndpointProvider<Tempo> tracing_{*this};
};

}  // namespace

TEST_CASE("tracing: the charms of the README send and receive traces") {
  juju::testing::TestModel model;
  model.deploy<SpringMusic>(
      "music", juju::Metadata::parse("{name: music, requires: {tracing: {interface: tracing, limit: 1}}}"));
  model.deploy<Tempo>("tempo", juju::Metadata::parse("{name: tempo, provides: {tracing: {interface: tracing}}}"));
  const juju::RelationId relation = model.integrate("music", "tempo");
  model.settle();
  CHECK(model.unit("music/0").log().back().message == "traces go to http://tempo:4318/v1/traces");
  model.remove_relation(relation);
  model.settle();
  CHECK(model.unit("music/0").log().back().message == "no traces");
}
