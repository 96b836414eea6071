// SPDX-License-Identifier: Apache-2.0
// Which charms take part in a simulation.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include <juju/testing/model.hpp>

namespace juju::testing {

/// A build of a charm that can be deployed, and that another can be upgraded to.
struct Build {
  template <typename CharmType>
  static Build of(const Metadata& metadata) {
    return {
        [metadata](Model& model, const std::string& application, DeployOptions options) {
          model.deploy<CharmType>(application, metadata, std::move(options));
        },
        [metadata](Model& model, const std::string& application) { model.upgrade<CharmType>(application, metadata); }};
  }

  std::function<void(Model&, const std::string&, DeployOptions)> deploy;
  std::function<void(Model&, const std::string&)> upgrade;
};

/// A charm that takes part.
struct Part {
  std::string name = {};           ///< Its applications are "tempo-0", "tempo-1", ...
  std::vector<Build> builds = {};  ///< Any of them is deployed, and upgraded to.
  std::vector<nlohmann::json> configs = {nlohmann::json::object()};
  std::vector<nlohmann::json> mistakes = {};  ///< What an operator configures by mistake, and mends in the end.
};

}  // namespace juju::testing
