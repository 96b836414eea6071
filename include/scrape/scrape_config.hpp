// SPDX-License-Identifier: Apache-2.0
// The pure core: scrape jobs, topology and unit addresses in, scrape configuration and problems out.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <charms/tempo_k8s/v0/tempo_scrape/wire.hpp>
#include <scrape/allowance.hpp>
#include <scrape/job_names.hpp>
#include <scrape/scraped_application.hpp>

namespace scrape {

/// What can be put into a configuration's `scrape_configs` as it is, and what was left out of it.
struct ScrapeConfiguration {
  nlohmann::json jobs = nlohmann::json::array();
  std::vector<juju::Problem> problems = {};
};

namespace detail {

/// What a static config has beside its targets and labels, and what one of a unit has more, beside the unit's name and
/// the targets with a comma each.
inline constexpr std::string_view static_config_frame = R"({"labels":,"targets":},)";
inline constexpr std::string_view unit_frame = R"("juju_unit":,[)";

/// The static configs of one job, in the form of a scrape configuration, as far as the allowance goes.
class Expansion {
 public:
  Expansion(const ScrapedApplication& application, TopologyLabels spelling, Allowance& allowance)
      : application_(application), labels_(topology_labels(application.topology, spelling)), allowance_(allowance) {}

  void add(const StaticConfig& config) {
    std::vector<TargetAddress> wildcards;
    json qualified = json::array();
    for (const Target& target : config.targets) {
      std::optional<TargetAddress> address = parse_target(target.text());
      if (!address) continue;
      if (address->is_wildcard()) {
        wildcards.push_back(*std::move(address));
      } else {
        qualified.push_back(address->text());
      }
    }
    const json labels = labels_of(config);
    const std::size_t frame = static_config_frame.size() + bytes_of(labels);
    if (!qualified.empty() && allowance_.spend(frame + bytes_of(qualified))) emit(std::move(qualified), labels);
    if (!wildcards.empty()) add_units(wildcards, labels, frame);
  }

  json static_configs = json::array();
  bool has_unit = false;

 private:
  json labels_of(const StaticConfig& config) const {
    json labels = config.labels;
    for (const auto& [name, value] : labels_) labels[name] = value;
    return labels;
  }

  void add_units(const std::vector<TargetAddress>& wildcards, const json& labels, std::size_t frame) {
    std::size_t beside_hosts = frame + unit_frame.size();
    for (const TargetAddress& wildcard : wildcards) beside_hosts += wildcard.text().size() + 2;
    for (const ScrapedUnit& unit : application_.units) {
      const std::size_t hosts = wildcards.size() * unit.host.text().size();
      if (!allowance_.spend(beside_hosts + bytes_of(unit.name) + hosts)) return;
      json targets = json::array();
      for (const TargetAddress& wildcard : wildcards) targets.push_back(wildcard.text_for(unit.host));
      emit(std::move(targets), labels)["labels"]["juju_unit"] = unit.name;
      has_unit = true;
    }
  }

  json& emit(json targets, const json& labels) {
    json& config = static_configs.emplace_back(json::object());
    config["targets"] = std::move(targets);
    config["labels"] = labels;
    return config;
  }

  const ScrapedApplication& application_;
  std::vector<std::pair<std::string, std::string>> labels_;
  Allowance& allowance_;
};

/// The one relabelling rule: `instance` is where the target stands in Juju's world.
inline json relabel_configs(bool has_unit, TopologyLabels spelling) {
  json sources = {model_label(spelling), "juju_model_uuid", application_label(spelling)};
  if (has_unit) sources.push_back("juju_unit");
  json rules = json::array();
  rules.push_back(
      {{"source_labels", std::move(sources)}, {"separator", "_"}, {"target_label", "instance"}, {"regex", "(.*)"}});
  return rules;
}

/// A job as far as the allowance goes; nothing where it goes no further.
inline json expand(const ScrapedApplication& application, const NamedJob& named, TopologyLabels spelling,
                   Allowance& allowance) {
  const ScrapeJob& job = named.placed->job;
  json expanded = ScrapeJob{.job_name = named.wanted,
                            .static_configs = {},
                            .scrape_interval = job.scrape_interval,
                            .scrape_timeout = job.scrape_timeout};
  expanded["relabel_configs"] = relabel_configs(true, spelling);
  if (!allowance.spend(bytes_of(expanded) + name_suffix_bytes)) return nullptr;
  expanded["job_name"] = named.name;
  Expansion expansion(application, spelling, allowance);
  for (const StaticConfig& config : job.static_configs) {
    if (!allowance.is_spent()) expansion.add(config);
  }
  expanded["static_configs"] = std::move(expansion.static_configs);
  if (!expansion.has_unit) expanded["relabel_configs"] = relabel_configs(false, spelling);
  return expanded;
}

/// Adds the jobs of one application and what is wrong with them.
inline void add_jobs(ScrapeConfiguration& configuration, JobNames& names, const ScrapedApplication& application,
                     TopologyLabels spelling, std::size_t most_bytes) {
  Allowance allowance(most_bytes);
  std::vector<juju::Problem> problems;
  auto [jobs, limit_met_at] = claim_names(names, application, allowance, problems);
  if (!application.has_units) return;
  for (const NamedJob& named : jobs) {
    json expanded = expand(application, named, spelling, allowance);
    if (!expanded.is_null()) configuration.jobs.push_back(std::move(expanded));
    if (!allowance.is_spent()) continue;
    limit_met_at = named.placed->place;
    break;
  }
  if (limit_met_at) report_surely(problems, Place() / *limit_met_at, allowance.reason());
  for (juju::Problem& problem : problems) {
    problem.relation_id = application.relation_id;
    problem.application = application.application;
    configuration.problems.push_back(std::move(problem));
  }
}

}  // namespace detail

/// Expands the jobs of all applications, in the order of the list. One without units yields nothing, but its jobs claim
/// their names, so that no other job's name depends on units.
/// @param applications  by relation id.
/// @param most_bytes_per_relation  the most bytes of JSON that come out of one application, and of names that it
///   claims. The static config that does not fit is left out with all that follows it, and jobs beyond the limit of
///   names are none, with a problem. Other applications are as they would be without.
inline ScrapeConfiguration scrape_configuration(const std::vector<ScrapedApplication>& applications,
                                                TopologyLabels spelling = TopologyLabels::library,
                                                std::size_t most_bytes_per_relation = default_most_bytes_per_relation) {
  ScrapeConfiguration configuration;
  detail::JobNames names;
  for (const ScrapedApplication& application : applications) {
    detail::add_jobs(configuration, names, application, spelling, most_bytes_per_relation);
  }
  return configuration;
}

}  // namespace scrape
