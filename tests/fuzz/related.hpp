// SPDX-License-Identifier: Apache-2.0
// Related applications around the one text that an input says.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "prometheus.hpp"

namespace fuzz {

inline const std::string good_metadata =
    R"({"model": "dev", "model_uuid": "1234567890-uuid", "application": "app", "unit": "app/0", "charm_name": "k8s"})";

inline const std::string good_jobs =
    R"([{"job_name": "j", "static_configs": [{"targets": ["*:80", "b:1"], "labels": {"a": "b"}}]}, {}])";

inline const std::map<std::string, juju::StringMap> good_units = {
    {"app/0", {{"tempo_scrape_unit_name", "app/0"}, {"tempo_scrape_unit_address", "10.1.0.1"}}},
    {"app/1", {{"tempo_scrape_unit_address", "fd00::1"}}},
    {"app/2", {}}};

/// The relation whose jobs are the good ones, whatever the others' are.
inline constexpr juju::RelationId healthy_relation = 9;

/// What applications expand to.
struct Expanded {
  json jobs;
  std::vector<tempo_scrape::Problem> problems;
};

inline std::size_t problems_of_the_limit(const Expanded& configuration, juju::RelationId relation,
                                         std::size_t most_bytes) {
  const std::string reason =
      "the limit of " + std::to_string(most_bytes) + " bytes for one relation is met; the rest is skipped";
  return static_cast<std::size_t>(
      std::count_if(configuration.problems.begin(), configuration.problems.end(),
                    [&](const auto& problem) { return problem.relation_id == relation && problem.reason == reason; }));
}

/// How a Tempo reads, of which an input's variant picks one.
struct Reading {
  explicit Reading(const Input& input) {
    if (input.has(0)) settings.label_names = tempo_scrape::LabelNames::legacy;
    if (input.has(1)) spelling = tempo_scrape::TopologyLabels::documented;
    if (input.has(2)) own_model = {"dev", "1234567890-uuid"};
    if (input.has(3)) most_bytes = max_bytes_per_relation / 2;
    fewer_bytes = most_bytes / 16 * (input.variant >> 4U) + 1;
  }

  scrape::ApplicationReader read(juju::RelationId id, const juju::StringMap& bag,
                                 const std::map<std::string, juju::StringMap>& units) const {
    scrape::ApplicationReader application(tempo_scrape::wire, id, "app");
    application.read_jobs(bag, settings);
    if (!application.application().jobs.empty()) application.read_topology(bag, own_model);
    for (const auto& [unit, texts] : units) application.read_unit(unit, texts);
    return application;
  }

  /// Expands applications, and holds the outcome against Prometheus and against what they published.
  /// @param jobs  what all but the healthy relation say in `scrape_jobs`.
  Expanded expand(const std::vector<scrape::Application>& applications, const Source& jobs, std::size_t limit) const {
    static const Source healthy(good_jobs);
    const scrape::Expansion expansion = scrape::expand(applications, spelling, limit);
    Expanded configuration{expansion.scrape_configs, expansion.problems};
    require(scrape::to_yaml_safe_json(expansion.scrape_configs) == juju::to_yaml_safe_json(configuration.jobs),
            "the text of scrape configs is that of their JSON");
    require_fits_prometheus(configuration.jobs, settings.label_names, spelling);
    std::map<juju::RelationId, std::size_t> problems;
    for (const auto& application : applications) problems[application.relation_id] = 0;
    for (const tempo_scrape::Problem& problem : configuration.problems) {
      require(problem.relation_id && problems.contains(*problem.relation_id), "a problem is of a relation");
      require(problem.application == "app" && problem.unit.empty(),
              "a problem of expansion names the jobs of its application");
      require(++problems[*problem.relation_id] <= 100, "an expansion has at most 100 problems of a relation");
      require_well_told(problem, problem.relation_id == healthy_relation ? healthy : jobs);
    }
    for (const auto& application : applications) {
      require(problems_of_the_limit(configuration, application.relation_id, limit) <= 1,
              "a relation has at most one problem of the limit");
    }
    return configuration;
  }

  Expanded expand(const std::vector<scrape::Application>& applications, const Source& jobs) const {
    return expand(applications, jobs, most_bytes);
  }

  scrape::ScraperSettings settings = {.label_names = tempo_scrape::LabelNames::utf8,
                                      .scrape_interval_ms = scrape::parse_duration("1m")};
  tempo_scrape::TopologyLabels spelling = tempo_scrape::TopologyLabels::library;
  std::size_t most_bytes = max_bytes_per_relation;
  std::size_t fewer_bytes = 1;  ///< A smaller limit, of 16 that the variant picks from.
  scrape::OwnModel own_model = {"observability", "another-model"};
};

/// Where jobs stand that are not the same as an earlier one.
inline std::vector<std::size_t> places_of(const scrape::Application& application) {
  std::vector<std::size_t> places;
  std::set<std::string> known;
  for (const scrape::PlacedJob& placed : application.jobs) {
    if (known.insert(json(placed.job).dump()).second) places.push_back(placed.place);
  }
  return places;
}

/// What fits within a smaller limit is a beginning of what fits within a larger one.
inline void require_beginning(const json& beginning, const json& whole) {
  require(beginning.size() <= whole.size(), "fewer bytes give no more jobs");
  for (std::size_t i = 0; i < beginning.size(); ++i) {
    const json& configs = beginning[i]["static_configs"];
    const json& all = whole[i]["static_configs"];
    require(beginning[i]["job_name"] == whole[i]["job_name"], "a job's name is its own within any limit");
    require(configs.size() <= all.size() && std::equal(configs.begin(), configs.end(), all.begin()),
            "what is left out is at the end");
    require(i + 1 == beginning.size() || beginning[i] == whole[i], "nothing is left out before the last job");
  }
}

/// The limit is told where it is met and nowhere else.
inline void require_within_limits(const Reading& reading, const scrape::Application& application, const Source& jobs) {
  const std::vector applications(1, application);
  const auto within = [&](std::size_t limit) {
    Expanded configuration = reading.expand(applications, jobs, limit);
    require(configuration.jobs.dump().size() <= limit + 2, "a relation keeps within its limit");
    return configuration;
  };
  const Expanded more = within(reading.most_bytes);
  const Expanded fewer = within(reading.fewer_bytes);
  require_beginning(fewer.jobs, more.jobs);
  const bool is_cut =
      fewer.jobs != more.jobs || problems_of_the_limit(more, application.relation_id, reading.most_bytes) > 0;
  require(problems_of_the_limit(fewer, application.relation_id, reading.fewer_bytes) == (is_cut ? 1U : 0U),
          "there is one problem of the limit where it cut the output, and none where not");
  const std::vector<std::size_t> places = places_of(application);
  require(is_cut || fewer.jobs.size() == places.size(), "without a cut all jobs come out");
  if (!is_cut) return;
  const std::string pointer = fewer.problems.back().pointer;
  const auto is_at = [&](std::size_t i) { return i < places.size() && pointer == "/" + std::to_string(places[i]); };
  const std::size_t count = fewer.jobs.size();
  require(is_at(count) || (count > 0 && is_at(count - 1)),
          "the limit is met at the last job that came out or the next");
}

/// An application of the same names that the input has no part in, and whose jobs nobody takes away.
/// @param jobs  what the hostile one says in `scrape_jobs`.
inline void require_beside(const Reading& reading, const scrape::Application& hostile, const Source& jobs) {
  require_within_limits(reading, hostile, jobs);
  std::vector<scrape::Application> applications = {
      reading.read(healthy_relation, {{"scrape_metadata", good_metadata}, {"scrape_jobs", good_jobs}}, good_units)
          .application()};
  const json alone = reading.expand(applications, jobs).jobs;
  applications.insert(applications.begin(), 2, hostile);
  applications[1].relation_id = 2;
  const json together = reading.expand(applications, jobs).jobs;
  require(together.size() >= alone.size(), "no application takes another's jobs away");
  for (std::size_t i = 0; i < alone.size(); ++i) {
    require(together[together.size() - alone.size() + i]["static_configs"] == alone[i]["static_configs"],
            "no application changes what is scraped of another");
  }
}

}  // namespace fuzz
