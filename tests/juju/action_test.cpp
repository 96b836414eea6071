// SPDX-License-Identifier: Apache-2.0
// Actions, in memory and over the hook tools.
#include <stdexcept>
#include <string>
#include <vector>

#include <juju/testing.hpp>

#include <support/catch.hpp>
#include <support/dispatch.hpp>

namespace {

using juju::testing::ActionState;
using juju::testing::State;
using nlohmann::json;

const std::string metadata_yaml = "{name: app, provides: {tracing: {interface: x}}}";

class Restarting final : public juju::CharmBase {
 public:
  explicit Restarting(juju::Framework& framework) : CharmBase(framework) {
    framework.observe(on().action("re-start"), *this, &Restarting::on_restart);
    framework.observe(on().action("set"), [this](juju::ActionEvent& event) {
      set_status();
      event.set_results(event.parameters());
    });
    framework.observe(on().action("throw"), [this](const juju::ActionEvent&) {
      set_status();
      throw std::runtime_error("no restart today");
    });
    framework.observe({on().action("defer"), on().config_changed}, [](juju::Event& event) { event.defer(); });
  }

 private:
  void on_restart(juju::ActionEvent& event) {
    event.log("- stopping");
    if (event.parameters().value("force", false)) return event.fail("- it does not stop");
    event.set_results({{"uptime", {{"seconds", 3}, {"whole", true}}}, {"text", "a = 'b'\n"}, {"list", {1, 2}}});
    event.set_results({{"later", "x"}});
  }
  void set_status() { unit().set_status(juju::ActiveStatus("changed")); }
};

/// Runs an action in memory.
struct Kit {
  static State run(const State& before, const juju::testing::EventRequest& event) {
    return juju::testing::run<Restarting>(before, event, juju::Metadata::parse(metadata_yaml));
  }
};

/// Runs an action through juju::main and hook tools.
struct HookTools {
  static State run(const State& before, const juju::testing::EventRequest& event) {
    support::HookRunner runner(before, metadata_yaml);
    CHECK(runner.run<Restarting>(event) == 0);
    return runner.juju.state();
  }
};

}  // namespace

TEMPLATE_TEST_CASE("action: results are text under dotted keys, and messages are kept", "", Kit, HookTools) {
  const ActionState action = TestType::run({}, juju::testing::action("re-start", {{"force", false}})).action;
  CHECK(
      action.results ==
      juju::StringMap{
          {"uptime.seconds", "3"}, {"uptime.whole", "true"}, {"text", "a = 'b'\n"}, {"list", "[1,2]"}, {"later", "x"}});
  CHECK(action.log == std::vector<std::string>{"- stopping"});
  CHECK(action.failure == std::nullopt);
}

TEMPLATE_TEST_CASE("action: a handler reads the parameters and may fail the action", "", Kit, HookTools) {
  const ActionState action = TestType::run({}, juju::testing::action("re-start", {{"force", true}})).action;
  CHECK(action.parameters == json{{"force", true}});
  CHECK(action.failure == "- it does not stop");
  CHECK(action.results.empty());
}

TEMPLATE_TEST_CASE("action: an action without observers fails with a message", "", Kit, HookTools) {
  const State after = TestType::run({}, juju::testing::action("back-up"));
  CHECK(after.action.failure == "this charm does not handle the action 'back-up'");
}

TEMPLATE_TEST_CASE("action: its writes are kept", "", Kit, HookTools) {
  CHECK(TestType::run({}, juju::testing::action("set")).unit_status == juju::ActiveStatus("changed"));
}

TEMPLATE_TEST_CASE("action: deferred events are emitted first", "", Kit, HookTools) {
  const State before =
      juju::testing::run<Restarting>({}, juju::testing::config_changed(), juju::Metadata::parse(metadata_yaml));
  REQUIRE(before.deferred == std::vector{juju::Notice{"config-changed", 0, json::object()}});
  if constexpr (std::is_same_v<TestType, Kit>) {
    CHECK(TestType::run(before, juju::testing::action("set")).deferred == before.deferred);
  } else {
    support::HookRunner runner({}, metadata_yaml);
    CHECK(runner.run<Restarting>(juju::testing::config_changed()) == 0);
    const juju::StringMap stored = runner.juju.unit_state();
    REQUIRE(stored.size() == 1);
    CHECK(runner.run<Restarting>(juju::testing::action("set")) == 0);
    CHECK(runner.juju.unit_state() == stored);
  }
}

TEST_CASE("action: an exception fails it with its text, and drops its writes") {
  const State after = HookTools::run({}, juju::testing::action("throw"));
  CHECK(after.action.failure == "no restart today");
  CHECK(after.unit_status == juju::Status());
  CHECK(after.log.empty());
  CHECK_THROWS_WITH(Kit::run({}, juju::testing::action("throw")), "no restart today");
}

TEST_CASE("action: it cannot be deferred") {
  const State after = HookTools::run({}, juju::testing::action("defer"));
  CHECK(after.action.failure == "an action cannot be deferred");
  CHECK(after.deferred.empty());
  CHECK_THROWS_AS(Kit::run({}, juju::testing::action("defer")), std::logic_error);
}

TEST_CASE("action: a stored notice of an action is dropped with a log line") {
  const State after = Kit::run({.deferred = {{"set-action", 0, json::object()}}}, juju::testing::action("re-start"));
  REQUIRE(after.log.size() == 1);
  CHECK(after.log[0].message == "dropped a deferred event whose snapshot cannot be read: set-action");
}

TEST_CASE("action: an invalid key of a result is an error that names it") {
  const auto failure = [](const json& results) {
    return HookTools::run({}, juju::testing::action("set", results)).action.failure.value_or("accepted");
  };
  for (const char* key : {"Upper", "under_score", ".dot", "dot.", "-dash", "", "two..dots", "stdout", "stderr"}) {
    CAPTURE(key);
    CHECK(failure({{key, "x"}}) == "'" + std::string(key) + "' cannot be the key of an action's result");
  }
  CHECK(failure({{"a", {{"B", "x"}}}}) == "'a.B' cannot be the key of an action's result");
  CHECK(failure({{"a", {{"b", 1}}}, {"a.b", 2}}) == "two of the action's results have the key 'a.b'");
  CHECK(failure({{"a.b-1", 1}}) == "accepted");
  CHECK(failure(json::object()) == "accepted");
}

TEST_CASE("action: debug lines are dropped") {
  support::HookRunner runner({}, metadata_yaml);
  juju::hook_tools::ProcessTools tools;
  juju::hook_tools::JujuLog log(tools, true);
  log.debug("dropped");
  CHECK(runner.juju.calls().empty());
}

TEST_CASE("action: an error of action-set does not show the results") {
  support::HookRunner runner({}, metadata_yaml);
  runner.juju.fail("action-set", "no");
  CHECK(runner.run<Restarting>(juju::testing::action("set", {{"password", "hush"}})) == 0);
  CHECK(runner.juju.state().action.failure == "action-set password: exit status 1: ERROR no");
}
