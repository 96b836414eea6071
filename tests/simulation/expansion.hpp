// SPDX-License-Identifier: Apache-2.0
// A second implementation of what Tempo scrapes, from the description of the data bags.
#pragma once

#include <algorithm>
#include <set>

#include "charms.hpp"

namespace simulation {

using juju::testing::Integration;
using juju::testing::TestModel;

/// The model of an application. Applications named "far-..." are in another model.
inline juju::testing::ModelOptions model_of(const std::string& application) {
  if (!application.starts_with("far-")) return {};
  return {.name = "far", .uuid = "0a5f3c1e-93c8-4c3e-8f43-9d1c7f2b6a10"};
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
    if (application_of(relation.second) != tempo || !relation.second.ends_with(":tempo-scrape")) continue;
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

/// Where the metrics of a unit are scraped: the host of the external URL, or the unit's address. IPv6 is in brackets.
inline std::string host_of(TestModel& model, const std::string& unit) {
  if (config_of(model, application_of(unit))["external-url"] != "") return "gw.example";
  const std::string address = model.unit(unit).address();
  return address.find(':') == std::string::npos ? address : "[" + address + "]";
}

/// The targets of a unit in a static config: wildcards, and those with its address. Without a unit: those of no unit.
/// @param port  of wildcards without one.
inline json targets_of(TestModel& model, const std::string& workload, const std::string& unit, const json& config,
                       const std::string& port) {
  json targets = json::array();
  for (const auto& target : config.value("targets", std::vector<std::string>())) {
    const std::string host = target.ends_with(']') ? target : target.substr(0, target.rfind(':'));
    const std::vector<std::string> units = model.units(workload);
    const auto has_host = [&](const std::string& one) { return host_of(model, one) == host; };
    const auto owner = std::find_if(units.begin(), units.end(), has_host);
    const bool is_wildcard = host == "*";
    if (is_wildcard ? unit.empty() : unit != (owner == units.end() ? "" : *owner)) continue;
    const std::string text = is_wildcard ? host_of(model, unit) + (target == "*" ? port : target.substr(1)) : target;
    if (unit.empty() || std::find(targets.begin(), targets.end(), text) == targets.end()) targets.push_back(text);
  }
  return targets;
}

/// Whether `name` is `stem`, `-` and digits.
inline bool is_numbered(const std::string& name, const std::string& stem) {
  return name.starts_with(stem + "-") && name.size() > stem.size() + 1 &&
         name.find_first_not_of("0123456789", stem.size() + 1) == std::string::npos;
}

inline std::string claim(std::vector<std::string>& taken, std::string name, int relation, std::size_t place) {
  const auto is_taken = [&] {
    return std::any_of(taken.begin(), taken.end(), [&](const std::string& other) {
      return name == other || is_numbered(name, other) || is_numbered(other, name);
    });
  };
  if (is_taken()) name += "_" + std::to_string(relation);
  for (const std::string base = name + "_"; is_taken(); ++place) name = base + std::to_string(place);
  taken.push_back(name);
  return name;
}

/// Claims the names of a job: one for each static config with targets, those with wildcards first. The last is the
/// job's own, which it shares with the first of the others.
inline std::vector<std::string> claim_all(std::vector<std::string>& taken, const std::string& wanted,
                                          const json& configs, int relation, std::size_t place) {
  std::vector<std::string> names(configs.size() + 1);
  for (const bool with_wildcard : {true, false}) {
    for (std::size_t i = 0; i < configs.size(); ++i) {
      const json targets = configs[i].value("targets", json::array());
      if (targets.empty() || (targets.dump().find('*') != std::string::npos) != with_wildcard) continue;
      names[i] = claim(taken, wanted, relation, place);
      if (names.back().empty()) names.back() = names[i];
    }
  }
  if (names.back().empty()) names.back() = claim(taken, wanted, relation, place);
  return names;
}

/// What Tempo must have of the metrics in one relation, and what it must report to the application.
struct Metrics {
  json jobs = json::array();
  std::string job_errors = {}, rule_errors = {};  ///< The texts of the report.
};

/// Adds what a job expands to: one job for each static config and unit with targets, then one with the targets of no
/// unit. No other application's jobs have its names.
class MetricsExpansion {
 public:
  /// @param taken  the names of all jobs so far.
  MetricsExpansion(TestModel& model, const Integration& relation, std::vector<std::string>& taken)
      : model_(model),
        taken_(taken),
        relation_(relation.id),
        workload_(application_of(relation.first)),
        of_(model_of(workload_)) {
    const json config = config_of(model, workload_);
    is_bare_ = config["bare"].get<bool>();
    const auto state = model.unit(model.units(application_of(relation.second)).front()).state();
    remote_application_ = state.relation(relation_).remote_application;
    if (config["external-url"] == "") return;
    path_ = "/via";
    if (config["unchecked-jobs"] == "") port_ = ":8080";
  }

  void add(json job, std::size_t place, json& jobs) {
    if (!port_.empty()) job.emplace("scheme", "http");
    std::string wanted = "juju_" + of_.name + "_" + of_.uuid.substr(0, 8) + "_" + workload_ + "_prometheus_scrape";
    if (job.contains("job_name")) wanted += "_" + job["job_name"].get<std::string>();
    if (is_bare_) wanted = job.value("job_name", "juju_" + remote_application_ + "_prometheus_scrape");
    const json configs = job.value("static_configs", json::parse(R"([{"targets": ["*:80"]}])"));
    const std::vector<std::string> names = claim_all(taken_, wanted, configs, relation_, place);
    json others = json::array();
    for (std::size_t i = 0; i < configs.size(); ++i) {
      for (const std::string& unit : model_.units(workload_)) {
        const json own = json::array({static_config(configs[i], unit)});
        const std::string name = names[i] + unit.substr(unit.find('/')).replace(0, 1, "-");
        if (own[0]["targets"].empty()) continue;
        jobs.push_back(entry(job, name, own));
        jobs.back()["metrics_path"] = path_ + jobs.back()["metrics_path"].get<std::string>();
      }
      const json config = static_config(configs[i], "");
      if (!config["targets"].empty()) others.push_back(config);
    }
    if (!others.empty()) jobs.push_back(entry(job, names.back(), others));
  }

 private:
  json static_config(const json& config, const std::string& unit) {
    json labels = {{"juju_model", of_.name},
                   {"juju_model_uuid", of_.uuid},
                   {"juju_application", workload_},
                   {"juju_charm", model_.metadata(workload_).name}};
    if (!unit.empty()) labels["juju_unit"] = unit;
    if (is_bare_) labels = json::object();
    labels.update(config.value("labels", json::object()));
    return {{"targets", targets_of(model_, workload_, unit, config, port_)}, {"labels", labels}};
  }

  json entry(json job, const std::string& name, const json& configs) const {
    job.update({{"job_name", name}, {"static_configs", configs}});
    job.emplace("metrics_path", "/metrics");
    if (is_bare_) return job;
    json sources = {"juju_model", "juju_model_uuid", "juju_application"};
    if (configs[0]["labels"].contains("juju_unit")) sources.push_back("juju_unit");
    json rules = job.value("relabel_configs", json::array());
    rules.push_back({{"source_labels", sources}, {"separator", "_"}, {"target_label", "instance"}, {"regex", "(.*)"}});
    job["relabel_configs"] = rules;
    return job;
  }

  TestModel& model_;
  bool is_bare_ = false;                 ///< Whether the application publishes no metadata.
  std::string remote_application_ = {};  ///< As Tempo knows it.
  std::vector<std::string>& taken_;
  int relation_;
  std::string workload_;
  juju::testing::ModelOptions of_;
  std::string path_ = {}, port_ = {};  ///< Of the external URL. The port is for wildcards without one.
};

/// Both applications must have units.
/// @param taken  the names of all jobs so far.
inline Metrics metrics_of(TestModel& model, const Integration& relation, std::vector<std::string>& taken) {
  Metrics metrics;
  const std::string workload = application_of(relation.first);
  const json config = config_of(model, workload);
  const auto unchecked = config["unchecked-jobs"].get<std::string>();
  const json jobs =
      json::parse(unchecked.empty() ? config["metrics-jobs"].get<std::string>() : unchecked, nullptr, false);
  if (jobs.is_discarded()) metrics.job_errors = "scrape_jobs: not JSON (byte 2)";
  MetricsExpansion expansion(model, relation, taken);
  for (std::size_t place = 0; jobs.is_array() && place < jobs.size(); ++place) {
    if (jobs[place].value("scheme", "http").starts_with("http")) {
      expansion.add(jobs[place], place, metrics.jobs);
    } else {
      metrics.job_errors = "scrape_jobs at /" + std::to_string(place) + "/scheme: neither http nor https";
    }
  }
  if (config_of(model, application_of(relation.second))["refused"] != workload) return metrics;
  const bool has_label = !config["bare"].get<bool>();
  if (!metrics.jobs.empty() && has_label)
    metrics.job_errors += (metrics.job_errors.empty() ? "" : "; ") + ("scrape_jobs: refused: " + refusal);
  if (has_alert_rules(model.metadata(workload).name)) metrics.rule_errors = "alert_rules: refused: " + refusal;
  if (has_label) metrics.jobs.clear();
  return metrics;
}

}  // namespace simulation
