// SPDX-License-Identifier: Apache-2.0
// The calls of hook tools in the hooks of the example charms.
#include <juju/testing.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <support/catch.hpp>
#include <support/charm_directories.hpp>
#include <support/temporary_directory.hpp>
#include "../examples/spring-music/spring_music.hpp"
#include "../examples/tempo/tempo.hpp"

namespace {

using juju::testing::TestModel;
using juju::testing::update_status;

/// The calls of one hook.
struct HookCost {
  std::map<std::string, int> calls = {};  ///< By tool.
  std::vector<std::string> bags = {};     ///< The owners of the data bags that were read.

  int total() const {
    int total = 0;
    for (const auto& [tool, count] : calls) total += count;
    return total;
  }

  /// The calls that read relations.
  int reads() const {
    int reads = 0;
    for (const char* tool : {"relation-ids", "relation-list", "relation-get"}) {
      const auto count = calls.find(tool);
      if (count != calls.end()) reads += count->second;
    }
    return reads;
  }
};

/// A row of the table in include/juju/README.md.
std::string row(const std::string& hook, const HookCost& cost) {
  std::string row = "| " + hook + " | " + std::to_string(cost.total()) + " |";
  for (const char* tool : {"relation-get", "relation-list", "relation-ids", "config-get", "state-get", "status-set",
                           "is-leader", "network-get", "relation-set"}) {
    const auto count = cost.calls.find(tool);
    row += count == cost.calls.end() ? " |" : " " + std::to_string(count->second) + " |";
  }
  return row;
}

/// Runs the pending hooks of a model.
/// @returns the calls of the first hook of this unit with this name.
HookCost cost_of(TestModel& model, const std::string& unit, const std::string& hook) {
  for (;;) {
    HookCost cost;
    const auto ran = model.advance(1, {.before_call = [&](const juju::testing::Call& call) {
                                     ++cost.calls[std::string(call.tool)];
                                     if (call.tool == "relation-get") cost.bags.emplace_back(call.entity);
                                   }});
    if (ran.at(0).unit == unit && ran.at(0).hook.name() == hook) return cost;
  }
}

/// The metadata of a built charm. Its files go to a directory of this test.
juju::Metadata charm_metadata(const char* charm) {
  static const support::TemporaryDirectory scratch;
  juju::Metadata metadata = juju::Metadata::load(support::built(charm).path);
  metadata.charm_directory = scratch.path();
  return metadata;
}

/// Workloads and Tempos, related and settled.
TestModel related(int workloads, int tempos, bool cache = true) {
  TestModel model({.cache = cache});
  model.deploy<SpringMusic>("music", charm_metadata("spring-music"), {.units = workloads});
  model.deploy<Tempo>("tempo", charm_metadata("tempo"), {.units = tempos});
  model.integrate("music:tracing", "tempo:tracing");
  model.settle();
  return model;
}

void check_documented(const std::string& row) {
  const std::string readme = support::text_of(TEMPO_SCRAPE_TESTS_DIRECTORY "/../include/juju/README.md");
  INFO("include/juju/README.md does not have:\n" << row);
  CHECK(readme.find(row) != std::string::npos);
}

}  // namespace

TEST_CASE("hook cost: a provider's update-status reads everything, and writes nothing without changes") {
  for (const int units : {1, 10, 100}) {
    TestModel model = related(1, units);
    model.unit("music/0").fire(update_status());
    const HookCost cost = cost_of(model, "music/0", "update-status");
    CHECK(cost.total() <= 10);
    CHECK_FALSE(cost.calls.contains("relation-set"));
    check_documented(row("provider, update-status, nothing to change; Tempo's units: " + std::to_string(units), cost));
  }
}

TEST_CASE("hook cost: a provider's relation-changed makes at most four calls without changes") {
  for (const int units : {1, 10, 100}) {
    TestModel model = related(1, units);
    model.set_address("tempo/0", "10.9.9.9");
    const HookCost cost = cost_of(model, "music/0", "tracing-relation-changed");
    CHECK(cost.total() <= 4);
    check_documented(
        row("provider, relation-changed, nothing to change; Tempo's units: " + std::to_string(units), cost));
  }
}

TEST_CASE("hook cost: a provider publishes each data bag with one call") {
  TestModel model;
  model.deploy<SpringMusic>("music", charm_metadata("spring-music"));
  model.deploy<Tempo>("tempo", charm_metadata("tempo"), {.units = 0});
  model.settle();
  model.integrate("music:tracing", "tempo:tracing");
  const HookCost cost = cost_of(model, "music/0", "tracing-relation-created");
  CHECK(cost.calls.at("relation-set") == 2);
  check_documented(row("provider, relation-created; publishes for the first time", cost));
}

TEST_CASE("hook cost: a consumer's relation-changed makes at most five calls, for any number of units") {
  for (const int units : {1, 10, 100}) {
    TestModel model = related(units, 1);
    model.set_address("music/0", "10.9.9.9");
    const HookCost cost = cost_of(model, "tempo/0", "tracing-relation-changed");
    CHECK(cost.total() <= 5);
    check_documented(row("consumer, relation-changed; the workload's units: " + std::to_string(units), cost));
  }
}

TEST_CASE("hook cost: without the cache, a consumer reads each data bag once in each hook") {
  for (const int units : {1, 10, 100}) {
    TestModel model = related(units, 1, false);
    model.set_address("music/0", "10.9.9.9");
    const HookCost cost = cost_of(model, "tempo/0", "tracing-relation-changed");
    CHECK(cost.reads() <= 1 + 2 + units);
    check_documented(row("the same without the cache; the workload's units: " + std::to_string(units), cost));
  }
}

TEST_CASE("hook cost: a full read makes at most 1 + 2R + U calls for R relations and U units") {
  TestModel model = related(1, 1);
  for (int number = 0; number < 11; ++number) {
    const std::string name = "app" + std::to_string(number);
    model.deploy<SpringMusic>(name, charm_metadata("spring-music"));
    model.integrate(name + ":tracing", "tempo:tracing");
  }
  model.settle();
  model.unit("tempo/0").fire(update_status());
  const HookCost cost = cost_of(model, "tempo/0", "update-status");
  CHECK(std::count(cost.bags.begin(), cost.bags.end(), "tempo") == 12);  // the requirer compares its own
  CHECK(cost.reads() <= 12 + 1 + 2 * 12 + 12);
  check_documented(row("consumer, update-status; 12 relations of one unit each", cost));
}

TEST_CASE("hook cost: all hooks of a consumer while units come up make a number of calls that grows with the units") {
  const std::string table = "| units | with the cache | without |\n|---|---|---|\n";
  std::string rows;
  for (const int units : {1, 10, 100}) {
    rows += "| " + std::to_string(units) + " |";
    for (const bool cache : {true, false}) {
      TestModel model({.cache = cache});
      model.deploy<SpringMusic>("music", charm_metadata("spring-music"), {.units = units});
      model.deploy<Tempo>("tempo", charm_metadata("tempo"));
      model.integrate("music:tracing", "tempo:tracing");
      int calls = 0;
      for (bool ran = true; ran;) {
        int in_hook = 0;
        const auto trace = model.advance(1, {.before_call = [&](const juju::testing::Call&) { ++in_hook; }});
        ran = !trace.empty();
        if (ran && trace[0].unit == "tempo/0") calls += in_hook;
      }
      if (cache) CHECK(calls <= 8 * units + 50);
      rows += " " + std::to_string(calls) + " |";
    }
    rows += "\n";
  }
  check_documented(table + rows);
}
