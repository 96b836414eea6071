// SPDX-License-Identifier: Apache-2.0
// Expands jobs with a job for each unit.
#pragma once

#include <scrape/expansion.hpp>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <support/catch.hpp>

namespace unit_jobs {

using namespace scrape;
using nlohmann::json;
using Names = std::vector<std::string>;

inline const ExpansionRules rules{.identifier_prefix = "juju_",
                                  .identifier_suffix = "_prometheus_scrape",
                                  .one_job_per_unit = true,
                                  .own_labels_win = true};
inline const juju::Topology topology{
    .model = "dev", .model_uuid = "12345678-90", .application = "app", .charm_name = "k8s"};
inline const std::string prefix = "juju_dev_12345678_app_prometheus_scrape";

inline Unit unit(int number, const std::string& address, const std::string& path = {}, const std::string& fqdn = {}) {
  return {"app/" + std::to_string(number), *juju::Address::parse(address), std::to_string(number), path,
          juju::parse_address(fqdn)};
}

/// An application with these jobs as JSON. Each job has to be valid.
inline Application application(const std::string& jobs, std::vector<Unit> units, juju::RelationId id = 3) {
  Application made{.relation_id = id, .application = "app", .topology = topology, .units = std::move(units)};
  std::vector<juju::Problem> problems;
  made.jobs = read_scrape_jobs(json::parse(jobs), {}, problems);
  CHECK(problems.empty());
  return made;
}

struct Expanded {
  json jobs;
  std::vector<juju::Problem> problems;
};

/// Expands the applications, and checks that the text of the result is that of its JSON.
inline Expanded expanded(const std::vector<Application>& applications, const ExpansionRules& with = rules) {
  const Expansion expansion = expand(applications, with);
  Expanded made{expansion.scrape_configs, expansion.problems};
  const std::string text = to_yaml_safe_json(expansion.scrape_configs);
  CHECK(text == juju::to_yaml_safe_json(made.jobs));
  std::ostringstream out;
  write_yaml_safe_json(out, expansion.scrape_configs);
  CHECK(out.str() == text);
  return made;
}

/// "NAME: TARGET TARGET; TARGET" for each job. The prefix is left out.
inline Names summary(const json& jobs) {
  Names lines;
  for (const json& job : jobs) {
    std::string line = job["job_name"].get<std::string>();
    if (line.starts_with(prefix)) line.erase(0, prefix.size());
    for (const json& config : job["static_configs"]) {
      line += &config == &job["static_configs"].front() ? ":" : ";";
      for (const json& target : config["targets"]) line += " " + target.get<std::string>();
    }
    lines.push_back(line);
  }
  return lines;
}

inline Names summary(const std::string& jobs, std::vector<Unit> units) {
  return summary(expanded({application(jobs, std::move(units))}).jobs);
}

inline std::string with_targets(const std::string& targets) {
  return R"([{"job_name": "j", "static_configs": [{"targets": [)" + targets + "]}]}]";
}

}  // namespace unit_jobs
