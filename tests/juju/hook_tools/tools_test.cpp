// SPDX-License-Identifier: Apache-2.0
#include <juju/hook_tools/process_tools.hpp>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <string>
#include <vector>

#include <support/catch.hpp>
#include <support/dispatch.hpp>
#include <support/temporary_directory.hpp>

namespace {

using Kind = juju::hook_tools::HookToolError::Kind;
using juju::hook_tools::HookToolError;
using juju::hook_tools::ProcessTools;
using juju::hook_tools::RelationName;
using Lines = std::vector<std::string>;

const RelationName relation{"tracing", 3};

/// Juju for app/0, in no relation.
struct IdleJuju : support::StandInJuju {
  IdleJuju() : StandInJuju({}, juju::Metadata::parse("{name: app}")) { set_hook(support::update_status); }
};

/// How `call` fails.
template <typename Call>
HookToolError failure_of(Call call) {
  try {
    call();
  } catch (const HookToolError& error) {
    return error;
  }
  FAIL("nothing failed");
  throw;
}

}  // namespace

TEST_CASE("hook tools: each has Juju's arguments, and its output becomes a value") {
  IdleJuju juju;
  juju.answer("relation-ids", {.output = R"(["tracing:10","tracing:9"])"});
  juju.answer("relation-list", {.output = R"(["b/10","b/9"])"});
  juju.answer("relation-list --format=json -r tracing:3 --app", {.output = R"("b")"});
  juju.answer("relation-get", {.output = R"({"key":"text"})"});
  juju.answer("is-leader", {.output = "true"});
  juju.answer(
      "network-get",
      {.output = R"({"bind-addresses":[{"addresses":[{"value":"10.1.2.3"}]}],"ingress-addresses":["1.1.1.1"]})"});
  ProcessTools tools;
  CHECK(tools.relation_ids("tracing") == std::vector<juju::RelationId>{9, 10});
  CHECK(tools.relation_list(relation) == Lines{"b/9", "b/10"});
  CHECK(tools.relation_list_app(relation) == "b");
  CHECK(*tools.relation_get(relation, {"b/9"})[0].value == juju::StringMap{{"key", "text"}});
  CHECK(*tools.relation_get(relation, {"b"})[0].value == juju::StringMap{{"key", "text"}});
  CHECK(tools.is_leader());
  CHECK(tools.network_get("tracing", relation) == "10.1.2.3");
  CHECK(tools.config_get() == nlohmann::json::object());
  tools.status_set(juju::ActiveStatus("all is well"), false);
  tools.juju_log(juju::LogLevel::warning, "careful");
  tools.state_delete("old");
  CHECK(juju.calls() ==
        Lines{"relation-ids --format=json tracing", "relation-list --format=json -r tracing:3",
              "relation-list --format=json -r tracing:3 --app", "relation-get --format=json -r tracing:3 - b/9",
              "relation-get --format=json -r tracing:3 - b --app", "is-leader --format=json",
              "network-get --format=json tracing -r tracing:3", "config-get --format=json",
              "status-set -- active all is well", "juju-log -l WARNING -- careful", "state-delete old"});
}

TEST_CASE("hook tools: an error has command line, exit status and Juju's text") {
  IdleJuju juju;
  const auto [text, kind] = GENERATE(table<std::string, Kind>(
      {{"ERROR permission denied", Kind::permission_denied},
       {"ERROR permission denied (unauthorized access)", Kind::permission_denied},
       {"ERROR cannot read relation application settings: permission denied", Kind::permission_denied},
       {"ERROR invalid value \"tracing:3\" for option -r: relation not found", Kind::relation_not_found},
       {"ERROR no network config found for binding \"tracing\"", Kind::no_network},
       {"ERROR something else", Kind::other}}));
  juju.answer("is-leader", {.exit_status = 1, .errors = text + "\nmore\n"});
  const HookToolError error = failure_of([] { return ProcessTools().is_leader(); });
  CHECK(error.kind == kind);
  CHECK(error.command_line == "is-leader --format=json");
  CHECK(error.exit_status == 1);
  CHECK(error.standard_error == text + "\nmore\n");
  CHECK(std::string(error.what()) == "is-leader --format=json: exit status 1: " + text);
}

TEST_CASE("hook tools: each failure of a tool is an error of its own kind") {
  IdleJuju juju;
  const auto failure = [](ProcessTools&& tools) { return failure_of([&] { return tools.is_leader(); }).kind; };
  juju.take_away("is-leader");
  CHECK(failure(ProcessTools()) == Kind::missing);
  juju.put_back("is-leader");
  juju.answer("is-leader", {.signal = SIGKILL});
  CHECK(failure(ProcessTools()) == Kind::killed);
  juju.answer("is-leader", {.hangs = true});
  CHECK(failure(ProcessTools(50)) == Kind::timed_out);
  for (const char* output : {"", "tru", "{}", "\"true\"", "[", "null", "\xff"}) {
    CAPTURE(output);
    juju.answer("is-leader", {.output = output});
    CHECK(failure(ProcessTools()) == Kind::unreadable);
  }
}

TEST_CASE("hook tools: standard error of a tool that succeeds is ignored") {
  IdleJuju juju;
  juju.answer("is-leader", {.output = "true", .errors = "WARNING this option is deprecated\n"});
  CHECK(ProcessTools().is_leader());
}

TEST_CASE("hook tools: a tool may end without reading its input") {
  const std::vector<juju::hook_tools::Command> commands(8, {{"true"}, std::string(1'000'000, 'x')});
  for (const auto& outcome : juju::hook_tools::run_commands(commands, 0)) CHECK(outcome.exit_status == 0);
}

TEST_CASE("hook tools: an error does not contain values of data bags") {
  IdleJuju juju;
  juju.fail("relation-set", "no");
  juju.answer("relation-get", {.output = R"({"password": ["secret"]})"});
  ProcessTools tools;
  CHECK(std::string(failure_of([&] {
                      tools.relation_set(relation, false, {{"password", "secret"}});
                    }).what())
            .find("secret") == std::string::npos);
  CHECK(std::string(tools.relation_get(relation, {"b/0"})[0].error->what()).find("secret") == std::string::npos);
}

TEST_CASE("hook tools: the text of an error is one line") {
  using juju::hook_tools::CommandResult;
  const auto message_of = [](Kind kind, const CommandResult& outcome) {
    return std::string(HookToolError(kind, "is-leader", outcome).what());
  };
  CHECK(message_of(Kind::missing, {}) == "is-leader: no such hook tool; is this run by Juju?");
  CHECK(message_of(Kind::timed_out, {}) == "is-leader: took too long");
  CHECK(message_of(Kind::killed, {.signal = 9}) == "is-leader: was killed by signal 9");
  CHECK(message_of(Kind::unreadable, {.output = "secret"}) == "is-leader: printed an unexpected text");
  CHECK(message_of(Kind::other, {.exit_status = 2}) == "is-leader: exit status 2");
  CHECK(message_of(Kind::other, {.exit_status = 2, .errors = "a\tb\nc"}) == "is-leader: exit status 2: a\\u0009b");
}

TEST_CASE("hook tools: relation data is read in up to four processes at once") {
  IdleJuju slow;
  const support::TemporaryDirectory directory;
  const std::string here = directory.path().string();
  slow.replace_by_script("relation-get", "echo {}; mkdir " + here + "/$$; sleep 0.2; ls " + here +
                                             " | grep -vc seen >> " + here + "/seen; rmdir " + here + "/$$");
  const Lines units = {"a/0", "a/1", "a/2", "a/3", "a/4", "a/5", "a/6", "a/7", "a/8"};
  CHECK(juju::hook_tools::ProcessTools().relation_get({"tracing", 3}, units).size() == units.size());
  std::ifstream seen(here + "/seen");
  int most = 0;
  for (int at_once = 0; seen >> at_once;) most = std::max(most, at_once);
  CHECK(most >= 2);
  CHECK(most <= 4);
}

TEST_CASE("hook tools: a negative relation id from a tool is refused") {
  CHECK_FALSE(juju::hook_tools::answers::relation_ids(R"(["tracing:-3"])"));
  CHECK(juju::hook_tools::answers::relation_ids(R"(["tracing:3"])") == std::vector<juju::RelationId>{3});
}

TEST_CASE("hook tools: a tool that cannot be executed is an error that says why") {
  IdleJuju juju;
  for (const char* tool : {"relation-get", "network-get"}) juju.replace_by_text(tool);
  const HookToolError error = failure_of([] { return ProcessTools().network_get("tracing", relation); });
  CHECK(error.kind == Kind::not_started);
  CHECK(std::string(error.what()) ==
        "network-get --format=json tracing -r tracing:3: cannot be started: Permission denied");
  for (const auto& answer : ProcessTools().relation_get(relation, {"tempo", "music/0"})) {
    CHECK(answer.error.value().kind == Kind::not_started);
  }
}

TEST_CASE("hook tools: a failure is an error in a process that ignores SIGCHLD") {
  IdleJuju juju;
  juju.answer("is-leader", {.exit_status = 1, .output = "true"});
  const auto before = std::signal(SIGCHLD, SIG_IGN);
  CHECK_THROWS_AS(ProcessTools().is_leader(), HookToolError);
  std::signal(SIGCHLD, before);
}
