// SPDX-License-Identifier: Apache-2.0
#include <stdexcept>
#include <string>

#include <support/catch.hpp>

#include "scripted_charm.hpp"

namespace {

using namespace juju::testing;
using scripted::app_metadata;
using scripted::Lines;
using scripted::messages;

State related() {
  return {.leader = true,
          .relations = {{.id = 1,
                         .endpoint = "tracing",
                         .remote_application = "tempo",
                         .remote_units = {{"tempo/0", {{"ingress-address", "10.1.0.9"}}}, {"tempo/10", {}}}}}};
}

juju::RelationEvent& relation_event(juju::Event& event) { return dynamic_cast<juju::RelationEvent&>(event); }

void publish(juju::CharmBase& charm, juju::Event& event) {
  juju::RelationDataBag& bag = relation_event(event).relation->data("app");
  bag.set("scrape_jobs", "[]");
  bag.set("gone", "");
  charm.log().info("jobs " + bag.get("scrape_jobs").value_or("none"));
  charm.unit().set_status(juju::ActiveStatus{"fine"});
  charm.app().set_status(juju::WaitingStatus{"for Tempo"});
}

void tell_relation(juju::CharmBase& charm, juju::Event& event) {
  const juju::RelationEvent& happened = relation_event(event);
  std::string text = happened.relation_name + ":" + std::to_string(happened.relation_id) + " " + happened.app + " " +
                     happened.unit + " |";
  for (const std::string& unit : happened.relation->units()) text += " " + unit;
  charm.log().info(text);
  charm.log().info("relations " + std::to_string(charm.model().relations(happened.relation_name).size()));
  if (happened.unit.empty()) return;
  charm.log().info("address " + happened.relation->data(happened.unit).get("ingress-address").value_or("none"));
}

void tell_departing(juju::CharmBase& charm, juju::Event& event) {
  charm.log().info(dynamic_cast<juju::RelationDepartedEvent&>(event).departing_unit);
}

void tell_self(juju::CharmBase& charm, juju::Event& event) {
  juju::Model& model = charm.model();
  charm.log().info(model.name() + " " + model.uuid() + " " + charm.unit().name() + " " + charm.app().name());
  charm.log().info(model.config().dump());
  if (auto* happened = dynamic_cast<juju::RelationEvent*>(&event)) {
    charm.log().info(model.address(*happened->relation));
  }
}

void explode(juju::CharmBase& charm, juju::Event& event) {
  relation_event(event).relation->data(charm.unit().name()).set("a", "b");
  throw std::domain_error("as it is");
}

void tell_broken(juju::CharmBase& charm, juju::Event& event) {
  juju::Relation& relation = *relation_event(event).relation;
  charm.log().info(std::to_string(charm.model().relations("tracing").size()) + " " +
                   std::to_string(relation.units().size()) + " " +
                   relation.data("tempo/0").get("ingress-address").value_or("none") + " " +
                   relation.data("tempo").get("k").value_or("none"));
}

void tell_peers(juju::CharmBase& charm, juju::Event& event) {
  juju::Relation& relation = *relation_event(event).relation;
  charm.log().info(relation.application() + " " + relation.data("app").get("k").value_or("none") + " " +
                   relation.units().at(0));
}

void read_stranger(juju::CharmBase&, juju::Event& event) { relation_event(event).relation->data("tempo/7").texts(); }

}  // namespace

TEST_CASE("a hook on a value gives the state that it leaves") {
  const State after = run<scripted::Charm<publish>>(related(), relation_created(1), app_metadata());
  REQUIRE(after.relation(1).local_application_data == juju::StringMap{{"scrape_jobs", "[]"}});
  REQUIRE(after.unit_status == juju::ActiveStatus{"fine"});
  REQUIRE(after.application_status == juju::WaitingStatus{"for Tempo"});
  REQUIRE(after.log == std::vector<LogLine>{{juju::LogLevel::info, "jobs []"}});
}

TEST_CASE("the state that a hook runs on stays as it was") {
  const State before = related();
  const State after = run<scripted::Charm<publish>>(before, relation_created(1), app_metadata());
  REQUIRE(before == related());
  REQUIRE(after != before);
}

TEST_CASE("a hook that does nothing leaves an equal state") {
  REQUIRE(run<scripted::Idle>(related(), config_changed(), app_metadata()) == related());
}

TEST_CASE("an empty text removes its key from a bag") {
  State before = related();
  before.relation(1).local_application_data = {{"gone", "x"}, {"stays", "y"}};
  const State after = run<scripted::Charm<publish>>(before, relation_created(1), app_metadata());
  REQUIRE(after.relation(1).local_application_data == juju::StringMap{{"scrape_jobs", "[]"}, {"stays", "y"}});
}

TEST_CASE("an event is completed with the endpoint and the application of its relation") {
  const State after = run<scripted::Charm<tell_relation>>(related(), relation_changed(1, "tempo/0"), app_metadata());
  REQUIRE(messages(after.log) ==
          Lines{"tracing:1 tempo tempo/0 | tempo/0 tempo/10", "relations 1", "address 10.1.0.9"});
}

TEST_CASE("a unit that joins is listed in its own hook") {
  const State after = run<scripted::Charm<tell_relation>>(related(), relation_joined(1, "tempo/2"), app_metadata());
  REQUIRE(messages(after.log).at(0) == "tracing:1 tempo tempo/2 | tempo/0 tempo/2 tempo/10");
  REQUIRE(after.relation(1).remote_units.contains("tempo/2"));
}

TEST_CASE("a unit that departs is not listed in its own hook, and its bag can still be read") {
  const State after = run<scripted::Charm<tell_relation>>(related(), relation_departed(1, "tempo/0"), app_metadata());
  REQUIRE(messages(after.log) == Lines{"tracing:1 tempo tempo/0 | tempo/10", "relations 1", "address 10.1.0.9"});
  REQUIRE_FALSE(after.relation(1).remote_units.contains("tempo/0"));
  REQUIRE(after.relation(1).departed_units.at("tempo/0").contains("ingress-address"));
}

TEST_CASE("the departing unit is the other one, or this one where the test says so") {
  using Tell = scripted::Charm<tell_departing>;
  const auto departing = [](const EventRequest& hook) {
    return messages(run<Tell>(related(), hook, app_metadata()).log).at(0);
  };
  REQUIRE(departing(relation_departed(1, "tempo/0")) == "tempo/0");
  REQUIRE(departing(relation_departed(1, "tempo/0", "app/0")) == "app/0");
}

TEST_CASE("a relation that breaks is hidden, can be read, and is gone afterwards") {
  State before = related();
  before.relation(1).remote_application_data = {{"k", "v"}};
  const State after = run<scripted::Charm<tell_broken>>(before, relation_broken(1), app_metadata());
  REQUIRE(messages(after.log) == Lines{"0 0 10.1.0.9 v"});
  REQUIRE(after.relations.empty());
}

TEST_CASE("what a handler throws comes out as it is") {
  REQUIRE_THROWS_AS(run<scripted::Charm<explode>>(related(), relation_created(1), app_metadata()), std::domain_error);
}

TEST_CASE("the bag of a unit that was never in the relation cannot be read") {
  REQUIRE_THROWS_AS(run<scripted::Charm<read_stranger>>(related(), relation_created(1), app_metadata()),
                    std::out_of_range);
}

TEST_CASE("a configuration is the declared defaults with what the operator set on top") {
  const juju::Metadata metadata = juju::Metadata::parse(
      "{name: app}", "options: {port: {type: int, default: 80}, host: {type: string}, tls: {type: boolean}}");
  const State before{.config = {{"tls", true}}, .model_name = "m", .model_uuid = "u", .unit_name = "web/3"};
  const State after = run<scripted::Charm<tell_self>>(before, config_changed(), metadata);
  REQUIRE(messages(after.log) == Lines{"m u web/3 web", R"({"port":80,"tls":true})"});
}

TEST_CASE("a unit's address is the state's, or the relation's own where it has one") {
  State before = related();
  using Tell = scripted::Charm<tell_self>;
  REQUIRE(messages(run<Tell>(before, relation_created(1), app_metadata()).log).back() == "10.1.0.1");
  before.relation(1).address = "fd00::1";
  REQUIRE(messages(run<Tell>(before, relation_created(1), app_metadata()).log).back() == "fd00::1");
}

TEST_CASE("users 38: unit 0, relation 0 and an endpoint with dashes and digits are like any other") {
  const juju::Metadata metadata = juju::Metadata::parse("{name: app, requires: {my-tracing-2: {interface: x}}}");
  const State before{.relations = {{.id = 0,
                                    .endpoint = "my-tracing-2",
                                    .remote_application = "tempo",
                                    .remote_units = {{"tempo/0", {{"ingress-address", "a"}}}}}}};
  const State after = run<scripted::Charm<tell_relation>>(before, relation_changed(0, "tempo/0"), metadata);
  REQUIRE(messages(after.log) == Lines{"my-tracing-2:0 tempo tempo/0 | tempo/0", "relations 1", "address a"});
}

TEST_CASE("a follower reads its own application's bag in a peer relation") {
  const juju::Metadata metadata = juju::Metadata::parse("{name: app, peers: {cluster: {interface: x}}}");
  const State before{
      .relations = {
          {.id = 4, .endpoint = "cluster", .remote_units = {{"app/1", {}}}, .local_application_data = {{"k", "v"}}}}};
  const State after = run<scripted::Charm<tell_peers>>(before, relation_changed(4), metadata);
  REQUIRE(messages(after.log) == Lines{"app v app/1"});
}

TEST_CASE("inspecting a value runs no event and keeps nothing") {
  const State before = related();
  const std::string unit = inspect<scripted::Charm<explode>>(before, app_metadata(), [](juju::CharmBase& charm) {
    charm.model().relation(1)->data("app").set("a", "b");
    return charm.unit().name();
  });
  REQUIRE(unit == "app/0");
  REQUIRE(before == related());
}
