// SPDX-License-Identifier: Apache-2.0
// The contract of Model, Relation and RelationDataBag for every backend. support/model_backends.hpp says how to test
// your own backend.
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <support/catch.hpp>
#include <support/model_backends.hpp>

#define MODEL_CONTRACT(sentence) TEMPLATE_TEST_CASE("model: " sentence, "[contract]", MODEL_BACKENDS)

namespace {

using juju::RelationId;
using juju::StringMap;
using juju::testing::State;
using Lines = std::vector<std::string>;

const juju::Metadata contract_metadata = juju::Metadata::parse(
    "{name: app, provides: {my-tracing: {interface: x}, other: {interface: z}}, peers: {cluster: {interface: y}}}",
    "{options: {port: {type: int, default: 80}, host: {type: string}, name: {type: string, default: a}}}");

const StringMap networks = {{"ingress-address", "10.1.0.1"}, {"egress-subnets", "10.1.0.1/32"}};

/// app/0 in relations 0, 9 and 10 of one endpoint and 4 of its peers; tempo/2 has left relation 9.
State state(bool leader = true) {
  State state{.leader = leader, .address = "10.1.0.1"};
  state.relations = {{.id = 10, .endpoint = "my-tracing", .remote_application = "remote-f664", .address = "fd00::1"},
                     {.id = 9, .endpoint = "my-tracing", .remote_application = "tempo"},
                     {.id = 4, .endpoint = "cluster"},
                     {.id = 0, .endpoint = "my-tracing", .remote_application = "silent"}};
  state.relations[0].remote_units = {{"remote-f664/8", {{"key", "alias"}}}};
  auto& tempo = state.relations[1];
  tempo.remote_units = {{"tempo/10", {}}, {"tempo/0", {{"key", "zero"}}}, {"tempo/9", {}}};
  tempo.departed_units = {{"tempo/2", {{"key", "departed"}}}};
  tempo.remote_application_data = {{"key", "remote"}};
  tempo.local_application_data = {{"key", "ours"}, {"old", "x"}};
  tempo.local_unit_data = networks;
  state.relations[2].remote_units = {{"app/10", {}}, {"app/2", {{"key", "peer"}}}};
  state.relations[2].local_application_data = {{"shared", "yes"}};
  return state;
}

juju::Hook relation_hook(const std::string& kind, RelationId id, const std::string& unit = {}) {
  return {
      .kind = juju::hook_kind("my-tracing-" + kind), .relation_id = id, .endpoint = "my-tracing", .remote_unit = unit};
}

const juju::Hook update_status{.kind = juju::HookKind::update_status};

std::vector<RelationId> ids(const std::vector<juju::Relation*>& relations) {
  std::vector<RelationId> ids;
  for (const juju::Relation* relation : relations) ids.push_back(relation->id());
  return ids;
}

juju::RelationDataBag& bag(juju::Model& model, RelationId id, const std::string& entity) {
  return model.relation(id)->data(entity);
}

/// "app/0 write app 9", or "allowed".
template <typename Act>
std::string refusal(Act act) {
  try {
    act();
  } catch (const juju::RelationDataError& error) {
    return error.unit + " " + error.access + " " + error.entity + " " + std::to_string(error.relation_id);
  }
  return "allowed";
}

std::string reading(juju::Model& model, RelationId id, const std::string& entity) {
  return refusal([&] { bag(model, id, entity).texts(); });
}

std::string writing(juju::Model& model, RelationId id, const std::string& entity) {
  return refusal([&] { bag(model, id, entity).set("k", "v"); });
}

}  // namespace

MODEL_CONTRACT("it has the unit, the application, the model and the leadership") {
  const bool leader = GENERATE(true, false);
  TestType backend(state(leader), contract_metadata, update_status);
  juju::Model& model = backend.model();
  CHECK((model.unit_name() == "app/0" && model.unit().name() == "app/0"));
  CHECK(model.app().name() == "app");
  CHECK(model.name() == state().model_name);
  CHECK(model.uuid() == state().model_uuid);
  CHECK((model.is_leader() == leader && model.unit().is_leader() == leader));
}

MODEL_CONTRACT("relations of an endpoint are sorted by numeric id") {
  TestType backend(state(), contract_metadata, update_status);
  juju::Model& model = backend.model();
  CHECK(ids(model.relations("my-tracing")) == std::vector<RelationId>{0, 9, 10});
  CHECK(ids(model.relations("cluster")) == std::vector<RelationId>{4});
  CHECK(model.relations("other").empty());
  for (juju::Relation* relation : model.relations("my-tracing")) {
    CHECK(relation->endpoint() == "my-tracing");
    CHECK(model.relation(relation->id()) == relation);
  }
}

MODEL_CONTRACT("a broken relation is not listed, and can be read by its id") {
  TestType backend(state(), contract_metadata, relation_hook("relation-broken", 9));
  juju::Model& model = backend.model();
  CHECK(ids(model.relations("my-tracing")) == std::vector<RelationId>{0, 10});
  CHECK(bag(model, 9, "tempo").get("key") == "remote");
}

MODEL_CONTRACT("a removed relation is null, and 0 is a valid id") {
  TestType backend(state(), contract_metadata, update_status);
  CHECK(backend.model().relation(7) == nullptr);
  CHECK(backend.model().relation(-1) == nullptr);
  CHECK(backend.model().relation(0) != nullptr);
}

MODEL_CONTRACT("units are in natural order, and a relation has an application") {
  TestType backend(state(), contract_metadata, update_status);
  juju::Model& model = backend.model();
  CHECK(model.relation(9)->units() == Lines{"tempo/0", "tempo/9", "tempo/10"});
  CHECK(model.relation(9)->application() == "tempo");
  CHECK(model.relation(0)->units().empty());
  CHECK(model.relation(0)->application() == "silent");
  CHECK(model.relation(10)->application() == "remote-f664");
  CHECK(bag(model, 10, "remote-f664/8").get("key") == "alias");
}

MODEL_CONTRACT("a peer relation has the own application and its other units") {
  TestType backend(state(), contract_metadata, update_status);
  CHECK(backend.model().relation(4)->application() == "app");
  CHECK(backend.model().relation(4)->units() == Lines{"app/2", "app/10"});
  CHECK(bag(backend.model(), 4, "app/2").get("key") == "peer");
}

MODEL_CONTRACT("a departed unit is not listed, and its data bag can be read") {
  TestType backend(state(), contract_metadata, relation_hook("relation-departed", 9, "tempo/2"));
  CHECK(backend.model().relation(9)->units() == Lines{"tempo/0", "tempo/9", "tempo/10"});
  CHECK(backend.model().relation(9)->application() == "tempo");
  CHECK(bag(backend.model(), 9, "tempo/2").get("key") == "departed");
}

MODEL_CONTRACT("data bags of both sides are read, and an absent key is nullopt") {
  TestType backend(state(), contract_metadata, update_status);
  juju::Model& model = backend.model();
  CHECK(bag(model, 9, "tempo/0").texts() == StringMap{{"key", "zero"}});
  CHECK(bag(model, 9, "tempo/9").texts().empty());
  CHECK(bag(model, 9, "tempo").get("key") == "remote");
  CHECK(bag(model, 9, "app").get("key") == "ours");
  CHECK(bag(model, 9, "app/0").texts() == networks);
  CHECK(bag(model, 9, "app/0").get("absent") == std::nullopt);
}

MODEL_CONTRACT("a written text is read at once, and an empty text removes the key") {
  TestType backend(state(), contract_metadata, update_status);
  juju::RelationDataBag& own = bag(backend.model(), 9, "app");
  own.set("new", "1");
  own.set("key", "changed");
  own.set("old", "");
  CHECK(own.texts() == StringMap{{"key", "changed"}, {"new", "1"}});
  own.erase("new");
  own.erase("never there");
  CHECK(own.texts() == StringMap{{"key", "changed"}});
  CHECK(bag(backend.model(), 9, "app").get("key") == "changed");
}

MODEL_CONTRACT("commit keeps each write, and the other keys") {
  TestType backend(state(), contract_metadata, update_status);
  juju::Model& model = backend.model();
  bag(model, 9, "app").erase("old");
  bag(model, 9, "app").set("new", "1");
  bag(model, 9, "app/0").set("name", "app/0");
  bag(model, 10, "app/0").set("name", "app/0");
  bag(model, 4, "app").set("peers", "see it");
  model.commit();
  const State after = backend.end();
  CHECK(after.relation(9).local_application_data == StringMap{{"key", "ours"}, {"new", "1"}});
  StringMap with_networks = networks;
  with_networks["name"] = "app/0";
  CHECK(after.relation(9).local_unit_data == with_networks);
  CHECK(after.relation(10).local_unit_data == StringMap{{"name", "app/0"}});
  CHECK(after.relation(4).local_application_data == StringMap{{"peers", "see it"}, {"shared", "yes"}});
  CHECK(after.relation(0) == state().relation(0));
}

MODEL_CONTRACT("without commit, no write is kept") {
  TestType backend(state(), contract_metadata, update_status);
  bag(backend.model(), 9, "app").set("key", "changed");
  backend.model().unit().set_status(juju::ActiveStatus("never seen"));
  const State after = backend.end();
  CHECK(after.relations == state().relations);
  CHECK(after.unit_status == juju::Status());
}

MODEL_CONTRACT("a second commit writes only later changes") {
  TestType backend(state(), contract_metadata, update_status);
  bag(backend.model(), 9, "app").set("first", "1");
  backend.model().commit();
  backend.model().commit();
  CHECK(bag(backend.model(), 9, "app").get("first") == "1");
  bag(backend.model(), 9, "app").set("second", "2");
  backend.model().commit();
  CHECK(backend.end().relation(9).local_application_data ==
        StringMap{{"first", "1"}, {"key", "ours"}, {"old", "x"}, {"second", "2"}});
}

MODEL_CONTRACT("any text is written unchanged") {
  const std::string text = "\"quoted\" = 'x'\n\t\\ {a: [b]} #no - yes: 🎵 \x7f\xc2\x85 " + std::string(200'000, '=');
  TestType backend(state(), contract_metadata, update_status);
  for (const std::string key : {"a=b", "no", "1"}) bag(backend.model(), 9, "app/0").set(key, text);
  bag(backend.model(), 9, "app/0").set("number", "080");
  backend.model().commit();
  const StringMap after = backend.end().relation(9).local_unit_data;
  CHECK(after.at("number") == "080");
  for (const std::string key : {"a=b", "no", "1"}) CHECK(after.at(key) == text);
}

MODEL_CONTRACT("data bags of the remote side cannot be written") {
  TestType backend(state(), contract_metadata, update_status);
  for (const std::string entity : {"tempo", "tempo/0", "tempo/2"}) {
    CHECK(writing(backend.model(), 9, entity) == "app/0 write " + entity + " 9");
    CHECK(reading(backend.model(), 9, entity) == "allowed");
  }
  CHECK(writing(backend.model(), 4, "app/2") == "app/0 write app/2 4");
  backend.model().commit();
  CHECK(backend.end().relations == state().relations);
}

MODEL_CONTRACT("only the leader accesses its application's data bag, and peers read it") {
  const bool leader = GENERATE(true, false);
  TestType backend(state(leader), contract_metadata, update_status);
  juju::Model& model = backend.model();
  CHECK(reading(model, 9, "app") == (leader ? "allowed" : "app/0 read app 9"));
  CHECK(writing(model, 9, "app") == (leader ? "allowed" : "app/0 write app 9"));
  CHECK(writing(model, 4, "app") == (leader ? "allowed" : "app/0 write app 4"));
  CHECK(bag(model, 4, "app").get("shared") == "yes");
  CHECK(writing(model, 9, "app/0") == "allowed");
  CHECK(writing(model, 4, "app/0") == "allowed");
}

MODEL_CONTRACT("prefetched data bags are read, and own writes stay") {
  TestType backend(state(), contract_metadata, update_status);
  juju::Relation& relation = *backend.model().relation(9);
  relation.data("app/0").set("mine", "1");
  relation.prefetch({});
  relation.prefetch({"tempo/0", "tempo/9", "tempo/0", "tempo", "app/0", "tempo/2"});
  CHECK(relation.data("tempo/0").get("key") == "zero");
  CHECK(relation.data("tempo/2").get("key") == "departed");
  CHECK(relation.data("tempo").get("key") == "remote");
  CHECK(relation.data("app/0").get("mine") == "1");
}

MODEL_CONTRACT("a follower may prefetch its application's data bag, and not read it") {
  TestType backend(state(false), contract_metadata, update_status);
  backend.model().relation(9)->prefetch({"app", "tempo"});
  CHECK(reading(backend.model(), 9, "app") == "app/0 read app 9");
  CHECK(backend.end().log.empty());
}

MODEL_CONTRACT("the address belongs to the relation's network") {
  TestType backend(state(), contract_metadata, update_status);
  CHECK(backend.model().address(*backend.model().relation(9)) == "10.1.0.1");
  CHECK(backend.model().address(*backend.model().relation(10)) == "fd00::1");
}

MODEL_CONTRACT("the configuration has the set options and the declared defaults") {
  State before = state();
  before.config = {{"port", 8080}};
  TestType backend(before, contract_metadata, update_status);
  CHECK(backend.model().config() == nlohmann::json{{"name", "a"}, {"port", 8080}});
}

MODEL_CONTRACT("the last status is kept by commit") {
  TestType backend(state(), contract_metadata, update_status);
  backend.model().unit().set_status(juju::MaintenanceStatus("soon"));
  backend.model().unit().set_status(juju::BlockedStatus("a 'message' = -- with \"all\" 🎵"));
  backend.model().app().set_status(juju::ActiveStatus());
  backend.model().commit();
  const State after = backend.end();
  CHECK(after.unit_status == juju::BlockedStatus("a 'message' = -- with \"all\" 🎵"));
  CHECK(after.application_status == juju::ActiveStatus());
}

MODEL_CONTRACT("opened and closed ports are seen at once, and kept by commit") {
  State before = state();
  before.opened_ports = {{"tcp", 80}, {"tcp", 443}};
  TestType backend(before, contract_metadata, update_status);
  juju::Unit unit = backend.model().unit();
  CHECK(unit.opened_ports() == before.opened_ports);
  unit.open_port("tcp", 8000);
  unit.open_port("udp", 8000);
  unit.open_port("icmp");
  unit.close_port("tcp", 80);
  unit.close_port("udp", 9);  // not open
  const std::set<juju::Port> expected = {{"icmp", 0}, {"tcp", 443}, {"tcp", 8000}, {"udp", 8000}};
  CHECK(unit.opened_ports() == expected);
  backend.model().commit();
  unit.close_port("icmp");
  backend.model().commit();
  CHECK(backend.end().opened_ports == std::set<juju::Port>{{"tcp", 443}, {"tcp", 8000}, {"udp", 8000}});
}

MODEL_CONTRACT("without commit, no port is opened") {
  TestType backend(state(), contract_metadata, update_status);
  backend.model().unit().open_port("tcp", 8000);
  CHECK(backend.end().opened_ports.empty());
}

MODEL_CONTRACT("an invalid port is refused with the reason") {
  TestType backend(state(), contract_metadata, update_status);
  juju::Unit unit = backend.model().unit();
  CHECK_THROWS_WITH(unit.open_port("sctp", 1), "protocol 'sctp' is not tcp, udp or icmp");
  CHECK_THROWS_WITH(unit.open_port("tcp"), "port 0 is not between 1 and 65535");
  CHECK_THROWS_WITH(unit.close_port("udp", 65536), "port 65536 is not between 1 and 65535");
  CHECK_THROWS_WITH(unit.open_port("icmp", 8), "icmp has no port numbers");
}

MODEL_CONTRACT("the last workload version is kept by commit") {
  TestType backend(state(), contract_metadata, update_status);
  backend.model().unit().set_workload_version("1.1");
  backend.model().unit().set_workload_version("-1.2 \"rc\"");
  backend.model().commit();
  CHECK(backend.end().workload_version == "-1.2 \"rc\"");
}

MODEL_CONTRACT("a hook has no action") {
  TestType backend(state(), contract_metadata, update_status);
  CHECK(backend.model().action() == nullptr);
}

MODEL_CONTRACT("a follower cannot set its application's status") {
  TestType backend(state(false), contract_metadata, update_status);
  CHECK_THROWS_AS(backend.model().app().set_status(juju::ActiveStatus()), std::logic_error);
}

MODEL_CONTRACT("log lines are kept in order, with their levels") {
  TestType backend(state(), contract_metadata, update_status);
  backend.model().log().info("--first\nof two lines");
  backend.model().log().warning("second");
  backend.model().log().error("third");
  using juju::LogLevel;
  CHECK(backend.end().log == std::vector<juju::testing::LogLine>{{LogLevel::info, "--first\nof two lines"},
                                                                 {LogLevel::warning, "second"},
                                                                 {LogLevel::error, "third"}});
}
