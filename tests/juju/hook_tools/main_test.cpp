// SPDX-License-Identifier: Apache-2.0
// juju::main: one hook, from Juju's environment to the exit status.
#include <charms/tempo_k8s/v0/tempo_scrape.hpp>

#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

#include <support/captured_output.hpp>
#include <support/catch.hpp>
#include <support/charms.hpp>
#include <support/dispatch.hpp>

#include "../testing/scripted_charm.hpp"

namespace {

using juju::testing::State;
using scripted::Lines;
using support::HookRunner;
using support::music;
using support::update_status;
using support::Workload;

State related_music(bool leader) {
  State state{.leader = leader, .relations = {{.id = 3, .endpoint = "tracing", .remote_application = "tempo"}}};
  state.relations[0].remote_units["tempo/0"];
  return state;
}

const juju::Hook changed{.kind = juju::HookKind::relation_changed,
                         .relation_id = 3,
                         .endpoint = "tracing",
                         .remote_application = "tempo",
                         .remote_unit = "tempo/0"};

/// Writes or reads the data bag of its application in its constructor.
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

class TracingListener final : public juju::CharmBase {
 public:
  explicit TracingListener(juju::Framework& framework) : CharmBase(framework) {}

 private:
  charms::tempo_k8s::v0::tempo_scrape::TracingEndpointRequirer<TracingListener> endpoint_{*this, {.hostname = "t"}};
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
  charm.log().debug("no process");
  charm.log().info("one process");
}
void log_debug(juju::CharmBase& charm, juju::Event&) { charm.log().debug("no process"); }
void throw_a_number(juju::CharmBase&, juju::Event&) { throw 42; }
void throw_after_writes(juju::CharmBase& charm, juju::Event& event) {
  do_everything(charm, event);
  throw std::runtime_error("no music today");
}
void write_long_texts(juju::CharmBase& charm, juju::Event&) {
  charm.log().info(megabyte);
  charm.unit().set_status(juju::BlockedStatus(megabyte));
}

/// Whether the text, which was a megabyte, was cut to the size of one argument.
bool is_cut(const std::string& text) {
  return text.size() > 60'000 && text.size() < 128U * 1024U && text.ends_with("...");
}

}  // namespace

TEST_CASE("main: a hook with nothing to report calls no juju-log") {
  const bool leader = GENERATE(true, false);
  HookRunner runner(related_music(leader), music);
  for (const juju::Hook& hook :
       {changed, update_status, juju::Hook{.kind = juju::HookKind::config_changed}, update_status}) {
    CHECK(runner.run<Workload>(hook) == 0);
    CHECK(runner.juju.calls("juju-log").empty());
  }
  CHECK(runner.juju.calls("relation-set").empty());
}

TEST_CASE("main: a line at INFO is one call of juju-log") {
  HookRunner runner(related_music(true), music);
  CHECK(runner.run<scripted::Charm<do_everything>>(update_status) == 0);
  CHECK(runner.juju.calls("juju-log").front() == "juju-log -l INFO -- one process");
  CHECK(runner.log() == Lines{"INFO one process", "INFO deferred events that wait for the next hook: 1"});
}

TEST_CASE("main: a line at DEBUG goes to standard output, which Juju logs") {
  HookRunner runner(related_music(true), music);
  support::CapturedOutput output(STDOUT_FILENO);
  CHECK(runner.run<scripted::Charm<log_debug>>(update_status) == 0);
  CHECK(output.take() == "no process\n");
  CHECK(runner.juju.calls("juju-log").empty());
}

TEST_CASE("main: the unit's status is set last, after every call that can fail") {
  HookRunner runner(related_music(true), music);
  CHECK(runner.run<scripted::Charm<do_everything>>(update_status) == 0);
  const Lines calls = runner.juju.calls();
  REQUIRE(calls.size() >= 4);
  CHECK(Lines(calls.end() - 3, calls.end()) == Lines{"relation-set -r tracing:3 --app --file -",
                                                     "status-set --application=true -- active application",
                                                     "status-set -- active unit"});
  runner.juju.fail("relation-set", "cannot write relation settings");
  runner.juju.change([](State& state) { state.relations[0].local_application_data.clear(); });
  CHECK(runner.run<scripted::Charm<do_everything>>(update_status) == 1);
  CHECK(runner.juju.calls("status-set").empty());
}

TEST_CASE("main: a megabyte is written to a data bag through standard input") {
  HookRunner runner(related_music(false), music);
  CHECK(runner.run<scripted::Charm<write_megabyte>>(update_status) == 0);
  CHECK((runner.juju.state().relation(3).local_unit_data.at("song") == megabyte));
  for (const std::string& call : runner.juju.calls()) CHECK(call.find("secret") == std::string::npos);
}

TEST_CASE("main: a constructor has the access rights of a handler") {
  const bool leader = GENERATE(true, false);
  HookRunner runner(related_music(leader), music);
  CHECK(runner.run<Hasty<true>>(update_status) == (leader ? 0 : 1));
  CHECK(runner.juju.calls("relation-set").size() == (leader ? 1U : 0U));
  CHECK(runner.run<Hasty<false>>(update_status) == (leader ? 0 : 1));
  if (leader) return;
  CHECK(runner.juju.calls("relation-get").empty());
  CHECK(runner.log() ==
        Lines{"ERROR uncaught exception in update-status: music/0 may not write the data bag of music in relation 3",
              "ERROR uncaught exception in update-status: music/0 may not read the data bag of music in relation 3"});
}

TEST_CASE("main: after an uncaught exception nothing is written, and status is 1") {
  HookRunner runner(related_music(true), music);
  support::CapturedOutput errors(STDERR_FILENO);
  CHECK(runner.run<scripted::Charm<throw_after_writes>>(update_status) == 1);
  CHECK(runner.juju.calls().back() == "juju-log -l ERROR -- uncaught exception in update-status: no music today");
  for (const char* tool : {"relation-set", "state-set", "status-set"}) CHECK(runner.juju.calls(tool).empty());
  runner.juju.take_away("juju-log");
  CHECK(runner.run<scripted::Charm<throw_a_number>>(update_status) == 1);
  CHECK(errors.take() == "uncaught exception in update-status: an exception that is not a std::exception\n");
}

TEST_CASE("main: an exception of any type is logged, and the status is 1") {
  HookRunner runner(related_music(true), music);
  CHECK(runner.run<scripted::Charm<throw_a_number>>(update_status) == 1);
  CHECK(runner.log() == Lines{"ERROR uncaught exception in update-status: an exception that is not a std::exception"});
}

TEST_CASE("main: a log line or status that is too long for an argument is cut") {
  HookRunner runner(related_music(true), music);
  CHECK(runner.run<scripted::Charm<write_long_texts>>(update_status) == 0);
  CHECK(is_cut(runner.log().front()));
  CHECK(is_cut(runner.juju.state().unit_status.message));
}

TEST_CASE("main: an exception in the constructor is logged, and the status is 1") {
  HookRunner runner(State(), "{name: music}");
  CHECK(runner.run<Workload>(update_status) == 1);
  CHECK(runner.log() == Lines{"ERROR uncaught exception in update-status: No relation named 'tracing' found"});
}

TEST_CASE("main: a hook tool that exceeds the timeout ends the hook with 1") {
  const std::string hanging = GENERATE(values<std::string>({"exec sleep 60", "exec >&- 2>&-; exec sleep 60"}));
  HookRunner runner(related_music(true), music);
  runner.juju.replace_by_script("state-get", hanging);
  const auto begin = std::chrono::steady_clock::now();
  CHECK(runner.run<Workload>(update_status, {.hook_tool_timeout_ms = 500}) == 1);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(20));
  CHECK(runner.juju.calls() ==
        Lines{"juju-log -l ERROR -- uncaught exception in update-status: state-get --format=json: took too long"});
}

TEST_CASE("main: an unknown hook and an unknown action end with 0") {
  HookRunner runner(related_music(true), music);
  CHECK(runner.run<Workload>(juju::Hook{.subject = "secret-rotate"}) == 0);
  CHECK(runner.run<Workload>(juju::Hook{.subject = "collect-metrics"}) == 0);
  CHECK(runner.run<Workload>(juju::testing::action("backup")) == 0);
}

TEST_CASE("main: outside Juju the program prints what it is and ends with 2") {
  char program[] = "./dispatch";
  char* arguments[] = {program, nullptr};
  support::CapturedOutput errors(STDERR_FILENO);
  const int status = juju::main<Workload>(1, arguments);
  CHECK(errors.take() ==
        "./dispatch is a Juju charm: Juju runs it, once for each event; deploy it with `juju deploy`.\n");
  CHECK(status == 2);
}

TEST_CASE("main: a hook does not read config.yaml") {
  HookRunner runner(related_music(true), music);
  runner.write("config.yaml", "options: {port: {type: int, default: wrong}}");
  CHECK(runner.run<Workload>(update_status) == 0);
}

TEST_CASE("main: a charm without relations asks only for its relation ids") {
  HookRunner runner(State(), music);
  CHECK(runner.run<Workload>(update_status) == 0);
  CHECK(runner.juju.calls("relation-").size() == 1);
  CHECK(runner.juju.calls("is-leader").empty());
  HookRunner tempo(State(), "{name: tempo, requires: {tracing: {interface: tempo_scrape}}}");
  CHECK(tempo.run<TracingListener>(juju::testing::config_changed()) == 0);
  CHECK(tempo.juju.calls("relation-").size() == 1);
  CHECK(tempo.juju.calls("is-leader").empty());
}
