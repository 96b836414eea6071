// SPDX-License-Identifier: Apache-2.0
// Things that happen to a model by chance, and the calls of a hook that fail.
#include <juju/testing/simulation.hpp>

#include <exception>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <support/catch.hpp>

#include "scripted_charm.hpp"

namespace {

using namespace juju::testing;
using Catch::Matchers::ContainsSubstring;
using scripted::Lines;
using scripted::lines;

/// Publishes its address, whenever it can.
void publish_address(juju::CharmBase& charm, juju::Event&) {
  for (juju::Relation* relation : charm.model().relations("tracing")) {
    juju::RelationDataBag& bag = relation->data(charm.unit().name());
    const std::string address = charm.model().address(*relation);
    if (bag.get("address") != address) bag.set("address", address);
  }
}

/// Throws in stop while it is misconfigured.
void mind_config(juju::CharmBase& charm, juju::Event& event) {
  const bool is_wrong = charm.model().config().value("wrong", false);
  if (is_wrong && dynamic_cast<juju::StopEvent*>(&event) != nullptr) throw std::domain_error("stopped while wrong");
}

/// Says something else than what failed.
void fail_otherwise(juju::CharmBase& charm, juju::Event&) {
  try {
    static_cast<void>(charm.model().config());
  } catch (const InjectedFault&) {
    throw std::domain_error("of another kind");
  }
}

/// Says more than what failed.
void nest_failure(juju::CharmBase& charm, juju::Event&) {
  try {
    static_cast<void>(charm.model().config());
  } catch (const InjectedFault&) {
    std::throw_with_nested(std::domain_error("no configuration"));
  }
}

/// Writes what no other run writes.
void write_another_text(juju::CharmBase& charm, juju::Event& event) {
  static int count = 0;
  auto* joined = dynamic_cast<juju::RelationJoinedEvent*>(&event);
  if (joined != nullptr) joined->relation->data(charm.unit().name()).set("count", std::to_string(++count));
}

/// Writes once more what it wrote, and one more, on every upgrade.
void count_upgrades(juju::CharmBase& charm, juju::Event& event) {
  if (dynamic_cast<juju::UpgradeCharmEvent*>(&event) == nullptr) return;
  for (juju::Relation* relation : charm.model().relations("tracing")) {
    juju::RelationDataBag& bag = relation->data(charm.unit().name());
    bag.set("upgrades", bag.get("upgrades").value_or("") + "I");
  }
}

/// Goes on without its configuration.
void swallow(juju::CharmBase& charm, juju::Event&) {
  try {
    static_cast<void>(charm.model().config());
  } catch (const InjectedFault&) {
    return;
  }
}

void log_and_fail_to_start(juju::CharmBase& charm, juju::Event& event) {
  charm.log().info("seen");
  if (dynamic_cast<juju::StartEvent*>(&event) != nullptr) throw std::domain_error("no");
}

template <scripted::Script script>
std::vector<Part> parts_of() {
  juju::Metadata metadata = scripted::app_metadata();
  metadata.config["wrong"] = {.type = "boolean", .default_value = false};
  return {{.name = "app", .builds = {Build::of<scripted::Charm<script>>(metadata)}, .mistakes = {{{"wrong", true}}}},
          {.name = "tempo", .builds = {Build::of<scripted::Idle>(scripted::tempo_metadata())}}};
}

/// Of one schedule that ends well.
template <scripted::Script script>
std::string trace_of(std::uint64_t seed) {
  std::string trace;
  const auto failure = find_failure(parts_of<script>(), {.first = seed, .seeds = 1, .length = 60, .twice_one_in = 0},
                                    [&](Simulation& simulation) {
                                      simulation.update_status();
                                      trace = simulation.trace();
                                    });
  return failure ? failure->message : trace;
}

/// What a check throws where the model is not as it should be.
class Wrong : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Fails in every model whose trace has this in it.
Check never_sees(const std::string& text) {
  return [text](Simulation& simulation) {
    if (simulation.trace().find(text) != std::string::npos) throw Wrong("seen");
  };
}

void check_nothing(Simulation&) {}

std::size_t steps_in(const std::string& trace) {
  std::size_t steps = 0;
  std::istringstream lines(trace);
  for (std::string line; std::getline(lines, line);) steps += line.starts_with("  ") ? 0U : 1U;
  return steps;
}

std::vector<std::string> calls_of(const State& before, const EventRequest& hook) {
  std::vector<std::string> calls;
  run<scripted::Charm<publish_address>>(
      before, hook, scripted::app_metadata(), {.before_call = [&](const Call& call) {
        const std::string entity(call.entity);
        calls.push_back(std::string(call.tool) + (entity.empty() ? "" : " " + entity));
      }});
  return calls;
}

State related() {
  return {.relations = {{.id = 1, .endpoint = "tracing", .remote_application = "tempo"}}, .unit_name = "app/0"};
}

}  // namespace

TEST_CASE("a simulation is the same for the same seed and another for another") {
  CHECK(trace_of<publish_address>(7) == trace_of<publish_address>(7));
  CHECK(trace_of<publish_address>(7) != trace_of<publish_address>(8));
}

TEST_CASE("everything that can happen does happen in some simulation") {
  std::string all;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) all += trace_of<publish_address>(seed);
  for (const char* text : {"deploy app-",
                           "deploy tempo-",
                           "integrate app-",
                           "remove relation ",
                           "remove app-0\n",
                           "add a unit of ",
                           "remove tempo-0/0\n",
                           " the leader\n",
                           "move app-",
                           "configure app-",
                           "misconfigure app-",
                           "upgrade tempo-",
                           "update-status of ",
                           "fail\n",
                           "skip the failed hook of ",
                           " failed: simulated: ",
                           "run\n",
                           "not possible\n",
                           " tracing-relation-broken ",
                           "remote-",
                           " (wrote "}) {
    CAPTURE(text);
    CHECK(all.find(text) != std::string::npos);
  }
}

TEST_CASE("after a simulation has settled every unit has published the address that it has") {
  const auto check = [](Simulation& simulation) {
    if (simulation.skipped() > 0) simulation.update_status();
    TestModel& model = simulation.model();
    for (const Integration& relation : model.relations()) {
      for (const std::string& unit : model.units(relation.first.substr(0, relation.first.find(':')))) {
        if (model.unit_data(relation.id, unit).at("address") != model.unit(unit).address()) throw Wrong(unit);
      }
    }
    if (simulation.update_status()) throw Wrong("update-status changed something");
  };
  const auto failure = find_failure(parts_of<publish_address>(), {.length = 60}, check);
  CAPTURE(failure ? to_string(*failure) : "");
  CHECK_FALSE(failure);
}

TEST_CASE(
    "a charm that fails of itself ends the schedule and its trace tells the hooks before and the hook that failed") {
  const auto failure = find_failure(parts_of<mind_config>(), {.length = 60}, check_nothing);
  REQUIRE(failure);
  CHECK_THAT(failure->message, ContainsSubstring("stopped while wrong"));
  CHECK_THAT(failure->trace, ContainsSubstring(" install\n"));
  CHECK(failure->trace.ends_with(failure->message + "\n"));
}

TEST_CASE("a charm that swallows a failure ends the schedule") {
  const auto failure = find_failure(parts_of<swallow>(), {.length = 60}, check_nothing);
  REQUIRE(failure);
  CHECK_THAT(failure->message, ContainsSubstring("ended well although a call had failed"));
}

TEST_CASE("a charm that fails in another way once a call has failed ends the schedule") {
  const auto failure = find_failure(parts_of<fail_otherwise>(), {.length = 60}, check_nothing);
  REQUIRE(failure);
  CHECK_THAT(failure->message, ContainsSubstring("of another kind"));
}

TEST_CASE("a charm that nests a failed call in what it throws explains it") {
  CHECK_FALSE(find_failure(parts_of<nest_failure>(), {.seeds = 100, .length = 60}, check_nothing));
}

TEST_CASE("what a failure does not need is left out of its steps") {
  const auto failure = find_failure(parts_of<publish_address>(), {.length = 60}, never_sees("move "));
  REQUIRE(failure);
  CHECK(failure->message == "seen");
  CHECK(failure->steps.size() == 2);
  CHECK(steps_in(failure->trace) == 3);
  CHECK_THAT(to_string(*failure), ContainsSubstring("seed " + std::to_string(failure->seed) + " with the steps "));
}

TEST_CASE("a failure that needs no step has none and is found again without any") {
  const Search search{.seeds = 1, .steps = std::vector<std::size_t>()};
  const auto failure = find_failure(parts_of<publish_address>(), {.seeds = 1}, never_sees("settle"));
  REQUIRE(failure);
  CHECK(failure->steps.empty());
  const auto again = find_failure(parts_of<publish_address>(), search, never_sees("settle"));
  REQUIRE(again);
  CHECK(again->trace == failure->trace);
}

TEST_CASE("a failure is found again by its seed and its steps") {
  const Check check = never_sees(" tracing-relation-broken ");
  const auto failure = find_failure(parts_of<publish_address>(), {.length = 60}, check);
  REQUIRE(failure);
  const Search search{.first = failure->seed, .seeds = 1, .length = 60, .steps = failure->steps};
  const auto again = find_failure(parts_of<publish_address>(), search, check);
  REQUIRE(again);
  CHECK(to_string(*again) == to_string(*failure));
}

TEST_CASE("steps are left out only as long as the failure is of the same kind") {
  const auto check = [](Simulation& simulation) {
    const bool is_related = simulation.trace().find("integrate") != std::string::npos;
    if (is_related && simulation.trace().find("remove relation") != std::string::npos) throw Wrong("both");
    throw std::domain_error("another");
  };
  const auto until_both = [&](std::uint64_t seed) {
    return find_failure(parts_of<publish_address>(), {.first = seed, .seeds = 1, .length = 60}, check);
  };
  std::size_t found = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const auto failure = until_both(seed);
    REQUIRE(failure);
    if (failure->message == "both") ++found;
    CHECK((failure->message == "both") == (failure->steps.size() >= 4));
  }
  CHECK(found > 0);
}

TEST_CASE("a charm that writes another text in every run is found as its trace differs") {
  const auto failure = find_failure(parts_of<write_another_text>(), {.length = 60, .twice_one_in = 1}, check_nothing);
  REQUIRE(failure);
  CHECK(failure->message == "the same steps gave another trace");
}

TEST_CASE("what is no exception of the standard is a failure too") {
  const auto failure = find_failure(parts_of<publish_address>(), {.seeds = 1}, [](Simulation&) { throw 7; });
  REQUIRE(failure);
  CHECK(failure->message == "something was thrown that is no std::exception");
}

TEST_CASE("a part that cannot be deployed is refused with a sentence that names it") {
  const auto refusal = [](const Part& part) -> std::string {
    try {
      const Simulation simulation({part});
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
    return {};
  };
  const std::vector<Build> builds = parts_of<publish_address>().front().builds;
  CHECK(refusal({.name = "app", .builds = builds}).empty());
  CHECK(refusal({.name = "", .builds = builds}) == "the part '': give it a name");
  CHECK(refusal({.name = "a/b", .builds = builds}) == "the part 'a/b': give it a name without '/' and ':'");
  CHECK(refusal({.name = "app"}) == "the part 'app': give it a build");
  CHECK(refusal({.name = "app", .builds = builds, .configs = {}}) ==
        "the part 'app': give it a configuration, {} if no other");
  for (const bool mistaken : {false, true}) {
    Part part{.name = "app", .builds = builds};
    (mistaken ? part.mistakes : part.configs) = {{{"port", 80}}};
    CHECK(refusal(part) ==
          "the part 'app': a configuration option is declared: declare 'port' or take it out of config");
  }
  CHECK_THROWS_WITH(Simulation({}), ContainsSubstring("give it a part"));
}

TEST_CASE("a step that a schedule does not have is refused") {
  const Search search{.length = 40, .steps = std::vector<std::size_t>{3, 99}};
  CHECK_THROWS_WITH(find_failure(parts_of<publish_address>(), search, check_nothing),
                    "a schedule of 40 steps has no step 99: they count from 0");
}

TEST_CASE("the first two applications of a schedule are of two charms and have units") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Simulation simulation(parts_of<publish_address>());
    simulation.play({Act::deploy, seed});
    simulation.play({Act::deploy, seed + 100});
    simulation.play({Act::integrate, seed});
    const Lines applications = simulation.model().applications();
    REQUIRE(applications.size() == 2);
    CHECK(applications.front().substr(0, 3) == "app");
    CHECK(applications.back().substr(0, 5) == "tempo");
    for (const std::string& application : applications) CHECK_FALSE(simulation.model().units(application).empty());
    CHECK(simulation.model().relations().size() == 1);
  }
}

TEST_CASE("two ends that are joined are not joined again until their relation is being removed") {
  Simulation simulation(parts_of<publish_address>());
  for (const Act act : {Act::deploy, Act::deploy, Act::integrate, Act::integrate}) simulation.play({act, 1});
  CHECK(simulation.model().relations().size() == 1);
  simulation.settle();
  simulation.play({Act::remove_relation, 1});
  simulation.play({Act::integrate, 1});
  CHECK(simulation.model().relations().size() == 2);
  CHECK(simulation.trace().find("not possible") == std::string::npos);
}

TEST_CASE("an upgrade to the same build changes nothing unless the charm does") {
  Simulation still(parts_of<publish_address>());
  Simulation restless(parts_of<count_upgrades>());
  for (Simulation* simulation : {&still, &restless}) {
    for (const Act act : {Act::deploy, Act::deploy, Act::integrate}) simulation->play({act, 1});
    simulation->settle();
  }
  CHECK_FALSE(still.upgrade_to_same());
  CHECK(restless.upgrade_to_same());
}

TEST_CASE("a test is told of all that a hook asks of Juju, once where the answer is remembered") {
  CHECK(calls_of(related(), relation_created(1)) ==
        Lines{"state-get", "relation-ids tracing", "network-get", "relation-get app/0", "relation-set app/0"});
  State published = related();
  published.relations.front().local_unit_data["address"] = published.address;
  CHECK(calls_of(published, update_status()) ==
        Lines{"state-get", "relation-ids tracing", "network-get", "relation-get app/0"});
}

TEST_CASE("a call that fails lets the hook fail with what it threw, whichever it is") {
  const std::vector<std::string> calls = calls_of(related(), relation_created(1));
  for (std::size_t failing = 0; failing < calls.size(); ++failing) {
    CAPTURE(calls[failing]);
    std::size_t place = 0;
    const RunOptions options{.before_call = [&](const Call& call) {
      if (place++ == failing) throw std::domain_error(std::string(call.tool));
    }};
    CHECK_THROWS_AS(
        run<scripted::Charm<publish_address>>(related(), relation_created(1), scripted::app_metadata(), options),
        std::domain_error);
    CHECK(place == failing + 1);
  }
}

TEST_CASE("a model tells its applications and its relations") {
  TestModel model;
  model.deploy<scripted::Idle>("tempo", scripted::tempo_metadata());
  model.deploy<scripted::Idle>("app", scripted::app_metadata());
  CHECK(model.applications() == Lines{"app", "tempo"});
  CHECK(model.relations().empty());
  const juju::RelationId id = model.integrate("app", "tempo");
  CHECK(model.relations() == std::vector<Integration>{{.id = id, .first = "app:tracing", .second = "tempo:tracing"}});
  CHECK(model.metadata("app").name == "app");
}

TEST_CASE("a model can be stopped between two hooks") {
  TestModel model;
  model.deploy<scripted::Idle>("app", scripted::app_metadata());
  CHECK(lines(model.advance(2)) == Lines{"app/0 install", "app/0 leader-elected"});
  CHECK(lines(model.advance(100)) == Lines{"app/0 config-changed", "app/0 start"});
  CHECK(model.advance(1).empty());
}

TEST_CASE("a hook that fails tells which hooks ran before it, and its log is kept") {
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

TEST_CASE("a relation that was removed before a unit heard of it is never shown to that unit") {
  TestModel model;
  model.deploy<scripted::Idle>("app", scripted::app_metadata());
  model.deploy<scripted::Idle>("tempo", scripted::tempo_metadata());
  model.settle();
  const juju::RelationId id = model.integrate("app", "tempo");
  REQUIRE(lines(model.advance(1)) == Lines{"app/0 tracing-relation-created"});
  model.remove_relation(id);
  CHECK(model.unit("app/0").state().relations.size() == 1);
  CHECK(model.unit("tempo/0").state().relations.empty());
}
