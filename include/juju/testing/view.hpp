// SPDX-License-Identifier: Apache-2.0
// What a unit may see of the world, as a State; and how what it wrote gets back.
#pragma once

#include <iterator>
#include <string>
#include <utility>

#include <juju/testing/world.hpp>

namespace juju::testing::detail {

/// @param hook  what is about to run: a unit that joins is shown in its own hook already.
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
      if (name == unit.name) continue;
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

/// The unit's state, with an empty log. A relation that began to die before the agent heard of it is not there.
inline State view(const World& world, const UnitRecord& unit, const Hook& hook = {}) {
  const ApplicationRecord& application = world.application(unit.application);
  State state{.leader = application.leader == unit.name,
              .config = application.config,
              .model_name = application.model_name,
              .model_uuid = application.model_uuid,
              .unit_name = unit.name,
              .address = unit.address,
              .deferred = unit.deferred,
              .unit_status = unit.status,
              .application_status = application.status};
  for (const auto& [id, relation] : world.relations) {
    if (!relation.is_of(unit.application) || !relation.side(unit.application).units.contains(unit.name)) continue;
    if (relation.dying && !unit.knows(id)) continue;
    state.relations.push_back(view(world, unit, relation, hook));
  }
  return state;
}

inline void keep_log(UnitRecord& unit, State after) {
  unit.log.insert(unit.log.end(), std::make_move_iterator(after.log.begin()), std::make_move_iterator(after.log.end()));
}

/// Takes over what the unit wrote. Tells whether a data bag has really changed.
inline bool merge(World& world, UnitRecord& unit, State after) {
  ApplicationRecord& application = world.application(unit.application);
  bool wrote = false;
  for (RelationState& relation : after.relations) {
    Side& own = world.relation(relation.id).side(unit.application);
    wrote |= own.units.at(unit.name).update(std::move(relation.local_unit_data));
    if (!after.leader || !own.application_data.update(std::move(relation.local_application_data))) continue;
    own.written_by = unit.name;
    wrote = true;
  }
  if (after.leader) application.status = std::move(after.application_status);
  unit.status = std::move(after.unit_status);
  unit.deferred = std::move(after.deferred);
  keep_log(unit, std::move(after));
  return wrote;
}

}  // namespace juju::testing::detail
