// SPDX-License-Identifier: Apache-2.0
// The scenarios of the libraries prometheus_scrape and tracing.
#include <juju/hook_tools/fqdn.hpp>

#include "hooks.hpp"
#include "metrics_charms.hpp"

namespace faults {

namespace {

const std::string directory = TEMPO_SCRAPE_TESTS_DIRECTORY "/faults";
const CharmUnderTest scraped_workload = charm<MetricsWorkload>(directory + "/metrics-workload");
const CharmUnderTest backend = charm<MetricsBackend>(directory + "/metrics-backend");

RelationState related(juju::RelationId id, const char* endpoint, const std::string& application,
                      juju::StringMap published) {
  published["password"] = secret;
  return {.id = id,
          .endpoint = endpoint,
          .remote_application = application,
          .remote_units = {{application + "/0", {{"password", secret}}}},
          .remote_application_data = std::move(published),
          .local_application_data = {{"password", secret}}};
}

State state_of(std::string unit, bool leader, std::vector<RelationState> relations) {
  State state{.leader = leader, .relations = std::move(relations), .address = "10.77.0.1"};
  state.fqdn = juju::hook_tools::fqdn();  // the hook tools have no other
  state.unit_name = std::move(unit);
  return state;
}

State workload_state(bool leader, std::vector<RelationState> relations) {
  return state_of("metrics-workload/0", leader, std::move(relations));
}

State backend_state(bool leader, std::vector<RelationState> relations) {
  return state_of("metrics-backend/0", leader, std::move(relations));
}

/// A scraper. With `event`, it has refused something.
RelationState scraper(juju::RelationId id, const std::string& application, const char* event = "{}") {
  return related(id, "metrics-endpoint", application, {{"event", event}});
}

/// A scraped application.
RelationState scraped(juju::RelationId id, const std::string& application, const std::string& jobs) {
  RelationState relation = related(id, "metrics-endpoint", application, {{"scrape_jobs", jobs}});
  relation.remote_application_data["scrape_metadata"] =
      R"({"model":"test-model","model_uuid":"6ba7b810-9dad-41d1-80b4-00c04fd430c8","application":")" + application +
      R"(","unit":")" + application + R"(/0","charm_name":"music"})";
  relation.remote_units[application + "/0"] = {{"prometheus_scrape_unit_name", application + "/0"},
                                               {"prometheus_scrape_unit_address", "10.88.0." + std::to_string(id)}};
  return relation;
}

RelationState tempo(const char* receivers) { return related(4, "tracing", "tempo", {{"receivers", receivers}}); }

RelationState sender(juju::RelationId id, const std::string& application, const char* protocol) {
  return related(id, "tracing", application, {{"receivers", "[\"" + std::string(protocol) + "\"]"}});
}

std::vector<RelationState> two_scraped() {
  return {scraped(3, "music", R"([{"static_configs":[{"targets":["*:8000","10.88.0.3:9"]}]}])"),
          scraped(4, "noisy",
                  R"([{"scheme":"ftp"},{"metrics_path":"/refused","static_configs":[{"targets":["db.local"]}]}])")};
}

const char* const receivers = R"([{"protocol":{"name":"otlp_http","type":"http"},"url":"http://tempo:4318"}])";
const Hook elected = juju::testing::leader_elected().hook;
const Hook config_changed = juju::testing::config_changed().hook;
const auto correct_jobs = [](State& state) {
  state.relation(4).remote_application_data["scrape_jobs"] = R"([{"job_name":"songs"}])";
};

Hook changed(const RelationState& relation) {
  return in_relation("changed", relation, relation.remote_application + "/0");
}

std::vector<Scenario> of_the_workload() {
  const char* const refused = R"({"scrape_job_errors":"no such path"})";
  return {
      {"metrics-provider-created",
       scraped_workload,
       workload_state(true, {scraper(3, "prometheus")}),
       {in_relation("created", scraper(3, "prometheus"))},
       [](State& state) { state.relations.push_back(scraper(5, "mimir")); },
       in_relation("created", scraper(5, "mimir"))},
      {"metrics-provider-changed-follower",
       scraped_workload,
       workload_state(false, {scraper(3, "prometheus")}),
       {in_relation("created", scraper(3, "prometheus"))},
       [](State& state) { state.address = "10.77.0.9"; },
       changed(scraper(3, "prometheus"))},
      {"metrics-provider-changed-feedback",
       scraped_workload,
       workload_state(true, {scraper(3, "prometheus", refused)}),
       {in_relation("created", scraper(3, "prometheus"))},
       [](State& state) { state.config["path"] = "/stats"; },
       changed(scraper(3, "prometheus"))},
      {"traces-requirer-changed",
       scraped_workload,
       workload_state(true, {tempo(receivers)}),
       {},
       {},
       changed(tempo(receivers))},
      {"traces-requirer-follower",
       scraped_workload,
       workload_state(false, {tempo("[]")}),
       {},
       {},
       changed(tempo("[]"))},
  };
}

std::vector<Scenario> of_the_backend() {
  return {
      {"metrics-consumer-changed", backend, backend_state(true, two_scraped()), {}, {}, changed(two_scraped()[1])},
      {"metrics-consumer-changed-follower",
       backend,
       backend_state(false, two_scraped()),
       {},
       {},
       changed(two_scraped()[0])},
      {"metrics-consumer-corrected",
       backend,
       backend_state(true, two_scraped()),
       {elected},
       correct_jobs,
       changed(two_scraped()[1])},
      {"metrics-consumer-reported-before",
       backend,
       backend_state(true, two_scraped()),
       {elected},
       [](State& state) { state.config["refused"] = "/stats"; },
       config_changed},
      {"traces-provider-changed",
       backend,
       backend_state(true, {sender(3, "music", "otlp_http")}),
       {changed(sender(3, "music", "otlp_http"))},
       [](State& state) { state.relations.push_back(sender(4, "gateway", "otlp_http")); },
       changed(sender(4, "gateway", "otlp_http"))},
      {"traces-provider-broken",
       backend,
       backend_state(true, {sender(3, "music", "zipkin"), sender(4, "gateway", "otlp_http")}),
       {changed(sender(3, "music", "zipkin"))},
       [](State& state) { state.relation(4).departed_units = std::exchange(state.relation(4).remote_units, {}); },
       in_relation("broken", sender(4, "gateway", "otlp_http"))},
  };
}

}  // namespace

std::vector<Scenario> metrics_scenarios() {
  std::vector<Scenario> all = of_the_workload();
  for (Scenario& scenario : of_the_backend()) all.push_back(std::move(scenario));
  return all;
}

}  // namespace faults
