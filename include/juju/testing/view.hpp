// SPDX-License-Identifier: Apache-2.0
// Makes the State of a unit from the world, and merges the writes of a hook into the world.
#pragma once

#include <iterator>
#include <set>
#include <string>
#include <utility>

#include <juju/testing/world.hpp>

namespace juju::testing::detail {

/// @param hook  the next hook. In relation-joined, the joining unit is listed.
inline RelationState view(const World& world, const UnitRecord& unit, const RelationRecord& relation,
                          const Hook& hook) {
  const Side& own = relation.side(unit.application);
  const Side& remote = relation.other_side(unit.application);
  RelationState state{.id = relation.id, .endpoint = own.endpoint, .remote_application = remote.shown_as};
  state.local_unit_data = own.units.at(unit.name).texts;
  state.local_application_data = own.application_data.texts;
  if (!relation.is_peer()) state.remote_application_data = remote.application_data.texts;
  const auto seen = unit.seen.find(relation.id);
  const auto is_listed = [&](const std::string& name, const std::string& shown) {
    return (seen != unit.seen.end() && seen->second.units.contains(name)) ||
           (hook.relation_id == relation.id && hook.remote_unit == shown);
  };
  const auto show = [&](const Bags& bags, bool departed) {
    for (const auto& [name, bag] : bags) {
      if (!world.sees(unit, relation, name)) continue;
      std::string shown = remote.shown(name);
      if (is_listed(name, shown)) {
        state.remote_units.emplace(std::move(shown), bag.texts);
      } else if (departed || !world.in_scope(remote, name)) {
        state.departed_units.emplace(std::move(shown), bag.texts);
      }
    }
  };
  show(remote.units, false);
  show(remote.departed, true);
  return state;
}

/// The unit's state, with an empty log. It omits a relation that was removed before the unit had a hook of it.
inline State view(const World& world, const UnitRecord& unit, const Hook& hook = {}) {
  const ApplicationRecord& application = world.application(unit.application);
  State state{.leader = application.leader == unit.name,
              .config = application.config,
              .model_name = application.model_name,
              .model_uuid = application.model_uuid,
              .unit_name = unit.name,
              .address = unit.address,
              .principal = unit.principal,
              .deferred = unit.deferred,
              .stored = unit.stored,
              .unit_status = unit.status,
              .application_status = application.status,
              .opened_ports = unit.opened_ports,
              .workload_version = unit.workload_version,
              .action = unit.action};
  for (const auto& [id, relation] : world.relations) {
    if (!relation.is_of(unit.application) || !relation.side(unit.application).units.contains(unit.name)) continue;
    if (relation.dying && !unit.knows(id)) continue;
    state.relations.push_back(view(world, unit, relation, hook));
  }
  return state;
}

/// Merges the changes that take effect at once, even if the hook fails.
inline void merge_at_once(World& world, UnitRecord& unit, State& after) {
  unit.status = std::move(after.unit_status);
  unit.workload_version = std::move(after.workload_version);
  unit.action = std::move(after.action);
  unit.log.insert(unit.log.end(), std::make_move_iterator(after.log.begin()), std::make_move_iterator(after.log.end()));
  if (after.leader) world.application(unit.application).status = std::move(after.application_status);
}

/// Merges the unit's writes to the data bags of some relations.
/// @returns whether a data bag changed.
inline bool merge_relations(World& world, const UnitRecord& unit, State& after, const std::set<RelationId>& ids) {
  bool wrote = false;
  for (RelationState& relation : after.relations) {
    if (!ids.contains(relation.id)) continue;
    Side& own = world.relation(relation.id).side(unit.application);
    wrote |= own.units.at(unit.name).update(std::move(relation.local_unit_data));
    if (!after.leader || !own.application_data.update(std::move(relation.local_application_data))) continue;
    own.written_by = unit.name;
    wrote = true;
  }
  return wrote;
}

/// Merges the writes of the unit.
/// @returns whether a data bag changed.
inline bool merge(World& world, UnitRecord& unit, State after) {
  std::set<RelationId> all;
  for (const RelationState& relation : after.relations) all.insert(relation.id);
  const bool wrote = merge_relations(world, unit, after, all);
  unit.deferred = std::move(after.deferred);
  unit.stored = std::move(after.stored);
  unit.opened_ports = std::move(after.opened_ports);
  merge_at_once(world, unit, after);
  return wrote;
}

}  // namespace juju::testing::detail
