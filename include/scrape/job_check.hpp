// SPDX-License-Identifier: Apache-2.0
// What is wrong with typed scrape jobs.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include <scrape/duration.hpp>
#include <scrape/job_settings.hpp>
#include <scrape/scrape_job.hpp>

namespace scrape {
namespace detail {

inline constexpr const char* not_a_target = "not HOST or HOST:PORT with a port from 1 to 65535";
inline constexpr const char* not_a_duration = "not a duration such as 1h30m or 500ms";
inline constexpr const char* timeout_too_long = "longer than the scrape interval";

/// The jobs of one's own side need names of their own.
class UniqueNames {
 public:
  void add(const std::string& name, const juju::Place& job, std::vector<juju::Problem>& problems) {
    if (names_.insert(name).second) return;
    report(problems, job / "job_name",
           name.empty() ? "a second job without a name; name each" : "the name of an earlier job; give each its own");
  }

 private:
  std::set<std::string> names_;
};

/// What is wrong with one typed job.
inline void check(const ScrapeJob& job, const JobRules& rules, const juju::Place& place,
                  std::vector<juju::Problem>& problems) {
  if (!juju::is_valid_text(job.job_name)) report(problems, place / "job_name", "not a text in UTF-8");
  if (rules.checks_settings) check_settings(job, rules, place, problems);
  const bool may_have_other_targets = replaces_address(job.settings);
  const juju::Place configs = place / "static_configs";
  for (std::size_t i = 0; i < job.static_configs.size(); ++i) {
    const StaticConfig& config = job.static_configs[i];
    const juju::Place here = configs / i;
    const juju::Place targets = here / "targets";
    for (std::size_t j = 0; j < config.targets.size(); ++j) {
      const Target& target = config.targets[j];
      const bool is_kept = may_have_other_targets && !target.text().empty() && juju::is_valid_text(target.text());
      const bool is_usable = target.is_valid() || is_kept;
      if (!is_usable) report(problems, targets / j, not_a_target);
    }
    const juju::Place labels = here / "labels";
    for (const auto& [name, value] : config.labels) {
      const char* refusal = why_not_a_label(name, rules.labels);
      if (refusal == nullptr && !juju::is_valid_text(value)) refusal = "not a text in UTF-8";
      if (refusal != nullptr) report(problems, juju::is_utf8(name) ? labels / name : labels, refusal);
    }
  }
  const auto interval = parse_duration(job.scrape_interval);
  const auto timeout = parse_duration(job.scrape_timeout);
  if (!job.scrape_interval.empty() && !interval) report(problems, place / "scrape_interval", not_a_duration);
  if (!job.scrape_timeout.empty() && !timeout) report(problems, place / "scrape_timeout", not_a_duration);
  if (interval && timeout && *timeout > *interval) report(problems, place / "scrape_timeout", timeout_too_long);
}

}  // namespace detail

/// What is wrong with typed jobs that an author made: invalid parts, and names that are not unique.
inline std::vector<juju::Problem> problems_of(const std::vector<ScrapeJob>& jobs, const JobRules& rules = {}) {
  std::vector<juju::Problem> problems;
  detail::UniqueNames names;
  const juju::Place list;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    detail::check(jobs[i], rules, list / i, problems);
    names.add(jobs[i].job_name, list / i, problems);
  }
  return problems;
}

}  // namespace scrape
