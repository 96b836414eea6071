// SPDX-License-Identifier: Apache-2.0
// Hooks that fail, and models that do not settle.
#include <stdexcept>
#include <string>

#include <support/catch.hpp>

#include "scripted_charm.hpp"

namespace {

using namespace juju::testing;
using scripted::Idle;
using scripted::Lines;
using scripted::lines;

/// Writes and then throws in config-changed while the option `fails` is true.
void fail(juju::CharmBase& charm, juju::Event& event) {
  if (!charm.model().config().value("fails", false)) return;
  if (dynamic_cast<juju::ConfigChangedEvent*>(&event) == nullptr) return;
  for (juju::Relation* relation : charm.model().relations("tracing")) {
    relation->data(charm.unit().name()).set("k", "v");
    relation->data(charm.app().name()).set("k", "v");
  }
  charm.unit().set_status(juju::ActiveStatus{});
  event.defer();
  throw std::domain_error("no way");
}

void fail_on_created(juju::CharmBase&, juju::Event& event) {
  if (dynamic_cast<juju::RelationCreatedEvent*>(&event) != nullptr) throw 7;
}

/// Answers each change with another change.
void answer(juju::CharmBase& charm, juju::Event& event) {
  auto* changed = dynamic_cast<juju::RelationChangedEvent*>(&event);
  if (changed == nullptr || changed->unit.empty()) return;
  juju::RelationDataBag& bag = changed->relation->data(charm.unit().name());
  bag.set("n", bag.get("n").value_or("") + "x");
}

struct Failing {
  TestModel model = {};
  juju::RelationId id = -1;

  Failing() {
    juju::Metadata metadata = scripted::app_metadata();
    metadata.config["fails"] = {.type = "boolean", .default_value = false};
    model.deploy<scripted::Charm<fail>>("app", metadata);
    model.deploy<Idle>("tempo", scripted::tempo_metadata());
    id = model.integrate("app", "tempo");
    model.settle();
    model.set_config("app", {{"fails", true}});
  }
};

void log_and_fail_to_start(juju::CharmBase& charm, juju::Event& event) {
  charm.log().info("seen");
  if (dynamic_cast<juju::StartEvent*>(&event) != nullptr) throw std::domain_error("no");
}

}  // namespace

TEST_CASE("failed hook: HookFailed has unit, hook, message and exception") {
  Failing failing;
  try {
    failing.model.settle();
    FAIL("nothing was thrown");
  } catch (const HookFailed& failed) {
    CHECK(failed.unit == "app/0");
    CHECK(failed.hook.name() == "config-changed");
    CHECK(failed.message == "no way");
    CHECK(std::string(failed.what()) == "config-changed of app/0 failed: no way");
    CHECK_THROWS_AS(std::rethrow_if_nested(failed), std::domain_error);
  }
}

TEST_CASE("failed hook: its writes are dropped") {
  Failing failing;
  const State before = failing.model.unit("app/0").state();
  REQUIRE_THROWS_AS(failing.model.settle(), HookFailed);
  REQUIRE(failing.model.unit("app/0").state() == before);
  REQUIRE(failing.model.unit("app/0").log().empty());
  REQUIRE(failing.model.application_data(failing.id, "app").empty());
}

TEST_CASE("failed hook: it runs again until it succeeds") {
  Failing failing;
  REQUIRE_THROWS_AS(failing.model.settle(), HookFailed);
  REQUIRE_THROWS_AS(failing.model.settle(), HookFailed);
  REQUIRE(failing.model.unit("app/0").failed_hook()->name() == "config-changed");
  failing.model.set_config("app", {});
  REQUIRE(lines(failing.model.settle()) == Lines{"app/0 config-changed"});
  REQUIRE_FALSE(failing.model.unit("app/0").failed_hook());
}

TEST_CASE("failed hook: a test can skip it") {
  Failing failing;
  REQUIRE_THROWS_AS(failing.model.settle(), HookFailed);
  failing.model.resolved("app/0");
  REQUIRE_THROWS_AS(failing.model.settle(), HookFailed);
  failing.model.resolved("app/0", {.retry = false});
  REQUIRE(failing.model.settle().empty());
  REQUIRE_THROWS_AS(failing.model.resolved("app/0"), ConsistencyError);
}

TEST_CASE("failed hook: a skipped relation hook counts as run") {
  TestModel model;
  model.deploy<scripted::Charm<fail_on_created>>("app", scripted::app_metadata());
  model.deploy<Idle>("tempo", scripted::tempo_metadata());
  model.settle();
  const juju::RelationId id = model.integrate("app", "tempo");
  REQUIRE_THROWS_AS(model.settle(), HookFailed);
  model.remove_relation(id);
  REQUIRE_THROWS_AS(model.settle(), HookFailed);
  model.resolved("app/0", {.retry = false});
  REQUIRE(lines(model.settle()) == Lines{"app/0 tracing-relation-broken"});
}

TEST_CASE("settle: UnsettledError names the hooks that repeat") {
  TestModel model;
  model.deploy<scripted::Charm<answer>>("app", scripted::app_metadata());
  model.deploy<scripted::Charm<answer>>("tempo", scripted::tempo_metadata());
  model.integrate("app", "tempo");
  try {
    model.settle({.max_hooks = 500});
    FAIL("nothing was thrown");
  } catch (const UnsettledError& error) {
    REQUIRE(error.hooks == Lines{"app/0 tracing-relation-changed", "tempo/0 tracing-relation-changed"});
    CHECK_THAT(error.what(), Catch::Matchers::ContainsSubstring(error.hooks.at(0)));
  }
}

TEST_CASE("settle: max_hooks is the maximum number of hooks") {
  TestModel model;
  model.deploy<Idle>("app", scripted::app_metadata());
  TestModel twin = model;
  REQUIRE(model.settle({.max_hooks = 4}).size() == 4);
  REQUIRE_THROWS_AS(twin.settle({.max_hooks = 3}), UnsettledError);
}

TEST_CASE("settle: with stop_at_failure off, the other units continue") {
  Failing failing;
  failing.model.deploy<Idle>("other", scripted::tempo_metadata());
  const auto trace = failing.model.settle({.stop_at_failure = false});
  CHECK(lines(trace).front() == "app/0 config-changed");
  CHECK(trace.front().failure == "no way");
  CHECK(lines(trace).back() == "other/0 start");
  CHECK(failing.model.unit("app/0").failed_hook()->name() == "config-changed");
  failing.model.set_config("app", {});
  CHECK(lines(failing.model.settle()) == Lines{"app/0 config-changed"});
}

TEST_CASE("test model: a failed hook has a trace, and its log is kept") {
  TestModel model;
  model.deploy<scripted::Charm<log_and_fail_to_start>>("app", scripted::app_metadata());
  try {
    model.settle();
    FAIL("nothing was thrown");
  } catch (const HookFailed& failed) {
    CHECK(lines(failed.trace) == Lines{"app/0 install", "app/0 leader-elected", "app/0 config-changed"});
  }
  CHECK(scripted::messages(model.unit("app/0").log()) == Lines{"seen", "seen", "seen", "seen"});
}
