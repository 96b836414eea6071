// SPDX-License-Identifier: Apache-2.0
// The pure core: scrape jobs, topology and unit addresses in, scrape configuration and problems out.
#pragma once

#include <algorithm>
#include <juju/topology.hpp>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <charms/tempo_k8s/v0/tempo_scrape/allowance.hpp>
#include <charms/tempo_k8s/v0/tempo_scrape/scrape_job_grammar.hpp>
#include <charms/tempo_k8s/v0/tempo_scrape/wire.hpp>

namespace charms::tempo_k8s::v0::tempo_scrape {

/// A unit that can be scraped.
struct ScrapedUnit {
  std::string name;
  Host host;
};

/// What is to be scraped of an application.
struct ScrapedApplication {
  juju::RelationId relation_id = 0;
  std::string application = {};  ///< Juju's name of it, for problems; labels take the topology's.
  juju::Topology topology = {};
  std::vector<PlacedScrapeJob> jobs = {};
  std::vector<ScrapedUnit> units = {};  ///< Those with an address, in natural order.
  bool has_units = true;                ///< Whether there are any, with an address or without.

  /// Whether any target stands for the units, so that their addresses matter.
  bool has_wildcard() const {
    const auto is_wildcard = [](const Target& target) { return target.text().starts_with('*'); };
    const auto in_config = [&](const StaticConfig& config) {
      return std::any_of(config.targets.begin(), config.targets.end(), is_wildcard);
    };
    return std::any_of(jobs.begin(), jobs.end(), [&](const PlacedScrapeJob& placed) {
      return std::any_of(placed.job.static_configs.begin(), placed.job.static_configs.end(), in_config);
    });
  }
};

/// What can be put into a configuration's `scrape_configs` as it is, and what was left out of it.
struct ScrapeConfiguration {
  nlohmann::json jobs = nlohmann::json::array();
  std::vector<Problem> problems = {};
};

namespace detail {

/// Gives each job a name that no other has. A job's name depends on the jobs before it alone, so it never changes
/// because of an address, a unit or a younger relation.
class JobNames {
 public:
  std::string claim(const std::string& name, juju::RelationId relation, std::size_t place) {
    if (taken_.insert(name).second) return name;
    const std::string of_relation = name + "_" + std::to_string(relation);
    if (taken_.insert(of_relation).second) return of_relation;
    std::size_t& next = next_place_[of_relation];
    next = std::max(next, place);
    while (!taken_.insert(of_relation + "_" + std::to_string(next)).second) ++next;
    return of_relation + "_" + std::to_string(next++);
  }

 private:
  std::set<std::string> taken_;
  std::map<std::string, std::size_t> next_place_;
};

/// The bytes that are counted for what is appended to a name that is taken, whether it is or not: how much comes out of
/// a relation is up to that relation alone.
inline constexpr std::size_t name_suffix_bytes = 32;

/// The bytes that are counted for a job beside its texts and its static configs, and for a static config beside its
/// targets and labels.
inline constexpr std::size_t job_frame_bytes = 256 + name_suffix_bytes;
inline constexpr std::size_t static_config_frame_bytes = 32;

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
    if (qualified.empty() && (wildcards.empty() || application_.units.empty())) return;
    const json labels = labels_of(config);
    const std::size_t frame = static_config_frame_bytes + bytes_of(labels);
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
    constexpr std::string_view unit_label = "juju_unit";
    std::size_t beside_hosts = frame + unit_label.size();
    for (const TargetAddress& wildcard : wildcards) beside_hosts += wildcard.text().size() + 2;
    for (const ScrapedUnit& unit : application_.units) {
      const std::size_t hosts = wildcards.size() * unit.host.text().size();
      if (!allowance_.spend(beside_hosts + bytes_of(unit.name) + hosts)) return;
      json targets = json::array();
      for (const TargetAddress& wildcard : wildcards) targets.push_back(wildcard.text_for(unit.host));
      emit(std::move(targets), labels)["labels"][unit_label] = unit.name;
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

/// @param job            what is expanded.
/// @param specification  the same as JSON, which becomes the expanded job.
inline json expand(const ScrapedApplication& application, const ScrapeJob& job, json specification, std::string name,
                   TopologyLabels spelling, Allowance& allowance) {
  specification.erase("static_configs");  // not to be held beside its expansion
  Expansion expansion(application, spelling, allowance);
  for (const StaticConfig& config : job.static_configs) {
    if (!allowance.is_spent()) expansion.add(config);
  }
  specification["job_name"] = std::move(name);
  specification["static_configs"] = std::move(expansion.static_configs);
  specification["relabel_configs"] = relabel_configs(expansion.has_unit, spelling);
  return specification;
}

/// The bytes that are counted for a job without its static configs.
inline std::size_t bytes_of_frame(const ScrapeJob& job, const std::string& name) {
  return job_frame_bytes + bytes_of(name) + job.scrape_interval.size() + job.scrape_timeout.size();
}

/// Adds the jobs of one application and what is wrong with them.
inline void add_jobs(ScrapeConfiguration& configuration, JobNames& names, const ScrapedApplication& application,
                     TopologyLabels spelling, std::size_t most_bytes) {
  const std::string identifier = application.topology.identifier();
  const Place list;
  std::vector<Problem> problems;
  std::set<std::string> specifications;
  Allowance for_names(most_bytes);
  Allowance for_output(most_bytes);
  std::optional<std::size_t> limit_met_at;
  for (const PlacedScrapeJob& placed : application.jobs) {
    json specification = placed.job;
    if (!specifications.insert(specification.dump()).second) {
      report(problems, list / placed.place, "the same as an earlier job");
      continue;
    }
    const std::string wanted = placed.job.job_name.empty() ? identifier : identifier + "_" + placed.job.job_name;
    if (!for_names.spend(wanted.size() + name_suffix_bytes)) {
      limit_met_at = limit_met_at.value_or(placed.place);
      break;
    }
    std::string name = names.claim(wanted, application.relation_id, placed.place);
    if (name != wanted) report(problems, list / placed.place, "its name is taken; the relation's id is appended");
    if (!application.has_units || limit_met_at) continue;
    if (for_output.spend(bytes_of_frame(placed.job, wanted))) {
      configuration.jobs.push_back(
          expand(application, placed.job, std::move(specification), std::move(name), spelling, for_output));
    }
    if (for_output.is_spent()) limit_met_at = placed.place;
  }
  if (!application.has_units) return;
  if (limit_met_at) report_surely(problems, list / *limit_met_at, for_output.reason());
  for (Problem& problem : problems) {
    problem.relation_id = application.relation_id;
    problem.application = application.application;
    problem.key = wire::scrape_jobs;
    configuration.problems.push_back(std::move(problem));
  }
}

}  // namespace detail

/// Expands the jobs of all applications, in the order of the list. One without units yields nothing, but its jobs claim
/// their names, so that no other job's name depends on units.
/// @param applications             by relation id.
/// @param most_bytes_per_relation  the most bytes of JSON that come out of one application, and of names that it
/// claims.
///   The static config that does not fit is left out with all that follows it, and jobs beyond the limit of names are
///   none, with a problem. Other applications are as they would be without.
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

}  // namespace charms::tempo_k8s::v0::tempo_scrape
