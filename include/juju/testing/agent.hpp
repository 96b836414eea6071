// SPDX-License-Identifier: Apache-2.0
// The hooks that a unit's agent could run next: the difference between the model and what the agent has seen.
#pragma once

#include <string>
#include <vector>

#include <juju/testing/world.hpp>

namespace juju::testing::detail {

/// A hook of a unit in one of its relations, in the names that the unit knows.
inline Hook hook_in(const RelationRecord& relation, const UnitRecord& unit, HookKind kind,
                    const std::string& remote_unit = {}) {
  const Side& own = relation.side(unit.application);
  const Side& remote = relation.other_side(unit.application);
  return {.kind = kind,
          .relation_id = relation.id,
          .endpoint = own.endpoint,
          .remote_application = remote.shown_as,
          .remote_unit = remote_unit.empty() ? remote_unit : remote.shown(remote_unit)};
}

inline void add_departures(const World& world, const UnitRecord& unit, const RelationRecord& relation,
                           const SeenRelation& seen, std::vector<Hook>& hooks) {
  const Side& remote = relation.other_side(unit.application);
  for (const auto& [name, version] : seen.units) {
    if (!unit.dying && !relation.dying && world.in_scope(remote, name)) continue;
    Hook hook = hook_in(relation, unit, HookKind::relation_departed, name);
    hook.departing_unit = unit.dying ? unit.name : hook.remote_unit;
    hooks.push_back(std::move(hook));
  }
}

inline void add_arrivals(const World& world, const UnitRecord& unit, const RelationRecord& relation,
                         const SeenRelation& seen, std::vector<Hook>& hooks) {
  const Side& remote = relation.other_side(unit.application);
  const bool is_own_change = remote.written_by == unit.name;
  if (!is_own_change && seen.application_version != remote.application_data.version) {
    hooks.push_back(hook_in(relation, unit, HookKind::relation_changed));
  }
  for (const auto& [name, bag] : remote.units) {
    if (!world.sees(unit, relation, name) || seen.units.contains(name) || !world.in_scope(remote, name)) continue;
    hooks.push_back(hook_in(relation, unit, HookKind::relation_joined, name));
  }
  for (const auto& [name, version] : seen.units) {
    const auto bag = remote.units.find(name);
    if (bag == remote.units.end() || bag->second.version == version || !world.in_scope(remote, name)) continue;
    hooks.push_back(hook_in(relation, unit, HookKind::relation_changed, name));
  }
}

/// The hooks of a relation whose relation-created has run, in Juju's preferred order. Juju can also run a later one
/// first, if its agent gets that change first.
inline void add_relation_hooks(const World& world, const UnitRecord& unit, const RelationRecord& relation,
                               std::vector<Hook>& hooks) {
  const auto seen = unit.seen.find(relation.id);
  if (seen == unit.seen.end()) return;
  if (!seen->second.changed_due.empty()) {
    hooks.push_back(hook_in(relation, unit, HookKind::relation_changed, seen->second.changed_due));
    return;
  }
  add_departures(world, unit, relation, seen->second, hooks);
  if (!unit.dying && !relation.dying) {
    add_arrivals(world, unit, relation, seen->second, hooks);
  } else if (seen->second.units.empty()) {
    hooks.push_back(hook_in(relation, unit, HookKind::relation_broken));
  }
}

/// Whether a unit has hooks in a relation. It has none for the endpoint that Juju adds to its charm.
inline bool has_hooks(const RelationRecord& relation, const UnitRecord& unit) {
  return relation.is_of(unit.application) && relation.side(unit.application).endpoint != implicit_endpoint;
}

inline std::vector<Hook> relation_hooks(const World& world, const UnitRecord& unit) {
  std::vector<Hook> hooks;
  for (const auto& [id, relation] : world.relations) {
    if (has_hooks(relation, unit)) add_relation_hooks(world, unit, relation, hooks);
  }
  return hooks;
}

inline void add_created(const World& world, const UnitRecord& unit, std::vector<Hook>& hooks) {
  for (const auto& [id, relation] : world.relations) {
    if (relation.dying || unit.seen.contains(id) || !has_hooks(relation, unit)) continue;
    hooks.push_back(hook_in(relation, unit, HookKind::relation_created));
  }
}

/// Between install and start there is only one order.
inline std::vector<Hook> first_hooks(const World& world, const UnitRecord& unit) {
  std::vector<Hook> hooks;
  add_created(world, unit, hooks);
  if (!hooks.empty()) return hooks;
  if (unit.due.leader_elected) return {{.kind = HookKind::leader_elected}};
  if (unit.due.config_changed) return {{.kind = HookKind::config_changed}};
  return {{.kind = HookKind::start}};
}

inline std::vector<Hook> last_hooks(const World& world, const UnitRecord& unit) {
  std::vector<Hook> hooks = relation_hooks(world, unit);
  if (!hooks.empty()) return hooks;
  const bool has_started = !unit.due.start;
  return {{.kind = has_started && unit.due.stop ? HookKind::stop : HookKind::remove}};
}

/// The hooks that this unit's agent could run now, in Juju's preferred order. Empty if none is pending.
inline std::vector<Hook> next_hooks(const World& world, const UnitRecord& unit) {
  if (unit.failed) return {*unit.failed};
  if (unit.due.install) return {{.kind = HookKind::install}};
  if (unit.dying) return last_hooks(world, unit);
  if (unit.due.upgrade_charm) return {{.kind = HookKind::upgrade_charm}};
  if (unit.due.start) return first_hooks(world, unit);
  std::vector<Hook> hooks;
  add_created(world, unit, hooks);
  if (unit.due.leader_elected) hooks.push_back({.kind = HookKind::leader_elected});
  if (unit.due.config_changed) hooks.push_back({.kind = HookKind::config_changed});
  for (const std::string& container : unit.due.pebble_ready) {
    hooks.push_back({.kind = HookKind::pebble_ready, .subject = container});
  }
  if (!unit.due.fired.empty()) hooks.push_back(unit.due.fired.front());
  for (Hook& hook : relation_hooks(world, unit)) hooks.push_back(std::move(hook));
  return hooks;
}

}  // namespace juju::testing::detail
