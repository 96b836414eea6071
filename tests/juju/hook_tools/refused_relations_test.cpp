// SPDX-License-Identifier: Apache-2.0
// Relations that Juju refuses to read or write, as it does while they are being removed. Any other failure ends the
// hook.
#include <string>
#include <vector>

#include <support/catch.hpp>
#include <support/charms.hpp>
#include <support/dispatch.hpp>

namespace {

using juju::testing::State;
using support::HookRunner;
using support::music;
using support::update_status;
using support::Workload;
using Lines = std::vector<std::string>;

/// music/0 is the leader and has a Tempo in each of these relations.
State related_in(const std::vector<juju::RelationId>& ids = {3, 4, 5}) {
  State state{.leader = true};
  for (const juju::RelationId id : ids) {
    state.relations.push_back({.id = id, .endpoint = "tracing", .remote_application = "tempo"});
    state.relations.back().remote_units["tempo/0"];
  }
  return state;
}

/// The relations in which the unit and its application have published, such as "3 4".
std::string published(HookRunner& runner) {
  std::string ids;
  for (const auto& relation : runner.juju.state().relations) {
    const bool is_published = relation.local_unit_data.contains("tempo_scrape_unit_address") &&
                              relation.local_application_data.contains("scrape_jobs");
    if (is_published) ids += (ids.empty() ? "" : " ") + std::to_string(relation.id);
  }
  return ids;
}

juju::Hook relation_hook(const std::string& kind, juju::RelationId id, const std::string& unit = {}) {
  return {.kind = juju::hook_kind("tracing-" + kind), .relation_id = id, .endpoint = "tracing", .remote_unit = unit};
}

}  // namespace

TEST_CASE("refused relation: it is skipped with one WARNING, the others are not") {
  HookRunner runner(related_in(), music);
  const std::string refusal = GENERATE(values<std::string>(
      {"permission denied", "permission denied (unauthorized access)",
       "cannot read relation application settings: permission denied", "\"x\": relation not found"}));
  const juju::Hook hook = GENERATE(values<juju::Hook>({update_status,
                                                       {.kind = juju::HookKind::leader_elected},
                                                       relation_hook("relation-created", 4),
                                                       relation_hook("relation-changed", 3, "tempo/0")}));
  for (const char* tool : {"relation-get --format=json -r tracing:4", "relation-list --format=json -r tracing:4",
                           "relation-set -r tracing:4"}) {
    runner.juju.fail(tool, refusal);
  }
  CAPTURE(refusal, hook.name());
  CHECK(runner.run<Workload>(hook) == 0);
  CHECK(published(runner) == "3 5");
  REQUIRE(runner.log().size() == 1);
  CHECK(runner.log().front().starts_with("WARNING relation tracing:4 is skipped: "));
}

TEST_CASE("refused relation: an unreadable data bag is written in one call") {
  State before = related_in({3});
  before.relations[0].local_unit_data = {{"tempo_scrape_unit_name", "music/0"}, {"ingress-address", "10.1.0.1"}};
  HookRunner runner(before, music);
  runner.juju.fail("relation-get --format=json -r tracing:3 - music/0", "permission denied");
  CHECK(runner.run<Workload>(relation_hook("relation-created", 3)) == 0);
  CHECK(runner.juju.calls("relation-set -r tracing:3 --file") == Lines{"relation-set -r tracing:3 --file -"});
  CHECK(runner.juju.state().relation(3).local_unit_data == juju::StringMap{{"ingress-address", "10.1.0.1"},
                                                                           {"tempo_scrape_unit_name", "music/0"},
                                                                           {"tempo_scrape_unit_address", "10.1.0.1"}});
}

TEST_CASE("refused relation: any other failure ends the hook and is logged") {
  const std::string call =
      GENERATE(values<std::string>({"relation-get --format=json -r tracing:4 - music/0",
                                    "relation-set -r tracing:4 --app --file -", "relation-ids --format=json tracing",
                                    "network-get --format=json tracing -r tracing:4", "is-leader --format=json"}));
  HookRunner runner(related_in(), music);
  runner.juju.fail(call, "cannot write relation settings");
  CHECK(runner.run<Workload>(update_status) == 1);
  CHECK(runner.log() == Lines{"ERROR uncaught exception in update-status: " + call +
                              ": exit status 1: ERROR cannot write relation settings"});
  CHECK(published(runner).empty());
}
