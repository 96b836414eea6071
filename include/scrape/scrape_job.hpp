// SPDX-License-Identifier: Apache-2.0
// Scrape jobs as an author writes them, typed or as JSON.
#pragma once

#include <cstddef>
#include <juju/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <juju/problem.hpp>
#include <scrape/labels.hpp>
#include <scrape/target.hpp>

namespace scrape {

/// A scrape job that the charm's author gave to the provider is not one.
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

/// One scrape job. Its targets are those of Prometheus, and `*`, which stands for every unit of the application.
struct ScrapeJob {
  std::string job_name = {};  ///< A literal that no unit's name is part of. Empty: the application's only job.
  std::vector<StaticConfig> static_configs = {{.targets = {"*:80"}}};
  std::string scrape_interval = {};  ///< In Prometheus's form, "1m"; empty: the scraper's own.
  std::string scrape_timeout = {};   ///< In Prometheus's form, "10s"; empty: the scraper's own.

  /// Keys of the JSON it came from that are no part of a scrape job here. They are not published.
  std::vector<std::string> dropped_keys = {};

  bool operator==(const ScrapeJob&) const = default;

  /// Reads a JSON array of scrape jobs that an operator wrote (a config option), so nothing in it is the author's
  /// mistake and nothing throws.
  /// @returns jobs or problems, never both; a key that would be dropped is a problem.
  static ScrapeJobs parse(std::string_view json_text);
};

/// Scrape jobs that were read from text, or what is wrong with it.
struct ScrapeJobs {
  std::vector<ScrapeJob> jobs = {};
  std::vector<juju::Problem> problems = {};
};

/// What the wire carries: `job_name`, `scrape_interval` and `scrape_timeout` only where they are set.
inline void to_json(nlohmann::json& json, const StaticConfig& config) {
  json = nlohmann::json::object();
  json["targets"] = nlohmann::json::array();
  for (const Target& target : config.targets) json["targets"].push_back(target.text());
  if (!config.labels.empty()) json["labels"] = config.labels;
}

/// @copydoc to_json(nlohmann::json&, const StaticConfig&)
inline void to_json(nlohmann::json& json, const ScrapeJob& job) {
  json = nlohmann::json::object();
  if (!job.job_name.empty()) json["job_name"] = job.job_name;
  json["static_configs"] = job.static_configs;
  if (!job.scrape_interval.empty()) json["scrape_interval"] = job.scrape_interval;
  if (!job.scrape_timeout.empty()) json["scrape_timeout"] = job.scrape_timeout;
}

/// Reads one scrape job, `{"job_name": ..., "static_configs": [...], ...}`.
/// @throws InvalidScrapeJobError  if it is none; the pointer is that of a list with this job alone.
void from_json(const nlohmann::json& json, ScrapeJob& job);

/// Reads a list of scrape jobs.
/// @throws InvalidScrapeJobError  if one of them is none, or if the names are not unique.
void from_json(const nlohmann::json& json, std::vector<ScrapeJob>& jobs);

}  // namespace scrape

#include <scrape/scrape_job_grammar.hpp>
