// SPDX-License-Identifier: Apache-2.0
// Related applications. The input is one of their texts.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "prometheus.hpp"

namespace fuzz {

inline const std::string valid_metadata =
    R"({"model": "dev", "model_uuid": "1234567890-uuid", "application": "app", "unit": "app/0", "charm_name": "k8s"})";

inline const std::string valid_jobs =
    R"([{"job_name": "j", "static_configs": [{"targets": ["*:80", "b:1"], "labels": {"a": "b"}}]}, {}])";

inline const std::map<std::string, juju::StringMap> valid_units = {
    {"app/0", {{"tempo_scrape_unit_name", "app/0"}, {"tempo_scrape_unit_address", "10.1.0.1"}}},
    {"app/1", {{"tempo_scrape_unit_address", "fd00::1"}}},
    {"app/2", {}}};

/// The relation with the valid jobs. The jobs of the others come from the input.
inline constexpr juju::RelationId valid_relation = 9;

/// The expansion of applications.
struct Expanded {
  json jobs;
  std::vector<tempo_scrape::Problem> problems;
};

inline std::size_t count_limit_problems(const Expanded& configuration, juju::RelationId relation,
                                        std::size_t max_bytes) {
  const std::string reason =
      "the limit of " + std::to_string(max_bytes) + " bytes for one relation is met; the rest is skipped";
  return static_cast<std::size_t>(
      std::count_if(configuration.problems.begin(), configuration.problems.end(),
                    [&](const auto& problem) { return problem.relation_id == relation && problem.reason == reason; }));
}

/// The settings of a Tempo. The input's variant selects them.
struct Reading {
  explicit Reading(const Input& input) {
    if (input.has(0)) rules.labels.names = tempo_scrape::LabelNames::legacy;
    if (input.has(1)) spelling = tempo_scrape::TopologyLabels::documented;
    if (input.has(2)) own_model = {"dev", "1234567890-uuid"};
    if (input.has(3)) max_bytes = max_bytes_per_relation / 2;
    fewer_bytes = max_bytes / 16 * (input.variant >> 4U) + 1;
  }

  scrape::ApplicationReader read(juju::RelationId id, const juju::StringMap& bag,
                                 const std::map<std::string, juju::StringMap>& units) const {
    scrape::ApplicationReader application(tempo_scrape::wire, id, "app");
    application.read_jobs(bag, rules);
    if (!application.application().jobs.empty()) application.read_topology(bag, own_model);
    for (const auto& [unit, texts] : units) application.read_unit(unit, texts);
    return application;
  }

  /// Expands applications, and checks the scrape configuration and the problems.
  /// @param jobs  `scrape_jobs` of all relations except `valid_relation`.
  Expanded expand(const std::vector<scrape::Application>& applications, const Source& jobs, std::size_t limit) const {
    static const Source valid(valid_jobs);
    const scrape::Expansion expansion =
        scrape::expand(applications, {.topology_labels = spelling, .max_bytes_per_relation = limit});
    Expanded configuration{expansion.scrape_configs, expansion.problems};
    require(scrape::to_yaml_safe_json(expansion.scrape_configs) == juju::to_yaml_safe_json(configuration.jobs),
            "scrape configs have the same text as their JSON");
    require_fits_prometheus(configuration.jobs, rules.labels.names, spelling);
    std::map<juju::RelationId, std::size_t> problems;
    for (const auto& application : applications) problems[application.relation_id] = 0;
    for (const tempo_scrape::Problem& problem : configuration.problems) {
      require(problem.relation_id && problems.contains(*problem.relation_id), "a problem has one of the relations");
      require(problem.application == "app" && problem.unit.empty(),
              "a problem of expansion has the application and no unit");
      require(++problems[*problem.relation_id] <= 100, "an expansion has at most 100 problems for a relation");
      require_valid_problem(problem, problem.relation_id == valid_relation ? valid : jobs);
    }
    for (const auto& application : applications) {
      require(count_limit_problems(configuration, application.relation_id, limit) <= 1,
              "a relation has at most one problem about the limit");
    }
    return configuration;
  }

  Expanded expand(const std::vector<scrape::Application>& applications, const Source& jobs) const {
    return expand(applications, jobs, max_bytes);
  }

  scrape::JobRules rules = {
      .further_keys = false, .labels = {.topology = false}, .scrape_interval_ms = scrape::parse_duration("1m")};
  tempo_scrape::TopologyLabels spelling = tempo_scrape::TopologyLabels::library;
  std::size_t max_bytes = max_bytes_per_relation;
  std::size_t fewer_bytes = 1;  ///< A smaller limit. The variant selects one of 16.
  scrape::OwnModel own_model = {"observability", "another-model"};
};

/// The places of the jobs that do not repeat an earlier one.
inline std::vector<std::size_t> places_of(const scrape::Application& application) {
  std::vector<std::size_t> places;
  std::set<std::string> known;
  for (const scrape::PlacedJob& placed : application.jobs) {
    if (known.insert(json(placed.job).dump()).second) places.push_back(placed.place);
  }
  return places;
}

/// Checks that the output of a smaller limit is the beginning of the output of a larger one.
inline void require_beginning(const json& beginning, const json& all_jobs) {
  require(beginning.size() <= all_jobs.size(), "a smaller limit does not give more jobs");
  for (std::size_t i = 0; i < beginning.size(); ++i) {
    const json& configs = beginning[i]["static_configs"];
    const json& all = all_jobs[i]["static_configs"];
    require(beginning[i]["job_name"] == all_jobs[i]["job_name"], "a job has the same name within any limit");
    require(configs.size() <= all.size() && std::equal(configs.begin(), configs.end(), all.begin()),
            "only the last static configs are left out");
    require(i + 1 == beginning.size() || beginning[i] == all_jobs[i], "only the last job is cut");
  }
}

/// Checks that the limit has a problem if it cuts the output, and only then.
inline void require_within_limits(const Reading& reading, const scrape::Application& application, const Source& jobs) {
  const std::vector applications(1, application);
  const auto within = [&](std::size_t limit) {
    Expanded configuration = reading.expand(applications, jobs, limit);
    require(configuration.jobs.dump().size() <= limit + 2, "a relation stays within its limit");
    return configuration;
  };
  const Expanded more = within(reading.max_bytes);
  const Expanded fewer = within(reading.fewer_bytes);
  require_beginning(fewer.jobs, more.jobs);
  const bool is_cut =
      fewer.jobs != more.jobs || count_limit_problems(more, application.relation_id, reading.max_bytes) > 0;
  require(count_limit_problems(fewer, application.relation_id, reading.fewer_bytes) == (is_cut ? 1U : 0U),
          "the limit has one problem if it cuts the output, and none otherwise");
  const std::vector<std::size_t> places = places_of(application);
  require(is_cut || fewer.jobs.size() == places.size(), "without a cut, the output has all jobs");
  if (!is_cut) return;
  const std::string pointer = fewer.problems.back().pointer;
  const auto is_at = [&](std::size_t i) { return i < places.size() && pointer == "/" + std::to_string(places[i]); };
  const std::size_t count = fewer.jobs.size();
  require(is_at(count) || (count > 0 && is_at(count - 1)),
          "the problem of the limit is at the last job of the output or the next one");
}

/// Checks that an application keeps its jobs when two hostile applications use the same names.
/// @param jobs  `scrape_jobs` of the hostile applications.
inline void require_independent(const Reading& reading, const scrape::Application& hostile, const Source& jobs) {
  require_within_limits(reading, hostile, jobs);
  std::vector<scrape::Application> applications = {
      reading.read(valid_relation, {{"scrape_metadata", valid_metadata}, {"scrape_jobs", valid_jobs}}, valid_units)
          .application()};
  const json separate = reading.expand(applications, jobs).jobs;
  applications.insert(applications.begin(), 2, hostile);
  applications[1].relation_id = 2;
  const json together = reading.expand(applications, jobs).jobs;
  require(together.size() >= separate.size(), "an application does not remove the jobs of another");
  for (std::size_t i = 0; i < separate.size(); ++i) {
    require(together[together.size() - separate.size() + i]["static_configs"] == separate[i]["static_configs"],
            "an application does not change the targets of another");
  }
}

}  // namespace fuzz
