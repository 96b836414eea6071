// SPDX-License-Identifier: Apache-2.0
// Changes of a test model: leaders, addresses, configuration, upgrades. And inspection of its units.
#include <string>

#include <support/catch.hpp>

#include "scripted_charm.hpp"

namespace {

using namespace juju::testing;
using scripted::Idle;
using scripted::Lines;
using scripted::lines;

void write_all(juju::CharmBase& charm, juju::Event&) {
  for (juju::Relation* relation : charm.model().relations("tracing")) {
    relation->data(charm.unit().name()).set("unit-key", "u");
    if (charm.unit().is_leader()) relation->data("app").set("leader", charm.unit().name());
  }
  charm.unit().set_status(juju::ActiveStatus{"done"});
  if (charm.unit().is_leader()) charm.app().set_status(juju::ActiveStatus{charm.unit().name()});
}

void defer_any(juju::CharmBase&, juju::Event& event) { event.defer(); }

using Writes = scripted::Charm<write_all>;

struct Running {
  TestModel model = {};
  juju::RelationId id = -1;

  Running() {
    juju::Metadata metadata = scripted::app_metadata();
    metadata.config["port"] = {.type = "int", .default_value = 80};
    metadata.containers = {"music"};
    model.deploy<Writes>("app", metadata, {.units = 3});
    model.deploy<Idle>("tempo", scripted::tempo_metadata());
    id = model.integrate("app", "tempo");
    model.settle();
  }
};

}  // namespace

TEST_CASE("test model: the first unit is the leader") {
  Running running;
  REQUIRE(running.model.leader("app") == "app/0");
  REQUIRE(running.model.unit("app/0").is_leader());
  REQUIRE_FALSE(running.model.unit("app/1").is_leader());
  REQUIRE(running.model.application_data(running.id, "app").at("leader") == "app/0");
  REQUIRE(running.model.application_status("app") == juju::ActiveStatus{"app/0"});
}

TEST_CASE("test model: a new leader gets leader-elected, and no other unit") {
  Running running;
  running.model.set_leader("app/2");
  REQUIRE(lines(running.model.settle()) == Lines{"app/2 leader-elected", "tempo/0 tracing-relation-changed"});
  REQUIRE(running.model.application_data(running.id, "app").at("leader") == "app/2");
  running.model.set_leader("app/2");
  REQUIRE(running.model.settle().empty());
}

TEST_CASE("test model: after the leader's removal, the lowest unit is the leader") {
  Running running;
  running.model.remove_unit("app/0");
  const auto trace = running.model.settle();
  REQUIRE(running.model.leader("app") == "app/1");
  REQUIRE(scripted::lines_of("app/1", trace) == Lines{"leader-elected"});
}

TEST_CASE("test model: the first unit of an empty application is its leader") {
  Running running;
  for (const std::string& unit : running.model.units("app")) running.model.remove_unit(unit);
  running.model.settle();
  REQUIRE(running.model.leader("app").empty());
  REQUIRE(running.model.add_unit("app", {.leader = true}) == "app/3");
  REQUIRE(running.model.leader("app") == "app/3");
}

TEST_CASE("test model: a second leader is refused") {
  Running running;
  REQUIRE_THROWS_AS(running.model.add_unit("app", {.leader = true}), ConsistencyError);
  running.model.remove_unit("app/1");
  REQUIRE_THROWS_AS(running.model.set_leader("app/1"), ConsistencyError);
}

TEST_CASE("test model: a unit's data bag has the keys of its address") {
  Running running;
  const auto data = [&] { return running.model.unit("app/1").relation_data(running.id); };
  const std::string first = running.model.unit("app/1").address();
  REQUIRE(data() == juju::StringMap{{"egress-subnets", first + "/32"},
                                    {"ingress-address", first},
                                    {"private-address", first},
                                    {"unit-key", "u"}});
  running.model.set_address("app/1", "fd00::1");
  REQUIRE(lines(running.model.settle()) == Lines{"app/1 config-changed", "tempo/0 tracing-relation-changed app/1"});
  REQUIRE(data() == juju::StringMap{{"egress-subnets", "fd00::1/128"},
                                    {"ingress-address", "fd00::1"},
                                    {"private-address", "fd00::1"},
                                    {"unit-key", "u"}});
}

TEST_CASE("test model: units have different addresses by default") {
  Running running;
  REQUIRE(running.model.unit("app/0").address() != running.model.unit("app/1").address());
  REQUIRE(running.model.unit(running.model.add_unit("app", {.address = "host.local"})).address() == "host.local");
  REQUIRE(network_texts("host.local") ==
          juju::StringMap{{"ingress-address", "host.local"}, {"private-address", "host.local"}});
  REQUIRE_THROWS_AS(running.model.set_address("app/0", ""), ConsistencyError);
}

TEST_CASE("test model: each unit gets config-changed for a changed configuration") {
  Running running;
  running.model.set_config("app", {{"port", 8080}});
  REQUIRE(lines(running.model.settle()) ==
          Lines{"app/0 config-changed", "app/1 config-changed", "app/2 config-changed"});
  running.model.set_config("app", {{"port", 8080}});
  REQUIRE(running.model.settle().empty());
  REQUIRE_THROWS_AS(running.model.set_config("app", {{"port", "8080"}}), ConsistencyError);
}

TEST_CASE("test model: an upgraded unit gets upgrade-charm and config-changed") {
  Running running;
  juju::Metadata metadata = scripted::app_metadata();
  metadata.containers = {"music", "video"};
  running.model.upgrade<Idle>("app", metadata);
  const Lines each = {"upgrade-charm", "config-changed", "video-pebble-ready"};
  const auto trace = running.model.settle();
  for (const std::string& unit : running.model.units("app")) REQUIRE(scripted::lines_of(unit, trace) == each);
  REQUIRE_NOTHROW(running.model.unit("app/0").inspect<Idle>([](juju::CharmBase&) {}));
}

TEST_CASE("test model: an upgrade without an endpoint that is in use is refused") {
  Running running;
  REQUIRE_THROWS_AS(running.model.upgrade<Idle>("app", juju::Metadata::parse("name: app")), ConsistencyError);
}

TEST_CASE("test model: an impossible hook cannot be fired") {
  Running running;
  UnitHandle unit = running.model.unit("app/1");
  REQUIRE_THROWS_AS(unit.fire(pebble_ready("video")), ConsistencyError);
  REQUIRE_THROWS_AS(unit.fire(leader_elected()), ConsistencyError);
  REQUIRE_THROWS_AS(unit.fire(relation_created(running.id)), ConsistencyError);
}

TEST_CASE("test model: inspect drops the charm's writes") {
  Running running;
  const std::string read = running.model.unit("app/0").inspect<Writes>([&](juju::CharmBase& charm) {
    juju::RelationDataBag& bag = charm.model().relation(running.id)->data("app/0");
    bag.set("unit-key", "other");
    return bag.get("unit-key").value();
  });
  REQUIRE(read == "other");
  REQUIRE(running.model.unit("app/0").relation_data(running.id).at("unit-key") == "u");
  REQUIRE(running.model.settle().empty());
}

TEST_CASE("test model: a unit is inspected as the charm that it runs") {
  Running running;
  const auto look = [](juju::CharmBase&) { return 0; };
  REQUIRE_THROWS_AS(running.model.unit("app/0").inspect<Idle>(look), ConsistencyError);
}

TEST_CASE("test model: a unit's handle has its name, status, log and state") {
  Running running;
  const UnitHandle unit = running.model.unit("app/0");
  REQUIRE(unit.name() == "app/0");
  REQUIRE(unit.status() == juju::ActiveStatus{"done"});
  REQUIRE(unit.log().empty());
  REQUIRE_FALSE(unit.failed_hook());
  REQUIRE(unit.state().relation(running.id).remote_units.contains("tempo/0"));
}

TEST_CASE("test model: a copy is independent") {
  Running running;
  TestModel copy = running.model;
  copy.remove_relation(running.id);
  copy.settle();
  REQUIRE(running.model.settle().empty());
  REQUIRE_NOTHROW(running.model.application_data(running.id, "app"));
}

TEST_CASE("test model: it lists its applications and relations") {
  TestModel model;
  model.deploy<scripted::Idle>("tempo", scripted::tempo_metadata());
  model.deploy<scripted::Idle>("app", scripted::app_metadata());
  CHECK(model.applications() == Lines{"app", "tempo"});
  CHECK(model.relations().empty());
  const juju::RelationId id = model.integrate("app", "tempo");
  CHECK(model.relations() == std::vector<Integration>{{.id = id, .first = "app:tracing", .second = "tempo:tracing"}});
  CHECK(model.metadata("app").name == "app");
}

TEST_CASE("test model: advance runs some of the pending hooks") {
  TestModel model;
  model.deploy<scripted::Idle>("app", scripted::app_metadata());
  CHECK(lines(model.advance(2)) == Lines{"app/0 install", "app/0 leader-elected"});
  CHECK(lines(model.advance(100)) == Lines{"app/0 config-changed", "app/0 start"});
  CHECK(model.advance(1).empty());
}

TEST_CASE("test model: a unit keeps deferred events from hook to hook") {
  TestModel model;
  model.deploy<scripted::Charm<defer_any>>("app", scripted::app_metadata());
  model.settle();
  CHECK(model.unit("app/0").deferred().size() == 4);
  model.upgrade<Idle>("app", scripted::app_metadata());
  model.settle();
  CHECK(model.unit("app/0").deferred().empty());
}
