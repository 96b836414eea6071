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

const juju::Metadata container_metadata = juju::Metadata::parse("{name: mine, containers: {music: {}}}");

/// An event of a library. Observers may defer it.
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

/// Emits a note on start. The first observer logs it, the second logs, changes and defers it.
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

/// Records which of its handlers were called.
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
  return run<Charm<2>>(std::move(before), event, container_metadata);
}

}  // namespace

TEST_CASE("framework: only observers that defer an event get it again") {
  const State first = hook({}, juju::testing::start());
  const std::string waiting = "deferred events that wait for the next hook: 1";
  CHECK(lines(first) == std::vector<std::string>{"first one", "second one", waiting});
  const State second = hook(first, juju::testing::update_status());
  CHECK(lines(second) == std::vector<std::string>{"second one!", "update-status"});
  CHECK(second.deferred == std::vector<juju::Notice>{{"Notes[mine]/note", 1, {{"text", "one!!"}}}});
}

TEST_CASE("framework: each observer gets its own copy, without a snapshot") {
  struct Loud : juju::Event {
    int volume = 0;
    json snapshot() const override { throw std::logic_error("a live event has no snapshot"); }
    void restore(const json&, juju::Model&) override {}
  };
  juju::testing::MemoryModel model(State{}, container_metadata);
  juju::Framework framework(model, container_metadata);
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

TEST_CASE("framework: an event is emitted as not deferred") {
  juju::testing::MemoryModel model(State{}, container_metadata);
  juju::Framework framework(model, container_metadata);
  framework.observe(note, [](const NoteEvent& event) { CHECK_FALSE(event.deferred()); });
  framework.observe(note, [](NoteEvent& event) { event.defer(); });
  NoteEvent event("a");
  event.defer();
  framework.emit(note, event);
  CHECK(framework.deferred() == std::vector<juju::Notice>{{"Notes[mine]/note", 1, {{"text", "a"}}}});
}

TEST_CASE("framework: a handler takes the event's type or a base of it") {
  juju::testing::MemoryModel model(State{}, container_metadata);
  juju::Framework framework(model, container_metadata);
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

TEST_CASE("framework: a handler may observe more events") {
  juju::testing::MemoryModel model(State{}, container_metadata);
  juju::Framework framework(model, container_metadata);
  int calls = 0;
  framework.observe(note, [&](NoteEvent&) {
    for (int i = 0; i < 100; ++i) framework.observe(framework.on().stop, [&](juju::Event&) { ++calls; });
  });
  framework.emit(note, NoteEvent("a"));
  framework.run({.kind = juju::HookKind::stop});
  CHECK(calls == 100);
}

TEST_CASE("framework: deferred events are emitted in order, before the hook's own") {
  State before;
  before.deferred = {{"Notes[mine]/note", 1, {{"text", "a"}}}, {"Notes[mine]/note", 0, {{"text", "b"}}}};
  CHECK(lines(hook(before, juju::testing::update_status())) ==
        std::vector<std::string>{"second a", "first b", "update-status"});
}

TEST_CASE("framework: deferred events are emitted in a hook without observers") {
  State before;
  before.deferred = {{"Notes[mine]/note", 0, {{"text", "a"}}}};
  CHECK(lines(hook(before, juju::testing::config_changed())) == std::vector<std::string>{"first a"});
}

TEST_CASE("framework: an event that is deferred twice is emitted again once") {
  State before;
  before.deferred = {{"Notes[mine]/note", 1, {{"text", "a"}}}, {"Notes[mine]/note", 1, {{"text", "a"}}}};
  CHECK(hook(before, juju::testing::update_status()).deferred.size() == 1);
}

TEST_CASE("framework: a deferred event without its observer goes to all observers") {
  State before;
  before.deferred = {{"Notes[mine]/note", 1, {{"text", "a"}}}};
  const State after = run<Charm<1>>(before, juju::testing::update_status(), container_metadata);
  REQUIRE(lines(after).size() == 3);
  CHECK(after.log[0].level == juju::LogLevel::warning);
  CHECK(lines(after)[0] == "the observer that deferred Notes[mine]/note is gone; all observers get it");
  CHECK(lines(after)[1] == "first a");
}

TEST_CASE("framework: a deferred event without observers is dropped and logged") {
  State before;
  before.deferred = {{"Notes[mine]/note", 0, {{"text", "a"}}}};
  const State after = run<Charm<0>>(before, juju::testing::update_status(), container_metadata);
  CHECK(after.deferred.empty());
  REQUIRE(lines(after).size() == 2);
  CHECK(lines(after)[0] == "dropped a deferred event that nobody observes any more: Notes[mine]/note");
}

TEST_CASE("framework: a deferred event with an invalid snapshot is dropped") {
  State before;
  before.deferred = {{"Notes[mine]/note", 0, {{"text", 7}}},
                     {"Notes[mine]/note", 0, {{"text", ""}}},
                     {"Notes[mine]/note", 0, {{"text", "b"}}}};
  const std::string dropped = "dropped a deferred event whose snapshot cannot be read: Notes[mine]/note";
  CHECK(lines(hook(before, juju::testing::update_status())) ==
        std::vector<std::string>{dropped, dropped, "first b", "update-status"});
}
