// SPDX-License-Identifier: Apache-2.0
// Things that happen to a model by chance, and the calls of a hook that fail.
#include <juju/testing/simulation.hpp>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include <support/catch.hpp>

#include "scripted_charm.hpp"

namespace {

using namespace juju::testing;
using Catch::Matchers::ContainsSubstring;
using scripted::Lines;
using scripted::lines;

/// Publishes its address, whenever it can.
void publish_address(juju::CharmBase& charm, juju::Event&) {
  for (juju::Relation* relation : charm.model().relations("tracing")) {
    juju::RelationDataBag& bag = relation->data(charm.unit().name());
    const std::string address = charm.model().address(*relation);
    if (bag.get("address") != address) bag.set("address", address);
  }
}

/// Throws in config-changed while it is misconfigured.
void mind_config(juju::CharmBase& charm, juju::Event& event) {
  const bool is_wrong = charm.model().config().value("wrong", false);
  if (is_wrong && dynamic_cast<juju::StopEvent*>(&event) != nullptr) throw std::domain_error("stopped while wrong");
}

/// Goes on without its configuration.
void swallow(juju::CharmBase& charm, juju::Event&) {
  try {
    static_cast<void>(charm.model().config());
  } catch (const InjectedFault&) {
    return;
  }
}

void log_and_fail_to_start(juju::CharmBase& charm, juju::Event& event) {
  charm.log().info("seen");
  if (dynamic_cast<juju::StartEvent*>(&event) != nullptr) throw std::domain_error("no");
}

template <scripted::Script script>
std::vector<Part> parts_of() {
  juju::Metadata metadata = scripted::app_metadata();
  metadata.config["wrong"] = {.type = "boolean", .default_value = false};
  return {{.name = "app", .builds = {Build::of<scripted::Charm<script>>(metadata)}, .mistakes = {{{"wrong", true}}}},
          {.name = "tempo", .builds = {Build::of<scripted::Idle>(scripted::tempo_metadata())}}};
}

template <scripted::Script script>
std::string trace_of(std::uint64_t seed) {
  const std::vector<Part> parts = parts_of<script>();
  Simulation simulation(parts);
  for (const Step& step : random_steps(seed, 60)) simulation.play(step);
  simulation.settle();
  simulation.update_status();
  return simulation.trace();
}

std::vector<std::string> calls_of(const State& before, const juju::Hook& hook) {
  std::vector<std::string> calls;
  run<scripted::Charm<publish_address>>(
      before, hook, scripted::app_metadata(), {.before_call = [&](const Call& call) {
        const std::string entity(call.entity);
        calls.push_back(std::string(call.tool) + (entity.empty() ? "" : " " + entity));
      }});
  return calls;
}

State related() {
  return {.relations = {{.id = 1, .endpoint = "tracing", .remote_application = "tempo"}}, .unit_name = "app/0"};
}

}  // namespace

TEST_CASE("a simulation is the same for the same seed and another for another") {
  CHECK(trace_of<publish_address>(7) == trace_of<publish_address>(7));
  CHECK(trace_of<publish_address>(7) != trace_of<publish_address>(8));
}

TEST_CASE("everything that can happen does happen in some simulation") {
  std::string all;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) all += trace_of<publish_address>(seed);
  for (const char* text : {"deploy app-",
                           "deploy tempo-",
                           "integrate app-",
                           "remove relation ",
                           "remove app-0\n",
                           "add a unit of ",
                           "remove tempo-0/0\n",
                           " the leader\n",
                           "move app-",
                           "configure app-",
                           "misconfigure app-",
                           "upgrade tempo-",
                           "update-status of ",
                           "fail\n",
                           "skip the failed hook of ",
                           " failed: simulated: ",
                           "run\n",
                           "not possible\n",
                           " tracing-relation-broken ",
                           "remote-",
                           " (wrote)\n"}) {
    CAPTURE(text);
    CHECK(all.find(text) != std::string::npos);
  }
}

TEST_CASE("after a simulation has settled every unit has published the address that it has") {
  const std::vector<Part> parts = parts_of<publish_address>();
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    CAPTURE(seed);
    Simulation simulation(parts);
    for (const Step& step : random_steps(seed, 60)) simulation.play(step);
    simulation.settle(shuffled(seed));
    simulation.update_status();
    Model& model = simulation.model();
    for (const Integration& relation : model.relations()) {
      for (const std::string& unit : model.units(relation.first.substr(0, relation.first.find(':')))) {
        REQUIRE(model.unit_data(relation.id, unit).at("address") == model.unit(unit).address());
      }
    }
    REQUIRE(model.settle().empty());
    REQUIRE_FALSE(simulation.update_status());
  }
}

TEST_CASE("a charm that fails of itself ends the simulation") {
  const auto all = [] {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) trace_of<mind_config>(seed);
  };
  CHECK_THROWS_WITH(all(), ContainsSubstring("stopped while wrong"));
}

TEST_CASE("a charm that swallows a failure ends the simulation") {
  const auto all = [] {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) trace_of<swallow>(seed);
  };
  CHECK_THROWS_AS(all(), SwallowedFault);
}

TEST_CASE("what a failure does not need is left out of its steps") {
  const auto has = [](const std::vector<std::size_t>& places, std::size_t place) {
    return std::find(places.begin(), places.end(), place) != places.end();
  };
  const auto fails = [&](const std::vector<std::size_t>& places) { return has(places, 3) && has(places, 17); };
  CHECK(shortened(40, fails) == std::vector<std::size_t>{3, 17});
  CHECK(shortened(40, [](const auto&) { return true; }).empty());
  CHECK(shortened(3, [](const auto& places) { return places.size() == 3; }) == std::vector<std::size_t>{0, 1, 2});
}

TEST_CASE("a test is told of all that a hook asks of Juju, once where the answer is remembered") {
  CHECK(calls_of(related(), relation_created(1)) ==
        Lines{"state-get", "relation-ids tracing", "network-get", "relation-get app/0", "relation-set app/0"});
  State published = related();
  published.relations.front().local_unit_data["address"] = published.address;
  CHECK(calls_of(published, update_status()) ==
        Lines{"state-get", "relation-ids tracing", "network-get", "relation-get app/0"});
}

TEST_CASE("a call that fails lets the hook fail with what it threw, whichever it is") {
  const std::vector<std::string> calls = calls_of(related(), relation_created(1));
  for (std::size_t failing = 0; failing < calls.size(); ++failing) {
    CAPTURE(calls[failing]);
    std::size_t place = 0;
    const RunOptions options{.before_call = [&](const Call& call) {
      if (place++ == failing) throw std::domain_error(std::string(call.tool));
    }};
    CHECK_THROWS_AS(
        run<scripted::Charm<publish_address>>(related(), relation_created(1), scripted::app_metadata(), options),
        std::domain_error);
    CHECK(place == failing + 1);
  }
}

TEST_CASE("a model tells its applications and its relations") {
  Model model;
  model.deploy<scripted::Idle>("tempo", scripted::tempo_metadata());
  model.deploy<scripted::Idle>("app", scripted::app_metadata());
  CHECK(model.applications() == Lines{"app", "tempo"});
  CHECK(model.relations().empty());
  const juju::RelationId id = model.integrate("app", "tempo");
  CHECK(model.relations() == std::vector<Integration>{{.id = id, .first = "app:tracing", .second = "tempo:tracing"}});
  CHECK(model.metadata("app").name == "app");
}

TEST_CASE("a model can be stopped between two hooks") {
  Model model;
  model.deploy<scripted::Idle>("app", scripted::app_metadata());
  CHECK(lines(model.advance(2)) == Lines{"app/0 install", "app/0 leader-elected"});
  CHECK(lines(model.advance(100)) == Lines{"app/0 config-changed", "app/0 start"});
  CHECK(model.advance(1).empty());
}

TEST_CASE("a hook that fails tells which hooks ran before it, and its log is kept") {
  Model model;
  model.deploy<scripted::Charm<log_and_fail_to_start>>("app", scripted::app_metadata());
  try {
    model.settle();
    FAIL("nothing was thrown");
  } catch (const HookFailed& failed) {
    CHECK(lines(failed.trace) == Lines{"app/0 install", "app/0 leader-elected", "app/0 config-changed"});
  }
  CHECK(scripted::messages(model.unit("app/0").log()) == Lines{"seen", "seen", "seen", "seen"});
}

TEST_CASE("a relation that was removed before a unit heard of it is never shown to that unit") {
  Model model;
  model.deploy<scripted::Idle>("app", scripted::app_metadata());
  model.deploy<scripted::Idle>("tempo", scripted::tempo_metadata());
  model.settle();
  const juju::RelationId id = model.integrate("app", "tempo");
  REQUIRE(lines(model.advance(1)) == Lines{"app/0 tracing-relation-created"});
  model.remove_relation(id);
  CHECK(model.unit("app/0").state().relations.size() == 1);
  CHECK(model.unit("tempo/0").state().relations.empty());
}
