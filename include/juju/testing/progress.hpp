// SPDX-License-Identifier: Apache-2.0
// What an agent has seen once a hook has run, and what the model does about it.
#pragma once

#include <string>
#include <string_view>

#include <juju/testing/agent.hpp>
#include <juju/testing/lifecycle.hpp>

namespace juju::testing::detail {

inline bool refresh_network_texts(World& world, const UnitRecord& unit) {
  bool changed = false;
  for (auto& [id, relation] : world.relations) {
    if (!relation.is_of(unit.application)) continue;
    Bags& bags = relation.side(unit.application).units;
    const auto bag = bags.find(unit.name);
    if (bag == bags.end()) continue;
    Texts texts = bag->second.texts;
    for (const auto& [key, text] : network_texts(unit.address)) texts[key] = text;
    changed |= bag->second.update(std::move(texts));
  }
  return changed;
}

/// @return  whether other units may have hooks to run because of it.
inline bool relation_hook_ran(World& world, UnitRecord& unit, const Hook& hook, std::string_view kind) {
  RelationRecord& relation = world.relation(*hook.relation_id);
  const Side& remote = relation.other_side(unit.application);
  const std::string name = remote.real(hook.remote_unit);
  if (kind == "relation-broken") {
    leave_scope(relation, unit);
    unit.seen.erase(relation.id);
    sweep(world);
    return true;
  }
  SeenRelation& seen = unit.seen[relation.id];
  if (kind == "relation-departed") {
    seen.units.erase(name);
  } else if (kind == "relation-joined") {
    seen.units[name] = 0;
    seen.changed_due = name;
  } else if (kind == "relation-changed" && name.empty()) {
    seen.application_version = remote.application_data.version;
  } else if (kind == "relation-changed") {
    const auto bag = remote.units.find(name);
    if (bag != remote.units.end()) seen.units[name] = bag->second.version;
    seen.changed_due.clear();
  }
  return false;
}

/// Notes that a hook has run or was skipped. The unit is gone after its last one.
/// @return  whether other units may have hooks to run because of it.
inline bool hook_ran(World& world, UnitRecord& unit, const Hook& hook) {
  const std::string_view kind = kind_of(hook);
  DueHooks& due = unit.due;
  if (!due.fired.empty() && due.fired.front() == hook) due.fired.pop_front();
  if (hook.relation_id) return relation_hook_ran(world, unit, hook, kind);
  if (kind == "install") {
    due.install = false;
    for (auto& [id, relation] : world.relations) enter_scope(relation, unit);
    return true;
  }
  if (kind == "start") due.start = false;
  if (kind == "leader-elected") due.leader_elected = false;
  if (kind == "pebble-ready") due.pebble_ready.erase(hook.workload);
  if (kind == "upgrade-charm") due.upgrade_charm = false;
  if (kind == "config-changed") {
    due.config_changed = false;
    return refresh_network_texts(world, unit);
  }
  if (kind == "stop" && unit.dying) due.stop = false;
  if (kind == "remove" && unit.dying) {
    const std::string name = unit.name;
    forget_unit(world, name);
    sweep(world);
    return true;
  }
  return false;
}

}  // namespace juju::testing::detail
