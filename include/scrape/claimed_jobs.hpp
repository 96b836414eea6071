// SPDX-License-Identifier: Apache-2.0
// The names that the jobs of one application claim, before anything is known of its units.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <scrape/application.hpp>
#include <scrape/job_names.hpp>
#include <scrape/limit.hpp>

namespace scrape::detail {

/// A job, and the names that it has claimed.
struct ClaimedJob {
  const PlacedJob* placed;
  std::string name;
  std::vector<std::string> config_names = {};  ///< With a job for each unit: one for each static config with targets.
};

/// The jobs of one application that are no twin of an earlier one.
struct ClaimedJobs {
  std::vector<ClaimedJob> jobs = {};
  std::optional<std::size_t> limit_met_at = {};  ///< The place of the first job that is not complete.
  std::vector<juju::Problem> problems = {};
};

/// A text that two jobs share only if they are equal.
inline std::string specification(const ScrapeJob& job) {
  std::string text;
  const auto append = [&](const std::string& part) {
    text.append(std::to_string(part.size())).append(":").append(part);
  };
  append(job.job_name);
  append(job.metrics_path);
  append(job.scrape_interval);
  append(job.scrape_timeout);
  if (!job.settings.empty()) append(job.settings.dump());
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

/// Claims the names of one application's jobs.
class NameClaims {
 public:
  /// @param identifier  begins each name; may be empty.
  /// @param max_bytes   the maximum number of bytes of all names.
  NameClaims(JobNames& names, juju::RelationId relation, std::string identifier, std::size_t max_bytes)
      : names_(names), relation_(relation), identifier_(std::move(identifier)), limit_(max_bytes) {}

  /// @param otherwise  the name of a job without a name, if there is no identifier.
  ClaimedJobs claim(const std::vector<PlacedJob>& jobs, const std::string& otherwise, bool one_job_per_unit) {
    ClaimedJobs claimed;
    const juju::Place list;
    std::set<std::string> specifications;
    for (const PlacedJob& placed : jobs) {
      if (jobs.size() > 1 && !specifications.insert(specification(placed.job)).second) {
        report(claimed.problems, list / placed.place, "the same as an earlier job");
        continue;
      }
      const std::string wanted = wanted_name(placed.job.job_name, otherwise);
      ClaimedJob job{&placed, {}};
      const bool fits = limit_.take(wanted.size()) && claim(job, wanted, one_job_per_unit);
      if (!fits) {
        claimed.limit_met_at = placed.place;
        break;
      }
      if (job.name != wanted) {
        report(claimed.problems, list / placed.place, "its name is taken; the relation's id is appended");
      }
      claimed.jobs.push_back(std::move(job));
    }
    return claimed;
  }

 private:
  std::string wanted_name(const std::string& job_name, const std::string& otherwise) const {
    if (identifier_.empty()) return job_name.empty() ? otherwise : job_name;
    return job_name.empty() ? identifier_ : identifier_ + "_" + job_name;
  }

  /// Static configs with a wildcard claim first. The first claim is the job's own name.
  /// @returns whether all names fit into the limit.
  bool claim(ClaimedJob& job, const std::string& wanted, bool one_job_per_unit) {
    const std::size_t place = job.placed->place;
    job.name = names_.claim(wanted, relation_, place);
    if (!one_job_per_unit) return true;
    const std::vector<StaticConfig>& configs = job.placed->job.static_configs;
    job.config_names.resize(configs.size());
    bool is_first = true;
    for (const bool with_wildcard : {true, false}) {
      for (std::size_t i = 0; i < configs.size(); ++i) {
        if (configs[i].targets.empty() || has_wildcard(configs[i]) != with_wildcard) continue;
        if (!is_first && !limit_.take(wanted.size())) return false;
        job.config_names[i] = is_first ? job.name : names_.claim(wanted, relation_, place);
        is_first = false;
      }
    }
    return true;
  }

  static bool has_wildcard(const StaticConfig& config) {
    return std::any_of(config.targets.begin(), config.targets.end(),
                       [](const Target& target) { return target.is_wildcard(); });
  }

  JobNames& names_;
  juju::RelationId relation_;
  std::string identifier_;
  Limit limit_;
};

}  // namespace scrape::detail
