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

using juju::testing::EventRequest;
using juju::testing::State;
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

/// Runs a hook of a built charm in the state of a unit.
HookCost cost_of(const State& before, const EventRequest& event, const std::string& charm) {
  HookCost cost;
  juju::testing::run(before, event, support::built(charm), {[&](const juju::testing::Call& call) {
                       ++cost.calls[std::string(call.tool)];
                       if (call.tool == "relation-get") cost.bags.emplace_back(call.entity);
                     }});
  return cost;
}

/// Workloads and Tempos, related and settled.
TestModel related(int workloads, int tempos, const nlohmann::json& config = nlohmann::json::object()) {
  const auto metadata = [](const char* charm) { return juju::Metadata::load(support::built(charm).path); };
  static const support::TemporaryDirectory scratch;
  juju::Metadata tempo = metadata("tempo");
  tempo.charm_directory = scratch.path();
  TestModel model;
  model.deploy<SpringMusic>("music", metadata("spring-music"), {.units = workloads, .config = config});
  model.deploy<Tempo>("tempo", tempo, {.units = tempos});
  model.integrate("music:tracing", "tempo:tracing");
  model.settle();
  return model;
}

void check_documented(const std::string& row) {
  const std::string readme = support::text_of(TEMPO_SCRAPE_TESTS_DIRECTORY "/../include/juju/README.md");
  CHECK_THAT(readme, Catch::Matchers::ContainsSubstring(row + "\n"));
}

}  // namespace

TEST_CASE("hook cost: a provider without changes writes nothing, for any number of units") {
  for (const int units : {1, 10, 100}) {
    TestModel model = related(1, units);
    const HookCost cost = cost_of(model.unit("music/0").state(), update_status(), "spring-music");
    CHECK(cost.total() <= 10);
    CHECK_FALSE(cost.calls.contains("relation-set"));
    check_documented(row("provider, update-status, nothing to change; Tempo's units: " + std::to_string(units), cost));
  }
}

TEST_CASE("hook cost: a provider publishes each data bag with one call") {
  const State before{.leader = true,
                     .relations = {{.id = 0, .endpoint = "tracing", .remote_application = "tempo"}},
                     .unit_name = "music/0"};
  const HookCost cost = cost_of(before, juju::testing::relation_created(0), "spring-music");
  CHECK(cost.calls.at("relation-set") == 2);
  check_documented(row("provider, relation-created; publishes for the first time", cost));
}

TEST_CASE("hook cost: a consumer reads each data bag once") {
  for (const int units : {1, 10, 100}) {
    TestModel model = related(units, 1);
    const HookCost cost =
        cost_of(model.unit("tempo/0").state(), juju::testing::relation_changed(0, "music/0"), "tempo");
    CHECK(cost.reads() <= 1 + 2 + units);
    check_documented(row("consumer, relation-changed; the workload's units: " + std::to_string(units), cost));
  }
}

TEST_CASE("hook cost: a consumer reads no unit's data bag if no job has a wildcard") {
  TestModel model = related(100, 1, {{"jobs", R"([{"static_configs": [{"targets": ["music.example:80"]}]}])"}});
  const HookCost cost = cost_of(model.unit("tempo/0").state(), juju::testing::relation_changed(0, "music/0"), "tempo");
  CHECK(cost.bags == std::vector<std::string>{"music"});
  check_documented(row("consumer, relation-changed; the workload's units: 100, and no `*` in a job", cost));
}

TEST_CASE("hook cost: a consumer makes at most 1 + 2R + U calls for R relations and U units") {
  TestModel model = related(1, 1);
  for (int number = 0; number < 11; ++number) {
    const std::string name = "app" + std::to_string(number);
    model.deploy<SpringMusic>(name, juju::Metadata::load(support::built("spring-music").path));
    model.integrate(name + ":tracing", "tempo:tracing");
  }
  model.settle();
  const HookCost cost = cost_of(model.unit("tempo/0").state(), update_status(), "tempo");
  CHECK(std::count(cost.bags.begin(), cost.bags.end(), "tempo") == 12);  // the requirer compares its own
  CHECK(cost.reads() <= 12 + 1 + 2 * 12 + 12);
  check_documented(row("consumer, update-status; 12 relations of one unit each", cost));
}
