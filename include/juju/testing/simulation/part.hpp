// SPDX-License-Identifier: Apache-2.0
// Which charms take part in a simulation.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <juju/testing/test_model.hpp>

namespace juju::testing {

/// A build of a charm that can be deployed, and that another can be upgraded to.
struct Build {
  template <typename CharmType>
  static Build of(const Metadata& metadata) {
    return {
        metadata,
        [metadata](TestModel& model, const std::string& application, DeployOptions options) {
          model.deploy<CharmType>(application, metadata, std::move(options));
        },
        [metadata](TestModel& model, const std::string& application) { model.upgrade<CharmType>(application, metadata); }};
  }

  Metadata metadata;
  std::function<void(TestModel&, const std::string&, DeployOptions)> deploy;
  std::function<void(TestModel&, const std::string&)> upgrade;
};

/// A charm that takes part.
struct Part {
  std::string name = {};           ///< Its applications are "tempo-0", "tempo-1", ...
  std::vector<Build> builds = {};  ///< Any of them is deployed, and upgraded to.
  std::vector<nlohmann::json> configs = {nlohmann::json::object()};
  std::vector<nlohmann::json> mistakes = {};  ///< What an operator configures by mistake, and mends in the end.
};

namespace detail {

/// What must be changed of the part before anything can happen to it; empty if nothing.
inline std::vector<std::string> problems_of(const Part& part) {
  std::vector<std::string> problems;
  if (part.name.empty()) problems.emplace_back("give it a name");
  if (part.name.find_first_of("/:") != std::string::npos) problems.emplace_back("give it a name without '/' and ':'");
  if (part.builds.empty()) problems.emplace_back("give it a build");
  if (part.configs.empty()) problems.emplace_back("give it a configuration, {} if no other");
  for (const auto* configs : {&part.configs, &part.mistakes}) {
    for (const nlohmann::json& config : *configs) {
      for (const Build& build : part.builds) rules::config_is_declared(config, build.metadata, problems);
    }
  }
  return problems;
}

/// @throws std::invalid_argument  unless each part can be deployed as it is described.
inline std::vector<Part> usable(std::vector<Part> parts) {
  if (parts.empty()) throw std::invalid_argument("a simulation has nothing to deploy: give it a part");
  for (const Part& part : parts) {
    const std::vector<std::string> problems = problems_of(part);
    if (!problems.empty()) throw std::invalid_argument("the part '" + part.name + "': " + problems.front());
  }
  return parts;
}

}  // namespace detail

}  // namespace juju::testing
