// SPDX-License-Identifier: Apache-2.0
#include <juju/charm.hpp>
#include <juju/testing.hpp>

#include <string>
#include <vector>

#include <support/catch.hpp>

namespace {

using juju::testing::run;
using juju::testing::State;
using nlohmann::json;

const juju::Metadata metadata = juju::Metadata::parse("{name: mine, containers: {music: {}}}");

/// A library's event, which its observers may defer.
class NoteEvent : public juju::Event {
 public:
  explicit NoteEvent(std::string note_text = {}) : text(std::move(note_text)) {}

  std::string text;

  json snapshot() const override { return {{"text", text}}; }
  void restore(const json& snapshot, juju::Model&) override { text = snapshot.at("text").get<std::string>(); }
};

const juju::EventSource<NoteEvent> note("Notes[mine]/note");

/// Emits a note on start, update-status and config-changed; its two observers log it, and each defers on its own terms.
template <int observers>
class Charm final : public juju::CharmBase {
 public:
  explicit Charm(juju::Framework& framework) : CharmBase(framework) {
    framework.observe(on().start, *this, &Charm::on_start);
    framework.observe(on().update_status, *this, &Charm::on_update_status);
    if (observers > 0) framework.observe(note, *this, &Charm::on_note);
    if (observers > 1) framework.observe(note, *this, &Charm::on_note_again);
  }

 private:
  void on_start(juju::StartEvent&) { framework().emit(note, NoteEvent("one")); }
  void on_update_status(juju::UpdateStatusEvent&) { log().info("update-status"); }
  void on_note(NoteEvent& event) { log().info("first " + event.text); }
  void on_note_again(NoteEvent& event) {
    log().info("second " + event.text);
    event.text += "!";
    event.defer();
  }
};

std::vector<std::string> lines(const State& state) {
  std::vector<std::string> messages;
  for (const auto& line : state.log) messages.push_back(line.message);
  return messages;
}

State hook(State before, const juju::Hook& event) {
  before.log.clear();
  return run<Charm<2>>(std::move(before), event, metadata);
}

}  // namespace

TEST_CASE("an event comes to its observers in their order, and an observer that defers it gets it again alone") {
  const State first = hook({}, juju::testing::start());
  CHECK(lines(first) == std::vector<std::string>{"first one", "second one"});
  const State second = hook(first, juju::testing::update_status());
  CHECK(lines(second) == std::vector<std::string>{"second one!", "update-status"});
  CHECK(second.deferred == std::vector<juju::Notice>{{"Notes[mine]/note", 1, {{"text", "one!!"}}}});
}

TEST_CASE("deferred events come in their order, before the hook's own event") {
  State before;
  before.deferred = {{"Notes[mine]/note", 1, {{"text", "a"}}}, {"Notes[mine]/note", 0, {{"text", "b"}}}};
  CHECK(lines(hook(before, juju::testing::update_status())) ==
        std::vector<std::string>{"second a", "first b", "update-status"});
}

TEST_CASE("a hook that nobody observes still brings back what was deferred") {
  State before;
  before.deferred = {{"Notes[mine]/note", 0, {{"text", "a"}}}};
  CHECK(lines(hook(before, juju::testing::config_changed())) == std::vector<std::string>{"first a"});
}

TEST_CASE("a notice that is queued twice comes back once") {
  State before;
  before.deferred = {{"Notes[mine]/note", 1, {{"text", "a"}}}, {"Notes[mine]/note", 1, {{"text", "a"}}}};
  CHECK(hook(before, juju::testing::update_status()).deferred.size() == 1);
}

TEST_CASE("where the place of the observer that deferred is gone, all observers get the event, with a log line") {
  State before;
  before.deferred = {{"Notes[mine]/note", 1, {{"text", "a"}}}};
  const State after = run<Charm<1>>(before, juju::testing::update_status(), metadata);
  REQUIRE(lines(after).size() == 3);
  CHECK(after.log[0].level == juju::LogLevel::warning);
  CHECK(lines(after)[1] == "first a");
}

TEST_CASE("a deferred event that nobody observes any more is dropped with a log line") {
  State before;
  before.deferred = {{"Notes[mine]/note", 0, {{"text", "a"}}}};
  const State after = run<Charm<0>>(before, juju::testing::update_status(), metadata);
  CHECK(after.deferred.empty());
  REQUIRE(lines(after).size() == 2);
  CHECK(lines(after)[0] == "dropped a deferred event that nobody observes any more: Notes[mine]/note");
}

TEST_CASE("a notice goes to JSON and comes back") {
  const juju::Notice notice{"Notes[mine]/note", 2, {{"text", "a"}}};
  const json text = notice;
  CHECK(text == json::parse(R"({"event": "Notes[mine]/note", "observer": 2, "snapshot": {"text": "a"}})"));
  CHECK(text.get<juju::Notice>() == notice);
}

TEST_CASE("Juju's events restore what their snapshots keep") {
  juju::testing::State state;
  juju::testing::MemoryModel model(state, metadata);
  juju::RelationDepartedEvent departed;
  departed.restore(json::parse(R"({"relation_id": 0, "relation_name": "my-tracing-2", "app": "b", "unit": "b/0",
                                   "departing_unit": "b/0"})"),
                   model);
  CHECK(departed.relation_id == 0);
  CHECK(departed.relation_name == "my-tracing-2");
  CHECK(departed.unit == "b/0");
  CHECK(departed.departing_unit == "b/0");
  CHECK(departed.relation == nullptr);
  juju::RelationDepartedEvent again;
  again.restore(departed.snapshot(), model);
  CHECK(again.snapshot() == departed.snapshot());
  juju::PebbleReadyEvent ready;
  ready.restore({{"workload", "music"}}, model);
  CHECK(ready.workload == "music");
  CHECK(ready.snapshot() == json{{"workload", "music"}});
}
