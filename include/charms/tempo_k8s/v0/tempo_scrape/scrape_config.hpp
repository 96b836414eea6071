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

/// The static configs of one job, in the form of a scrape configuration.
class Expansion {
 public:
  Expansion(const ScrapedApplication& application, TopologyLabels spelling)
      : application_(application), labels_(topology_labels(application.topology, spelling)) {}

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
    if (!qualified.empty()) emit(std::move(qualified), labels_of(config));
    if (wildcards.empty()) return;
    for (const ScrapedUnit& unit : application_.units) {
      json targets = json::array();
      for (const TargetAddress& wildcard : wildcards) targets.push_back(wildcard.text_for(unit.host));
      json labels = labels_of(config);
      labels["juju_unit"] = unit.name;
      emit(std::move(targets), std::move(labels));
      has_unit = true;
    }
  }

  json static_configs = json::array();
  bool has_unit = false;

 private:
  json labels_of(const StaticConfig& config) const {
    json labels = config.labels;
    for (const auto& [name, value] : labels_) labels[name] = value;
    return labels;
  }

  void emit(json targets, json labels) {
    json& config = static_configs.emplace_back(json::object());
    config["targets"] = std::move(targets);
    config["labels"] = std::move(labels);
  }

  const ScrapedApplication& application_;
  std::vector<std::pair<std::string, std::string>> labels_;
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
                   TopologyLabels spelling) {
  Expansion expansion(application, spelling);
  for (const StaticConfig& config : job.static_configs) expansion.add(config);
  specification["job_name"] = std::move(name);
  specification["static_configs"] = std::move(expansion.static_configs);
  specification["relabel_configs"] = relabel_configs(expansion.has_unit, spelling);
  return specification;
}

}  // namespace detail

/// Expands the jobs of all applications, in the order of the list. One without units yields nothing, but its jobs claim
/// their names, so that no other job's name depends on units.
/// @param applications  by relation id.
inline ScrapeConfiguration scrape_configuration(const std::vector<ScrapedApplication>& applications,
                                                TopologyLabels spelling = TopologyLabels::library) {
  ScrapeConfiguration configuration;
  detail::JobNames names;
  for (const ScrapedApplication& application : applications) {
    const std::string identifier = application.topology.identifier();
    std::vector<Problem> problems;
    std::set<std::string> specifications;
    for (const PlacedScrapeJob& placed : application.jobs) {
      const detail::Place list;
      nlohmann::json specification = placed.job;
      if (!specifications.insert(specification.dump()).second) {
        detail::report(problems, list / placed.place, "the same as an earlier job");
        continue;
      }
      const std::string wanted = placed.job.job_name.empty() ? identifier : identifier + "_" + placed.job.job_name;
      std::string name = names.claim(wanted, application.relation_id, placed.place);
      if (name != wanted) {
        detail::report(problems, list / placed.place, "its name is taken; the relation's id is appended");
      }
      if (!application.has_units) continue;
      configuration.jobs.push_back(
          detail::expand(application, placed.job, std::move(specification), std::move(name), spelling));
    }
    if (!application.has_units) continue;
    for (Problem& problem : problems) {
      problem.relation_id = application.relation_id;
      problem.application = application.application;
      problem.key = wire::scrape_jobs;
      configuration.problems.push_back(std::move(problem));
    }
  }
  return configuration;
}

}  // namespace charms::tempo_k8s::v0::tempo_scrape
