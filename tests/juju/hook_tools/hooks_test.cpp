// SPDX-License-Identifier: Apache-2.0
// One hook from Juju's environment to an exit status, and what it costs.
#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include <support/catch.hpp>
#include <support/dispatch.hpp>
#include <support/stand_in_tools.hpp>
#include <support/workload.hpp>

#include "../testing/scripted_charm.hpp"

namespace {

using juju::testing::State;
using scripted::Lines;
using support::HookRunner;
using support::Workload;

const std::string music = "{name: music, provides: {tracing: {interface: tempo_scrape}}}";

State related_music(bool leader) {
  State state{.leader = leader, .relations = {{.id = 3, .endpoint = "tracing", .remote_application = "tempo"}}};
  state.relations[0].remote_units["tempo/0"];
  return state;
}

const juju::Hook update_status{.kind = juju::HookKind::update_status};
const juju::Hook changed{.kind = juju::HookKind::relation_changed,
                         .relation_id = 3,
                         .endpoint = "tracing",
                         .remote_application = "tempo",
                         .remote_unit = "tempo/0"};

/// Writes or reads its application's bag before anything has happened.
template <bool writes>
class Hasty final : public juju::CharmBase {
 public:
  explicit Hasty(juju::Framework& framework) : CharmBase(framework) {
    for (juju::Relation* relation : model().relations("tracing")) {
      juju::RelationDataBag& bag = relation->data(app().name());
      if (writes) bag.set("key", "text");
      if (!writes) bag.get("key");
    }
  }
};

const std::string megabyte = [] {
  std::string text = "\"quoted\" = 'x'\n\t\\ 🎵 secret";
  while (text.size() < (1U << 20U)) text += text;
  return text;
}();

void write_megabyte(juju::CharmBase& charm, juju::Event&) {
  charm.model().relation(3)->data("music/0").set("song", megabyte);
}
void do_everything(juju::CharmBase& charm, juju::Event& event) {
  charm.unit().set_status(juju::ActiveStatus("unit"));
  charm.app().set_status(juju::ActiveStatus("application"));
  charm.model().relation(3)->data("music").set("key", "text");
  event.defer();
  charm.log().debug("costs nothing");
  charm.log().info("costs a process");
}
void throw_a_number(juju::CharmBase&, juju::Event&) { throw 42; }
void talk(juju::CharmBase& charm, juju::Event&) {
  charm.log().info(megabyte);
  charm.unit().set_status(juju::BlockedStatus(megabyte));
}

/// What is left of a megabyte in an argument.
bool is_cut(const std::string& text) {
  return text.size() > 60'000 && text.size() < 128U * 1024U && text.ends_with("...");
}

}  // namespace

TEST_CASE("users 30: neither a Tempo that is not ready yet nor a hook with nothing to do is worth a line") {
  const bool leader = GENERATE(true, false);
  HookRunner juju(related_music(leader), music);
  for (const juju::Hook& hook : {changed, update_status, juju::Hook{.kind = juju::HookKind::config_changed}, update_status}) {
    CHECK(juju.run<Workload>(hook) == 0);
    CHECK(juju.juju.calls("juju-log").empty());
  }
  CHECK(juju.juju.calls("relation-set").empty());
}

TEST_CASE("users 30: a line at DEBUG costs no process, and one at INFO costs one") {
  HookRunner juju(related_music(true), music);
  CHECK(juju.run<scripted::Charm<do_everything>>(update_status) == 0);
  CHECK(juju.juju.calls("juju-log").front() == "juju-log -l INFO -- costs a process");
  CHECK(juju.log() == Lines{"INFO costs a process", "INFO deferred events that wait for the next hook: 1"});
}

TEST_CASE("the status of the unit is the last thing that a hook tells Juju, after all that could still fail") {
  HookRunner juju(related_music(true), music);
  CHECK(juju.run<scripted::Charm<do_everything>>(update_status) == 0);
  const Lines calls = juju.juju.calls();
  REQUIRE(calls.size() >= 4);
  CHECK(Lines(calls.end() - 3, calls.end()) == Lines{"relation-set -r tracing:3 --app --file -",
                                                     "status-set --application=true -- active application",
                                                     "status-set -- active unit"});
  juju.juju.fail("relation-set", "cannot write relation settings");
  juju.juju.change([](State& state) { state.relations[0].local_application_data.clear(); });
  CHECK(juju.run<scripted::Charm<do_everything>>(update_status) == 1);
  CHECK(juju.juju.calls("status-set").empty());
}

TEST_CASE("users 36: a megabyte goes into a data bag as it is, and no argument of any tool shows it") {
  HookRunner juju(related_music(false), music);
  CHECK(juju.run<scripted::Charm<write_megabyte>>(update_status) == 0);
  CHECK((juju.juju.state().relation(3).local_unit_data.at("song") == megabyte));
  for (const std::string& call : juju.juju.calls()) CHECK(call.find("secret") == std::string::npos);
}

TEST_CASE("users 45: a constructor is refused what a handler is refused, and no tool is called for the bag") {
  const bool leader = GENERATE(true, false);
  HookRunner juju(related_music(leader), music);
  CHECK(juju.run<Hasty<true>>(update_status) == (leader ? 0 : 1));
  CHECK(juju.juju.calls("relation-set").size() == (leader ? 1U : 0U));
  CHECK(juju.run<Hasty<false>>(update_status) == (leader ? 0 : 1));
  if (leader) return;
  CHECK(juju.juju.calls("relation-get").empty());
  CHECK(juju.log() ==
        Lines{"ERROR uncaught exception in update-status: music/0 may not write the data bag of music in relation 3",
              "ERROR uncaught exception in update-status: music/0 may not read the data bag of music in relation 3"});
}

TEST_CASE("something thrown that is no exception ends 1 as well") {
  HookRunner juju(related_music(true), music);
  CHECK(juju.run<scripted::Charm<throw_a_number>>(update_status) == 1);
  CHECK(juju.log() == Lines{"ERROR uncaught exception in update-status: an exception that is not a std::exception"});
}

TEST_CASE("a log line or a status longer than the kernel takes is cut, and kills no hook") {
  HookRunner juju(related_music(true), music);
  CHECK(juju.run<scripted::Charm<talk>>(update_status) == 0);
  CHECK(is_cut(juju.log().front()));
  CHECK(is_cut(juju.juju.state().unit_status.message));
}

TEST_CASE("a charm that cannot be built in a hook ends it 1 and says why") {
  HookRunner without_endpoint(State(), "{name: music}");
  CHECK(without_endpoint.run<Workload>(update_status) == 1);
  CHECK(without_endpoint.log() ==
        Lines{"ERROR uncaught exception in update-status: No relation named 'tracing' found"});
}

TEST_CASE("with a timeout a tool that hangs ends the hook 1, though it has closed what it prints to") {
  const std::string hanging = GENERATE(values<std::string>({"exec sleep 60", "exec >&- 2>&-; exec sleep 60"}));
  HookRunner juju(related_music(true), music);
  support::StandInTools broken;
  broken.on("state-get", {"{}", "", 0, hanging});
  const auto begin = std::chrono::steady_clock::now();
  CHECK(juju.run<Workload>(update_status, {.hook_tool_timeout_ms = 500}) == 1);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(20));
  REQUIRE(broken.calls_of("juju-log") == 1);
  CHECK(broken.calls().back() ==
        "juju-log -l ERROR -- uncaught exception in update-status: state-get --format=json: took too long");
}

TEST_CASE("reads of bags overlap, four at most") {
  support::StandInTools slow;
  const support::TemporaryDirectory directory;
  const std::string here = directory.path().string();
  slow.on("relation-get", {"{}", "", 0,
                           "mkdir " + here + "/$$; sleep 0.2; ls " + here + " | grep -vc seen >> " + here +
                               "/seen; rmdir " + here + "/$$"});
  const Lines units = {"a/0", "a/1", "a/2", "a/3", "a/4", "a/5", "a/6", "a/7", "a/8"};
  CHECK(juju::hook_tools::Tools().relation_get({"tracing", 3}, units).size() == units.size());
  std::ifstream seen(here + "/seen");
  int most = 0;
  for (int at_once = 0; seen >> at_once;) most = std::max(most, at_once);
  CHECK(most >= 2);
  CHECK(most <= 4);
}
