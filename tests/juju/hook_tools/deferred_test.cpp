// SPDX-License-Identifier: Apache-2.0
// Deferred events, from one process of a charm to the next.
#include <stdexcept>
#include <string>
#include <vector>

#include <support/catch.hpp>
#include <support/dispatch.hpp>

#include "../testing/scripted_charm.hpp"

namespace {

using juju::testing::State;
using scripted::Lines;
using support::HookRunner;

const std::string app = "{name: app, provides: {tracing: {interface: x}}}";

std::string describe(juju::Event& event) {
  if (auto* related = dynamic_cast<juju::RelationEvent*>(&event)) {
    return "relation " + std::to_string(related->relation_id) + " with '" + related->app + "'" +
           (related->relation == nullptr ? " is gone" : "");
  }
  return dynamic_cast<juju::ConfigChangedEvent*>(&event) != nullptr ? "config-changed" : "another";
}

void log_event(juju::CharmBase& charm, juju::Event& event) { charm.log().info(describe(event)); }
void defer_event(juju::CharmBase&, juju::Event& event) { event.defer(); }
void throw_in_relations(juju::CharmBase&, juju::Event& event) {
  if (dynamic_cast<juju::RelationEvent*>(&event) != nullptr) throw std::runtime_error("not today");
}
using Logs = scripted::Charm<log_event>;
using Defers = scripted::Charm<defer_event>;
using ThrowsInRelations = scripted::Charm<throw_in_relations>;

/// Defers an event that is longer than Juju stores.
class Verbose final : public juju::CharmBase {
 public:
  struct LongEvent : juju::Event {
    nlohmann::json snapshot() const override { return {{"text", std::string(65'536, 'x')}}; }
    void restore(const nlohmann::json&, juju::Model&) override {}
  };
  explicit Verbose(juju::Framework& framework) : CharmBase(framework) {
    framework.observe(on().start, *this, &Verbose::on_start);
    framework.observe(on().config_changed, *this, &Verbose::defer_event);
    framework.observe(source_, *this, &Verbose::defer_any);
  }

 private:
  void on_start(juju::StartEvent&) { framework().emit(source_, LongEvent()); }
  void defer_event(juju::ConfigChangedEvent& event) { event.defer(); }
  void defer_any(juju::Event& event) { event.defer(); }

  juju::EventSource<LongEvent> source_{"Verbose/long"};
};

State related() { return {.relations = {{.id = 3, .endpoint = "tracing", .remote_application = "tempo"}}}; }

juju::Hook created(const std::string& remote_application = "tempo") {
  return {.kind = juju::HookKind::relation_created,
          .relation_id = 3,
          .endpoint = "tracing",
          .remote_application = remote_application};
}

}  // namespace

TEST_CASE("deferred events: an event of a removed relation has no relation") {
  HookRunner runner(related(), app);
  CHECK(runner.run<Defers>(created()) == 0);
  runner.juju.change([](State& state) { state.relations.clear(); });
  CHECK(runner.run<Logs>(juju::testing::config_changed()) == 0);
  CHECK(runner.log() == Lines{"INFO deferred events that wait for the next hook: 1",
                              "INFO relation 3 with 'tempo' is gone", "INFO config-changed"});
  CHECK(runner.juju.unit_state().empty());
}

TEST_CASE("deferred events: a handler that throws does not lose them") {
  HookRunner runner(related(), app);
  CHECK(runner.run<Defers>(created()) == 0);
  const juju::StringMap kept = runner.juju.unit_state();
  for (int i = 0; i < 3; ++i) CHECK(runner.run<ThrowsInRelations>(juju::testing::update_status()) == 1);
  CHECK(runner.juju.unit_state() == kept);
  CHECK(runner.log().back() == "ERROR uncaught exception in update-status: not today");
  CHECK(runner.run<Logs>(juju::testing::upgrade_charm()) == 0);
  CHECK(runner.log()[runner.log().size() - 2] == "INFO relation 3 with 'tempo'");
  CHECK(runner.juju.unit_state().empty());
}

TEST_CASE("deferred events: equal events are stored once, and growth is logged") {
  HookRunner runner(related(), app);
  CHECK(runner.run<Defers>(juju::testing::config_changed()) == 0);
  CHECK(runner.run<Defers>(juju::testing::config_changed()) == 0);
  CHECK(runner.juju.unit_state().size() == 1);
  CHECK(runner.juju.calls("state-set").empty());
  CHECK(runner.run<Defers>(created()) == 0);
  CHECK(runner.juju.unit_state().size() == 2);
  CHECK(runner.log() == Lines{"INFO deferred events that wait for the next hook: 1",
                              "INFO deferred events that wait for the next hook: 2"});
}

TEST_CASE("deferred events: the order and other keys of the state are kept") {
  HookRunner runner(State(), app);
  CHECK(runner.run<Defers>(juju::testing::config_changed()) == 0);
  juju::hook_tools::ProcessTools tools;
  for (int i = 1; i < 12; ++i) {
    const std::string key = std::string(i < 10 ? "deferred-00000" : "deferred-0000") + std::to_string(i);
    tools.state_set({{key, R"({"event": "tracing-relation-created", "observer": 0, "snapshot": {"relation_id": )" +
                               std::to_string(i) + "}}"}});
  }
  tools.state_set({{"theirs", "stays"}});
  runner.juju.flush();
  CHECK(runner.run<Logs>(juju::testing::update_status()) == 0);
  Lines lines = runner.log();
  REQUIRE(lines.size() == 14);
  CHECK(lines[1] == "INFO config-changed");
  for (std::size_t i = 1; i < 12; ++i) {
    CHECK(lines[i + 1] == "INFO relation " + std::to_string(i) + " with '' is gone");
  }
  CHECK(runner.juju.unit_state() == juju::StringMap{{"theirs", "stays"}});
}

TEST_CASE("deferred events: an event of over 64 KiB is dropped with an ERROR") {
  HookRunner runner(State(), app);
  CHECK(runner.run<Verbose>(juju::testing::config_changed()) == 0);
  CHECK(runner.run<Verbose>(juju::testing::start()) == 0);
  CHECK(runner.juju.unit_state().size() == 1);
  CHECK(runner.log().back() == "ERROR dropped a deferred event of over 64 KiB, more than Juju keeps: Verbose/long");
}

TEST_CASE("deferred events: a failed hook stores none") {
  HookRunner runner(related(), app);
  runner.juju.fail("state-set", "connection is shut down");
  CHECK(runner.run<Defers>(juju::testing::config_changed()) == 1);
  CHECK(runner.juju.unit_state().empty());
}

TEST_CASE("deferred events: a restricted hook keeps them stored") {
  HookRunner runner(related(), app);
  CHECK(runner.run<Defers>(created()) == 0);
  for (const char* hook : {"collect-metrics", "meter-status-changed"}) {
    CHECK(runner.run<Logs>(juju::Hook{.subject = hook}) == 0);
    CHECK(runner.juju.calls().empty());
  }
  CHECK(runner.juju.unit_state().size() == 1);
}

TEST_CASE("deferred events: an invalid stored text is dropped with a log line") {
  HookRunner runner(State(), app);
  juju::hook_tools::ProcessTools tools;
  tools.state_set({{"deferred-000000", "{}"}, {"theirs", "stays"}});
  runner.juju.flush();
  CHECK(runner.run<Logs>(juju::testing::update_status()) == 0);
  CHECK(runner.log().size() == 2);
  CHECK(runner.juju.unit_state() == juju::StringMap{{"theirs", "stays"}});
}
