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

State related_to_tempo() {
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

void log_relation(juju::CharmBase& charm, juju::Event& event) {
  const juju::RelationEvent& happened = relation_event(event);
  std::string text = happened.relation_name + ":" + std::to_string(happened.relation_id) + " " + happened.app + " " +
                     happened.unit + " |";
  for (const std::string& unit : happened.relation->units()) text += " " + unit;
  charm.log().info(text);
  charm.log().info("relations " + std::to_string(charm.model().relations(happened.relation_name).size()));
  if (happened.unit.empty()) return;
  charm.log().info("address " + happened.relation->data(happened.unit).get("ingress-address").value_or("none"));
}

void log_departing_unit(juju::CharmBase& charm, juju::Event& event) {
  charm.log().info(dynamic_cast<juju::RelationDepartedEvent&>(event).departing_unit);
}

void write_and_throw(juju::CharmBase& charm, juju::Event& event) {
  relation_event(event).relation->data(charm.unit().name()).set("a", "b");
  throw std::domain_error("no way");
}

void log_broken(juju::CharmBase& charm, juju::Event& event) {
  juju::Relation& relation = *relation_event(event).relation;
  charm.log().info(std::to_string(charm.model().relations("tracing").size()) + " " +
                   std::to_string(relation.units().size()) + " " +
                   relation.data("tempo/0").get("ingress-address").value_or("none") + " " +
                   relation.data("tempo").get("k").value_or("none"));
}

void read_stranger(juju::CharmBase&, juju::Event& event) { relation_event(event).relation->data("tempo/7").texts(); }

}  // namespace

TEST_CASE("run: it returns the state after the hook") {
  const State after = run<scripted::Charm<publish>>(related_to_tempo(), relation_created(1), app_metadata());
  REQUIRE(after.relation(1).local_application_data == juju::StringMap{{"scrape_jobs", "[]"}});
  REQUIRE(after.unit_status == juju::ActiveStatus{"fine"});
  REQUIRE(after.application_status == juju::WaitingStatus{"for Tempo"});
  REQUIRE(after.log == std::vector<LogLine>{{juju::LogLevel::info, "jobs []"}});
}

TEST_CASE("run: the given state is not changed") {
  const State before = related_to_tempo();
  const State after = run<scripted::Charm<publish>>(before, relation_created(1), app_metadata());
  REQUIRE(before == related_to_tempo());
  REQUIRE(after != before);
}

TEST_CASE("run: a hook that does nothing returns an equal state") {
  REQUIRE(run<scripted::Idle>(related_to_tempo(), config_changed(), app_metadata()) == related_to_tempo());
}

TEST_CASE("run: an event gets the endpoint and the application of its relation") {
  const State after =
      run<scripted::Charm<log_relation>>(related_to_tempo(), relation_changed(1, "tempo/0"), app_metadata());
  REQUIRE(messages(after.log) ==
          Lines{"tracing:1 tempo tempo/0 | tempo/0 tempo/10", "relations 1", "address 10.1.0.9"});
}

TEST_CASE("run: a unit that joins is listed in relation-joined") {
  const State after =
      run<scripted::Charm<log_relation>>(related_to_tempo(), relation_joined(1, "tempo/2"), app_metadata());
  REQUIRE(messages(after.log).at(0) == "tracing:1 tempo tempo/2 | tempo/0 tempo/2 tempo/10");
  REQUIRE(after.relation(1).remote_units.contains("tempo/2"));
}

TEST_CASE("run: a unit that departs is not listed, and its data bag can be read") {
  const State after =
      run<scripted::Charm<log_relation>>(related_to_tempo(), relation_departed(1, "tempo/0"), app_metadata());
  REQUIRE(messages(after.log) == Lines{"tracing:1 tempo tempo/0 | tempo/10", "relations 1", "address 10.1.0.9"});
  REQUIRE_FALSE(after.relation(1).remote_units.contains("tempo/0"));
  REQUIRE(after.relation(1).departed_units.at("tempo/0").contains("ingress-address"));
}

TEST_CASE("run: the departing unit is the remote unit by default") {
  using Logs = scripted::Charm<log_departing_unit>;
  const auto departing = [](const EventRequest& hook) {
    return messages(run<Logs>(related_to_tempo(), hook, app_metadata()).log).at(0);
  };
  REQUIRE(departing(relation_departed(1, "tempo/0")) == "tempo/0");
  REQUIRE(departing(relation_departed(1, "tempo/0", "app/0")) == "app/0");
}

TEST_CASE("run: a relation is not listed in relation-broken, then removed") {
  State before = related_to_tempo();
  before.relation(1).remote_application_data = {{"k", "v"}};
  const State after = run<scripted::Charm<log_broken>>(before, relation_broken(1), app_metadata());
  REQUIRE(messages(after.log) == Lines{"0 0 10.1.0.9 v"});
  REQUIRE(after.relations.empty());
}

TEST_CASE("run: an exception of a handler is rethrown") {
  REQUIRE_THROWS_AS(run<scripted::Charm<write_and_throw>>(related_to_tempo(), relation_created(1), app_metadata()),
                    std::domain_error);
}

TEST_CASE("run: the bag of a unit that was never in the relation cannot be read") {
  REQUIRE_THROWS_AS(run<scripted::Charm<read_stranger>>(related_to_tempo(), relation_created(1), app_metadata()),
                    juju::hook_tools::HookToolError);
}

TEST_CASE("run: relation 0, unit 0 and an endpoint with a dash are valid") {
  const juju::Metadata metadata = juju::Metadata::parse("{name: app, requires: {my-tracing-2: {interface: x}}}");
  const State before{.relations = {{.id = 0,
                                    .endpoint = "my-tracing-2",
                                    .remote_application = "tempo",
                                    .remote_units = {{"tempo/0", {{"ingress-address", "a"}}}}}}};
  const State after = run<scripted::Charm<log_relation>>(before, relation_changed(0, "tempo/0"), metadata);
  REQUIRE(messages(after.log) == Lines{"my-tracing-2:0 tempo tempo/0 | tempo/0", "relations 1", "address a"});
}

TEST_CASE("inspect: no event is emitted, and writes are dropped") {
  const State before = related_to_tempo();
  const std::string unit =
      inspect<scripted::Charm<write_and_throw>>(before, app_metadata(), [](juju::CharmBase& charm) {
        charm.model().relation(1)->data("app").set("a", "b");
        return charm.unit().name();
      });
  REQUIRE(unit == "app/0");
  REQUIRE(before == related_to_tempo());
}
