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
  void restore(const json& snapshot, juju::Model&) override {
    text = snapshot.at("text").get<std::string>();
    if (text.empty()) throw juju::SnapshotError("an empty note");
  }
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

/// Notes which of its handlers were called.
struct Observer {
  void on_note(NoteEvent&) { lines.push_back("note"); }
  void on_const_note(const NoteEvent&) const { lines.push_back("const note"); }
  void on_any(juju::Event&) { lines.push_back("any"); }
  static void on_static(const juju::Event&) { lines.push_back("static"); }
  inline static std::vector<std::string> lines = {};
};

std::vector<std::string> lines(const State& state) {
  std::vector<std::string> messages;
  for (const auto& line : state.log) messages.push_back(line.message);
  return messages;
}

State hook(State before, const juju::testing::EventRequest& event) {
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

TEST_CASE("events: an event without snapshot code reaches its observers with its fields") {
  struct Loud : juju::Event {
    int volume = 0;
    json snapshot() const override { throw std::logic_error("a live event has no snapshot"); }
    void restore(const json&, juju::Model&) override {}
  };
  juju::testing::MemoryModel model(State{}, metadata);
  juju::Framework framework(model, metadata);
  const juju::EventSource<Loud> loud("Loud/loud");
  std::vector<int> volumes;
  for (int observer = 0; observer < 2; ++observer) {
    framework.observe(loud, [&](Loud& event) { volumes.push_back(event.volume++); });
  }
  Loud event;
  event.volume = 11;
  framework.emit(loud, event);
  CHECK(volumes == std::vector<int>{11, 11});  // a change does not reach the next observer
}

TEST_CASE("events: an emitted event that is already deferred is only deferred by the observers that defer it") {
  juju::testing::MemoryModel model(State{}, metadata);
  juju::Framework framework(model, metadata);
  framework.observe(note, [](const NoteEvent& event) { CHECK_FALSE(event.deferred()); });
  framework.observe(note, [](NoteEvent& event) { event.defer(); });
  NoteEvent event("a");
  event.defer();
  framework.emit(note, event);
  CHECK(framework.deferred() == std::vector<juju::Notice>{{"Notes[mine]/note", 1, {{"text", "a"}}}});
}

TEST_CASE("observe: handlers take the event's type or a base of it, const or not, of one event or of several") {
  juju::testing::MemoryModel model(State{}, metadata);
  juju::Framework framework(model, metadata);
  Observer observer;
  framework.observe(note, observer, &Observer::on_note);
  framework.observe(note, observer, &Observer::on_const_note);
  framework.observe(note, observer, &Observer::on_any);
  framework.observe(note, &Observer::on_static);
  framework.observe({framework.on().start, note}, observer, &Observer::on_any);
  framework.observe({note, framework.on().start}, [&](juju::Event&) { Observer::lines.push_back("several"); });
  const std::vector<juju::AnyEventSource> listed = {note};
  framework.observe(listed, [&](const juju::Event&) { Observer::lines.push_back("listed"); });
  framework.observe(listed.front(), [&](juju::Event&) { Observer::lines.push_back("one of any type"); });
  framework.emit(note, NoteEvent("a"));
  CHECK(Observer::lines ==
        std::vector<std::string>{"note", "const note", "any", "static", "any", "several", "listed", "one of any type"});
  Observer::lines.clear();
  framework.run({.kind = juju::HookKind::start});
  CHECK(Observer::lines == std::vector<std::string>{"any", "several"});
}

TEST_CASE("observe: a handler may observe more events while it runs") {
  juju::testing::MemoryModel model(State{}, metadata);
  juju::Framework framework(model, metadata);
  int calls = 0;
  framework.observe(note, [&](NoteEvent&) {
    for (int i = 0; i < 100; ++i) framework.observe(framework.on().stop, [&](juju::Event&) { ++calls; });
  });
  framework.emit(note, NoteEvent("a"));
  framework.run({.kind = juju::HookKind::stop});
  CHECK(calls == 100);
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
  CHECK(lines(after)[0] == "the observer that deferred Notes[mine]/note is gone; all observers get it");
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

TEST_CASE("a deferred event whose snapshot cannot be read is dropped with a log line, and the hook goes on") {
  State before;
  before.deferred = {{"Notes[mine]/note", 0, {{"text", 7}}},
                     {"Notes[mine]/note", 0, {{"text", ""}}},
                     {"Notes[mine]/note", 0, {{"text", "b"}}}};
  const std::string dropped = "dropped a deferred event whose snapshot cannot be read: Notes[mine]/note";
  CHECK(lines(hook(before, juju::testing::update_status())) ==
        std::vector<std::string>{dropped, dropped, "first b", "update-status"});
}

TEST_CASE("each of Juju's events has the name of its hook") {
  const juju::CharmEvents on(metadata);
  const std::vector<juju::AnyEventSource> sources = {on.install,       on.start,          on.stop,
                                                     on.remove,        on.config_changed, on.update_status,
                                                     on.upgrade_charm, on.leader_elected, on.pebble_ready("music")};
  std::vector<std::string> names;
  for (const juju::AnyEventSource& source : sources) names.push_back(source.name());
  CHECK(names == std::vector<std::string>{"install", "start", "stop", "remove", "config-changed", "update-status",
                                          "upgrade-charm", "leader-elected", "music-pebble-ready"});
}

TEST_CASE("levels and statuses have Juju's words") {
  CHECK(to_string(juju::LogLevel::debug) == "DEBUG");
  CHECK(to_string(juju::LogLevel::info) == "INFO");
  CHECK(to_string(juju::LogLevel::warning) == "WARNING");
  CHECK(to_string(juju::LogLevel::error) == "ERROR");
  CHECK(juju::ActiveStatus("a") == juju::Status{"active", "a"});
  CHECK(juju::BlockedStatus("b") == juju::Status{"blocked", "b"});
  CHECK(juju::WaitingStatus("w") == juju::Status{"waiting", "w"});
  CHECK(juju::MaintenanceStatus("m") == juju::Status{"maintenance", "m"});
  CHECK(juju::Status{} == juju::Status{"unknown", ""});
  CHECK(juju::Status{} != juju::ActiveStatus{});
}

TEST_CASE("a log has a word for each level") {
  State state;
  juju::testing::MemoryModel model(state, metadata);
  model.log().debug("d");
  model.log().info("i");
  model.log().warning("w");
  model.log().error("e");
  const State after = model.take();
  std::string levels;
  for (const auto& line : after.log) levels += std::string(to_string(line.level)) + " " + line.message + " ";
  CHECK(levels == "DEBUG d INFO i WARNING w ERROR e ");
}

TEST_CASE("what the snapshot of another build lacks is empty in the event") {
  juju::testing::MemoryModel model(State{}, metadata);
  CHECK(juju::RelationEvent().relation_id == -1);
  juju::RelationDepartedEvent event;
  event.relation_name = event.app = event.unit = event.departing_unit = "before";
  event.restore({{"relation_id", 4}}, model);
  CHECK(event.snapshot() == json::parse(R"({"relation_id": 4, "relation_name": "", "app": "", "unit": "",
                                            "departing_unit": ""})"));
}
