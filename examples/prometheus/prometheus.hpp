// SPDX-License-Identifier: Apache-2.0
// A scraper's charm: writes the configuration and the rule files of Prometheus.
#pragma once

#include <charms/prometheus_k8s/v0/prometheus_scrape.hpp>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "../replace_file.hpp"
#include "promtool.hpp"
#include "version.hpp"

namespace prometheus_scrape = charms::prometheus_k8s::v0::prometheus_scrape;

class Prometheus final : public juju::CharmBase {
 public:
  explicit Prometheus(juju::Framework& framework) : CharmBase(framework) {
    framework.observe({metrics_.on().targets_changed, on().config_changed, on().upgrade_charm, on().update_status},
                      [this](juju::Event&) { scrape(); });
  }
  nlohmann::json scrape_configs() { return metrics_.jobs(); }

 private:
  prometheus_scrape::MetricsEndpointConsumerOptions options();
  void scrape();
  void write_rules(const std::vector<prometheus_scrape::RelationAlerts>& alerts);
  void show_status(const prometheus_scrape::Published& published);

  std::string directory_ = metadata().charm_directory;
  std::optional<PrometheusVersion> version_ = parse_version(config<std::string>("prometheus-version"));
  prometheus_scrape::MetricsEndpointConsumer<Prometheus> metrics_{*this, options()};
};

/// What this version of Prometheus knows. With an invalid option: what every version knows.
inline prometheus_scrape::MetricsEndpointConsumerOptions Prometheus::options() {
  const PrometheusVersion version = version_.value_or(PrometheusVersion{});
  return {.label_names =
              version.is_at_least(3, 0) ? prometheus_scrape::LabelNames::utf8 : prometheus_scrape::LabelNames::legacy,
          .query_offset = version.is_at_least(2, 53),
          .tls_inline_keys = version.is_at_least(2, 48),
          .check_jobs =
              [this](const nlohmann::json& jobs) {
                return promtool_refusal(directory_, "config",
                                        R"({"scrape_configs":)" + juju::to_yaml_safe_json(jobs) + "}");
              },
          .check_rules =
              [this](const nlohmann::json& rules) {
                return promtool_refusal(directory_, "rules", juju::to_yaml_safe_json(rules));
              }};
}

inline void Prometheus::scrape() {
  const prometheus_scrape::Published published = metrics_.read();
  for (const juju::Problem& problem : published.problems) log().warning(to_string(problem));
  write_rules(published.alerts);
  replace_file(directory_ + "/prometheus.json", R"({"rule_files":["rules/*.json"],"scrape_configs":)" +
                                                    scrape::to_yaml_safe_json(published.scrape_configs) + "}\n");
  show_status(published);
}

/// Writes a file for each relation, and removes the others. The names of files do not contain text of other charms.
inline void Prometheus::write_rules(const std::vector<prometheus_scrape::RelationAlerts>& alerts) {
  const std::filesystem::path rules = std::filesystem::path(directory_) / "rules";
  std::filesystem::create_directories(rules);
  std::set<std::filesystem::path> written;
  for (const prometheus_scrape::RelationAlerts& of_relation : alerts) {
    const auto file = rules / ("relation-" + std::to_string(of_relation.relation_id) + ".json");
    replace_file(file, R"({"groups":)" + juju::to_yaml_safe_json(of_relation.groups) + "}\n");
    written.insert(file);
  }
  for (const auto& entry : std::filesystem::directory_iterator(rules)) {
    if (!written.contains(entry.path())) std::filesystem::remove(entry.path());
  }
}

inline void Prometheus::show_status(const prometheus_scrape::Published& published) {
  if (!version_) return unit().set_status(juju::BlockedStatus{"configuration: prometheus-version is not such as 2.42"});
  for (const juju::Problem& problem : published.problems) {
    if (!problem.skips_entry) continue;
    return unit().set_status(juju::BlockedStatus{"refused: " + problem.key + " of " + problem.application +
                                                 "; the log of this unit says why"});
  }
  std::size_t targets = 0;
  std::set<juju::RelationId> relations;
  for (const scrape::ScrapeConfig& config : published.scrape_configs) {
    for (const scrape::ExpandedConfig& expanded : config.static_configs) targets += expanded.target_count();
    relations.insert(config.relation_id);
  }
  const auto counted = [](std::size_t count, const std::string& noun) {
    return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
  };
  unit().set_status(juju::ActiveStatus{counted(targets, "target") + " of " + counted(relations.size(), "application")});
}
