// SPDX-License-Identifier: Apache-2.0
// The pure core: what applications want scraped becomes scrape configs.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <scrape/application.hpp>
#include <scrape/claimed_jobs.hpp>
#include <scrape/limit.hpp>
#include <scrape/scrape_config_text.hpp>
#include <scrape/unit_targets.hpp>
#include <scrape/wire.hpp>

namespace scrape {

/// How jobs become scrape configs.
struct ExpansionRules {
  TopologyLabels topology_labels = TopologyLabels::library;

  /// The maximum number of bytes that one application's scrape configs are written as, and that its job names have. The
  /// first static config that does not fit is skipped with everything after it, with a problem. Other applications are
  /// not affected.
  std::size_t max_bytes_per_relation = default_max_bytes_per_relation;

  std::string fallback_scrape_protocol = {};  ///< Of every job; empty: the scraper's own.
  std::string identifier_prefix = {};         ///< This and the fields below are as in `Wire`.
  std::string identifier_suffix = {};
  bool one_job_per_unit = false;
  bool own_labels_win = false;
};

/// The rules of a library.
inline ExpansionRules expansion_rules(const Wire& wire) {
  return {.identifier_prefix = wire.identifier_prefix,
          .identifier_suffix = wire.identifier_suffix,
          .one_job_per_unit = wire.one_job_per_unit,
          .own_labels_win = wire.own_labels_win};
}

/// Scrape configs, and the problems of the jobs that they were made from.
struct Expansion {
  std::vector<ScrapeConfig> scrape_configs = {};
  std::vector<juju::Problem> problems = {};  ///< Pointers are into the application's list of jobs.
};

namespace detail {

/// Expands the jobs of one application, up to a limit.
class ApplicationExpander {
 public:
  /// @param application  gives its units away.
  ApplicationExpander(Application& application, const ExpansionRules& rules)
      : application_(application),
        rules_(rules),
        units_(std::make_shared<const std::vector<Unit>>(std::move(application.units))),
        limit_(rules.max_bytes_per_relation) {
    if (application.has_topology_labels) {
      topology_labels_ = topology_labels(application.topology, rules.topology_labels);
    }
    if (rules.one_job_per_unit && application.has_host()) hosts_ = UnitHosts(*units_);
  }

  /// Claims the names of the jobs. They depend on no unit.
  void claim_names(JobNames& names) {
    const auto around = [&](const std::string& name) {
      return rules_.identifier_prefix + name + rules_.identifier_suffix;
    };
    const bool has_identifier = application_.has_topology_labels;
    NameClaims claims(names, application_.relation_id,
                      has_identifier ? around(application_.topology.identifier()) : std::string(),
                      rules_.max_bytes_per_relation);
    claimed_ = claims.claim(application_.jobs, around(application_.application), rules_.one_job_per_unit);
  }

  /// Adds the application's scrape configs and problems.
  void expand(Expansion& expansion) {
    for (const ClaimedJob& claimed : claimed_.jobs) {
      rules_.one_job_per_unit ? expand_for_units(claimed, expansion.scrape_configs)
                              : expand(claimed, expansion.scrape_configs);
      if (!limit_.is_met()) continue;
      claimed_.limit_met_at = claimed.placed->place;
      break;
    }
    if (claimed_.limit_met_at)
      report_surely(claimed_.problems, juju::Place() / *claimed_.limit_met_at, limit_.reason());
    for (juju::Problem& problem : claimed_.problems) {
      problem.relation_id = application_.relation_id;
      problem.application = application_.application;
      expansion.problems.push_back(std::move(problem));
    }
  }

 private:
  /// The config of a job, without static configs.
  ScrapeConfig config_of(const ClaimedJob& claimed) const {
    const ScrapeJob& job = claimed.placed->job;
    ScrapeConfig config{.relation_id = application_.relation_id,
                        .job_name = claimed.name,
                        .metrics_path = job.metrics_path,
                        .scrape_interval = job.scrape_interval,
                        .scrape_timeout = job.scrape_timeout,
                        .fallback_scrape_protocol = rules_.fallback_scrape_protocol};
    if (config.metrics_path.empty() && rules_.one_job_per_unit) config.metrics_path = "/metrics";
    if (!job.settings.empty()) config.settings = std::make_shared<const nlohmann::json>(job.settings);
    config.has_topology = application_.has_topology_labels;
    config.spelling = rules_.topology_labels;
    return config;
  }

  ExpandedConfig with_labels(const StaticConfig& given) const {
    ExpandedConfig expanded{.labels = given.labels, .units = units_};
    for (const auto& [name, value] : topology_labels_) {
      if (!rules_.own_labels_win || !expanded.labels.contains(name)) expanded.labels[name] = value;
    }
    expanded.has_unit_label = application_.has_topology_labels && !expanded.labels.contains("juju_unit");
    return expanded;
  }

  /// Adds one job, as far as the limit allows: nothing if not even a job without static configs fits.
  void expand(const ClaimedJob& claimed, std::vector<ScrapeConfig>& configs) {
    ScrapeConfig config = config_of(claimed);
    if (!limit_.take(EntryWriter(config).bytes() + 1)) return;
    bool has_unit = false;
    for (const StaticConfig& given : claimed.placed->job.static_configs) {
      ExpandedConfig expanded = with_labels(given);
      for (const Target& target : given.targets) {
        if (target.is_wildcard()) {
          expanded.ports.emplace_back(target.port_suffix());
        } else if (target.is_valid()) {
          expanded.targets.push_back(target.text());
        }
      }
      const StaticConfigWriter writer(expanded);
      take_qualified(expanded, writer);
      for (const Unit& unit : *units_) {
        const std::size_t source_bytes = has_unit ? 0 : unit_source.size();
        if (expanded.ports.empty() || !limit_.take(writer.unit_bytes(unit, nullptr) + 1 + source_bytes)) break;
        has_unit = true;
        ++expanded.unit_count;
      }
      if (expanded.target_count() > 0) config.static_configs.push_back(std::move(expanded));
      if (limit_.is_met()) break;
    }
    configs.push_back(std::move(config));
  }

  /// Adds a job for each unit and static config, then one with the targets that are of no unit.
  void expand_for_units(const ClaimedJob& claimed, std::vector<ScrapeConfig>& configs) {
    const ScrapeConfig shared = config_of(claimed);
    const std::vector<StaticConfig>& all = claimed.placed->job.static_configs;
    std::vector<std::vector<std::string>> others(all.size());
    for (std::size_t i = 0; i < all.size() && !limit_.is_met(); ++i) {
      SplitTargets targets = hosts_.split(all[i].targets);
      others[i] = std::move(targets.others);
      if (units_->empty() || (targets.wildcards.empty() && targets.of_units.empty())) continue;
      ExpandedConfig expanded = with_labels(all[i]);
      for (const Target* target : targets.wildcards) expanded.ports.emplace_back(target->port_suffix());
      ScrapeConfig config = shared;
      config.job_name = claimed.config_names[i];
      config.one_job_per_unit = true;
      config.static_configs.push_back(std::move(expanded));
      take_units(config, targets);
      if (config.static_configs.front().target_count() > 0) configs.push_back(std::move(config));
    }
    expand_others(shared, all, std::move(others), configs);
  }

  /// Adds a job with the targets that are of no unit, as far as the limit allows.
  /// @param targets  for each static config.
  void expand_others(ScrapeConfig config, const std::vector<StaticConfig>& all,
                     std::vector<std::vector<std::string>> targets, std::vector<ScrapeConfig>& configs) {
    bool has_head = false;
    for (std::size_t i = 0; i < all.size() && !limit_.is_met(); ++i) {
      if (targets[i].empty()) continue;
      if (!std::exchange(has_head, true)) limit_.take(EntryWriter(config).bytes() + 1);
      ExpandedConfig expanded = with_labels(all[i]);
      expanded.targets = std::move(targets[i]);
      take_qualified(expanded, StaticConfigWriter(expanded));
      if (!expanded.targets.empty()) config.static_configs.push_back(std::move(expanded));
    }
    if (!config.static_configs.empty()) configs.push_back(std::move(config));
  }

  /// Covers the units whose jobs fit into the limit.
  void take_units(ScrapeConfig& config, const SplitTargets& targets) {
    ExpandedConfig& expanded = config.static_configs.front();
    const EntryWriter entry(config);
    const StaticConfigWriter writer(expanded);
    for (const Unit& unit : *units_) {
      const std::size_t place = expanded.unit_count;
      const bool has_own = targets.of_units.contains(place);
      if (has_own || !expanded.ports.empty()) {
        std::vector<std::string> own = has_own ? targets.of_unit(place, unit) : std::vector<std::string>();
        if (!limit_.take(entry.bytes(unit) + writer.unit_bytes(unit, has_own ? &own : nullptr) + 1)) return;
        if (has_own) expanded.unit_targets.emplace(place, std::move(own));
      }
      ++expanded.unit_count;
    }
  }

  /// Drops the fully qualified targets if their static config does not fit into the limit.
  void take_qualified(ExpandedConfig& expanded, const StaticConfigWriter& writer) {
    if (expanded.targets.empty()) return;
    text_.clear();
    writer.append_qualified(text_);
    if (!limit_.take(text_.size() + 1)) expanded.targets.clear();
  }

  const Application& application_;
  const ExpansionRules& rules_;
  std::vector<std::pair<std::string, std::string>> topology_labels_;
  std::shared_ptr<const std::vector<Unit>> units_;
  UnitHosts hosts_;
  Limit limit_;
  ClaimedJobs claimed_;
  std::string text_;  ///< What a part would be written as, to measure it.
};

}  // namespace detail

/// Expands the jobs of all applications, in their order. An application without units yields nothing, but its jobs
/// claim their names, so that no other job's name depends on units.
/// @param applications  by relation id.
inline Expansion expand(std::vector<Application> applications, const ExpansionRules& rules = {}) {
  Expansion expansion;
  JobNames names(rules.one_job_per_unit);
  for (Application& application : applications) {
    detail::ApplicationExpander expander(application, rules);
    expander.claim_names(names);
    if (application.has_units) expander.expand(expansion);
  }
  return expansion;
}

}  // namespace scrape
