// SPDX-License-Identifier: Apache-2.0
// What may stand in a list of scrape jobs. The smallest part that is wrong is left out, with a problem.
#pragma once

#include <charconv>
#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <scrape/duration.hpp>
#include <scrape/scrape_job.hpp>

namespace scrape {

/// What the scraper adds to the grammar of scrape jobs.
struct ScrapeJobGrammar {
  LabelNames label_names = LabelNames::utf8;
  std::optional<std::chrono::milliseconds> scrape_interval = {};  ///< Of the scraper; bounds a job's timeout.
};

/// A valid scrape job, and its place in the list that it came from.
struct PlacedScrapeJob {
  std::size_t place;
  ScrapeJob job;
};

namespace detail {

/// Reads the parts of one scrape job, and keeps account of what it had to leave out.
class ScrapeJobReader {
 public:
  ScrapeJobReader(const ScrapeJobGrammar& grammar, std::vector<juju::Problem>& problems)
      : grammar_(grammar), problems_(problems) {}

  std::optional<ScrapeJob> read(const json& given, const Place& place) {
    if (!given.is_object()) return left_out(place, "not an object");
    ScrapeJob job;
    if (const json& name = member(given, "job_name"); !name.is_null()) {
      const std::optional<std::string> text = text_of(name);
      if (!text) return left_out(place / "job_name", "not a text");
      job.job_name = *text;
    }
    if (given.contains("static_configs")) {
      const json& configs = given["static_configs"];
      if (!configs.is_array()) return left_out(place / "static_configs", "not an array");
      if (!read_static_configs(job, configs, place / "static_configs")) {
        return left_out(place, "nothing is left to scrape");
      }
    }
    read_durations(job, given, place);
    drop_other_keys(job, given, {"job_name", "static_configs", "scrape_interval", "scrape_timeout"}, "");
    return job;
  }

 private:
  std::nullopt_t left_out(const Place& place, std::string reason) {
    report(problems_, place, std::move(reason));
    return std::nullopt;
  }

  /// @returns whether the job can stay: something is left, or nothing was taken away.
  bool read_static_configs(ScrapeJob& job, const json& given, const Place& place) {
    job.static_configs.clear();
    lost_target_ = false;
    bool has_target = false;
    for (std::size_t i = 0; i < given.size(); ++i) {
      std::optional<StaticConfig> config = read_static_config(given[i], place / i);
      if (!config) continue;
      has_target |= !config->targets.empty();
      job.static_configs.push_back(*std::move(config));
      drop_other_keys(job, given[i], {"targets", "labels"}, "/static_configs/" + std::to_string(i));
    }
    return has_target || !lost_target_;
  }

  std::optional<StaticConfig> read_static_config(const json& given, const Place& place) {
    if (!given.is_object()) return lost(place, "not an object");
    StaticConfig config;
    if (given.contains("targets")) {
      const json& targets = given["targets"];
      if (!targets.is_array()) return lost(place / "targets", "not an array");
      for (std::size_t i = 0; i < targets.size(); ++i) read_target(config, targets[i], place / "targets" / i);
    }
    config.labels = LabelReader(grammar_.label_names, problems_).read(member(given, "labels"), place / "labels");
    return config;
  }

  void read_target(StaticConfig& config, const json& given, const Place& place) {
    const auto address = given.is_string() ? parse_target(given.get_ref<const std::string&>()) : std::nullopt;
    if (address) {
      config.targets.emplace_back(address->text());
    } else {
      lost(place, "not HOST or HOST:PORT with a port from 1 to 65535");
    }
  }

  std::nullopt_t lost(const Place& place, std::string reason) {
    lost_target_ = true;
    return left_out(place, std::move(reason));
  }

  void read_durations(ScrapeJob& job, const json& given, const Place& place) {
    const auto interval = read_duration(job.scrape_interval, given, "scrape_interval", place);
    const auto timeout = read_duration(job.scrape_timeout, given, "scrape_timeout", place);
    const auto bound = interval ? interval : grammar_.scrape_interval;
    if (timeout && bound && *timeout > *bound) {
      job.scrape_timeout.clear();
      report(problems_, place / "scrape_timeout", "longer than the scrape interval");
    }
  }

  std::optional<std::chrono::milliseconds> read_duration(std::string& text, const json& given, const char* key,
                                                         const Place& place) {
    if (!given.contains(key)) return std::nullopt;
    const json& value = given[key];
    const auto duration = value.is_string() ? parse_duration(value.get_ref<const std::string&>()) : std::nullopt;
    if (!duration) return left_out(place / key, "not a duration such as 1h30m or 500ms");
    text = value.get<std::string>();
    return duration;
  }

  static void drop_other_keys(ScrapeJob& job, const json& given, const std::set<std::string_view>& allowed,
                              const std::string& above) {
    for (const auto& item : given.items()) {
      if (!allowed.contains(item.key())) job.dropped_keys.push_back(above + (Place() / item.key()).pointer());
    }
  }

  const ScrapeJobGrammar& grammar_;
  std::vector<juju::Problem>& problems_;
  bool lost_target_ = false;
};

/// Reads a list of scrape jobs. Keys that are dropped are told by each job, not among the problems.
inline std::vector<PlacedScrapeJob> read_scrape_jobs(const json& list, const ScrapeJobGrammar& grammar,
                                                     std::vector<juju::Problem>& problems) {
  std::vector<PlacedScrapeJob> jobs;
  if (!list.is_array()) return report(problems, Place(), "not an array"), jobs;
  ScrapeJobReader reader(grammar, problems);
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (std::optional<ScrapeJob> job = reader.read(list[i], Place() / i)) jobs.push_back({i, *std::move(job)});
  }
  return jobs;
}

inline void report_dropped_keys(std::vector<juju::Problem>& problems, const PlacedScrapeJob& placed) {
  for (const std::string& key : placed.job.dropped_keys) {
    report(problems, (Place() / placed.place).pointer() + key, "not a key that a scrape job may have here");
  }
}

inline bool is_utf8(const ScrapeJob& job) {
  try {
    static_cast<void>(json(job).dump());
    return true;
  } catch (const json::exception&) {
    return false;
  }
}

/// Reads scrape jobs of one's own side, where names must be unique.
/// @param dropped  gets the keys that are dropped.
inline ScrapeJobs read_own_scrape_jobs(const json& list, std::vector<juju::Problem>& dropped) {
  ScrapeJobs read;
  std::set<std::string> names;
  for (PlacedScrapeJob& placed : read_scrape_jobs(list, {}, read.problems)) {
    const Place list_place;
    const Place place = list_place / placed.place;
    if (!is_utf8(placed.job)) report(read.problems, place, "a text that is not UTF-8");
    if (!names.insert(placed.job.job_name).second) {
      report(read.problems, place / "job_name",
             placed.job.job_name.empty() ? "a second job without a name; name each"
                                         : "the name of an earlier job; give each its own");
    }
    report_dropped_keys(dropped, placed);
    read.jobs.push_back(std::move(placed.job));
  }
  return read;
}

/// Reads scrape jobs that the author gave.
/// @throws InvalidScrapeJobError  if one of them is none, or two have one name.
inline std::vector<ScrapeJob> require_scrape_jobs(const json& list) {
  std::vector<juju::Problem> dropped;
  ScrapeJobs read = read_own_scrape_jobs(list, dropped);
  if (read.problems.empty()) return std::move(read.jobs);
  const juju::Problem& first = read.problems.front();
  std::size_t index = 0;
  if (!first.pointer.empty()) std::from_chars(&first.pointer[1], first.pointer.data() + first.pointer.size(), index);
  throw InvalidScrapeJobError(index, first.pointer, first.reason);
}

}  // namespace detail

inline ScrapeJobs ScrapeJob::parse(std::string_view json_text) {
  const juju::Parsed<nlohmann::json> list = juju::parse_json(json_text);
  if (!list) return {.problems = {{.reason = to_string(list.error)}}};
  std::vector<juju::Problem> dropped;
  ScrapeJobs read = detail::read_own_scrape_jobs(*list, dropped);
  read.problems.insert(read.problems.end(), dropped.begin(), dropped.end());
  if (!read.problems.empty()) read.jobs.clear();
  return read;
}

inline void from_json(const nlohmann::json& json, std::vector<ScrapeJob>& jobs) {
  jobs = detail::require_scrape_jobs(json);
}

inline void from_json(const nlohmann::json& json, ScrapeJob& job) {
  nlohmann::json list = nlohmann::json::array();
  list.push_back(json);
  job = detail::require_scrape_jobs(list).front();
}

}  // namespace scrape
