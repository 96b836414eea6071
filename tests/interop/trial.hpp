// SPDX-License-Identifier: Apache-2.0
// What the interop tests of all relations share: a scenario has the same results on each pair of charms.
#pragma once

#include <cstddef>
#include <juju/testing.hpp>
#include <string>
#include <vector>

#include <support/catch.hpp>

namespace interop {

/// The data bags of each relation, below its id and the names of the applications and units.
/// @param values  returns the texts of a data bag as they are compared.
template <typename Values>
nlohmann::json data_bags(const juju::testing::TestModel& model, Values values) {
  nlohmann::json bags;
  for (const juju::testing::Integration& integration : model.relations()) {
    for (const std::string& end : {integration.first, integration.second}) {
      const std::string application = end.substr(0, end.find(':'));
      nlohmann::json& of_relation = bags[std::to_string(integration.id)];
      of_relation[application] = values(model.application_data(integration.id, application));
      for (const std::string& unit : model.units(application)) {
        of_relation[unit] = values(model.unit_data(integration.id, unit));
      }
    }
  }
  return bags;
}

/// The names of all units, without those of this application.
inline std::vector<std::string> units_without(const juju::testing::TestModel& model, const std::string& application) {
  std::vector<std::string> all;
  for (const std::string& other : model.applications()) {
    if (other == application) continue;
    for (const std::string& unit : model.units(other)) all.push_back(unit);
  }
  return all;
}

/// The statuses of these units.
inline nlohmann::json statuses(juju::testing::TestModel& model, const std::vector<std::string>& units) {
  nlohmann::json statuses;
  for (const std::string& unit : units) {
    const juju::Status status = model.unit(unit).status();
    statuses[unit] = {status.name, status.message};
  }
  return statuses;
}

/// Runs a scenario on each of these trials. All must have the same results in each step.
/// @param trials  each has a description `pair`, and its results in `seen`.
template <typename Trial, typename Scenario>
void same_for_all(std::vector<Trial> trials, Scenario scenario) {
  for (Trial& trial : trials) {
    INFO(trial.pair);
    scenario(trial);
    const std::vector<nlohmann::json>& expected = trials.front().seen;
    REQUIRE(trial.seen.size() == expected.size());
    for (std::size_t step = 0; step < expected.size(); ++step) {
      INFO("step " << step << ": " << nlohmann::json::diff(expected[step], trial.seen[step]).dump());
      CHECK(trial.seen[step] == expected[step]);
    }
  }
}

}  // namespace interop
