// SPDX-License-Identifier: Apache-2.0
// Scrape jobs as an author writes them, typed or as JSON. job_reader.hpp reads the JSON.
#pragma once

#include <cstddef>
#include <juju/json.hpp>
#include <juju/problem.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <scrape/target.hpp>
#include <scrape/topology_labels.hpp>

namespace scrape {

/// A scrape job that the charm's author gave is invalid.
class InvalidScrapeJobError : public std::invalid_argument {
 public:
  /// @param json_pointer  into the list of jobs: "/0/static_configs/0/targets/1".
  InvalidScrapeJobError(std::size_t index, std::string json_pointer, std::string why)
      : std::invalid_argument((json_pointer.empty() ? std::string("scrape jobs")
                                                    : "scrape job " + std::to_string(index) + " at " + json_pointer) +
                              ": " + why),
        job_index(index),
        pointer(std::move(json_pointer)),
        reason(std::move(why)) {}

  std::size_t job_index;  ///< Counted from 0.
  std::string pointer;
  std::string reason;
};

/// Targets that share labels.
struct StaticConfig {
  std::vector<Target> targets = {};
  Labels labels = {};

  bool operator==(const StaticConfig&) const = default;
};

struct ScrapeJobs;

/// One scrape job. A target is a host and a port as in Prometheus, or has the wildcard `*` as its host, which stands
/// for every unit of the application.
struct ScrapeJob {
  std::string job_name = {};      ///< Without any unit's name in it. Empty: the application's only job.
  std::string metrics_path = {};  ///< Begins with "/". Empty: "/metrics". Not a key of every library.
  std::vector<StaticConfig> static_configs = {{.targets = {"*:80"}}};
  std::string scrape_interval = {};  ///< In Prometheus's form, "1m"; empty: the scraper's own.
  std::string scrape_timeout = {};   ///< In Prometheus's form, "10s"; empty: the scraper's own.

  /// The other keys of the job as in a configuration of Prometheus, as a JSON object: `{{"scheme", "https"}}`.
  /// See `is_setting` for the keys. Not every library has them. Null: none.
  nlohmann::json settings = nullptr;

  /// JSON pointers to the keys that `from_json` found and that are never published, for the provider's warning. No part
  /// of the value: `==` does not compare them.
  std::vector<std::string> dropped_keys = {};

  bool operator==(const ScrapeJob& other) const {
    return job_name == other.job_name && metrics_path == other.metrics_path && static_configs == other.static_configs &&
           scrape_interval == other.scrape_interval && scrape_timeout == other.scrape_timeout &&
           settings == other.settings;
  }

  /// Reads a JSON array of scrape jobs from a config option. Never throws on any text.
  /// @returns jobs or problems, never both. A key that a scrape job may not have is a problem.
  static ScrapeJobs parse(std::string_view json_text);
};

/// Scrape jobs that were read from text, or what is wrong with the text.
struct ScrapeJobs {
  std::vector<ScrapeJob> jobs = {};
  std::vector<juju::Problem> problems = {};
};

/// Writes `targets`, and `labels` if there are any.
inline void to_json(nlohmann::json& json, const StaticConfig& config) {
  json = juju::empty_object();
  nlohmann::json& targets = json["targets"] = juju::empty_array();
  for (const Target& target : config.targets) targets.push_back(juju::json_string(target.text()));
  if (!config.labels.empty()) json["labels"] = juju::json_strings(config.labels);
}

/// Writes `static_configs`, the settings, and the texts that are not empty.
inline void to_json(nlohmann::json& json, const ScrapeJob& job) {
  json = job.settings.is_object() ? job.settings : juju::empty_object();
  juju::set_unless_empty(json, "job_name", job.job_name);
  juju::set_unless_empty(json, "metrics_path", job.metrics_path);
  nlohmann::json& configs = json["static_configs"] = juju::empty_array();
  for (const StaticConfig& config : job.static_configs) to_json(configs.emplace_back(), config);
  juju::set_unless_empty(json, "scrape_interval", job.scrape_interval);
  juju::set_unless_empty(json, "scrape_timeout", job.scrape_timeout);
}

/// Writes a JSON array.
inline void to_json(nlohmann::json& json, const std::vector<ScrapeJob>& jobs) {
  json = juju::empty_array();
  for (const ScrapeJob& job : jobs) to_json(json.emplace_back(), job);
}

/// Reads one scrape job, `{"job_name": ..., "static_configs": [...], ...}`.
/// @throws InvalidScrapeJobError  if it is invalid; the pointer is into a list with this job only.
void from_json(const nlohmann::json& json, ScrapeJob& job);

/// Reads a list of scrape jobs.
/// @throws InvalidScrapeJobError  if one of them is invalid, or two have one name.
void from_json(const nlohmann::json& json, std::vector<ScrapeJob>& jobs);

}  // namespace scrape
