// SPDX-License-Identifier: Apache-2.0
// What is put off from one process to the next.
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

std::string tell(juju::Event& event) {
  if (auto* related = dynamic_cast<juju::RelationEvent*>(&event)) {
    return "relation " + std::to_string(related->relation_id) + " with '" + related->app + "'" +
           (related->relation == nullptr ? " is gone" : "");
  }
  return dynamic_cast<juju::ConfigChangedEvent*>(&event) != nullptr ? "config-changed" : "another";
}

void say(juju::CharmBase& charm, juju::Event& event) { charm.log().info(tell(event)); }
void put_off(juju::CharmBase&, juju::Event& event) { event.defer(); }
void refuse_relations(juju::CharmBase&, juju::Event& event) {
  if (dynamic_cast<juju::RelationEvent*>(&event) != nullptr) throw std::runtime_error("not today");
}
using Says = scripted::Charm<say>;
using PutsOff = scripted::Charm<put_off>;
using RefusesRelations = scripted::Charm<refuse_relations>;

/// Puts off an event of more than Juju keeps.
class Verbose final : public juju::CharmBase {
 public:
  struct LongEvent : juju::Event {
    nlohmann::json snapshot() const override { return {{"text", std::string(65'536, 'x')}}; }
    void restore(const nlohmann::json&, juju::Model&) override {}
  };
  explicit Verbose(juju::Framework& framework) : CharmBase(framework) {
    framework.observe(on().start, *this, &Verbose::on_start);
    framework.observe(on().config_changed, *this, &Verbose::put_off);
    framework.observe(source_, *this, &Verbose::put_off_any);
  }

 private:
  void on_start(juju::StartEvent&) { framework().emit(source_, LongEvent()); }
  void put_off(juju::ConfigChangedEvent& event) { event.defer(); }
  void put_off_any(juju::Event& event) { event.defer(); }

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

TEST_CASE("users 17: a deferred event whose relation is gone comes without it, once, in another process") {
  HookRunner juju(related(), app);
  CHECK(juju.run<PutsOff>(created()) == 0);
  juju.juju.change([](State& state) { state.relations.clear(); });
  CHECK(juju.run<Says>(juju::testing::config_changed()) == 0);
  CHECK(juju.log() == Lines{"INFO deferred events that wait for the next hook: 1",
                            "INFO relation 3 with 'tempo' is gone", "INFO config-changed"});
  CHECK(juju.juju.unit_state().empty());
}

TEST_CASE("users 17: a handler that keeps throwing loses nothing, and a build that is mended gets its event") {
  HookRunner juju(related(), app);
  CHECK(juju.run<PutsOff>(created()) == 0);
  const juju::StringMap kept = juju.juju.unit_state();
  for (int i = 0; i < 3; ++i) CHECK(juju.run<RefusesRelations>(juju::testing::update_status()) == 1);
  CHECK(juju.juju.unit_state() == kept);
  CHECK(juju.log().back() == "ERROR uncaught exception in update-status: not today");
  CHECK(juju.run<Says>(juju::testing::upgrade_charm()) == 0);
  CHECK(juju.log()[juju.log().size() - 2] == "INFO relation 3 with 'tempo'");
  CHECK(juju.juju.unit_state().empty());
}

TEST_CASE("users 17: an identical notice is queued once, and a queue says its length where it grows") {
  HookRunner juju(related(), app);
  CHECK(juju.run<PutsOff>(juju::testing::config_changed()) == 0);
  CHECK(juju.run<PutsOff>(juju::testing::config_changed()) == 0);
  CHECK(juju.juju.unit_state().size() == 1);
  CHECK(juju.juju.calls("state-set").empty());
  CHECK(juju.run<PutsOff>(created()) == 0);
  CHECK(juju.juju.unit_state().size() == 2);
  CHECK(juju.log() == Lines{"INFO deferred events that wait for the next hook: 1",
                            "INFO deferred events that wait for the next hook: 2"});
}

TEST_CASE("notices come again in their order, from ten on as well, and other keys of the state stand") {
  HookRunner juju(State(), app);
  CHECK(juju.run<PutsOff>(juju::testing::config_changed()) == 0);
  const juju::hook_tools::Tools tools;
  for (int i = 1; i < 12; ++i) {
    const std::string key = std::string(i < 10 ? "deferred-00000" : "deferred-0000") + std::to_string(i);
    tools.state_set({{key, R"({"event": "tracing-relation-created", "observer": 0, "snapshot": {"relation_id": )" +
                               std::to_string(i) + "}}"}});
  }
  tools.state_set({{"theirs", "stays"}});
  juju.juju.flush();
  CHECK(juju.run<Says>(juju::testing::update_status()) == 0);
  Lines said = juju.log();
  REQUIRE(said.size() == 14);
  CHECK(said[1] == "INFO config-changed");
  for (std::size_t i = 1; i < 12; ++i) {
    CHECK(said[i + 1] == "INFO relation " + std::to_string(i) + " with '' is gone");
  }
  CHECK(juju.juju.unit_state() == juju::StringMap{{"theirs", "stays"}});
}

TEST_CASE("a notice of over 64 KiB is dropped with an ERROR, and what else was deferred is kept") {
  HookRunner juju(State(), app);
  CHECK(juju.run<Verbose>(juju::testing::config_changed()) == 0);
  CHECK(juju.run<Verbose>(juju::testing::start()) == 0);
  CHECK(juju.juju.unit_state().size() == 1);
  CHECK(juju.log().back() == "ERROR dropped a deferred event of over 64 KiB, more than Juju keeps: Verbose/long");
}

TEST_CASE("what a failed hook deferred is forgotten with all else that it wrote") {
  HookRunner juju(related(), app);
  juju.juju.fail("state-set", "connection is shut down");
  CHECK(juju.run<PutsOff>(juju::testing::config_changed()) == 1);
  CHECK(juju.juju.unit_state().empty());
}

TEST_CASE("in a restricted hook no tool is called, and what is deferred waits for another") {
  HookRunner juju(related(), app);
  CHECK(juju.run<PutsOff>(created()) == 0);
  for (const char* hook : {"collect-metrics", "meter-status-changed"}) {
    CHECK(juju.run<Says>(juju::Hook{.subject = hook}) == 0);
    CHECK(juju.juju.calls().empty());
  }
  CHECK(juju.juju.unit_state().size() == 1);
}

TEST_CASE(
    "users 16: without JUJU_REMOTE_APP an event's application is that of its unit, of the units, or Juju's answer") {
  State before = related();
  HookRunner juju(before, app);
  CHECK(juju.run<Says>(created("")) == 0);  // no units: relation-list --app
  juju::Hook departed = created("");
  departed.kind = juju::HookKind::relation_departed;
  departed.remote_unit = "last/0";
  CHECK(juju.run<Says>(departed) == 0);
  CHECK(juju.juju.calls("relation-list").empty());
  juju.juju.change([](State& state) { state.relations[0].remote_units["listed/0"]; });
  CHECK(juju.run<Says>(created("")) == 0);
  juju.juju.change([](State& state) {
    state.relations[0].remote_units.clear();
    state.relations[0].remote_application = "";
  });
  CHECK(juju.run<Says>(created("")) == 0);
  CHECK(juju.log() == Lines{"INFO relation 3 with 'tempo'", "INFO relation 3 with 'last'",
                            "INFO relation 3 with 'listed'", "INFO relation 3 with ''"});
}
