// SPDX-License-Identifier: Apache-2.0
// The hook tools of the test kit, with the answers and errors of Juju.
#include <juju/testing.hpp>

#include <string>
#include <vector>

#include <support/catch.hpp>
#include <support/shell_charm.hpp>

namespace {

using juju::testing::CharmDirectory;
using juju::testing::EventRequest;
using juju::testing::RelationState;
using juju::testing::State;
using juju::testing::update_status;
using support::ShellCharm;

/// shell/0, related to other/0, other/2 and other/10.
State related_up(bool leader = true) {
  RelationState relation{.id = 3, .endpoint = "up", .remote_application = "other"};
  relation.remote_units = {{"other/0", {{"key", "of other/0"}}}, {"other/2", {}}, {"other/10", {}}};
  relation.departed_units = {{"other/1", {{"key", "of other/1"}}}};
  relation.remote_application_data = {{"key", "of other"}};
  relation.local_application_data = {{"key", "of shell"}};
  relation.local_unit_data = {{"key", "of shell/0"}};
  return {.leader = leader, .relations = {relation}};
}

/// Runs a hook of shell/0 that executes `script`.
State run(const std::string& script, State before = related_up(), const EventRequest& event = update_status()) {
  const ShellCharm charm(script + "\ntrue");
  return juju::testing::run(std::move(before), event, CharmDirectory(charm.path()));
}

/// The output of `script`. Its lines are joined with "|".
std::string printed(const std::string& script, State before = related_up(),
                    const EventRequest& event = update_status()) {
  std::string lines;
  for (const auto& [level, message] : run(script, std::move(before), event).log) {
    lines += (lines.empty() ? "" : "|") + message;
  }
  return lines;
}

}  // namespace

TEST_CASE("kit hook tools: relations and units are sorted as text") {
  State state = related_up();
  for (const int id : {20, 7}) state.relations.push_back({.id = id, .endpoint = "up", .remote_application = "other"});
  CHECK(printed("relation-ids --format=json up", state) == R"(["up:20","up:3","up:7"])");
  CHECK(printed("relation-ids --format=json nowhere") == "[]");
  CHECK(printed("relation-list --format=json -r up:3") == R"(["other/0","other/10","other/2"])");
  CHECK(printed("relation-list -r 3") == "other/0|other/10|other/2");
  CHECK(printed("relation-list --format=json -r up:3 --app") == R"("other")");
  CHECK(printed("relation-ids", related_up(), juju::testing::relation_created(3)) == "up:3");
}

TEST_CASE("kit hook tools: an unknown relation is refused with Juju's text") {
  CHECK(printed("relation-list -r down:3; echo $?") ==
        "2|ERROR invalid value \"down:3\" for option -r: relation not found");
  CHECK(printed("relation-list -r up:x") == "ERROR invalid value \"up:x\" for option -r: invalid relation id");
  CHECK(printed("relation-get - other/0") == "ERROR no relation id specified");
  CHECK(printed("relation-get -r up:3 -") == "ERROR no unit or application specified");
}

TEST_CASE("kit hook tools: data bags may be read as in Juju") {
  struct Row {
    const char* call;
    const char* leader;
    const char* follower;
  };
  const char* const denied = "ERROR permission denied";
  const std::vector<Row> rows = {
      {"relation-get -r up:3 key shell/0", "of shell/0", "of shell/0"},
      {"relation-get -r up:3 --app key shell", "of shell", denied},
      {"relation-get -r up:3 --app key shell/0", "of shell", denied},
      {"relation-get -r up:3 key other/0", "of other/0", "of other/0"},
      {"relation-get -r up:3 key other/1", "of other/1", "of other/1"},
      {"relation-get -r up:3 --app key other", "of other", "of other"},
      {"relation-get -r up:3 key shell/1", denied, denied},
      {"relation-get -r up:3 --app key elsewhere", denied, denied},
      {"relation-get --format=json -r up:3 absent other/0", "null", "null"},
      {"relation-get --format=json -r up:3 - other/0", R"({"key":"of other/0"})", R"({"key":"of other/0"})"},
      {"relation-get -r up:3 key other", "ERROR expected unit name, got application name \"other\"",
       "ERROR expected unit name, got application name \"other\""},
      {"relation-get -r up:3 key '!'", "ERROR invalid unit name \"!\"", "ERROR invalid unit name \"!\""},
      {"relation-get -r up:3 key other/77",
       "ERROR cannot read settings for unit \"other/77\" in relation \"up\": unit \"other/77\": settings not found",
       "ERROR cannot read settings for unit \"other/77\" in relation \"up\": unit \"other/77\": settings not found"}};
  for (const Row& row : rows) {
    CAPTURE(row.call);
    CHECK(printed(row.call, related_up(true)) == row.leader);
    CHECK(printed(row.call, related_up(false)) == row.follower);
  }
}

TEST_CASE("kit hook tools: data bags may be written as in Juju") {
  CHECK(run("relation-set -r up:3 key=new").relation(3).local_unit_data.at("key") == "new");
  CHECK(run("relation-set -r up:3 --app key=new").relation(3).local_application_data.at("key") == "new");
  CHECK(printed("relation-set -r up:3 --app key=new", related_up(false)) == "ERROR cannot write relation settings");
  CHECK(printed("relation-set -r up:3 word") == "ERROR expected \"key=value\", got \"word\"");
}

TEST_CASE("kit hook tools: only the leader writes the bag that all peers read") {
  State state{.relations = {{.id = 1, .endpoint = "crew", .remote_units = {{"shell/1", {}}}}}};
  state.relations[0].local_application_data = {{"key", "shared"}};
  CHECK(printed("relation-get -r crew:1 --app key shell; relation-list -r crew:1 --app", state) == "shared|shell");
  CHECK(printed("relation-set -r crew:1 --app key=x", state) == "ERROR cannot write relation settings");
}

TEST_CASE("kit hook tools: a hook reads its writes, and empty text deletes a key") {
  const State after = run("relation-set -r up:3 key= other=x; relation-get -r up:3 other shell/0");
  CHECK(after.relation(3).local_unit_data == juju::StringMap{{"other", "x"}});
  CHECK(after.log.front().message == "x");
}

TEST_CASE("kit hook tools: standard input is a YAML map of texts") {
  const State after =
      run("relation-set -r up:3 --file - a=argument <<'END'\na: file\n'b': 12\nc: \"\\u00fc\"\nd:\nEND");
  CHECK(after.relation(3).local_unit_data ==
        juju::StringMap{{"a", "argument"}, {"b", "12"}, {"c", "ü"}, {"key", "of shell/0"}});
  CHECK(printed(R"(echo '{"k": "\ud83d\ude00"}' | relation-set -r up:3 --file -)") ==
        "ERROR yaml: found invalid Unicode character escape code");
  CHECK(printed("echo '[a]' | relation-set -r up:3 --file -") == "ERROR yaml: cannot unmarshal into a map");
}

TEST_CASE("kit hook tools: --file accepts a file") {
  const State after =
      run("echo 'a: b' >map; relation-set -r up:3 --file map; relation-set -r up:3 --file=none;"
          "echo rest | { status-set blocked -- --file=none; cat; }");
  CHECK(after.relation(3).local_unit_data.at("a") == "b");
  CHECK(after.unit_status.message == "--file=none");
  CHECK(after.log.front().message == "rest");
  CHECK(after.log.back().message == "ERROR open none: No such file or directory");
}

TEST_CASE("kit hook tools: options may be written in each of Juju's ways") {
  CHECK(printed("relation-list -rup:3 --format=json; relation-list --relation up:3 --format json | wc -l") ==
        R"(["other/0","other/10","other/2"]|1)");
  const State after =
      run("juju-log -l debug one; juju-log --log-level=Error two; juju-log -lWARNING three;"
          "juju-log --debug four; open-port --endpoints up 80; relation-set --help");
  using juju::LogLevel;
  std::vector<LogLevel> levels;
  for (const auto& line : after.log) levels.push_back(line.level);
  CHECK(levels ==
        std::vector<LogLevel>{LogLevel::debug, LogLevel::error, LogLevel::warning, LogLevel::debug, LogLevel::debug});
  CHECK(after.opened_ports == std::set<juju::Port>{{"tcp", 80}});
  CHECK(printed("state-get ---") == "ERROR option provided but not defined: ---");
}

TEST_CASE("kit hook tools: a long text goes through standard input and comes back") {
  const std::string script =
      "head -c 3000000 /dev/zero | tr '\\0' x >text; (printf 'k: '; cat text) | relation-set -r up:3 --file -;"
      "relation-get -r up:3 k shell/0 | head -c 3000000 | cmp - text && echo same";
  CHECK(printed(script) == "same");
}

TEST_CASE("kit hook tools: the hook's relation and unit are the defaults") {
  const EventRequest changed = juju::testing::relation_changed(3, "other/0");
  CHECK(printed("relation-get key; relation-get --app key; relation-list", related_up(), changed) ==
        "of other/0|of other|other/0|other/10|other/2");
}

TEST_CASE("kit hook tools: the bag of an unlisted departing unit can be read") {
  const EventRequest departed = juju::testing::relation_departed(3, "other/0");
  CHECK(printed("relation-list; relation-get key other/0; echo $JUJU_DEPARTING_UNIT", related_up(), departed) ==
        "other/10|other/2|of other/0|other/0");
}

TEST_CASE("kit hook tools: network-get prints the unit's address") {
  CHECK(printed("network-get up --bind-address; network-get up --egress-subnets; unit-get private-address") ==
        "10.1.0.1|10.1.0.1/32|10.1.0.1");
  State state = related_up();
  state.relations[0].address = "fd00::1";
  CHECK(printed("network-get --format=json up -r up:3 --ingress-address", state) == "\"fd00::1\"");
  CHECK(printed("network-get x") == "ERROR no network config found for binding \"x\"");
}

TEST_CASE("kit hook tools: config-get prints declared defaults and set options") {
  State state = related_up();
  state.config = {{"name", "a name"}};
  CHECK(printed("config-get --format=json; config-get port; config-get nothing", state) ==
        R"({"name":"a name","port":80}|80)");
}

TEST_CASE("kit hook tools: status, log and workload version take effect at once") {
  const ShellCharm charm(
      "status-set --application=true active -- all is well; status-set waiting for it; juju-log -l WARNING -- -x;"
      "application-version-set 1.2; relation-set -r up:3 key=lost; state-set key=lost; open-port 80; echo why >&2; "
      "exit 3");
  juju::testing::TestModel model;
  model.deploy("shell", CharmDirectory(charm.path()));
  try {
    model.settle();
    FAIL("the hook did not fail");
  } catch (const juju::testing::HookFailed& failed) {
    CHECK(failed.message ==
          "dispatch ended with exit status 3; standard error:\nERROR invalid value \"up:3\" for "
          "option -r: relation not found\nwhy\n");
  }
  const State state = model.unit("shell/0").state();
  CHECK(model.application_status("shell") == juju::Status{"active", "all is well"});
  CHECK(model.unit("shell/0").status() == juju::Status{"waiting", "for it"});
  CHECK(model.unit("shell/0").log().front().message == "-x");
  CHECK(state.workload_version == "1.2");
  CHECK((state.stored.empty() && state.opened_ports.empty()));
}

TEST_CASE("kit hook tools: status-get prints the status of status-set") {
  CHECK(printed("status-set blocked by you; status-get; status-get --format=json --include-data") ==
        R"(blocked|{"message":"by you","status":"blocked","status-data":{}})");
  CHECK(printed("status-get --application", related_up(false)) ==
        "ERROR finding application status: this unit is not the leader");
  CHECK(printed("status-set --application active", related_up(false)) == "ERROR this unit is not the leader");
  CHECK(printed("status-set happy") ==
        "ERROR invalid status \"happy\", expected one of [maintenance blocked waiting active]");
}

TEST_CASE("kit hook tools: ports are opened if the hook succeeds") {
  State before = related_up();
  before.opened_ports = {{"tcp", 22}};
  const State after = run("open-port 8000-8002/udp; open-port 80; close-port 22; opened-ports", before);
  CHECK(after.log.front().message == "22/tcp");
  CHECK(after.opened_ports == std::set<juju::Port>{{"tcp", 80}, {"udp", 8000}, {"udp", 8001}, {"udp", 8002}});
  CHECK(printed("open-port 0") == "ERROR invalid port \"0\"");
}

TEST_CASE("kit hook tools: the unit's state is kept from hook to hook") {
  State after = run("state-set a=1 b=2; state-delete a; state-get");
  CHECK(after.log.front().message == R"({"b":"2"})");
  CHECK(after.stored == juju::StringMap{{"b", "2"}});
  after.log.clear();
  CHECK(printed("state-get b; state-get a; state-get --format=json -", after) == R"(2|{"b":"2"})");
  CHECK(printed("head -c 70000 /dev/zero | tr '\\0' x >text; (printf 'k: '; cat text) | state-set --file -") ==
        "ERROR cannot add state for \"k\": max allowed size (65536) exceeded");
}

TEST_CASE("kit hook tools: an action has parameters and results") {
  const EventRequest action = juju::testing::action("backup", {{"to", "s3"}, {"options", {{"level", 3}}}});
  const State after =
      run("action-get options.level; action-set size=3 file.name=x; action-log working; action-fail no disk",
          related_up(), action);
  CHECK(after.log.front().message == "3");
  CHECK(after.action.results == juju::StringMap{{"file.name", "x"}, {"size", "3"}});
  CHECK(after.action.log == std::vector<std::string>{"working"});
  CHECK(after.action.failure == "no disk");
  CHECK(printed("action-set stdout=x", related_up(), action) == "ERROR cannot set reserved action key \"stdout\"");
  CHECK(printed("action-get") == "ERROR not running an action");
}

TEST_CASE("kit hook tools: goal-state lists units and relations") {
  const auto goal = nlohmann::json::parse(printed("goal-state --format=json"));
  CHECK(goal["units"].size() == 1);
  CHECK(goal["relations"]["up"].size() == 4);
  CHECK(goal["relations"]["up"]["other/10"]["status"] == "joined");
}

TEST_CASE("kit hook tools: a refused or unknown command fails with a message") {
  CHECK(printed("juju-reboot") == "ERROR juju-reboot is not possible here");
  CHECK(printed("secret-get x; echo $?") == "1|ERROR bad request: unknown command: secret-get");
  CHECK(printed("relation-ids --wrong up") == "ERROR option provided but not defined: --wrong");
  CHECK(printed("JUJU_CONTEXT_ID=other is-leader") == "ERROR bad request: unknown context \"other\"");
  CHECK(printed("JUJU_AGENT_SOCKET_ADDRESS=@none is-leader") ==
        "ERROR no agent answers: hook tools work in hooks only");
}

TEST_CASE("kit hook tools: before_call runs before each call and can make it fail") {
  const ShellCharm charm("relation-get -r up:3 key other/0 || true; relation-set -r up:3 --app a=b; is-leader; true");
  std::vector<std::string> calls;
  const State after = juju::testing::run(
      related_up(), update_status(), CharmDirectory(charm.path()), {[&](const juju::testing::Call& call) {
        calls.push_back(std::string(call.tool) + " " + std::to_string(call.relation.value_or(-1)) + " " +
                        std::string(call.entity));
        if (call.tool == "relation-get") throw std::runtime_error("permission denied");
      }});
  CHECK(calls == std::vector<std::string>{"relation-get 3 other/0", "relation-set 3 shell", "is-leader -1 "});
  CHECK(after.log.back() == juju::testing::LogLine{juju::LogLevel::warning, "ERROR permission denied"});
}
