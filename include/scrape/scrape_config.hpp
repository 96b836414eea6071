// SPDX-License-Identifier: Apache-2.0
// Scrape configs: what goes into `scrape_configs` of a Prometheus configuration, as values and as JSON.
#pragma once

#include <algorithm>
#include <cstddef>
#include <juju/json.hpp>
#include <juju/relation_data_bag.hpp>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <scrape/topology_labels.hpp>
#include <scrape/unit.hpp>

namespace scrape {

/// What one static config of a job expands to: a static config with its fully qualified targets, if there are any, and
/// one for each unit, if it has targets.
struct ExpandedConfig {
  Labels labels = {};                                   ///< All but the unit's.
  bool has_unit_label = true;                           ///< Whether a unit's static config gets the label `juju_unit`.
  std::vector<std::string> targets = {};                ///< The fully qualified targets.
  std::vector<std::string> ports = {};                  ///< For each wildcard target ":8000", or "" without a port.
  std::shared_ptr<const std::vector<Unit>> units = {};  ///< The application's.
  std::size_t unit_count = 0;                           ///< How many of `units` are covered.

  /// The targets of units, by their place in `units`, for which a fully qualified target was given.
  std::map<std::size_t, std::vector<std::string>> unit_targets = {};

  /// The number of targets in all static configs.
  std::size_t target_count() const {
    std::size_t count = targets.size() + ports.size() * (unit_count - unit_targets.size());
    for (const auto& [place, of_unit] : unit_targets) count += of_unit.size();
    return count;
  }

  /// Calls `visit(unit, targets)` for each unit with targets. `targets` is null for a unit with only wildcard targets.
  template <typename Visit>
  void for_each_unit(Visit visit) const {
    auto of_unit = unit_targets.begin();
    for (std::size_t i = 0; i < unit_count; ++i) {
      const bool has_own = of_unit != unit_targets.end() && of_unit->first == i;
      if (has_own || !ports.empty()) visit((*units)[i], has_own ? &of_unit->second : nullptr);
      if (has_own) ++of_unit;
    }
  }
};

/// One entry of `scrape_configs`, or one for each unit.
struct ScrapeConfig {
  juju::RelationId relation_id = 0;  ///< Where it comes from. Not written.
  std::string job_name = {};         ///< Followed by `-` and the unit's number if there is an entry for each unit.
  std::string metrics_path = {};     ///< Empty: the scraper's own. The unit's path precedes it.
  std::string scrape_interval = {};  ///< Empty: the scraper's own.
  std::string scrape_timeout = {};   ///< Empty: the scraper's own.
  std::string fallback_scrape_protocol = {};            ///< Empty: the scraper's own.
  std::shared_ptr<const nlohmann::json> settings = {};  ///< Further keys, a JSON object; may be null.
  std::vector<ExpandedConfig> static_configs = {};      ///< Just one if there is an entry for each unit.
  bool one_job_per_unit = false;                        ///< Whether there is an entry for each unit.
  bool has_topology = true;                             ///< Whether `instance` is made of the topology's labels.
  TopologyLabels spelling = TopologyLabels::library;    ///< Of the labels that `instance` is made of.

  /// Whether a static config is a unit's, so that `juju_unit` is part of `instance`.
  bool has_unit() const {
    return one_job_per_unit || std::any_of(static_configs.begin(), static_configs.end(),
                                           [](const ExpandedConfig& config) { return config.unit_count > 0; });
  }
};

namespace detail {

/// The labels that `instance` is made of.
inline std::vector<std::string> instance_labels(const ScrapeConfig& config) {
  std::vector<std::string> labels = {model_label(config.spelling), "juju_model_uuid",
                                     application_label(config.spelling)};
  if (config.has_unit()) labels.emplace_back("juju_unit");
  return labels;
}

/// The relabel rules: those of the job, then the one that makes `instance` of the topology's labels.
inline nlohmann::json relabel_rules(const ScrapeConfig& config) {
  nlohmann::json rules = config.settings ? juju::member(*config.settings, "relabel_configs") : nlohmann::json();
  if (rules.is_null()) rules = juju::empty_array();
  if (!config.has_topology) return rules;
  nlohmann::json& rule = rules.emplace_back();
  rule["source_labels"] = juju::json_strings(instance_labels(config));
  rule["separator"] = juju::json_string("_");
  rule["target_label"] = juju::json_string("instance");
  rule["regex"] = juju::json_string("(.*)");
  return rules;
}

/// Everything of an entry but `static_configs`.
inline nlohmann::json entry_without_targets(const ScrapeConfig& config) {
  nlohmann::json entry = config.settings ? *config.settings : juju::empty_object();
  nlohmann::json rules = relabel_rules(config);
  if (!rules.empty()) entry["relabel_configs"] = std::move(rules);
  entry["job_name"] = juju::json_string(config.job_name);
  juju::set_unless_empty(entry, "metrics_path", config.metrics_path);
  juju::set_unless_empty(entry, "scrape_interval", config.scrape_interval);
  juju::set_unless_empty(entry, "scrape_timeout", config.scrape_timeout);
  juju::set_unless_empty(entry, "fallback_scrape_protocol", config.fallback_scrape_protocol);
  return entry;
}

/// Makes the static configs of an expanded one. What they share is built once, and copied for each.
class StaticConfigs {
 public:
  explicit StaticConfigs(const ExpandedConfig& expanded)
      : expanded_(expanded), labels_(juju::json_strings(expanded.labels)) {}

  nlohmann::json qualified() const {
    nlohmann::json config = juju::empty_object();
    config["labels"] = labels_;
    config["targets"] = juju::json_strings(expanded_.targets);
    return config;
  }

  nlohmann::json of_unit(const Unit& unit, const std::vector<std::string>* targets) {
    if (expanded_.has_unit_label) labels_["juju_unit"] = juju::json_string(unit.name);
    nlohmann::json config = juju::empty_object();
    config["labels"] = labels_;
    nlohmann::json& all = config["targets"] = targets != nullptr ? juju::json_strings(*targets) : juju::empty_array();
    if (targets != nullptr) return config;
    for (const std::string& port : expanded_.ports) all.push_back(juju::json_string(unit.address.text() + port));
    return config;
  }

 private:
  const ExpandedConfig& expanded_;
  nlohmann::json labels_;
};

}  // namespace detail

/// Appends the entries of a scrape config to a JSON array.
inline void append_json(nlohmann::json& entries, const ScrapeConfig& config) {
  nlohmann::json entry = detail::entry_without_targets(config);
  if (config.one_job_per_unit) {
    const ExpandedConfig& expanded = config.static_configs.front();
    detail::StaticConfigs configs(expanded);
    expanded.for_each_unit([&](const Unit& unit, const std::vector<std::string>* targets) {
      nlohmann::json& of_unit = entries.emplace_back(entry);
      of_unit["job_name"] = juju::json_string(config.job_name + "-" + unit.number);
      juju::set_unless_empty(of_unit, "metrics_path", unit.path + config.metrics_path);
      of_unit["static_configs"].push_back(configs.of_unit(unit, targets));
    });
    return;
  }
  nlohmann::json& static_configs = entry["static_configs"] = juju::empty_array();
  for (const ExpandedConfig& expanded : config.static_configs) {
    detail::StaticConfigs configs(expanded);
    if (!expanded.targets.empty()) static_configs.push_back(configs.qualified());
    expanded.for_each_unit([&](const Unit& unit, const std::vector<std::string>* targets) {
      static_configs.push_back(configs.of_unit(unit, targets));
    });
  }
  entries.push_back(std::move(entry));
}

/// The value of a configuration's `scrape_configs`.
inline void to_json(nlohmann::json& json, const std::vector<ScrapeConfig>& configs) {
  json = juju::empty_array();
  for (const ScrapeConfig& config : configs) append_json(json, config);
}

}  // namespace scrape
