// SPDX-License-Identifier: Apache-2.0
// The order of hooks: in turn, random, or chosen by the test.
#include <algorithm>
#include <cstdint>
#include <set>
#include <string>

#include <support/catch.hpp>

#include "scripted_charm.hpp"

namespace {

using namespace juju::testing;
using scripted::lines_of;

void publish_names(juju::CharmBase& charm, juju::Event&) {
  for (juju::Relation* relation : charm.model().relations("tracing")) {
    relation->data(charm.unit().name()).set("unit", charm.unit().name());
    if (charm.unit().is_leader()) relation->data(charm.app().name()).set("leader", charm.unit().name());
  }
}

using Publishes = scripted::Charm<publish_names>;

TestModel app_and_tempo() {
  TestModel model;
  model.deploy<Publishes>("app", scripted::app_metadata(), {.units = 3});
  model.deploy<Publishes>("tempo", scripted::tempo_metadata(), {.units = 2});
  model.integrate("app", "tempo");
  return model;
}

std::size_t place(const scripted::Lines& hooks, const std::string& hook) {
  return static_cast<std::size_t>(std::find(hooks.begin(), hooks.end(), hook) - hooks.begin());
}

/// The states of all units.
std::vector<State> states(TestModel& model) {
  std::vector<State> all;
  for (const char* application : {"app", "tempo"}) {
    for (const std::string& unit : model.units(application)) all.push_back(model.unit(unit).state());
  }
  return all;
}

}  // namespace

TEST_CASE("order: the same seed gives the same trace") {
  const auto trace = [](std::uint64_t seed) {
    TestModel model = app_and_tempo();
    return model.settle({.order = shuffled(seed)});
  };
  REQUIRE(trace(7) == trace(7));
  REQUIRE(trace(7) != trace(8));
}

TEST_CASE("order: the settled model is the same for each order") {
  TestModel first = app_and_tempo();
  first.settle();
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    TestModel model = app_and_tempo();
    model.settle({.order = shuffled(seed)});
    CAPTURE(seed);
    REQUIRE(states(model) == states(first));
    REQUIRE(model.settle().empty());
  }
}

TEST_CASE("order: each order keeps Juju's order of a unit's hooks") {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    TestModel model = app_and_tempo();
    const auto trace = model.settle({.order = shuffled(seed)});
    CAPTURE(seed);
    for (const std::string unit : {"app/0", "app/1", "tempo/0"}) {
      const scripted::Lines hooks = lines_of(unit, trace);
      REQUIRE(hooks.at(0) == "install");
      REQUIRE(hooks.at(1) == "tracing-relation-created");
      REQUIRE(place(hooks, "config-changed") + 1 == place(hooks, "start"));
      for (const std::string other : {"app/1", "tempo/1"}) {
        const std::size_t joined = place(hooks, "tracing-relation-joined " + other);
        if (joined == hooks.size()) continue;
        REQUIRE(joined > place(hooks, "start"));
        REQUIRE(hooks.at(joined + 1) == "tracing-relation-changed " + other);
      }
    }
  }
}

TEST_CASE("order: different seeds give different orders") {
  std::set<scripted::Lines> orders;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    TestModel model = app_and_tempo();
    orders.insert(lines_of("tempo/0", model.settle({.order = shuffled(seed)})));
  }
  REQUIRE(orders.size() > 3);
}

TEST_CASE("order: removed units and relations are fully removed in each order") {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    TestModel model = app_and_tempo();
    model.settle({.order = shuffled(seed)});
    model.remove_unit("tempo/1");
    model.add_unit("app");
    model.remove_application("app");
    const auto trace = model.settle({.order = shuffled(seed)});
    CAPTURE(seed);
    for (const std::string unit : {"app/0", "app/1", "app/2", "tempo/1"}) {
      const scripted::Lines hooks = lines_of(unit, trace);
      REQUIRE(hooks.back() == "remove");
      REQUIRE(hooks.at(hooks.size() - 2) == "stop");
      REQUIRE(hooks.at(hooks.size() - 3) == "tracing-relation-broken");
    }
    REQUIRE(lines_of("app/3", trace).empty());
    REQUIRE(model.unit("tempo/0").state().relations.empty());
    REQUIRE(model.settle().empty());
  }
}

TEST_CASE("order: a test may choose the next hook") {
  TestModel model = app_and_tempo();
  const auto last = [](std::size_t hooks) { return hooks - 1; };
  REQUIRE(model.settle({.order = last}).front().unit == "tempo/1");
  model.unit("app/0").fire(update_status());
  const auto beyond = [](std::size_t hooks) { return hooks; };
  REQUIRE_THROWS_AS(model.settle({.order = beyond}), ConsistencyError);
}
