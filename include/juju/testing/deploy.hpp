// SPDX-License-Identifier: Apache-2.0
// Deploys and upgrades the applications of a model.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include <juju/testing/integrate.hpp>
#include <juju/testing/model_options.hpp>

namespace juju::testing::detail {

/// The configuration; an empty one for null.
/// @throws ConsistencyError  if the metadata does not declare it so.
inline nlohmann::json checked_config(const nlohmann::json& config, const Metadata& metadata) {
  if (config.is_null()) return nlohmann::json::object();
  rules::Problems problems;
  rules::config_is_declared(config, metadata, problems);
  if (!problems.empty()) throw ConsistencyError(std::move(problems));
  return config;
}

inline void deploy(World& world, const std::string& name, const CharmBuild& charm, Metadata metadata,
                   DeployOptions options) {
  if (name.empty() || name.find_first_of("/:") != std::string::npos || world.applications.contains(name)) {
    throw ConsistencyError({"an application has a name of its own: choose another than '" + name + "'"});
  }
  if (metadata.subordinate) options.units = 0;  // its units are added with its relations
  if (options.units < 0) throw ConsistencyError({"an application has no fewer than 0 units"});
  if (options.addresses.size() > static_cast<std::size_t>(options.units)) {
    throw ConsistencyError({"an address is a unit's: give no more addresses than units"});
  }
  nlohmann::json config = checked_config(options.config, metadata);
  ApplicationRecord& application =
      world.applications
          .emplace(name,
                   ApplicationRecord{.name = name,
                                     .charm = charm,
                                     .metadata = std::move(metadata),
                                     .config = std::move(config),
                                     .model_name = options.model_name.empty() ? world.model_name : options.model_name,
                                     .model_uuid = options.model_uuid.empty() ? world.model_uuid : options.model_uuid})
          .first->second;
  options.addresses.resize(static_cast<std::size_t>(options.units));
  for (const std::string& address : options.addresses) add_unit(world, application, address);
  add_peer_relations(world, application);
}

/// Replaces the charm of an application.
inline void upgrade(World& world, const std::string& name, const CharmBuild& charm, Metadata metadata) {
  ApplicationRecord& application = world.application(name);
  for (const auto& [id, relation] : world.relations) {
    if (!relation.is_of(name) || find_endpoint(metadata, relation.side(name).endpoint) != nullptr) continue;
    throw ConsistencyError({"a new build keeps the endpoints in use: declare '" + relation.side(name).endpoint + "'"});
  }
  static_cast<void>(checked_config(application.config, metadata));
  for (const std::string& unit : world.units_of(name)) {
    replace_charm(world.unit(unit), application.charm, charm);
    DueHooks& due = world.unit(unit).due;
    due.upgrade_charm = !due.install;
    due.config_changed = true;
    std::erase_if(due.pebble_ready,
                  [&](const std::string& container) { return !metadata.containers.contains(container); });
    for (const std::string& container : metadata.containers) {
      if (!application.metadata.containers.contains(container)) due.pebble_ready.insert(container);
    }
  }
  application.charm = charm;
  application.metadata = std::move(metadata);
  add_peer_relations(world, application);
}

}  // namespace juju::testing::detail
