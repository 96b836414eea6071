// SPDX-License-Identifier: Apache-2.0
// The stored form of deferred events: snapshots of events, and notices.
#include <charms/tempo_k8s/v0/tempo_scrape/events.hpp>
#include <juju/testing/memory_model.hpp>
#include <limits>
#include <string>

#include <support/catch.hpp>

using nlohmann::json;

namespace {

const juju::Metadata music_metadata{.name = "music",
                                    .relations = {{"tracing", {juju::RelationRole::provides, "tempo_scrape"}}}};

template <typename EventType>
EventType restored(const json& snapshot) {
  juju::testing::MemoryModel model({.relations = {{.id = 3, .endpoint = "tracing", .remote_application = "tempo"}}},
                                   music_metadata);
  EventType event;
  event.restore(snapshot, model);
  return event;
}

}  // namespace

TEST_CASE("snapshot: Juju's events restore what they store") {
  juju::testing::MemoryModel model({}, music_metadata);
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

TEST_CASE("snapshot: a key that another build did not store is empty in the event") {
  juju::testing::MemoryModel model({}, music_metadata);
  CHECK(juju::RelationEvent().relation_id == -1);
  juju::RelationDepartedEvent event;
  event.relation_name = event.app = event.unit = event.departing_unit = "before";
  event.restore({{"relation_id", 4}}, model);
  CHECK(event.snapshot() == json::parse(R"({"relation_id": 4, "relation_name": "", "app": "", "unit": "",
                                            "departing_unit": ""})"));
}

TEST_CASE("snapshot: a relation id that is out of range is ignored") {
  CHECK(restored<juju::RelationEvent>({{"relation_id", 3}}).relation != nullptr);
  for (const char* id : {"4294967299", "18446744073709551615", "-9223372036854775808"}) {
    const auto event = restored<juju::RelationEvent>(json::parse(std::string(R"({"relation_id": )") + id + "}"));
    CHECK(event.relation_id == -1);
    CHECK(event.relation == nullptr);
  }
  CHECK_THROWS_AS(restored<juju::RelationEvent>(json::parse(R"({"relation_id": 1e300})")), json::exception);
}

TEST_CASE("snapshot: a restored endpoint has a valid host and only valid ports") {
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

TEST_CASE("notice: it is restored from its JSON") {
  const juju::Notice notice{"Notes[mine]/note", 2, {{"text", "a"}}};
  const json text = notice;
  CHECK(text == json::parse(R"({"event": "Notes[mine]/note", "observer": 2, "snapshot": {"text": "a"}})"));
  CHECK(text.get<juju::Notice>() == notice);
}

TEST_CASE("notice: an invalid observer number is refused or matches no observer") {
  const auto notice = [](const char* observer) {
    return json::parse(std::string(R"({"event": "start", "snapshot": {}, "observer": )") + observer + "}")
        .get<juju::Notice>();
  };
  CHECK(notice("2").observer == 2);
  CHECK(notice("-1").observer == std::numeric_limits<std::size_t>::max());
  CHECK_THROWS_AS(notice("1e300"), json::exception);
}
