// SPDX-License-Identifier: Apache-2.0
#include <charms/tempo_k8s/v0/tempo_scrape.hpp>
#include <juju/testing.hpp>

#include <support/catch.hpp>

namespace {

using namespace charms::tempo_k8s::v0::tempo_scrape;

const juju::Metadata metadata = juju::Metadata::parse("{name: mine, provides: {tracing: {interface: tempo_scrape}}}");

/// A charm without CharmBase.
class OwnCharm {
 public:
  explicit OwnCharm(juju::Framework& framework) : framework_(framework) {}

  juju::Framework& framework() { return framework_; }
  const juju::Metadata& metadata() const { return framework_.metadata(); }
  juju::Model& model() { return framework_.model(); }

 private:
  juju::Framework& framework_;
  TracingEndpointProvider<OwnCharm> tracing_{*this};
};

struct WithoutModel {
  juju::Framework& framework();
  const juju::Metadata& metadata();
};

class UsesAll final : public juju::CharmBase {
 public:
  explicit UsesAll(juju::Framework& framework) : CharmBase(framework) {
    framework.observe(on().start, *this, &UsesAll::on_start);
  }

 private:
  void on_start(juju::StartEvent&) {
    unit().set_status(juju::BlockedStatus(unit().name() + " of " + app().name() + " in " + model().name()));
    if (unit().is_leader()) app().set_status(juju::MaintenanceStatus("busy"));
    log().info(config<std::string>("colour"));
  }
};

class ObservesUndeclared final : public juju::CharmBase {
 public:
  explicit ObservesUndeclared(juju::Framework& framework) : CharmBase(framework) {
    if (metadata().containers.empty()) {
      static_cast<void>(on().pebble_ready("music"));
    } else {
      static_cast<void>(on()["metrics"]);
    }
  }
};

}  // namespace

TEST_CASE("charm: a class with framework, metadata and model can own an endpoint") {
  STATIC_REQUIRE(juju::Charm<OwnCharm>);
  STATIC_REQUIRE(juju::Charm<UsesAll>);
  STATIC_REQUIRE(!juju::Charm<WithoutModel>);
  STATIC_REQUIRE(!juju::Charm<int>);
  const juju::testing::State before{.relations = {{.id = 1, .endpoint = "tracing", .remote_application = "tempo"}}};
  const auto after = juju::testing::run<OwnCharm>(before, juju::testing::relation_created(1), metadata);
  CHECK(after.relation(1).local_unit_data.at("tempo_scrape_unit_name") == "mine/0");
}

TEST_CASE("charm: CharmBase has the unit, application, configuration and log") {
  juju::Metadata with_option = metadata;
  with_option.config["colour"] = {.type = "string", .default_value = "blue"};
  const auto after = juju::testing::run<UsesAll>({.leader = true}, juju::testing::start(), with_option);
  CHECK(after.unit_status == juju::BlockedStatus("mine/0 of mine in test-model"));
  CHECK(after.application_status == juju::MaintenanceStatus("busy"));
  REQUIRE(after.log.size() == 1);
  CHECK(after.log[0].message == "blue");
}

TEST_CASE("charm: an undeclared endpoint or container is an error with its name") {
  juju::Metadata with_container = metadata;
  with_container.containers.insert("music");
  CHECK_THROWS_WITH(juju::testing::run<ObservesUndeclared>({}, juju::testing::start(), metadata),
                    "the metadata of charm 'mine' declares no container 'music'");
  CHECK_THROWS_WITH(juju::testing::run<ObservesUndeclared>({}, juju::testing::start(), with_container),
                    "the metadata of charm 'mine' declares no relation endpoint 'metrics'");
}
