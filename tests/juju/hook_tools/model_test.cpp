// SPDX-License-Identifier: Apache-2.0
// The calls of the model over the hook tools. Its answers are tested in model_contract_test.cpp.
#include <juju/hook_tools/model.hpp>
#include <juju/hook_tools/process_tools.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include <support/catch.hpp>
#include <support/dispatch.hpp>

namespace {

using juju::hook_tools::Environment;
using juju::hook_tools::Model;
using juju::hook_tools::ProcessTools;
using juju::testing::State;
using Lines = std::vector<std::string>;

const juju::Metadata metadata = juju::Metadata::parse("{name: app, provides: {tracing: {interface: x}}}");
const Environment environment{.dispatch_path = "hooks/update-status", .unit_name = "app/0"};

/// Juju for app/0, in relation 3 with tempo. The bags of this side have three keys.
struct RelatedJuju : support::StandInJuju {
  explicit RelatedJuju(bool leader = true) : StandInJuju(related(leader), metadata) {
    set_hook(support::update_status);
  }

  static State related(bool leader) {
    const juju::StringMap bag = {{"changed", "1"}, {"gone", "2"}, {"same", "3"}};
    return {.leader = leader,
            .relations = {{.id = 3,
                           .endpoint = "tracing",
                           .remote_application = "tempo",
                           .remote_units = {{"tempo/0", {}}},
                           .local_application_data = bag,
                           .local_unit_data = bag}}};
  }
};

}  // namespace

TEST_CASE("hook tools model: commit writes the changed keys of a bag in one call") {
  RelatedJuju juju;
  ProcessTools tools;
  Model model(environment, metadata, tools);
  juju::RelationDataBag& bag = model.relation(3)->data("app/0");
  bag.set("changed", "new");
  bag.set("gone", "");
  bag.set("same", "3");
  bag.set("never there", "");
  bag.set("fresh", "=\n");
  model.commit();
  model.commit();
  CHECK(juju.calls("relation-set") == Lines{"relation-set -r tracing:3 --file -"});
  CHECK(nlohmann::json::parse(juju.latest_input()) ==
        nlohmann::json{{"changed", "new"}, {"fresh", "=\n"}, {"gone", ""}});
}

TEST_CASE("hook tools model: a text that is changed back is not written") {
  RelatedJuju juju;
  ProcessTools tools;
  Model model(environment, metadata, tools);
  juju::RelationDataBag& bag = model.relation(3)->data("app");
  bag.erase("same");
  bag.set("changed", "for a moment");
  bag.set("same", "3");
  bag.set("changed", "1");
  model.commit();
  CHECK(juju.calls("relation-set").empty());
}

TEST_CASE("hook tools model: each value is read once in a hook") {
  RelatedJuju juju;
  ProcessTools tools;
  Model model(environment, metadata, tools);
  for (int i = 0; i < 3; ++i) {
    for (juju::Relation* relation : model.relations("tracing")) {
      relation->prefetch({"tempo/0", "tempo"});
      for (const char* entity : {"tempo", "tempo/0", "app", "app/0"}) relation->data(entity).get("same");
      CHECK(relation->application() == "tempo");
      CHECK(relation->units().size() == 1);
      CHECK(model.address(*relation) == State().address);
    }
    CHECK(model.relation(3) != nullptr);
    CHECK(model.relation(4) == nullptr);
    CHECK(model.is_leader());
    CHECK(model.config().empty());
  }
  Lines calls = juju.calls();
  CHECK(calls.size() == 9);
  std::sort(calls.begin(), calls.end());
  CHECK(std::adjacent_find(calls.begin(), calls.end()) == calls.end());
}

TEST_CASE("hook tools model: an access error of a follower calls no tool") {
  RelatedJuju juju(false);
  ProcessTools tools;
  Model model(environment, metadata, tools);
  juju::RelationDataBag& bag = model.relation(3)->data("app");
  CHECK_THROWS_AS(bag.texts(), juju::RelationDataError);
  CHECK_THROWS_AS(bag.set("key", "text"), juju::RelationDataError);
  model.relation(3)->prefetch({"app"});
  model.commit();
  CHECK(juju.calls() == Lines{"relation-ids --format=json tracing", "is-leader --format=json"});
}

TEST_CASE("hook tools model: ports are read once, and only changes are written") {
  RelatedJuju juju;
  juju.answer("opened-ports", {.output = R"(["80/tcp", "443", "8000-8010/udp", "icmp"])"});
  ProcessTools tools;
  Model model(environment, metadata, tools);
  juju::Unit unit = model.unit();
  unit.set_status(juju::ActiveStatus());
  unit.set_workload_version("1.2");
  unit.open_port("tcp", 443);
  unit.close_port("tcp", 80);
  unit.open_port("udp", 53);
  unit.close_port("icmp");
  model.commit();
  model.commit();
  CHECK(juju.calls() == Lines{"opened-ports --format=json", "close-port icmp", "close-port 80/tcp", "open-port 53/udp",
                              "application-version-set -- 1.2", "status-set -- active "});
}

TEST_CASE("hook tools model: each tool that takes a relation gets ENDPOINT:ID") {
  RelatedJuju juju;
  ProcessTools tools;
  Model model(environment, metadata, tools);
  juju::Relation& tracing = *model.relation(3);
  tracing.units();
  tracing.data("app/0").set("key", "text");
  tracing.data("app").set("key", "text");
  model.address(tracing);
  model.commit();
  int relations = 0;
  for (const std::string& call : juju.calls()) {
    const std::size_t option = call.find(" -r ");
    if (option == std::string::npos) continue;
    CHECK(call.substr(option).starts_with(" -r tracing:3"));
    ++relations;
  }
  CHECK(relations == 6);
}
