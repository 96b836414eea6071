// SPDX-License-Identifier: Apache-2.0
// The calls of the model over the hook tools. Its answers are tested in model_contract_test.cpp.
#include <juju/hook_tools/model.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include <support/catch.hpp>
#include <support/stand_in_tools.hpp>

namespace {

using juju::hook_tools::Environment;
using juju::hook_tools::Model;
using support::StandInTools;
using Lines = std::vector<std::string>;

const juju::Metadata metadata = juju::Metadata::parse("{name: app, provides: {tracing: {interface: x}}}");
const Environment environment{.dispatch_path = "hooks/update-status", .unit_name = "app/0"};

/// app/0, in relation 3 with tempo.
void relate(StandInTools& stand_in, bool leader) {
  stand_in.on("relation-ids", {R"(["tracing:3"])"});
  stand_in.on("relation-list", {R"(["tempo/0"])"});
  stand_in.on("is-leader", {leader ? "true" : "false"});
  stand_in.on("network-get", {R"({"bind-addresses":[{"addresses":[{"value":"10.1.2.3"}]}]})"});
  stand_in.on("relation-get", {R"({"changed":"1","gone":"2","same":"3"})"});
}

}  // namespace

TEST_CASE("hook tools model: commit writes the changed keys of a bag in one call") {
  StandInTools stand_in;
  relate(stand_in, true);
  Model model(environment, metadata);
  juju::RelationDataBag& bag = model.relation(3)->data("app/0");
  bag.set("changed", "new");
  bag.set("gone", "");
  bag.set("same", "3");
  bag.set("never there", "");
  bag.set("fresh", "=\n");
  model.commit();
  CHECK(stand_in.calls_of("relation-set") == 1);
  CHECK(nlohmann::json::parse(stand_in.input()) == nlohmann::json{{"changed", "new"}, {"fresh", "=\n"}, {"gone", ""}});
  model.commit();
  CHECK(stand_in.calls_of("relation-set") == 1);
}

TEST_CASE("hook tools model: a text that is changed back is not written") {
  StandInTools stand_in;
  relate(stand_in, true);
  Model model(environment, metadata);
  juju::RelationDataBag& bag = model.relation(3)->data("app");
  bag.erase("same");
  bag.set("changed", "for a moment");
  bag.set("same", "3");
  bag.set("changed", "1");
  model.commit();
  CHECK(stand_in.calls_of("relation-set") == 0);
}

TEST_CASE("hook tools model: each value is read once in a hook") {
  StandInTools stand_in;
  relate(stand_in, true);
  Model model(environment, metadata);
  for (int i = 0; i < 3; ++i) {
    for (juju::Relation* relation : model.relations("tracing")) {
      relation->prefetch({"tempo/0", "tempo"});
      for (const char* entity : {"tempo", "tempo/0", "app", "app/0"}) relation->data(entity).get("same");
      CHECK(relation->application() == "tempo");
      CHECK(relation->units().size() == 1);
      CHECK(model.address(*relation) == "10.1.2.3");
    }
    CHECK(model.relation(3) != nullptr);
    CHECK(model.relation(4) == nullptr);
    CHECK(model.is_leader());
    CHECK(model.config().empty());
  }
  Lines calls = stand_in.calls();
  CHECK(calls.size() == 9);
  std::sort(calls.begin(), calls.end());
  CHECK(std::adjacent_find(calls.begin(), calls.end()) == calls.end());
}

TEST_CASE("hook tools model: an access error of a follower calls no tool") {
  StandInTools stand_in;
  relate(stand_in, false);
  Model model(environment, metadata);
  juju::RelationDataBag& bag = model.relation(3)->data("app");
  CHECK_THROWS_AS(bag.texts(), juju::RelationDataError);
  CHECK_THROWS_AS(bag.set("key", "text"), juju::RelationDataError);
  model.relation(3)->prefetch({"app"});
  model.commit();
  CHECK(stand_in.calls() == Lines{"relation-ids --format=json tracing", "is-leader --format=json"});
}

TEST_CASE("hook tools model: ports are read once, and only changes are written") {
  StandInTools stand_in;
  for (const char* tool : {"open-port", "close-port", "application-version-set"}) stand_in.on(tool, {});
  stand_in.on("opened-ports", {R"(["80/tcp", "443", "8000-8010/udp", "icmp"])"});
  Model model(environment, metadata);
  juju::Unit unit = model.unit();
  unit.set_status(juju::ActiveStatus());
  unit.set_workload_version("1.2");
  unit.open_port("tcp", 443);
  unit.close_port("tcp", 80);
  unit.open_port("udp", 53);
  unit.close_port("icmp");
  model.commit();
  model.commit();
  CHECK(stand_in.calls() == Lines{"opened-ports --format=json", "close-port icmp", "close-port 80/tcp",
                                  "open-port 53/udp", "application-version-set -- 1.2", "status-set -- active "});
}

TEST_CASE("hook tools model: each tool that takes a relation gets ENDPOINT:ID") {
  StandInTools stand_in;
  relate(stand_in, true);
  Model model(environment, metadata);
  juju::Relation& tracing = *model.relation(3);
  tracing.units();
  tracing.data("app/0").set("key", "text");
  tracing.data("app").set("key", "text");
  model.address(tracing);
  model.commit();
  int relations = 0;
  for (const std::string& call : stand_in.calls()) {
    const std::size_t option = call.find(" -r ");
    if (option == std::string::npos) continue;
    CHECK(call.substr(option).starts_with(" -r tracing:3"));
    ++relations;
  }
  CHECK(relations == 6);
}
