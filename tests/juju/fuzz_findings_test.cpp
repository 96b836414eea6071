// SPDX-License-Identifier: Apache-2.0
// What the fuzz targets found, one test each; the inputs are in tests/fuzz/corpus.
#include <charms/tempo_k8s/v0/tempo_scrape/events.hpp>
#include <juju/hook_tools/answers.hpp>
#include <juju/hook_tools/environment.hpp>
#include <juju/testing/memory_model.hpp>
#include <limits>
#include <optional>
#include <string>

#include <support/catch.hpp>

using nlohmann::json;

namespace {

const juju::Metadata metadata{.name = "music",
                              .relations = {{"tracing", {juju::RelationRole::provides, "tempo_scrape"}}}};

template <typename EventType>
EventType restored(const json& snapshot) {
  juju::testing::MemoryModel model({.relations = {{.id = 3, .endpoint = "tracing", .remote_application = "tempo"}}},
                                   metadata);
  EventType event;
  event.restore(snapshot, model);
  return event;
}

std::string complaint_about(const std::string& config_yaml) {
  try {
    juju::Metadata::parse("name: a", config_yaml);
  } catch (const juju::MetadataError& error) {
    return error.what();
  }
  return "none";
}

}  // namespace

TEST_CASE("a relation's id below zero is no id in the environment or in what a tool prints") {
  CHECK_FALSE(juju::hook_tools::answers::relation_ids(R"(["tracing:-3"])"));
  CHECK(juju::hook_tools::answers::relation_ids(R"(["tracing:3"])") == std::vector<juju::RelationId>{3});
  const auto id = [](const char* text) {
    return juju::hook_tools::Environment::read([&](const char* name) -> std::optional<std::string> {
             if (std::string(name) == "JUJU_DISPATCH_PATH") return "hooks/tracing-relation-created";
             return std::string(name) == "JUJU_RELATION_ID" ? std::optional<std::string>(text) : std::nullopt;
           })
        .hook.relation_id;
  };
  CHECK_FALSE(id("tracing:-3"));
  CHECK(id("tracing:0") == 0);
}

TEST_CASE("a default that no JSON can hold is no default of type float") {
  for (const char* value : {"nan", "inf", "-inf", "infinity"}) {
    CHECK(complaint_about(std::string("options: {x: {type: float, default: ") + value + "}}") ==
          "config.yaml: option 'x' has a default that is no float");
  }
  CHECK(complaint_about("options: {x: {type: float, default: 1e3}}") == "none");
}

TEST_CASE("what is wrong with a default is told without control characters") {
  CHECK(complaint_about("options: {x: {type: int, default: a}}") ==
        "config.yaml: option 'x' has a default that is no int");
  CHECK(complaint_about(R"({"options": {"x": {"type": "\u001b[31m", "default": []}}})") ==
        "config.yaml: option 'x' has a default that is no \\u001b[31m");
}

TEST_CASE("a relation's id that is too large in a snapshot is that of no relation") {
  CHECK(restored<juju::RelationEvent>({{"relation_id", 3}}).relation != nullptr);
  for (const char* id : {"4294967299", "18446744073709551615", "-9223372036854775808"}) {
    const auto event = restored<juju::RelationEvent>(json::parse(std::string(R"({"relation_id": )") + id + "}"));
    CHECK(event.relation_id == -1);
    CHECK(event.relation == nullptr);
  }
  CHECK_THROWS_AS(restored<juju::RelationEvent>(json::parse(R"({"relation_id": 1e300})")), json::exception);
}

TEST_CASE("an observer that no notice can count is nobody, and one that is no number is no notice") {
  const auto notice = [](const char* observer) {
    return json::parse(std::string(R"({"event": "start", "snapshot": {}, "observer": )") + observer + "}")
        .get<juju::Notice>();
  };
  CHECK(notice("2").observer == 2);
  CHECK(notice("-1").observer == std::numeric_limits<std::size_t>::max());
  CHECK_THROWS_AS(notice("1e300"), json::exception);
}

TEST_CASE("an endpoint that comes again has a host to reach and ports that are some") {
  using charms::tempo_k8s::v0::tempo_scrape::EndpointChangedEvent;
  json snapshot = {{"relation_id", 3}, {"hostname", "t"}, {"tempo_port", 70000}, {"zipkin_port", 9411}};
  const auto event = restored<EndpointChangedEvent>(snapshot);
  CHECK_FALSE(event.tempo_port);
  CHECK(event.zipkin_port == 9411);
  for (const char* hostname : {"", "None", "a b"}) {
    snapshot["hostname"] = hostname;
    CHECK_THROWS_AS(restored<EndpointChangedEvent>(snapshot), juju::SnapshotError);
  }
}
