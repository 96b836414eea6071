// SPDX-License-Identifier: Apache-2.0
// States and events that are impossible in Juju are refused. Each rule has a test case.
#include <string>

#include <support/catch.hpp>

#include "scripted_charm.hpp"

namespace {

using namespace juju::testing;

juju::Metadata metadata() {
  return juju::Metadata::parse(
      "{name: app, provides: {tracing: {interface: x}, other: {interface: x}}, peers: {cluster: {interface: y}}, "
      "containers: {music: {}}}",
      "options: {port: {type: int}, ratio: {type: float}, tls: {type: boolean}, host: {type: string}}");
}

State with(RelationState relation) { return {.relations = {std::move(relation)}}; }

RelationState tracing() {
  return {.id = 1, .endpoint = "tracing", .remote_application = "tempo", .remote_units = {{"tempo/0", {}}}};
}

/// All problems, one a line.
std::string problems(const State& state, const EventRequest& hook = update_status()) {
  try {
    run<scripted::Idle>(state, hook, metadata());
  } catch (const ConsistencyError& error) {
    std::string text;
    for (const std::string& problem : error.problems) text += problem + "\n";
    return text;
  }
  return "none";
}

using Catch::Matchers::ContainsSubstring;

}  // namespace

TEST_CASE("consistency: a consistent state is run") {
  REQUIRE(problems(with(tracing())) == "none");
  REQUIRE(problems({}) == "none");
}

TEST_CASE("consistency: an endpoint is declared") {
  RelationState relation = tracing();
  relation.endpoint = "traces";
  CHECK_THAT(problems(with(relation)), ContainsSubstring("declare 'traces'"));
}

TEST_CASE("consistency: relation ids are unique and not negative") {
  RelationState twin = tracing();
  twin.endpoint = "other";
  CHECK_THAT(problems({.relations = {tracing(), twin}}), ContainsSubstring("a relation's id is its own"));
  twin.id = -1;
  CHECK_THAT(problems({.relations = {tracing(), twin}}), ContainsSubstring("0 or more"));
}

TEST_CASE("consistency: remote units belong to the remote application") {
  RelationState relation = tracing();
  relation.remote_units = {{"loki/0", {}}};
  CHECK_THAT(problems(with(relation)), ContainsSubstring("rename 'loki/0'"));
  relation.remote_units = {{"tempo", {}}};
  CHECK_THAT(problems(with(relation)), ContainsSubstring("rename 'tempo'"));
}

TEST_CASE("consistency: a unit that is listed has not departed") {
  RelationState relation = tracing();
  relation.departed_units = {{"tempo/0", {}}};
  CHECK_THAT(problems(with(relation)), ContainsSubstring("out of departed_units"));
}

TEST_CASE("consistency: peers are the other units of the application") {
  const auto peers = [](const std::string& application, const std::string& unit) {
    return problems(
        with({.id = 1, .endpoint = "cluster", .remote_application = application, .remote_units = {{unit, {}}}}));
  };
  CHECK(peers("", "app/1") == "none");
  CHECK(peers("app", "app/1") == "none");
  CHECK_THAT(peers("", "app/0"), ContainsSubstring("not among its own peers"));
  CHECK_THAT(peers("tempo", "tempo/0"), ContainsSubstring("a peer relation's remote application is the unit's own"));
}

TEST_CASE("consistency: a data bag has no empty text") {
  RelationState relation = tracing();
  relation.remote_units["tempo/0"] = {{"k", ""}};
  relation.local_application_data = {{"l", ""}};
  CHECK_THAT(problems(with(relation)), ContainsSubstring("take 'k' out of that of tempo/0"));
  CHECK_THAT(problems(with(relation)), ContainsSubstring("take 'l' out of that of this application"));
}

TEST_CASE("consistency: a configuration option is declared and of its type") {
  CHECK(problems({.config = {{"port", 1}, {"ratio", 1}, {"tls", true}, {"host", "h"}}}) == "none");
  CHECK_THAT(problems({.config = {{"prot", 1}}}), ContainsSubstring("declare 'prot'"));
  CHECK_THAT(problems({.config = {{"port", "1"}}}), ContainsSubstring("'port' a value of type int"));
  CHECK_THAT(problems({.config = {{"ratio", "1"}}}), ContainsSubstring("'ratio' a value of type float"));
  CHECK_THAT(problems({.config = {{"tls", 1}}}), ContainsSubstring("'tls' a value of type boolean"));
  CHECK_THAT(problems({.config = {{"host", 1}}}), ContainsSubstring("'host' a value of type string"));
  CHECK_THAT(problems({.config = nlohmann::json::array()}), ContainsSubstring("a JSON object"));
}

TEST_CASE("consistency: a unit has a name with a number, and an address") {
  CHECK_THAT(problems({.unit_name = "app"}), ContainsSubstring("APPLICATION/NUMBER"));
  CHECK_THAT(problems({.unit_name = "app/x"}), ContainsSubstring("APPLICATION/NUMBER"));
  CHECK_THAT(problems({.address = ""}), ContainsSubstring("a unit has an address"));
}

TEST_CASE("consistency: an event's relation is in the state, at its endpoint") {
  CHECK_THAT(problems(with(tracing()), relation_created(2)), ContainsSubstring("add relation 2"));
  const juju::Hook elsewhere{.kind = juju::HookKind::relation_created, .relation_id = 1, .endpoint = "other"};
  CHECK_THAT(problems(with(tracing()), elsewhere), ContainsSubstring("of its relation's endpoint"));
}

TEST_CASE("consistency: an event's unit belongs to the remote application") {
  CHECK_THAT(problems(with(tracing()), relation_joined(1, "loki/0")), ContainsSubstring("change 'loki/0'"));
}

TEST_CASE("consistency: joined, changed and departed have a possible unit") {
  RelationState relation = tracing();
  relation.departed_units = {{"tempo/1", {}}};
  const State state = with(relation);
  CHECK(problems(state, relation_joined(1, "tempo/2")) == "none");
  CHECK(problems(state, relation_changed(1, "tempo/0")) == "none");
  CHECK(problems(state, relation_departed(1, "tempo/1")) == "none");
  CHECK_THAT(problems(state, relation_joined(1, "tempo/1")), ContainsSubstring("does not join again"));
  CHECK_THAT(problems(state, relation_changed(1, "tempo/1")), ContainsSubstring("add 'tempo/1' to remote_units"));
  CHECK_THAT(problems(state, relation_departed(1, "tempo/2")), ContainsSubstring("add 'tempo/2' to remote_units"));
  CHECK_THAT(problems(state, relation_joined(1, "")), ContainsSubstring("is of a unit: name it"));
}

TEST_CASE("consistency: the departing unit is the event's unit or this unit") {
  CHECK_THAT(problems(with(tracing()), relation_departed(1, "tempo/0", "app/7")), ContainsSubstring("'app/7'"));
}

TEST_CASE("consistency: only the leader gets leader-elected") {
  CHECK(problems({.leader = true}, leader_elected()) == "none");
  CHECK_THAT(problems({}, leader_elected()), ContainsSubstring("set leader to true"));
}

TEST_CASE("consistency: pebble-ready has a declared container") {
  CHECK(problems({}, pebble_ready("music")) == "none");
  CHECK_THAT(problems({}, pebble_ready("video")), ContainsSubstring("declare 'video'"));
}

TEST_CASE("consistency: all problems are reported at once") {
  try {
    run<scripted::Idle>({.address = ""}, leader_elected(), metadata());
    FAIL("nothing was thrown");
  } catch (const ConsistencyError& error) {
    REQUIRE(error.problems.size() == 2);
    for (const std::string& problem : error.problems) CHECK_THAT(error.what(), ContainsSubstring(problem));
  }
}

TEST_CASE("consistency: attempt does not check the rules") {
  const auto make = juju::make_charm<scripted::Idle>;
  CHECK(attempt({.address = ""}, leader_elected().hook, metadata(), {}, make).failure == nullptr);
}

TEST_CASE("consistency: an unknown relation of a state is an error with its id") {
  CHECK_THROWS_WITH(with(tracing()).relation(7), ContainsSubstring("the state has no relation 7"));
}
