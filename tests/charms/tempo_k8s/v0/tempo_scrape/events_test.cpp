// SPDX-License-Identifier: Apache-2.0
#include <charms/tempo_k8s/v0/tempo_scrape.hpp>
#include <juju/testing.hpp>

#include <string>
#include <vector>

#include <support/catch.hpp>

namespace {

using namespace charms::tempo_k8s::v0::tempo_scrape;
using namespace juju::testing;
using nlohmann::json;

const juju::Metadata workload_metadata =
    juju::Metadata::parse("{name: spring-music, provides: {tracing: {interface: tempo_scrape}}}");
const juju::Metadata tempo_metadata =
    juju::Metadata::parse("{name: tempo, requires: {tracing: {interface: tempo_scrape}}}");

const std::string endpoint_text = R"({"hostname": "tempo.local", "otlp_grpc_port": 4317})";

/// Defers the event for as long as its configuration says so, and tells in the log what it saw.
class Workload final : public juju::CharmBase {
 public:
  explicit Workload(juju::Framework& framework) : CharmBase(framework) {
    framework.observe(tracing_.on().endpoint_changed, *this, &Workload::on_endpoint_changed);
  }

 private:
  void on_endpoint_changed(EndpointChangedEvent& event) {
    const std::string port = event.otlp_grpc_port ? std::to_string(*event.otlp_grpc_port) : "none";
    log().info(event.hostname + " " + port + " zipkin " + (event.zipkin_port ? "set" : "none") + " relation " +
               std::to_string(event.relation_id) + (event.relation != nullptr ? "" : " gone"));
    if (unit().is_leader()) event.defer();
  }

  TracingEndpointProvider<Workload> tracing_{*this};
};

class Tempo final : public juju::CharmBase {
 public:
  explicit Tempo(juju::Framework& framework) : CharmBase(framework) {
    framework.observe(scrape.on().targets_changed, *this, &Tempo::on_targets_changed);
  }

  TracingEndpointConsumer<Tempo> scrape{*this};

 private:
  void on_targets_changed(TargetsChangedEvent& event) {
    const bool readable = event.relation != nullptr && !event.relation->data("music/1").texts().empty();
    log().info(std::to_string(event.relation_id) + " " + scrape.jobs().dump() + (readable ? " readable" : ""));
    if (unit().is_leader()) event.defer();
  }
};

State workload() {
  State state{.leader = true, .relations = {{.id = 2, .endpoint = "tracing", .remote_application = "tempo"}}};
  state.relation(2).remote_application_data["tempo_endpoint"] = endpoint_text;
  return state;
}

State tempo() {
  State state{.relations = {{.id = 5, .endpoint = "tracing", .remote_application = "music"}}};
  for (const char* unit : {"music/0", "music/1"}) {
    state.relation(5).remote_units[unit]["tempo_scrape_unit_address"] = "10.0.0.1";
  }
  state.relation(5).remote_application_data["scrape_jobs"] = "[{}]";
  return state;
}

std::vector<std::string> infos(const State& state) {
  std::vector<std::string> lines;
  for (const LogLine& line : state.log) {
    if (line.level == juju::LogLevel::info) lines.push_back(line.message);
  }
  return lines;
}

std::size_t targets(const std::string& line) {
  const json jobs = json::parse(line.substr(line.find('['), line.rfind(']') + 1 - line.find('[')));
  return jobs.empty() ? 0 : jobs.at(0).at("static_configs").size();
}

}  // namespace

TEST_CASE("endpoint_changed carries the endpoint's fields, typed, and the relation") {
  State before = workload();
  before.leader = false;
  const State after = run<Workload>(before, relation_changed(2), workload_metadata);
  CHECK(infos(after) == std::vector<std::string>{"tempo.local 4317 zipkin none relation 2"});
  CHECK(after.deferred.empty());
}

TEST_CASE("endpoint_changed is not emitted while there is no endpoint to read") {
  State before = workload();
  before.relation(2).remote_application_data["tempo_endpoint"] = GENERATE("hostname: ''", "[]", ",", "hostname: [");
  CHECK(infos(run<Workload>(before, relation_changed(2), workload_metadata)).empty());
}

TEST_CASE("a deferred endpoint_changed is kept as a notice of names and ids, and comes again as it was") {
  const State first = run<Workload>(workload(), relation_changed(2), workload_metadata);
  REQUIRE(first.deferred.size() == 1);
  CHECK(json(first.deferred[0]) == json::parse(R"({
    "event": "TracingEndpointProvider[tracing]/endpoint_changed", "observer": 0,
    "snapshot": {"relation_id": 2, "relation_name": "tracing", "app": "tempo", "unit": "",
                 "hostname": "tempo.local", "otlp_grpc_port": 4317}})"));
  State next = first;
  next.log.clear();
  next.relation(2).remote_application_data["tempo_endpoint"] = R"({"hostname": "elsewhere"})";
  const State second = run<Workload>(next, update_status(), workload_metadata);
  CHECK(infos(second) == infos(first));
  CHECK(second.deferred == first.deferred);
}

TEST_CASE("a deferred event whose relation is gone comes with no relation") {
  State next = run<Workload>(workload(), relation_changed(2), workload_metadata);
  next.relations.clear();
  next.log.clear();
  CHECK(infos(run<Workload>(next, update_status(), workload_metadata)) ==
        std::vector<std::string>{"tempo.local 4317 zipkin none relation 2 gone"});
}

TEST_CASE("a deferred event that an unknown build wrote is dropped with a log line") {
  State before = workload();
  before.deferred = {{"TracingEndpointProvider[tracing]/endpoint_changed", 0, json{{"relation_id", "two"}}},
                     {"TracingEndpointProvider[tracing]/endpoint_removed", 0, json::object()}};
  const State after = run<Workload>(before, update_status(), workload_metadata);
  CHECK(after.deferred.empty());
  CHECK(infos(after).empty());
  CHECK(after.log.size() == 2);
}

TEST_CASE("users 8: in the hook that says a unit departs it is no target any more, and its bag can still be read") {
  const State after = run<Tempo>(tempo(), relation_departed(5, "music/1"), tempo_metadata);
  REQUIRE(infos(after).size() == 1);
  CHECK(targets(infos(after)[0]) == 1);
  CHECK(infos(after)[0].ends_with(" readable"));
}

TEST_CASE("users 9: in the hook that says a relation is broken nothing of it is a target, and its data can be read") {
  State before = tempo();
  before.relations.push_back({.id = 6, .endpoint = "tracing", .remote_application = "other"});
  before.relation(6).remote_units["other/0"]["tempo_scrape_unit_address"] = "10.0.0.2";
  before.relation(6).remote_application_data["scrape_jobs"] = "[{}]";
  const State after = run<Tempo>(before, relation_broken(5), tempo_metadata);
  REQUIRE(infos(after).size() == 1);
  CHECK(infos(after)[0].starts_with("5 "));
  CHECK(infos(after)[0].find("music") == std::string::npos);
  CHECK(targets(infos(after)[0]) == 1);
  CHECK(infos(after)[0].ends_with(" readable"));
}

TEST_CASE("users 9: in the hook that says a relation is broken the provider has no endpoint from it") {
  State before = workload();
  before.relation(2).remote_units["tempo/0"];
  const State after = run<Workload>(before, relation_broken(2), workload_metadata);
  CHECK(infos(after).empty());
  CHECK(after.relations.empty());
}

TEST_CASE(
    "targets_changed comes on relation-changed, -departed and -broken, with the relation's id, and can be deferred") {
  State before = tempo();
  before.leader = true;
  const auto event = GENERATE(as<EventRequest>{}, relation_changed(5, "music/0"), relation_changed(5),
                              relation_departed(5, "music/0"), relation_broken(5));
  const State after = run<Tempo>(before, event, tempo_metadata);
  REQUIRE(infos(after).size() == 1);
  REQUIRE(after.deferred.size() == 1);
  CHECK(after.deferred[0].event == "TracingEndpointConsumer[tracing]/targets_changed");
  CHECK(after.deferred[0].snapshot.at("relation_id") == 5);
  const State again = run<Tempo>(after, update_status(), tempo_metadata);
  CHECK(infos(again).size() == 2);
  CHECK(again.deferred == after.deferred);
}
