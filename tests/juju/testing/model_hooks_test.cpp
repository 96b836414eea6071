// SPDX-License-Identifier: Apache-2.0
// The hooks of the units of a test model, in order.
#include <string>

#include <support/catch.hpp>

#include "scripted_charm.hpp"

namespace {

using namespace juju::testing;
using scripted::Idle;
using scripted::Lines;
using scripted::lines;
using scripted::lines_of;

/// Two applications that are settled: app/0, app/1 and tempo/0.
TestModel settled(bool related = true) {
  TestModel model;
  model.deploy<Idle>("app", scripted::app_metadata(), {.units = 2});
  model.deploy<Idle>("tempo", scripted::tempo_metadata());
  if (related) model.integrate("app:tracing", "tempo:tracing");
  model.settle();
  return model;
}

void write_app_key(juju::CharmBase& charm, juju::Event& event) {
  auto* related = dynamic_cast<juju::RelationEvent*>(&event);
  if (related != nullptr && charm.unit().is_leader()) related->relation->data(charm.app().name()).set("k", "v");
}

void publish_option(juju::CharmBase& charm, juju::Event& event) {
  if (dynamic_cast<juju::ConfigChangedEvent*>(&event) == nullptr) return;
  for (juju::Relation* relation : charm.model().relations("tracing")) {
    juju::RelationDataBag& bag = relation->data(charm.unit().name());
    bag.set("n", charm.model().config().value("n", "none"));
  }
}

void log_departing(juju::CharmBase& charm, juju::Event& event) {
  auto* departed = dynamic_cast<juju::RelationDepartedEvent*>(&event);
  if (departed == nullptr) return;
  std::string text = departed->unit + " departs for " + departed->departing_unit + "; listed:";
  for (const std::string& unit : departed->relation->units()) text += " " + unit;
  charm.log().info(text + "; " + departed->relation->data(departed->unit).get("ingress-address").value_or("none"));
}

const juju::Metadata peer_metadata = juju::Metadata::parse("{name: app, peers: {cluster: {interface: y}}}");

}  // namespace

TEST_CASE("hooks: a new unit gets the hooks of its installation in order") {
  TestModel model;
  const juju::Metadata metadata = juju::Metadata::parse("{name: app, containers: {music: {}, amp: {}}}");
  model.deploy<Idle>("app", metadata, {.units = 2});
  REQUIRE(lines(model.settle()) == Lines{"app/0 install", "app/0 leader-elected", "app/0 config-changed", "app/0 start",
                                         "app/0 amp-pebble-ready", "app/0 music-pebble-ready", "app/1 install",
                                         "app/1 config-changed", "app/1 start", "app/1 amp-pebble-ready",
                                         "app/1 music-pebble-ready"});
}

TEST_CASE("hooks: a settled model runs no hook") {
  TestModel model = settled();
  REQUIRE(model.settle().empty());
}

TEST_CASE("hooks: relation-created comes before leader-elected") {
  TestModel model;
  model.deploy<Idle>("app", scripted::app_metadata());
  model.deploy<Idle>("tempo", scripted::tempo_metadata());
  model.integrate("app:tracing", "tempo:tracing");
  REQUIRE(lines_of("tempo/0", model.settle()) == Lines{"install", "tracing-relation-created", "leader-elected",
                                                       "config-changed", "start", "tracing-relation-joined app/0",
                                                       "tracing-relation-changed app/0"});
}

TEST_CASE("hooks: relation-changed follows each relation-joined") {
  TestModel model = settled(false);
  model.integrate("app:tracing", "tempo:tracing");
  REQUIRE(lines(model.settle()) ==
          Lines{"app/0 tracing-relation-created", "app/0 tracing-relation-joined tempo/0",
                "app/0 tracing-relation-changed tempo/0", "app/1 tracing-relation-created",
                "app/1 tracing-relation-joined tempo/0", "app/1 tracing-relation-changed tempo/0",
                "tempo/0 tracing-relation-created", "tempo/0 tracing-relation-joined app/0",
                "tempo/0 tracing-relation-changed app/0", "tempo/0 tracing-relation-joined app/1",
                "tempo/0 tracing-relation-changed app/1"});
}

TEST_CASE("hooks: an application bag is one relation-changed before units join") {
  TestModel model;
  model.deploy<scripted::Charm<write_app_key>>("app", scripted::app_metadata());
  model.deploy<Idle>("tempo", scripted::tempo_metadata());
  model.settle();
  model.integrate("app:tracing", "tempo:tracing");
  const auto trace = model.settle();
  REQUIRE(lines_of("tempo/0", trace) == Lines{"tracing-relation-created", "tracing-relation-changed",
                                              "tracing-relation-joined app/0", "tracing-relation-changed app/0"});
  REQUIRE(trace.at(0).wrote);
  REQUIRE_FALSE(trace.at(1).wrote);
}

TEST_CASE("hooks: relation hooks have a unit, except relation-created") {
  TestModel model = settled(false);
  const juju::RelationId id = model.integrate("app:tracing", "tempo:tracing");
  for (const HookRecord& record : model.settle()) {
    CAPTURE(scripted::line(record));
    CHECK(record.hook.relation_id == id);
    CHECK(record.hook.endpoint == "tracing");
    CHECK(record.hook.remote_application == (record.unit == "tempo/0" ? "app" : "tempo"));
    CHECK(record.hook.remote_unit.empty() == (record.hook.name() == "tracing-relation-created"));
    CHECK(record.hook.departing_unit.empty());
  }
}

TEST_CASE("hooks: a new unit joins existing relations") {
  TestModel model = settled();
  REQUIRE(model.add_unit("app") == "app/2");
  const auto trace = model.settle();
  REQUIRE(lines_of("app/2", trace) == Lines{"install", "tracing-relation-created", "config-changed", "start",
                                            "tracing-relation-joined tempo/0", "tracing-relation-changed tempo/0"});
  REQUIRE(lines_of("tempo/0", trace) == Lines{"tracing-relation-joined app/2", "tracing-relation-changed app/2"});
  REQUIRE(lines_of("app/0", trace).empty());
}

TEST_CASE("hooks: a unit joins its relations after its installation") {
  TestModel model = settled(false);
  model.add_unit("app");
  const juju::RelationId id = model.integrate("app:tracing", "tempo:tracing");
  REQUIRE_THROWS_AS(model.unit_data(id, "app/2"), ConsistencyError);
  model.settle();
  REQUIRE(model.unit_data(id, "app/2") == network_texts(model.unit("app/2").address()));
}

TEST_CASE("hooks: a removed unit gets departed, broken, stop and remove") {
  TestModel model = settled();
  model.remove_unit("app/1");
  const auto trace = model.settle();
  REQUIRE(lines_of("app/1", trace) ==
          Lines{"tracing-relation-departed tempo/0", "tracing-relation-broken", "stop", "remove"});
  REQUIRE(lines_of("tempo/0", trace) == Lines{"tracing-relation-departed app/1"});
  for (const HookRecord& record : trace) {
    if (!record.hook.remote_unit.empty()) CHECK(record.hook.departing_unit == "app/1");
  }
  REQUIRE(model.units("app") == Lines{"app/0"});
  REQUIRE_THROWS_AS(model.unit("app/1"), ConsistencyError);
  REQUIRE(model.add_unit("app") == "app/2");
}

TEST_CASE("hooks: a unit that was never installed is removed without a hook") {
  TestModel model = settled();
  model.add_unit("app");
  model.remove_unit("app/2");
  REQUIRE(model.settle().empty());
  REQUIRE(model.units("app") == Lines{"app/0", "app/1"});
}

TEST_CASE("hooks: a departed unit's bag can be read while the relation exists") {
  TestModel model;
  model.deploy<Idle>("app", scripted::app_metadata(), {.units = 2, .addresses = {"10.9.0.1", "10.9.0.2"}});
  model.deploy<scripted::Charm<log_departing>>("tempo", scripted::tempo_metadata());
  const juju::RelationId id = model.integrate("app", "tempo");
  model.settle();
  model.remove_unit("app/1");
  model.settle();
  REQUIRE(scripted::messages(model.unit("tempo/0").log()) == Lines{"app/1 departs for app/1; listed: app/0; 10.9.0.2"});
  const State later = model.unit("tempo/0").state();
  REQUIRE_FALSE(later.relation(id).remote_units.contains("app/1"));
  REQUIRE(later.relation(id).departed_units.at("app/1").contains("ingress-address"));
  REQUIRE(model.unit_data(id, "app/1").contains("ingress-address"));
}

TEST_CASE("hooks: a removed relation is departed and broken on both sides") {
  TestModel model = settled(false);
  const juju::RelationId id = model.integrate("app:tracing", "tempo:tracing");
  model.settle();
  model.remove_relation(id);
  const auto trace = model.settle();
  REQUIRE(lines(trace) == Lines{"app/0 tracing-relation-departed tempo/0", "app/0 tracing-relation-broken",
                                "app/1 tracing-relation-departed tempo/0", "app/1 tracing-relation-broken",
                                "tempo/0 tracing-relation-departed app/0", "tempo/0 tracing-relation-departed app/1",
                                "tempo/0 tracing-relation-broken"});
  for (const HookRecord& record : trace) CHECK(record.hook.departing_unit == record.hook.remote_unit);
  REQUIRE_THROWS_AS(model.application_data(id, "app"), ConsistencyError);
  REQUIRE(model.integrate("app:tracing", "tempo:tracing") != id);
}

TEST_CASE("hooks: a relation that is removed before its first hook runs no hook") {
  TestModel model = settled(false);
  model.remove_relation(model.integrate("app:tracing", "tempo:tracing"));
  REQUIRE(model.settle().empty());
}

TEST_CASE("hooks: a removed application removes its relations and units") {
  TestModel model = settled();
  model.remove_application("app");
  const auto trace = model.settle();
  REQUIRE(lines_of("app/1", trace) ==
          Lines{"tracing-relation-departed tempo/0", "tracing-relation-broken", "stop", "remove"});
  REQUIRE(lines_of("tempo/0", trace) ==
          Lines{"tracing-relation-departed app/0", "tracing-relation-departed app/1", "tracing-relation-broken"});
  REQUIRE_THROWS_AS(model.units("app").empty() && model.leader("app").empty(), ConsistencyError);
  REQUIRE_NOTHROW(model.deploy<Idle>("app", scripted::app_metadata()));
}

TEST_CASE("hooks: several changes before a hook are one hook") {
  TestModel model;
  juju::Metadata metadata = scripted::app_metadata();
  metadata.config["n"] = {};
  model.deploy<scripted::Charm<publish_option>>("app", metadata);
  model.deploy<Idle>("tempo", scripted::tempo_metadata());
  const juju::RelationId id = model.integrate("app", "tempo");
  model.settle();
  model.set_config("app", {{"n", "1"}});
  model.set_config("app", {{"n", "2"}});
  REQUIRE(lines(model.settle()) == Lines{"app/0 config-changed", "tempo/0 tracing-relation-changed app/0"});
  REQUIRE(model.unit_data(id, "app/0").at("n") == "2");
}

TEST_CASE("hooks: a write of the same text runs no hook") {
  TestModel model;
  model.deploy<scripted::Charm<write_app_key>>("app", scripted::app_metadata());
  model.deploy<Idle>("tempo", scripted::tempo_metadata());
  model.integrate("app", "tempo");
  model.settle();
  model.add_unit("tempo");
  const auto trace = model.settle();
  REQUIRE(lines_of("app/0", trace).size() == 2);
  REQUIRE(lines_of("tempo/0", trace).empty());
}

TEST_CASE("hooks: a peer relation joins the other units only") {
  TestModel model;
  model.deploy<Idle>("app", peer_metadata, {.units = 2});
  const auto trace = model.settle();
  REQUIRE(lines_of("app/0", trace) == Lines{"install", "cluster-relation-created", "leader-elected", "config-changed",
                                            "start", "cluster-relation-joined app/1",
                                            "cluster-relation-changed app/1"});
  REQUIRE(trace.back().hook.remote_application == "app");
}

TEST_CASE("hooks: a leader's write to peers is relation-changed for the others") {
  TestModel model;
  model.deploy<scripted::Charm<write_app_key>>("app", peer_metadata, {.units = 2});
  const auto trace = model.settle();
  const auto changes = [&](const std::string& unit) {
    const Lines all = lines_of(unit, trace);
    return std::count(all.begin(), all.end(), "cluster-relation-changed");
  };
  REQUIRE(changes("app/0") == 0);
  REQUIRE(changes("app/1") == 1);
}

TEST_CASE("test model: a relation removed before a unit's first hook is hidden") {
  TestModel model;
  model.deploy<scripted::Idle>("app", scripted::app_metadata());
  model.deploy<scripted::Idle>("tempo", scripted::tempo_metadata());
  model.settle();
  const juju::RelationId id = model.integrate("app", "tempo");
  REQUIRE(lines(model.advance(1)) == Lines{"app/0 tracing-relation-created"});
  model.remove_relation(id);
  CHECK(model.unit("app/0").state().relations.size() == 1);
  CHECK(model.unit("tempo/0").state().relations.empty());
}
