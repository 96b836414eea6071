// SPDX-License-Identifier: Apache-2.0
// Reads lists of scrape jobs. The smallest invalid part is skipped and reported as a problem.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <scrape/job_check.hpp>

namespace scrape {

/// A valid scrape job, and its index in the list that it came from.
struct PlacedJob {
  std::size_t place;
  ScrapeJob job;
};

namespace detail {

/// Reads the parts of one scrape job.
class JobReader {
 public:
  JobReader(const JobRules& rules, std::vector<juju::Problem>& problems) : rules_(rules), problems_(problems) {}

  std::optional<ScrapeJob> read(const nlohmann::json& given, const juju::Place& place) {
    if (!given.is_object()) return skip_job(place, "not an object");
    ScrapeJob job;
    if (const nlohmann::json& name = juju::member(given, "job_name"); !name.is_null()) {
      std::optional<std::string> text = juju::text_of(name);
      if (!text) return skip_job(place / "job_name", "not a text");
      job.job_name = *std::move(text);
    }
    job_pointer_bytes_ = place.pointer().size();
    if (!read_further_keys(job, given, place)) return std::nullopt;
    may_have_other_targets_ = replaces_address(job.settings);
    if (const nlohmann::json* configs = juju::find(given, "static_configs")) {
      if (!configs->is_array()) return skip_job(place / "static_configs", "not an array");
      if (!read_static_configs(job, *configs, place / "static_configs")) {
        return skip_job(place, "nothing is left to scrape");
      }
    }
    read_durations(job, given, place);
    drop_other_keys(job, given, place, [&](std::string_view key) {
      return juju::is_one_of(key, {"job_name", "static_configs", "scrape_interval", "scrape_timeout"}) ||
             (rules_.further_keys && (key == "metrics_path" || is_setting(key)));
    });
    return job;
  }

 private:
  /// @returns whether the job can stay.
  bool read_further_keys(ScrapeJob& job, const nlohmann::json& given, const juju::Place& place) {
    if (!rules_.further_keys) return true;
    if (rules_.checks_settings) return SettingsReader(rules_, problems_).read(job, given, place);
    copy_settings(job, given);
    return true;
  }

  std::nullopt_t skip(const juju::Place& place, const char* reason) {
    report(problems_, place, reason);
    return std::nullopt;
  }

  std::nullopt_t skip_job(const juju::Place& place, const char* reason) {
    report_skipped(problems_, place, reason);
    return std::nullopt;
  }

  /// @returns whether the job can stay: it has a target, or none was skipped.
  bool read_static_configs(ScrapeJob& job, const nlohmann::json& given, const juju::Place& place) {
    job.static_configs.clear();
    skipped_target_ = false;
    bool has_target = false;
    for (std::size_t i = 0; i < given.size(); ++i) {
      std::optional<StaticConfig> config = read_static_config(given[i], place / i);
      if (!config) continue;
      has_target |= !config->targets.empty();
      job.static_configs.push_back(*std::move(config));
      drop_other_keys(job, given[i], place / i, [](std::string_view key) {
        return juju::is_one_of(key, {"targets", "labels"});
      });
    }
    return has_target || !skipped_target_;
  }

  std::optional<StaticConfig> read_static_config(const nlohmann::json& given, const juju::Place& place) {
    if (!given.is_object()) return skip_target(place, "not an object");
    StaticConfig config;
    if (const nlohmann::json* targets = juju::find(given, "targets")) {
      if (!targets->is_array()) return skip_target(place / "targets", "not an array");
      config.targets.reserve(targets->size());
      for (std::size_t i = 0; i < targets->size(); ++i) read_target(config, (*targets)[i], place / "targets" / i);
    }
    config.labels = LabelReader(rules_.labels, problems_).read(juju::member(given, "labels"), place / "labels");
    return config;
  }

  void read_target(StaticConfig& config, const nlohmann::json& given, const juju::Place& place) {
    std::optional<Target> target;
    if (given.is_string()) {
      target.emplace(juju::string_of(given));
      const bool is_kept = may_have_other_targets_ && juju::is_text(target->text()) && !target->text().empty();
      if (!target->is_valid() && !is_kept) target.reset();
    }
    if (target) {
      config.targets.push_back(*std::move(target));
    } else {
      skip_target(place, not_a_target);
    }
  }

  std::nullopt_t skip_target(const juju::Place& place, const char* reason) {
    skipped_target_ = true;
    return skip(place, reason);
  }

  void read_durations(ScrapeJob& job, const nlohmann::json& given, const juju::Place& place) {
    const auto interval = read_duration(job.scrape_interval, given, "scrape_interval", place);
    const auto timeout = read_duration(job.scrape_timeout, given, "scrape_timeout", place);
    const auto limit = interval ? interval : rules_.scrape_interval_ms;
    if (!timeout || !limit || *timeout <= *limit) return;
    job.scrape_timeout.clear();
    report(problems_, place / "scrape_timeout", timeout_too_long);
  }

  std::optional<std::int64_t> read_duration(std::string& text, const nlohmann::json& given, const char* key,
                                            const juju::Place& place) {
    const nlohmann::json* value = juju::find(given, key);
    if (value == nullptr) return std::nullopt;
    std::optional<std::int64_t> duration;
    if (value->is_string()) duration = parse_duration(juju::string_of(*value));
    if (!duration) return skip(place / key, not_a_duration);
    text = juju::string_of(*value);
    return duration;
  }

  template <typename IsAllowed>
  void drop_other_keys(ScrapeJob& job, const nlohmann::json& given, const juju::Place& place,
                       IsAllowed is_allowed) const {
    for (const auto& [key, value] : juju::object_of(given)) {
      if (is_allowed(key)) continue;
      job.dropped_keys.push_back((place / key).pointer().substr(job_pointer_bytes_));
    }
  }

  const JobRules& rules_;
  std::vector<juju::Problem>& problems_;
  std::size_t job_pointer_bytes_ = 0;
  bool skipped_target_ = false;
  bool may_have_other_targets_ = false;  ///< Whether the job's own rules make an address of each target.
};

/// Adds a problem for each key of the job that is not published.
inline void report_dropped_keys(std::vector<juju::Problem>& problems, const PlacedJob& placed) {
  for (const std::string& key : placed.job.dropped_keys) {
    report(problems, "/" + std::to_string(placed.place) + key, "not a key that a scrape job may have here");
  }
}

/// @throws InvalidScrapeJobError  with the first problem, if there is one.
inline void require_none(const std::vector<juju::Problem>& problems) {
  if (problems.empty()) return;
  const juju::Problem& first = problems.front();
  std::size_t index = 0;
  if (!first.pointer.empty()) std::from_chars(&first.pointer[1], first.pointer.data() + first.pointer.size(), index);
  throw InvalidScrapeJobError(index, first.pointer, first.reason);
}

}  // namespace detail

/// Reads a list of scrape jobs. The dropped keys are in each job, and are no problems.
inline std::vector<PlacedJob> read_scrape_jobs(const nlohmann::json& list, const JobRules& rules,
                                               std::vector<juju::Problem>& problems) {
  std::vector<PlacedJob> jobs;
  const juju::Place here;
  if (!list.is_array()) {
    report_skipped(problems, here, "not an array");
    return jobs;
  }
  detail::JobReader reader(rules, problems);
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (std::optional<ScrapeJob> job = reader.read(list[i], here / i)) jobs.push_back({i, *std::move(job)});
  }
  return jobs;
}

namespace detail {

/// Reads jobs of one's own side from JSON.
inline std::vector<PlacedJob> read_own_jobs(const nlohmann::json& list, const JobRules& rules,
                                            std::vector<juju::Problem>& problems) {
  std::vector<PlacedJob> jobs = read_scrape_jobs(list, rules, problems);
  UniqueNames names;
  const juju::Place here;
  for (const PlacedJob& placed : jobs) {
    check(placed.job, rules, here / placed.place, problems);  // a JSON value may hold text that is not UTF-8
    names.add(placed.job.job_name, here / placed.place, problems);
  }
  return jobs;
}

inline std::vector<ScrapeJob> without_places(std::vector<PlacedJob> placed) {
  std::vector<ScrapeJob> jobs;
  jobs.reserve(placed.size());
  for (PlacedJob& each : placed) jobs.push_back(std::move(each.job));
  return jobs;
}

}  // namespace detail

inline ScrapeJobs ScrapeJob::parse(std::string_view json_text) {
  const juju::Parsed<nlohmann::json> list = juju::parse_json(json_text);
  if (!list) return {.problems = {{.reason = to_string(list.error)}}};
  ScrapeJobs read;
  std::vector<PlacedJob> jobs = detail::read_own_jobs(*list, {}, read.problems);
  for (const PlacedJob& placed : jobs) detail::report_dropped_keys(read.problems, placed);
  if (read.problems.empty()) read.jobs = detail::without_places(std::move(jobs));
  return read;
}

inline void from_json(const nlohmann::json& json, std::vector<ScrapeJob>& jobs) {
  std::vector<juju::Problem> problems;
  std::vector<PlacedJob> read = detail::read_own_jobs(json, {.checks_settings = false}, problems);
  detail::require_none(problems);
  jobs = detail::without_places(std::move(read));
}

inline void from_json(const nlohmann::json& json, ScrapeJob& job) {
  nlohmann::json list = juju::empty_array();
  list.push_back(json);
  std::vector<ScrapeJob> jobs;
  from_json(list, jobs);
  job = std::move(jobs.front());
}

}  // namespace scrape
