// SPDX-License-Identifier: Apache-2.0
#include <support/charms.hpp>

using namespace support;
using namespace charms::tempo_k8s::v0::tempo_scrape;
using namespace juju::testing;
using nlohmann::json;

namespace {

const std::string endpoint_text = R"({"hostname": "tempo.local", "otlp_grpc_port": 4317})";

/// Logs each endpoint_changed. The leader also defers it.
class Listener final : public juju::CharmBase {
 public:
  explicit Listener(juju::Framework& framework) : CharmBase(framework) {
    framework.observe(tracing_.on().endpoint_changed, *this, &Listener::on_endpoint_changed);
  }

 private:
  void on_endpoint_changed(EndpointChangedEvent& event) {
    const std::string port = event.otlp_grpc_port ? std::to_string(*event.otlp_grpc_port) : "none";
    log().info(event.hostname + " " + port + " zipkin " + (event.zipkin_port ? "set" : "none") + " relation " +
               std::to_string(event.relation_id) + (event.relation != nullptr ? "" : " gone"));
    if (unit().is_leader()) event.defer();
  }

  TracingEndpointProvider<Listener> tracing_{*this};
};

/// Logs the jobs at each targets_changed. The leader also defers it.
class Scraper final : public juju::CharmBase {
 public:
  explicit Scraper(juju::Framework& framework) : CharmBase(framework) {
    framework.observe(scrape.on().targets_changed, *this, &Scraper::on_targets_changed);
  }

  TracingEndpointConsumer<Scraper> scrape{*this};

 private:
  void on_targets_changed(TargetsChangedEvent& event) {
    const bool readable = event.relation != nullptr && !event.relation->data("music/1").texts().empty();
    log().info(std::to_string(event.relation_id) + " " + scrape.jobs().dump() + (readable ? " readable" : ""));
    if (unit().is_leader()) event.defer();
  }
};

/// The leader of the workload, in relation 2 with a Tempo.
State workload() {
  State state{.leader = true, .relations = {{.id = 2, .endpoint = "tracing", .remote_application = "tempo"}}};
  state.relation(2).remote_application_data["tempo_endpoint"] = endpoint_text;
  return state;
}

/// music/0 and music/1 in relation 5 of Tempo.
State tempo() {
  State state{.relations = {{.id = 5, .endpoint = "tracing", .remote_application = "music"}}};
  for (const char* unit : {"music/0", "music/1"}) {
    state.relation(5).remote_units[unit]["tempo_scrape_unit_address"] = "10.0.0.1";
  }
  state.relation(5).remote_application_data["scrape_jobs"] = "[{}]";
  return state;
}

/// The log lines at INFO, without the framework's line about deferred events.
Lines infos(const State& state) {
  Lines lines;
  for (const LogLine& line : state.log) {
    const bool is_own = !line.message.starts_with("deferred events");
    if (line.level == juju::LogLevel::info && is_own) lines.push_back(line.message);
  }
  return lines;
}

/// The number of static configs in a line of `Scraper`.
std::size_t targets(const std::string& line) {
  const json jobs = json::parse(line.substr(line.find('['), line.rfind(']') + 1 - line.find('[')));
  return jobs.empty() ? 0 : jobs.at(0).at("static_configs").size();
}

}  // namespace

TEST_CASE("endpoint_changed: has the fields of the endpoint and the relation") {
  State before = workload();
  before.leader = false;
  const State after = run<Listener>(before, relation_changed(2), workload_metadata);
  CHECK(infos(after) == Lines{"tempo.local 4317 zipkin none relation 2"});
  CHECK(after.deferred.empty());
}

TEST_CASE("endpoint_changed: is not emitted for an invalid endpoint") {
  State before = workload();
  before.relation(2).remote_application_data["tempo_endpoint"] = GENERATE("hostname: ''", "[]", ",", "hostname: [");
  CHECK(infos(run<Listener>(before, relation_changed(2), workload_metadata)).empty());
}

TEST_CASE("endpoint_changed: a deferred event keeps its fields") {
  const State first = run<Listener>(workload(), relation_changed(2), workload_metadata);
  REQUIRE(first.deferred.size() == 1);
  CHECK(json(first.deferred[0]) == json::parse(R"({
    "event": "TracingEndpointProvider[tracing]/endpoint_changed", "observer": 0,
    "snapshot": {"relation_id": 2, "relation_name": "tracing", "app": "tempo", "unit": "",
                 "hostname": "tempo.local", "otlp_grpc_port": 4317}})"));
  State next = first;
  next.log.clear();
  next.relation(2).remote_application_data["tempo_endpoint"] = R"({"hostname": "elsewhere"})";
  const State second = run<Listener>(next, update_status(), workload_metadata);
  CHECK(infos(second) == infos(first));
  CHECK(second.deferred == first.deferred);
}

TEST_CASE("endpoint_changed: a deferred event may have no relation any more") {
  State next = run<Listener>(workload(), relation_changed(2), workload_metadata);
  next.relations.clear();
  next.log.clear();
  CHECK(infos(run<Listener>(next, update_status(), workload_metadata)) ==
        Lines{"tempo.local 4317 zipkin none relation 2 gone"});
}

TEST_CASE("endpoint_changed: an invalid deferred event is dropped and logged") {
  State before = workload();
  before.deferred = {{"TracingEndpointProvider[tracing]/endpoint_changed", 0, json{{"relation_id", "two"}}},
                     {"TracingEndpointProvider[tracing]/endpoint_removed", 0, json::object()}};
  const State after = run<Listener>(before, update_status(), workload_metadata);
  CHECK(after.deferred.empty());
  CHECK(infos(after).empty());
  CHECK(after.log.size() == 2);
}

TEST_CASE("endpoint_changed: is not emitted in relation-broken") {
  State before = workload();
  before.relation(2).remote_units["tempo/0"];
  const State after = run<Listener>(before, relation_broken(2), workload_metadata);
  CHECK(infos(after).empty());
  CHECK(after.relations.empty());
}

TEST_CASE("targets_changed: follows relation-changed, -departed and -broken") {
  State before = tempo();
  before.leader = true;
  const auto event = GENERATE(as<EventRequest>{}, relation_changed(5, "music/0"), relation_changed(5),
                              relation_departed(5, "music/0"), relation_broken(5));
  const State after = run<Scraper>(before, event, tempo_metadata);
  REQUIRE(infos(after).size() == 1);
  REQUIRE(after.deferred.size() == 1);
  CHECK(after.deferred[0].event == "TracingEndpointConsumer[tracing]/targets_changed");
  CHECK(after.deferred[0].snapshot.at("relation_id") == 5);
  const State again = run<Scraper>(after, update_status(), tempo_metadata);
  CHECK(infos(again).size() == 2);
  CHECK(again.deferred == after.deferred);
}

TEST_CASE("targets_changed: in relation-departed the unit is no target") {
  const State after = run<Scraper>(tempo(), relation_departed(5, "music/1"), tempo_metadata);
  REQUIRE(infos(after).size() == 1);
  CHECK(targets(infos(after)[0]) == 1);
  CHECK(infos(after)[0].ends_with(" readable"));
}

TEST_CASE("targets_changed: in relation-broken the relation has no targets") {
  State before = tempo();
  before.relations.push_back({.id = 6, .endpoint = "tracing", .remote_application = "other"});
  before.relation(6).remote_units["other/0"]["tempo_scrape_unit_address"] = "10.0.0.2";
  before.relation(6).remote_application_data["scrape_jobs"] = "[{}]";
  const State after = run<Scraper>(before, relation_broken(5), tempo_metadata);
  REQUIRE(infos(after).size() == 1);
  CHECK(infos(after)[0].starts_with("5 "));
  CHECK(infos(after)[0].find("music") == std::string::npos);
  CHECK(targets(infos(after)[0]) == 1);
  CHECK(infos(after)[0].ends_with(" readable"));
}
