// SPDX-License-Identifier: Apache-2.0
// What there is in a model for something to happen to.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <juju/testing/model.hpp>
#include <juju/testing/simulation/step.hpp>

namespace juju::testing::detail {

/// The ends that fit together, "spring-music:tracing" and "tempo:tracing".
inline std::vector<std::pair<std::string, std::string>> possible_relations(const Model& model) {
  std::vector<std::pair<std::string, std::string>> provided;
  std::vector<std::pair<std::string, std::string>> required;
  for (const std::string& application : model.applications()) {
    for (const auto& [endpoint, declared] : model.metadata(application).relations) {
      if (declared.role == RelationRole::peer) continue;
      auto& ends = declared.role == RelationRole::provides ? provided : required;
      ends.emplace_back(application + ":" + endpoint, declared.interface);
    }
  }
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const auto& [provider, interface] : provided) {
    for (const auto& [requirer, other_interface] : required) {
      if (interface == other_interface) pairs.emplace_back(provider, requirer);
    }
  }
  return pairs;
}

inline std::vector<RelationId> removable_relations(const Model& model) {
  std::vector<RelationId> ids;
  for (const Integration& relation : model.relations()) {
    if (!relation.second.empty()) ids.push_back(relation.id);
  }
  return ids;
}

inline std::vector<std::string> all_units(const Model& model) {
  std::vector<std::string> names;
  for (const std::string& application : model.applications()) {
    for (std::string& unit : model.units(application)) names.push_back(std::move(unit));
  }
  return names;
}

inline std::vector<std::string> failed_units(Model& model) {
  std::vector<std::string> names = all_units(model);
  std::erase_if(names, [&](const std::string& unit) { return !model.unit(unit).failed_hook(); });
  return names;
}

/// Of a few, so that one may come again and two units may have the same.
inline std::string any_address(Draw& draw) {
  const std::string last = std::to_string(1 + draw.below(40));
  return draw.one_in(5) ? "fd00::" + last : "10.7.0." + last;
}

/// "music/1 tracing-relation-joined 3 tempo/0 (wrote)"
inline std::string line_of(const HookRecord& record) {
  std::string line = record.unit + " " + record.hook.name;
  if (record.hook.relation_id) line += " " + std::to_string(*record.hook.relation_id);
  if (!record.hook.remote_unit.empty()) line += " " + record.hook.remote_unit;
  return record.wrote ? line + " (wrote)" : line;
}

}  // namespace juju::testing::detail
