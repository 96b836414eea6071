// SPDX-License-Identifier: Apache-2.0
// Updates of the model after a hook.
#pragma once

#include <string>

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
    StringMap texts = bag->second.texts;
    for (const auto& [key, text] : network_texts(unit.address)) texts[key] = text;
    changed |= bag->second.update(std::move(texts));
  }
  return changed;
}

/// @returns whether other units may have new hooks.
inline bool relation_hook_ran(World& world, UnitRecord& unit, const Hook& hook) {
  RelationRecord& relation = world.relation(*hook.relation_id);
  const Side& remote = relation.other_side(unit.application);
  const std::string name = remote.real(hook.remote_unit);
  if (hook.kind == HookKind::relation_broken) {
    leave_scope(relation, unit);
    unit.seen.erase(relation.id);
    sweep(world);
    return true;
  }
  SeenRelation& seen = unit.seen[relation.id];
  if (hook.kind == HookKind::relation_departed) {
    seen.units.erase(name);
  } else if (hook.kind == HookKind::relation_joined) {
    seen.units[name] = 0;
    seen.changed_due = name;
  } else if (hook.kind == HookKind::relation_changed && name.empty()) {
    seen.application_version = remote.application_data.version;
  } else if (hook.kind == HookKind::relation_changed) {
    const auto bag = remote.units.find(name);
    if (bag != remote.units.end()) seen.units[name] = bag->second.version;
    seen.changed_due.clear();
  }
  return false;
}

/// Records that a hook has run or was skipped. Removes the unit after its last hook.
/// @returns whether other units may have new hooks.
inline bool hook_ran(World& world, UnitRecord& unit, const Hook& hook) {
  DueHooks& due = unit.due;
  if (!due.fired.empty() && due.fired.front() == hook) due.fired.pop_front();
  if (hook.relation_id) return relation_hook_ran(world, unit, hook);
  if (hook.kind == HookKind::install) {
    due.install = false;
    for (auto& [id, relation] : world.relations) enter_scope(relation, unit);
    return true;
  }
  if (hook.kind == HookKind::start) due.start = false;
  if (hook.kind == HookKind::leader_elected) due.leader_elected = false;
  if (hook.kind == HookKind::pebble_ready) due.pebble_ready.erase(hook.subject);
  if (hook.kind == HookKind::upgrade_charm) due.upgrade_charm = false;
  if (hook.kind == HookKind::config_changed) {
    due.config_changed = false;
    return refresh_network_texts(world, unit);
  }
  if (hook.kind == HookKind::stop && unit.dying) due.stop = false;
  if (hook.kind == HookKind::remove && unit.dying) {
    const std::string name = unit.name;
    forget_unit(world, name);
    sweep(world);
    return true;
  }
  return false;
}

}  // namespace juju::testing::detail
