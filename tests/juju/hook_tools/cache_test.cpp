// SPDX-License-Identifier: Apache-2.0
// What a hook asks Juju for, and what it knows from earlier hooks.
#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <juju/testing.hpp>
#include <support/catch.hpp>

#include "../testing/scripted_charm.hpp"

namespace {

using juju::Hook;
using juju::HookKind;
using juju::StringMap;
using juju::testing::MemoryCopy;
using juju::testing::State;
using Lines = std::vector<std::string>;

const juju::Metadata cache_metadata = juju::Metadata::parse(
    "{name: app, provides: {tracing: {interface: x}, empty: {interface: y}}, peers: {cluster: {interface: z}}}",
    "{options: {port: {type: int, default: 80}}}");

/// app/0 in relations 1 and 2 with tempo and loki, of two units each, and 3 with its peer.
State three_relations(bool leader = true) {
  State state{.leader = leader};
  for (const auto& [id, remote] : {std::pair(1, "tempo"), std::pair(2, "loki")}) {
    auto& relation = state.relations.emplace_back();
    relation = {.id = id, .endpoint = "tracing", .remote_application = remote};
    relation.remote_units = {{relation.remote_application + "/0", {{"key", "0"}}},
                             {relation.remote_application + "/1", {{"key", "1"}}}};
    relation.remote_application_data = {{"key", "remote"}};
    relation.local_application_data = {{"key", "ours"}};
    relation.local_unit_data = {{"key", "mine"}, {"ingress-address", "10.1.0.1"}};
  }
  state.relations.push_back({.id = 3, .endpoint = "cluster", .remote_units = {{"app/1", {}}}});
  return state;
}

/// Reads everything there is.
void read_all(juju::CharmBase& charm) {
  juju::Model& model = charm.model();
  model.config();
  const bool leads = charm.unit().is_leader();
  for (const char* endpoint : {"tracing", "empty", "cluster"}) {
    for (juju::Relation* relation : model.relations(endpoint)) {
      model.address(*relation);
      for (const std::string& unit : relation->units()) relation->data(unit).texts();
      relation->data(relation->application()).texts();
      relation->data(charm.unit().name()).get("key");
      if (leads) relation->data(charm.app().name()).get("key");
    }
  }
}

void read_nothing(juju::CharmBase&) {}
void read_config(juju::CharmBase& charm, juju::Event&) { charm.model().config(); }

/// Hooks of one unit that remembers what they read.
struct Hooks {
  State state = three_relations();
  MemoryCopy copy = {};
  State after = {};

  /// Runs a hook of a charm that does `act` in its constructor.
  /// @returns its calls, such as "relation-get 1 tempo/0", without those of its log.
  Lines run(const Hook& hook, const std::function<void(juju::CharmBase&)>& act = read_all) {
    Lines calls;
    const auto before_call = [&](const juju::testing::Call& call) {
      std::string line(call.tool);
      if (call.relation) line += " " + std::to_string(*call.relation);
      if (!call.entity.empty()) line += " " + std::string(call.entity);
      if (call.tool != "juju-log" && call.tool != "action-fail") calls.push_back(line);
    };
    const auto make = [&act](juju::Framework& framework) {
      auto charm = std::make_unique<scripted::Idle>(framework);
      act(*charm);
      return charm;
    };
    after = juju::testing::run(state, hook, cache_metadata, make, {.before_call = before_call, .cache = &copy});
    return calls;
  }
};

Hook relation_hook(HookKind kind, const std::string& unit = {}) {
  return {.kind = kind, .relation_id = 1, .endpoint = "tracing", .remote_application = "tempo", .remote_unit = unit};
}

const Hook unrelated{.kind = HookKind::other, .subject = "secret-changed"};
const Hook full_read{.kind = HookKind::update_status};

/// The calls of a hook, after one that read everything.
Lines calls_in(const Hook& hook, Hooks hooks = {}) {
  hooks.run(full_read);
  Lines calls = hooks.run(hook);
  std::sort(calls.begin(), calls.end());
  return calls;
}

}  // namespace

TEST_CASE("cache: a hook asks only whether its unit is the leader, if nothing changed") {
  CHECK(calls_in(unrelated) == Lines{"is-leader"});
}

TEST_CASE("cache: a hook of a relation reads what it is about") {
  using enum HookKind;
  CHECK(calls_in(relation_hook(relation_joined, "tempo/1")) ==
        Lines{"is-leader", "relation-get 1 tempo", "relation-get 1 tempo/1"});
  CHECK(calls_in(relation_hook(relation_changed, "tempo/1")) ==
        Lines{"is-leader", "network-get 1", "relation-get 1 tempo", "relation-get 1 tempo/1"});
  CHECK(calls_in(relation_hook(relation_changed)) == Lines{"is-leader", "network-get 1", "relation-get 1 tempo"});
  CHECK(calls_in(relation_hook(relation_departed, "tempo/1")) == Lines{"is-leader"});
  CHECK(calls_in(relation_hook(relation_broken)) == Lines{"is-leader"});
  const Lines all = {"is-leader",
                     "network-get 1",
                     "relation-get 1 app",
                     "relation-get 1 app/0",
                     "relation-get 1 tempo",
                     "relation-get 1 tempo/0",
                     "relation-get 1 tempo/1",
                     "relation-list 1"};
  CHECK(calls_in(relation_hook(relation_created)) == all);
}

TEST_CASE("cache: a joining unit is listed, and a departing one is not, without a call") {
  Hooks hooks;
  hooks.run(full_read);
  hooks.state.relations[0].remote_units["tempo/10"];
  const auto list = [](Lines& units) {
    return [&](juju::CharmBase& charm) { units = charm.model().relation(1)->units(); };
  };
  Lines units;
  CHECK(hooks.run(relation_hook(HookKind::relation_joined, "tempo/10"), list(units)).empty());
  CHECK(units == Lines{"tempo/0", "tempo/1", "tempo/10"});
  CHECK(hooks.run(relation_hook(HookKind::relation_departed, "tempo/0"), list(units)).empty());
  CHECK(units == Lines{"tempo/1", "tempo/10"});
}

TEST_CASE("cache: a created relation is listed without a call, and a broken one is forgotten") {
  Hooks hooks;
  hooks.run(full_read);
  hooks.state.relations.push_back({.id = 7, .endpoint = "tracing", .remote_application = "new"});
  const Hook created{.kind = HookKind::relation_created, .relation_id = 7, .endpoint = "tracing"};
  Hook broken = created;
  broken.kind = HookKind::relation_broken;
  std::size_t count = 0;
  const auto count_relations = [&](juju::CharmBase& charm) { count = charm.model().relations("tracing").size(); };
  CHECK(hooks.run(created, count_relations).empty());
  CHECK(count == 3);
  CHECK(hooks.run(broken, count_relations).empty());
  CHECK(count == 2);
  CHECK(hooks.run(unrelated, count_relations).empty());
  CHECK(count == 2);
}

TEST_CASE("cache: a relation that no hook announced is read when a hook is about it") {
  Hooks hooks;
  hooks.run(full_read);
  hooks.state.relations.push_back({.id = 7, .endpoint = "tracing", .remote_application = "new"});
  hooks.state.relations.back().remote_units["new/0"];
  const Hook changed{
      .kind = HookKind::relation_changed, .relation_id = 7, .endpoint = "tracing", .remote_unit = "new/0"};
  Lines calls = hooks.run(changed);
  CHECK(std::count(calls.begin(), calls.end(), "relation-list 7") == 1);
  CHECK(std::count(calls.begin(), calls.end(), "relation-get 7 new/0") == 1);
}

TEST_CASE("cache: a relation of another application is read again") {
  Hook departed = relation_hook(HookKind::relation_departed, "other/1");
  departed.remote_application = "other";
  Hooks hooks;
  hooks.run(full_read);
  hooks.state.relations[0].remote_application = "other";
  hooks.state.relations[0].remote_units = {{"other/0", {}}, {"other/1", {}}};
  const Lines calls = hooks.run(departed);
  CHECK(std::count(calls.begin(), calls.end(), "relation-list 1") == 1);
  CHECK(std::count(calls.begin(), calls.end(), "relation-get 1 other/0") == 1);
}

TEST_CASE("cache: a hook without JUJU_REMOTE_APP is about its unit's application") {
  Hook changed = relation_hook(HookKind::relation_changed, "tempo/1");
  changed.remote_application.clear();
  juju::hook_tools::ModelCopy copy;
  copy.relations[1] = {.endpoint = "tracing", .application = "tempo", .units = Lines{"tempo/1"}};
  copy.relations[1].bags = {{"tempo", {}}, {"tempo/0", {}}, {"tempo/1", {}}, {"app", {}}};
  juju::hook_tools::mark(copy, changed, "app/0");
  CHECK(copy.relations[1].bags == std::map<std::string, StringMap>{{"app", {}}, {"tempo/0", {}}});
  changed.remote_unit.clear();
  juju::hook_tools::mark(copy, changed, "app/0");
  CHECK(copy.relations[1].application == "tempo");
}

TEST_CASE("cache: config-changed reads the configuration and the addresses again") {
  CHECK(calls_in({.kind = HookKind::config_changed}) ==
        Lines{"config-get", "is-leader", "network-get 1", "network-get 2", "network-get 3"});
}

TEST_CASE("cache: a new leader, or a unit that is no leader, reads its application's bag again") {
  CHECK(calls_in({.kind = HookKind::leader_elected}) ==
        Lines{"is-leader", "relation-get 1 app", "relation-get 2 app", "relation-get 3 app"});
  Hooks hooks;
  hooks.run(full_read);
  hooks.state.leader = false;
  CHECK(hooks.run(unrelated) == Lines{"is-leader", "relation-get 3 app"});
  hooks.state.leader = true;
  CHECK(hooks.run(unrelated) == Lines{"is-leader", "relation-get 1 app", "relation-get 2 app", "relation-get 3 app"});
}

TEST_CASE("cache: install, start, upgrade-charm and update-status read everything") {
  for (const HookKind kind : {HookKind::install, HookKind::start, HookKind::upgrade_charm, HookKind::update_status}) {
    CHECK(calls_in({.kind = kind}).size() == 25);
  }
}

TEST_CASE("cache: what a hook writes is read again, since Juju may not have applied it") {
  Hooks hooks;
  hooks.run(full_read);
  const auto write = [](juju::CharmBase& charm) {
    charm.model().relation(1)->data("app/0").set("key", "new");
    charm.model().relation(2)->data("app").set("key", "new");
  };
  CHECK(hooks.run(unrelated, write) == Lines{"is-leader", "relation-set 1 app/0", "relation-set 2 app"});
  std::string key;
  const auto read = [&](juju::CharmBase& charm) {
    key = charm.model().relation(1)->data("app/0").get("key").value();
    key += charm.model().relation(2)->data("app").get("key").value();
  };
  CHECK(hooks.run(unrelated, read) == Lines{"relation-get 1 app/0", "is-leader", "relation-get 2 app"});
  CHECK(key == "mineours");
  CHECK(hooks.run(unrelated, read) == Lines{"is-leader"});
}

TEST_CASE("cache: Juju's keys in the own unit's bag are always asked for") {
  Hooks hooks;
  hooks.run(full_read);
  const auto read = [](StringMap& texts, const char* key) {
    return [&texts, key](juju::CharmBase& charm) {
      juju::RelationDataBag& bag = charm.model().relation(1)->data("app/0");
      texts = key == nullptr ? bag.texts() : StringMap{{key, bag.get(key).value_or("")}};
    };
  };
  StringMap texts;
  CHECK(hooks.run(unrelated, read(texts, "key")).empty());
  CHECK(texts == StringMap{{"key", "mine"}});
  hooks.state.relations[0].local_unit_data["ingress-address"] = "10.1.0.9";
  CHECK(hooks.run(unrelated, read(texts, "ingress-address")) == Lines{"relation-get 1 app/0"});
  CHECK(texts == StringMap{{"ingress-address", "10.1.0.9"}});
  CHECK(hooks.run(unrelated, read(texts, nullptr)) == Lines{"relation-get 1 app/0"});
  CHECK(texts == StringMap{{"key", "mine"}, {"ingress-address", "10.1.0.9"}});
}

TEST_CASE("cache: a bag that is read in part and written is complete") {
  Hooks hooks;
  hooks.run(full_read);
  StringMap texts;
  const auto act = [&](juju::CharmBase& charm) {
    juju::RelationDataBag& bag = charm.model().relation(1)->data("app/0");
    bag.set("key", "");
    bag.set("new", "x");
    texts = bag.texts();
  };
  CHECK(hooks.run(unrelated, act) == Lines{"relation-get 1 app/0", "relation-set 1 app/0"});
  CHECK(texts == StringMap{{"new", "x"}, {"ingress-address", "10.1.0.1"}});
  CHECK(hooks.after.relation(1).local_unit_data == texts);
}

TEST_CASE("cache: a broken relation is read from Juju, and forgotten") {
  Hooks hooks;
  hooks.run(full_read);
  const auto read = [](juju::CharmBase& charm) { charm.model().relation(1)->data("tempo").get("key"); };
  CHECK(hooks.run(relation_hook(HookKind::relation_broken), read) == Lines{"relation-get 1 tempo"});
  CHECK_FALSE(juju::hook_tools::copy_of(hooks.copy.text.value())->relations.contains(1));
}

TEST_CASE("cache: a unit that is not listed is asked for in every hook") {
  Hooks hooks;
  hooks.state.relations[0].departed_units["tempo/9"] = {{"key", "gone"}};
  hooks.run(full_read);
  const auto read = [](juju::CharmBase& charm) { charm.model().relation(1)->data("tempo/9").get("key"); };
  CHECK(hooks.run(unrelated, read) == Lines{"relation-get 1 tempo/9"});
  CHECK(hooks.run(unrelated, read) == Lines{"relation-get 1 tempo/9"});
}

TEST_CASE("cache: deferred events are read again only after a hook that wrote them") {
  Hooks hooks;
  hooks.state.deferred = {{"unknown", 0, {{"x", 1}}}};
  CHECK(hooks.run(full_read, read_nothing) == Lines{"state-get", "state-delete"});
  hooks.state = hooks.after;
  CHECK(hooks.run(unrelated, read_nothing) == Lines{"state-get"});
  CHECK(hooks.run(unrelated, read_nothing).empty());
}

TEST_CASE("cache: a failed hook leaves nothing, and the next one reads everything") {
  Hooks hooks;
  hooks.run(full_read);
  const auto fail = [](juju::CharmBase&) { throw std::runtime_error("fails"); };
  CHECK_THROWS_WITH(hooks.run(unrelated, fail), "fails");
  CHECK_FALSE(hooks.copy.text.has_value());
  CHECK(hooks.run(unrelated).size() == 25);
}

TEST_CASE("cache: stop and remove leave nothing") {
  for (const HookKind kind : {HookKind::stop, HookKind::remove}) {
    Hooks hooks;
    hooks.run(full_read);
    hooks.run({.kind = kind});
    CHECK_FALSE(hooks.copy.text.has_value());
  }
}

TEST_CASE("cache: an action reads from Juju, and makes hooks read everything only if it writes") {
  Hooks hooks;
  const Hook act{.kind = HookKind::action, .subject = "act"};
  hooks.run(full_read);
  const std::optional<std::string> before = hooks.copy.text;
  CHECK(hooks.run(act).size() == 25);
  CHECK(hooks.copy.text == before);
  hooks.run(act, [](juju::CharmBase& charm) { charm.model().relation(1)->data("app/0").set("key", "new"); });
  CHECK_FALSE(hooks.copy.text.has_value());
}

TEST_CASE("cache: after 15 minutes, or if the clock was set back, a hook reads everything") {
  struct Clock final : juju::hook_tools::CopyStore {
    std::optional<std::string> take() override { return std::exchange(text, std::nullopt); }
    void put(const std::string& next) override { text = next; }
    std::int64_t now() override { return time; }
    std::optional<std::string> text = {};
    std::int64_t time = 1'000'000;
  };
  const auto calls_at = [](std::int64_t time) {
    Clock clock;
    std::size_t calls = 0;
    const auto run = [&](const Hook& hook) {
      calls = 0;
      const auto make = [](juju::Framework& framework) {
        auto charm = std::make_unique<scripted::Idle>(framework);
        read_all(*charm);
        return charm;
      };
      juju::testing::run(three_relations(), hook, cache_metadata, make,
                         {.before_call = [&](const juju::testing::Call&) { ++calls; }, .cache = &clock});
    };
    run(full_read);
    run(unrelated);
    clock.time = time;
    run(unrelated);
    return calls;
  };
  CHECK(calls_at(1'000'000 + 900) == 1);
  CHECK(calls_at(1'000'000 + 901) == 25);
  CHECK(calls_at(999'999) == 25);
}

TEST_CASE("cache: a relation that is gone is forgotten") {
  Hooks hooks;
  hooks.run(full_read);
  hooks.state.relations.erase(hooks.state.relations.begin());
  const auto read = [](juju::CharmBase& charm) { charm.model().relation(1)->data("tempo/8").get("key"); };
  CHECK(hooks.run(unrelated, read) == Lines{"relation-get 1 tempo/8"});
  std::size_t count = 0;
  CHECK(hooks.run(unrelated, [&](juju::CharmBase& charm) { count = charm.model().relations("tracing").size(); }) ==
        Lines{"relation-ids tracing"});
  CHECK(count == 1);
}

TEST_CASE("cache: what is remembered survives its text") {
  Hooks hooks;
  hooks.run(full_read);
  const auto copy = juju::hook_tools::copy_of(hooks.copy.text.value());
  REQUIRE(copy.has_value());
  CHECK(copy->relations.at(1).bags.at("app/0") == StringMap{{"key", "mine"}});
  CHECK(copy->relations.at(1).units == Lines{"tempo/0", "tempo/1"});
  CHECK(copy->relations.at(1).address == "10.1.0.1");
  CHECK(copy->ids.at("empty").empty());
  CHECK(copy->config == nlohmann::json{{"port", 80}});
  CHECK(juju::hook_tools::text_of(*copy) == hooks.copy.text.value());
}

TEST_CASE("cache: a damaged text counts as none, and is replaced") {
  Hooks hooks;
  hooks.run(full_read);
  const std::string whole = hooks.copy.text.value();
  std::vector<std::string> damaged = {"", "null", "[]", "{}", whole + "x", whole.substr(1), std::string(200, '[')};
  for (std::size_t length = 0; length < whole.size(); length += 7) damaged.push_back(whole.substr(0, length));
  for (const auto& [from, to] : {std::pair(R"("id":1)", R"("id":-1)"),
                                 {R"("id":1)", R"("id":99999999999)"},
                                 {R"("id":1)", R"("id":"1")"},
                                 {R"("key":"0")", R"("key":0)"},
                                 {R"("key":"0")", R"("key":["0"])"},
                                 {R"("units":["tempo/0")", R"("units":[0)"},
                                 {R"("endpoint":"tracing")", R"("endpoint":null)"},
                                 {R"("address":"10.1.0.1")", R"("address":{})"},
                                 {R"("config":{)", R"("config":[{)"},
                                 {R"("read-at":0)", R"("read-at":"0")"},
                                 {R"("bags":{)", R"("bugs":{)"}}) {
    std::string changed = whole;
    const std::size_t place = changed.find(from);
    REQUIRE(place != std::string::npos);
    damaged.push_back(changed.replace(place, std::string(from).size(), to));
  }
  for (const std::string& text : damaged) {
    INFO(text);
    hooks.copy.text = text;
    CHECK(hooks.run(unrelated).size() == 25);
    CHECK(hooks.after.log.front().level == juju::LogLevel::debug);
    CHECK(hooks.copy.text == whole);
  }
}

TEST_CASE("cache: without it, a unit of the kit reads everything in each hook") {
  for (const bool cache : {true, false}) {
    juju::testing::TestModel model({.cache = cache});
    model.deploy<scripted::Charm<read_config>>("app", cache_metadata);
    model.settle();
    model.unit("app/0").fire(juju::testing::leader_elected());
    int reads = 0;
    model.settle({.before_call = [&](const juju::testing::Call& call) { reads += call.tool == "config-get"; }});
    CHECK(reads == (cache ? 0 : 1));
    CHECK(model.unit("app/0").copy().has_value() == cache);
  }
}
