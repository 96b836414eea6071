// SPDX-License-Identifier: Apache-2.0
// The charms of the simulation, and checks of their units in a settled model.
#pragma once

#include <algorithm>
#include <charms/tempo_k8s/v0/tempo_scrape.hpp>
#include <juju/testing.hpp>
#include <map>
#include <set>

namespace simulation {

using namespace charms::tempo_k8s::v0::tempo_scrape;
using juju::testing::Integration;
using juju::testing::TestModel;
using nlohmann::json;

/// A bug to find: "joined" publishes jobs only on relation-joined, "random" publishes a different text in each hook.
inline std::string planted_bug = {};

/// A workload with two endpoints, so that it can have two relations with one Tempo. It logs the endpoint of each event.
class Workload final : public juju::CharmBase {
 public:
  explicit Workload(juju::Framework& framework) : CharmBase(framework) {
    ScrapeJobs jobs = ScrapeJob::parse(config<std::string>("jobs"));
    second.set_jobs(jobs);
    framework.observe(on()["tracing"].relation_joined, [this, jobs](juju::RelationJoinedEvent& event) {
      static int count = 0;
      if (planted_bug == "joined") first.set_jobs(jobs);
      if (planted_bug == "random") event.relation->data(unit().name()).set("count", std::to_string(++count));
    });
    if (planted_bug == "joined") jobs.problems.push_back({.reason = "keep the published jobs"});
    first.set_jobs(jobs);
    for (auto* tracing : {&first, &second}) {
      framework.observe(tracing->on().endpoint_changed, [this](EndpointChangedEvent& event) {
        if (config<bool>("defer")) return event.defer();
        const json endpoint = static_cast<const TempoEndpoint&>(event);
        log().info("relation " + std::to_string(event.relation_id) + ": " + endpoint.dump());
      });
    }
  }

  TracingEndpointProvider<Workload> first{*this};
  TracingEndpointProvider<Workload> second{*this, {.relation_name = "second-tracing"}};
};

/// Its status contains its jobs at the latest event. The build "tempo-next" has more observers, so that after an
/// upgrade or a downgrade there are deferred events of other observers.
class Tempo final : public juju::CharmBase {
 public:
  explicit Tempo(juju::Framework& framework) : CharmBase(framework) {
    framework.observe(scrape.on().targets_changed, [this](TargetsChangedEvent& event) {
      if (config<bool>("defer")) return event.defer();
      unit().set_status(juju::ActiveStatus{scrape.jobs().dump()});
    });
    const auto defer = [this](juju::Event& event) {
      if (config<bool>("defer")) event.defer();
    };
    if (metadata().name == "tempo-next") framework.observe({scrape.on().targets_changed, on().config_changed}, defer);
  }

  TracingEndpointConsumer<Tempo> scrape{*this};
  TracingEndpointRequirer<Tempo> endpoint{
      *this,
      {.hostname = config<std::string>("hostname"), .tempo_port = 3200, .otlp_grpc_port = config<int>("grpc-port")}};
};

/// @param name  of a charm, an application or a unit.
inline bool is_tempo(const std::string& name) { return name.find("tempo") != std::string::npos; }

inline juju::Metadata metadata_of(const std::string& charm) {
  static const juju::Metadata workload = juju::Metadata::parse(
      "{name: workload, provides: {tracing: {interface: tempo_scrape}, second-tracing: {interface: tempo_scrape}},"
      " config: {options: {jobs: {type: string, default: '[{}]'}, defer: {type: boolean, default: false}}}}");
  static const juju::Metadata tempo = juju::Metadata::parse(
      "{name: tempo, requires: {tracing: {interface: tempo_scrape}}, config: {options: {hostname: {type: string,"
      " default: tempo.local}, grpc-port: {type: int, default: 4317}, defer: {type: boolean, default: false}}}}");
  juju::Metadata metadata = is_tempo(charm) ? tempo : workload;
  metadata.name = charm;
  const char* const jobs = R"([{"job_name": "next", "static_configs": [{"targets": ["*:9100"]}]}, {}])";
  if (charm == "workload-next") metadata.config["jobs"].default_value = jobs;
  return metadata;
}

/// The last two for a workload are invalid: the published jobs stay.
inline const std::vector<json>& configs_of(const std::string& application) {
  static const std::vector<json> tempo = {
      json::object(), {{"defer", true}}, {{"hostname", "fd00::7"}}, {{"hostname", "a.example"}, {"grpc-port", 14317}}};
  static const std::vector<json> workload = {
      json::object(),
      {{"defer", true}},
      {{"jobs", R"([{"static_configs": [{"targets": ["*:8000", "*"]}]}])"}},
      {{"jobs", R"([{"job_name": "a", "scrape_interval": "30s", "static_configs": [{"targets": ["10.1.1.1"]},
          {"targets": ["*:1", "db.local:9", "[fd00::9]:9"], "labels": {"team": "x", "tier": "1"}}]},
          {"job_name": "b_1", "static_configs": []}])"}},
      {{"jobs", R"([{"job_name": "next_0", "scrape_timeout": "5s", "static_configs": [{"targets": []}]}])"}},
      {{"jobs", "not JSON"}},
      {{"jobs", R"([{"static_configs": [{"targets": ["*:0"]}]}])"}}};
  return is_tempo(application) ? tempo : workload;
}

inline std::map<std::string, std::size_t> counts;  ///< The number of events and comparisons of each kind.
/// The model of an application. Applications named "far-..." are in another model.
inline juju::testing::ModelOptions model_of(const std::string& application) {
  if (!application.starts_with("far-")) return {};
  return {.name = "far", .uuid = "0a5f3c1e-93c8-4c3e-8f43-9d1c7f2b6a10"};
}

inline void require(bool holds, const std::string& failure) {
  if (!holds) throw std::runtime_error(failure);
}

inline std::string application_of(const std::string& name) { return name.substr(0, name.find_first_of(":/")); }

/// The defaults and the operator's options. The application must have a unit.
inline json config_of(TestModel& model, const std::string& application) {
  json config = json::object();
  for (const auto& [option, declared] : model.metadata(application).config) config[option] = declared.default_value;
  config.update(model.unit(model.units(application).front()).state().config);
  return config;
}

/// A text of the application's data bag; null if absent.
inline json published(const TestModel& model, int relation, const std::string& application, const char* key) {
  const juju::StringMap bag = model.application_data(relation, application);
  return bag.contains(key) ? json::parse(bag.at(key)) : json();
}

/// Adds one static config for the targets with a host, and one for each unit for the wildcards.
inline void expand_targets(json& configs, TestModel& model, const std::string& workload, const json& labels,
                           const json& given) {
  std::vector<std::string> units = model.units(workload);
  units.insert(units.begin(), "");
  for (const std::string& unit : units) {
    std::string host = unit.empty() ? "" : model.unit(unit).address();
    if (host.find(':') != std::string::npos) host = "[" + host + "]";
    json config = {{"targets", json::array()}, {"labels", given.value("labels", json::object())}};
    for (const json& target : given.value("targets", json::array())) {
      const auto text = target.get<std::string>();
      const bool is_wildcard = text.front() == '*';
      if (is_wildcard != unit.empty()) config["targets"].push_back(is_wildcard ? host + text.substr(1) : text);
    }
    config["labels"].update(labels);
    if (!unit.empty()) config["labels"]["juju_unit"] = unit;
    if (!config["targets"].empty()) configs.push_back(config);
  }
}

/// A second implementation of Tempo's scrape configuration, from the description of the data bags. The published jobs
/// of a workload without units still claim their names.
inline json expand(TestModel& model, const std::string& tempo) {
  json expanded = json::array();
  std::set<std::string> taken;
  for (const Integration& relation : model.relations()) {
    if (application_of(relation.second) != tempo) continue;
    const std::string workload = application_of(relation.first);
    const bool has_units = !model.units(workload).empty();
    const juju::testing::ModelOptions of = model_of(workload);
    const json labels = {{"juju_model", of.name},
                         {"juju_model_uuid", of.uuid},
                         {"juju_application", workload},
                         {"juju_charm", model.metadata(workload).name}};
    const json jobs = has_units ? json::parse(config_of(model, workload)["jobs"].get<std::string>())
                                : published(model, relation.id, workload, "scrape_jobs");
    for (std::size_t place = 0; place < jobs.size(); ++place) {
      json job = jobs[place];
      std::string name = of.name + "_" + of.uuid.substr(0, 8) + "_" + workload;
      if (job.contains("job_name")) name += "_" + job["job_name"].get<std::string>();
      if (taken.contains(name)) name += "_" + std::to_string(relation.id);
      const std::string base = name + "_";
      for (std::size_t number = place; taken.contains(name); ++number) name = base + std::to_string(number);
      taken.insert(name);
      json configs = json::array();
      for (const json& config : job.value("static_configs", json::parse(R"([{"targets": ["*:80"]}])"))) {
        expand_targets(configs, model, workload, labels, config);
      }
      json sources = {"juju_model", "juju_model_uuid", "juju_application"};
      const auto is_of_unit = [](const json& config) { return config["labels"].contains("juju_unit"); };
      if (std::any_of(configs.begin(), configs.end(), is_of_unit)) sources.push_back("juju_unit");
      json rule = {{"source_labels", sources}, {"separator", "_"}, {"target_label", "instance"}, {"regex", "(.*)"}};
      job.update({{"job_name", name}, {"static_configs", configs}, {"relabel_configs", json::array({rule})}});
      if (has_units) expanded.push_back(job);
    }
  }
  return expanded;
}

/// The endpoint that Tempo's leader must publish. If Tempo has no units, the published one, or null.
inline json endpoint_of(TestModel& model, const Integration& relation) {
  const std::string tempo = application_of(relation.second);
  if (model.units(tempo).empty()) return published(model, relation.id, tempo, "tempo_endpoint");
  const json config = config_of(model, tempo);
  return {{"hostname", config["hostname"]}, {"tempo_port", 3200}, {"otlp_grpc_port", config["grpc-port"]}};
}

/// Checks that the unit has the jobs of the related workloads, and had an event for them.
inline void check_tempo(TestModel& model, const std::string& unit, bool had_events) {
  const json expected = expand(model, application_of(unit));
  const json jobs = model.unit(unit).inspect<Tempo>([](Tempo& charm) { return charm.scrape.jobs(); });
  require(jobs == expected, unit + " has the jobs " + jobs.dump() + "\nand should have " + expected.dump());
  if (!jobs.empty()) ++counts["jobs compared"];
  const std::string status = model.unit(unit).status().message;
  const bool is_current = status == jobs.dump() || (status.empty() && jobs.empty());
  require(is_current || !had_events, unit + " had no event for its latest jobs");
}

/// Checks that each endpoint has the Tempo endpoint of its oldest relation, and that the unit had an event for each
/// relation.
inline void check_workload(TestModel& model, const std::string& unit, bool had_events) {
  json expected = {nullptr, nullptr};
  for (const Integration& relation : model.relations()) {
    const json endpoint = endpoint_of(model, relation);
    if (application_of(relation.first) != application_of(unit) || endpoint.is_null()) continue;
    json& oldest = expected[relation.first.ends_with(":tracing") ? 0 : 1];
    if (oldest.is_null()) oldest = endpoint;
    const std::string prefix = "relation " + std::to_string(relation.id) + ": ";
    std::string latest;
    for (const auto& line : model.unit(unit).log()) {
      if (line.message.starts_with(prefix)) latest = line.message;
    }
    const bool is_current = latest == prefix + endpoint.dump();
    require(is_current || !had_events, unit + " had no event for the latest endpoint of " + prefix + endpoint.dump());
    ++counts["endpoints compared"];
  }
  const json known = model.unit(unit).inspect<Workload>([&](Workload& charm) {
    const auto text = [](const auto& endpoint) { return endpoint ? json(*endpoint) : json(); };
    return json::array({text(charm.first.endpoint()), text(charm.second.endpoint())});
  });
  require(known == expected, unit + " has the endpoints " + known.dump() + " and should have " + expected.dump());
}

/// @param had_events  whether the unit must have had an event for the latest change. False after a skipped hook.
inline void check_unit(TestModel& model, const std::string& unit, bool had_events) {
  const bool defers = config_of(model, application_of(unit))["defer"].get<bool>();
  (is_tempo(unit) ? check_tempo : check_workload)(model, unit, had_events && !defers);
  const std::vector<juju::Notice> deferred = model.unit(unit).deferred();
  require(defers || deferred.empty(), unit + " keeps a deferred event");
  for (const juju::Notice& notice : deferred) {
    require(std::count(deferred.begin(), deferred.end(), notice) == 1, unit + " keeps a deferred event twice");
  }
}

}  // namespace simulation
