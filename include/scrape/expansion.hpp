// SPDX-License-Identifier: Apache-2.0
// The pure core: what applications want scraped becomes scrape configs.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <scrape/application.hpp>
#include <scrape/job_names.hpp>
#include <scrape/limit.hpp>
#include <scrape/scrape_config.hpp>

namespace scrape {

/// Scrape configs, and the problems of the jobs that they were made from.
struct Expansion {
  std::vector<ScrapeConfig> scrape_configs = {};
  std::vector<juju::Problem> problems = {};  ///< Pointers are into the application's list of jobs.
};

namespace detail {

/// A job, and the name that it has claimed.
struct NamedJob {
  const PlacedJob* placed;
  std::string name;
};

/// A text that two jobs share only if they are equal.
inline std::string specification(const ScrapeJob& job) {
  std::string text;
  const auto append = [&](const std::string& part) {
    text.append(std::to_string(part.size())).append(":").append(part);
  };
  append(job.job_name);
  append(job.scrape_interval);
  append(job.scrape_timeout);
  for (const StaticConfig& config : job.static_configs) {
    text += '{';
    for (const Target& target : config.targets) append(target.text());
    text += '|';
    for (const auto& [name, value] : config.labels) {
      append(name);
      append(value);
    }
  }
  return text;
}

/// Expands the jobs of one application, up to a limit.
class ApplicationExpander {
 public:
  /// @param application  gives its units away.
  ApplicationExpander(Application& application, TopologyLabels spelling, std::size_t max_bytes)
      : application_(application),
        spelling_(spelling),
        topology_labels_(topology_labels(application.topology, spelling)),
        units_(std::make_shared<const std::vector<Unit>>(std::move(application.units))),
        names_limit_(max_bytes),
        limit_(max_bytes) {}

  /// Claims a name for each job that is no twin of an earlier one. Names depend on no unit.
  void claim_names(JobNames& names) {
    const std::string identifier = application_.topology.identifier();
    const juju::Place list;
    std::set<std::string> specifications;
    const bool may_have_twins = application_.jobs.size() > 1;
    for (const PlacedJob& placed : application_.jobs) {
      if (may_have_twins && !specifications.insert(specification(placed.job)).second) {
        report(problems_, list / placed.place, "the same as an earlier job");
        continue;
      }
      const std::string wanted = placed.job.job_name.empty() ? identifier : identifier + "_" + placed.job.job_name;
      if (!names_limit_.take(wanted.size())) {
        limit_met_at_ = placed.place;
        return;
      }
      std::string name = names.claim(wanted, application_.relation_id, placed.place);
      if (name != wanted) report(problems_, list / placed.place, "its name is taken; the relation's id is appended");
      jobs_.push_back({&placed, std::move(name)});
    }
  }

  /// Adds the application's scrape configs and problems.
  void expand(Expansion& expansion) {
    for (const NamedJob& named : jobs_) {
      if (std::optional<ScrapeConfig> config = expand(named)) expansion.scrape_configs.push_back(*std::move(config));
      if (!limit_.is_met()) continue;
      limit_met_at_ = named.placed->place;
      break;
    }
    if (limit_met_at_) report_surely(problems_, juju::Place() / *limit_met_at_, limit_.reason());
    for (juju::Problem& problem : problems_) {
      problem.relation_id = application_.relation_id;
      problem.application = application_.application;
      expansion.problems.push_back(std::move(problem));
    }
  }

 private:
  /// A job as far as the limit allows; nothing if not even a job without static configs does.
  std::optional<ScrapeConfig> expand(const NamedJob& named) {
    const ScrapeJob& job = named.placed->job;
    ScrapeConfig config{.relation_id = application_.relation_id,
                        .job_name = named.name,
                        .scrape_interval = job.scrape_interval,
                        .scrape_timeout = job.scrape_timeout,
                        .spelling = spelling_};
    text_.clear();
    append_head(text_, config);
    if (!limit_.take(text_.size() + tail.size() + 1)) return std::nullopt;
    has_unit_ = false;
    for (const StaticConfig& given : job.static_configs) {
      ExpandedConfig expanded = expand(given);
      if (expanded.target_count() > 0) config.static_configs.push_back(std::move(expanded));
      if (limit_.is_met()) break;
    }
    return config;
  }

  ExpandedConfig expand(const StaticConfig& config) {
    ExpandedConfig expanded{.labels = config.labels, .units = units_};
    for (const auto& [name, value] : topology_labels_) expanded.labels[name] = value;
    for (const Target& target : config.targets) {
      if (target.is_wildcard()) {
        expanded.ports.emplace_back(target.port_suffix());
      } else if (target.is_valid()) {
        expanded.targets.push_back(target.text());
      }
    }
    const StaticConfigWriter writer(expanded);
    if (!expanded.targets.empty()) {
      text_.clear();
      writer.append_qualified(text_);
      if (!limit_.take(text_.size() + 1)) expanded.targets.clear();
    }
    if (!expanded.ports.empty()) take_units(expanded, writer);
    return expanded;
  }

  /// Counts the units whose static configs fit into the limit.
  void take_units(ExpandedConfig& expanded, const StaticConfigWriter& writer) {
    for (const Unit& unit : *units_) {
      if (!limit_.take(writer.unit_bytes(unit) + 1 + (has_unit_ ? 0 : unit_source.size()))) return;
      has_unit_ = true;
      ++expanded.unit_count;
    }
  }

  const Application& application_;
  TopologyLabels spelling_;
  std::vector<std::pair<std::string, std::string>> topology_labels_;
  std::shared_ptr<const std::vector<Unit>> units_;
  Limit names_limit_;
  Limit limit_;
  std::vector<NamedJob> jobs_;
  std::optional<std::size_t> limit_met_at_;  ///< The place of the first job that is not complete.
  std::vector<juju::Problem> problems_;
  bool has_unit_ = false;  ///< Whether the job has a unit's static config.
  std::string text_;       ///< What a part would be written as, to measure it.
};

}  // namespace detail

/// Expands the jobs of all applications, in their order. An application without units yields nothing, but its jobs
/// claim their names, so that no other job's name depends on units.
/// @param applications  by relation id.
/// @param max_bytes_per_relation  the maximum number of bytes that one application's scrape configs are written as, and
///   that its job names have. The first static config that does not fit is skipped with everything after it, with a
///   problem. Other applications are not affected.
inline Expansion expand(std::vector<Application> applications, TopologyLabels spelling = TopologyLabels::library,
                        std::size_t max_bytes_per_relation = default_max_bytes_per_relation) {
  Expansion expansion;
  JobNames names;
  for (Application& application : applications) {
    detail::ApplicationExpander expander(application, spelling, max_bytes_per_relation);
    expander.claim_names(names);
    if (application.has_units) expander.expand(expansion);
  }
  return expansion;
}

}  // namespace scrape
