// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <juju/relation_data_bag.hpp>
#include <juju/topology.hpp>
#include <string>
#include <vector>

#include <scrape/job_reader.hpp>
#include <scrape/unit.hpp>

namespace scrape {

/// What a related application wants scraped, as valid values.
struct Application {
  juju::RelationId relation_id = 0;
  std::string application = {};  ///< Juju's name of it, for problems. Labels use the topology.
  juju::Topology topology = {};
  bool has_topology_labels = true;  ///< Whether its jobs get labels and names from the topology.
  std::vector<PlacedJob> jobs = {};
  std::vector<Unit> units = {};  ///< Those with an address, in natural order.
  bool has_units = true;         ///< Whether there is a unit, with or without an address.

  /// Whether a target has the wildcard.
  bool has_wildcard() const {
    return has_target([](const Target& target) { return target.is_wildcard(); });
  }

  /// Whether a target names a host.
  bool has_host() const {
    return has_target([](const Target& target) { return target.is_valid() && !target.is_wildcard(); });
  }

 private:
  template <typename Condition>
  bool has_target(Condition condition) const {
    const auto in_config = [&](const StaticConfig& config) {
      return std::any_of(config.targets.begin(), config.targets.end(), condition);
    };
    return std::any_of(jobs.begin(), jobs.end(), [&](const PlacedJob& placed) {
      return std::any_of(placed.job.static_configs.begin(), placed.job.static_configs.end(), in_config);
    });
  }
};

}  // namespace scrape
