// SPDX-License-Identifier: Apache-2.0
// Adds and removes units, relations and applications.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <juju/testing/world.hpp>

namespace juju::testing::detail {

inline std::string next_address(World& world) {
  const int number = world.next_address++;
  return "10.1." + std::to_string(number / 250) + "." + std::to_string(number % 250 + 1);
}

inline void set_leader(World& world, ApplicationRecord& application, const std::string& unit) {
  if (application.leader == unit) return;
  const auto former = world.units.find(application.leader);
  if (former != world.units.end()) {
    former->second.due.leader_elected = false;
    std::erase_if(former->second.due.fired, [](const Hook& hook) { return hook.kind == HookKind::leader_elected; });
  }
  application.leader = unit;
  if (!unit.empty()) world.unit(unit).due.leader_elected = true;
}

/// @param principal  the principal unit of a subordinate. Otherwise empty.
inline std::string add_unit(World& world, ApplicationRecord& application, const std::string& address,
                            const std::string& principal = {}) {
  UnitRecord unit{.name = application.name + "/" + std::to_string(application.next_unit++),
                  .application = application.name,
                  .address = address.empty() ? next_address(world) : address,
                  .principal = principal};
  unit.due.pebble_ready = application.metadata.containers;
  if (!application.charm.directory.empty()) unit.directory.emplace(application.charm.directory);
  const std::string name = unit.name;
  if (!principal.empty()) world.principals[name] = principal;
  world.units.emplace(name, std::move(unit));
  if (application.leader.empty()) set_leader(world, application, name);
  return name;
}

/// Replaces the files of a unit's charm.
inline void replace_charm(UnitRecord& unit, const CharmBuild& before, const CharmBuild& after) {
  if (after.directory.empty()) {
    unit.directory.reset();
  } else if (unit.directory) {
    unit.directory->upgrade(before.directory, after.directory);
  } else {
    unit.directory.emplace(after.directory);
  }
}

/// Adds the unit to its relation, with Juju's own keys in its data bag.
inline void enter_scope(RelationRecord& relation, const UnitRecord& unit) {
  if (relation.dying || unit.dying || unit.due.install || !relation.is_of(unit.application)) return;
  relation.side(unit.application).units.try_emplace(unit.name, Bag{network_texts(unit.address), 1});
}

/// The two applications of a relation with scope container, the subordinate first. Null if both are subordinates.
inline ApplicationRecord* subordinate_of(World& world, const RelationRecord& relation, ApplicationRecord*& principal) {
  ApplicationRecord* subordinate = &world.application(relation.sides.front().application);
  principal = &world.application(relation.sides.back().application);
  if (!subordinate->metadata.subordinate) std::swap(subordinate, principal);
  return principal->metadata.subordinate ? nullptr : subordinate;
}

/// Adds the missing subordinate units of the relation's principal units. They have their principal's address.
inline void add_subordinates(World& world, const RelationRecord& relation) {
  if (!relation.is_container || relation.dying) return;
  ApplicationRecord* principal = nullptr;
  ApplicationRecord* subordinate = subordinate_of(world, relation, principal);
  if (subordinate == nullptr) return;
  for (const std::string& unit : world.units_of(principal->name)) {
    const bool has_one = std::any_of(world.units.begin(), world.units.end(), [&](const auto& entry) {
      return entry.second.application == subordinate->name && entry.second.principal == unit;
    });
    if (!has_one && !world.unit(unit).dying) add_unit(world, *subordinate, world.unit(unit).address, unit);
  }
}

inline RelationId add_relation(World& world, std::vector<Side> sides, bool is_container = false) {
  const RelationId id = world.next_relation++;
  RelationRecord& relation = world.relations[id];
  relation = {.id = id, .sides = std::move(sides), .is_container = is_container};
  add_subordinates(world, relation);
  for (const auto& [name, unit] : world.units) enter_scope(relation, unit);
  return id;
}

inline bool has_peer_relation(const World& world, const std::string& application, const std::string& endpoint) {
  return std::any_of(world.relations.begin(), world.relations.end(), [&](const auto& entry) {
    const Side& side = entry.second.sides.front();
    return entry.second.is_peer() && side.application == application && side.endpoint == endpoint;
  });
}

inline void add_peer_relations(World& world, const ApplicationRecord& application) {
  for (const auto& [endpoint, declared] : application.metadata.relations) {
    if (declared.role != RelationRole::peer || has_peer_relation(world, application.name, endpoint)) continue;
    add_relation(world, {{.application = application.name, .endpoint = endpoint, .shown_as = application.name}});
  }
}

inline void leave_scope(RelationRecord& relation, const UnitRecord& unit) {
  Side& side = relation.side(unit.application);
  if (auto bag = side.units.extract(unit.name)) side.departed.insert(std::move(bag));
}

/// Erases the relations and applications that are being removed and have no pending hooks.
inline void sweep(World& world) {
  std::erase_if(world.relations, [&](const auto& entry) {
    return entry.second.dying && std::none_of(world.units.begin(), world.units.end(),
                                              [&](const auto& unit) { return unit.second.knows(entry.first); });
  });
  std::erase_if(world.applications,
                [&](const auto& entry) { return entry.second.dying && world.units_of(entry.first).empty(); });
}

inline void forget_unit(World& world, const std::string& name) {
  const UnitRecord unit = std::move(world.unit(name));
  for (auto& [id, relation] : world.relations) {
    if (relation.is_of(unit.application)) leave_scope(relation, unit);
  }
  world.units.erase(name);
  ApplicationRecord& application = world.application(unit.application);
  if (application.leader == name) {
    std::vector<std::string> rest = world.units_of(unit.application);
    const auto heir = std::find_if(rest.begin(), rest.end(), [&](const auto& it) { return !world.unit(it).dying; });
    set_leader(world, application, heir != rest.end() ? *heir : rest.empty() ? std::string() : rest.front());
  }
  for (auto& [id, relation] : world.relations)
    add_subordinates(world, relation);  // a new unit, if an old one has been removed
}

/// Removes a relation at once, with the pending and failed hooks about it.
inline void forget_relation(World& world, RelationId id) {
  for (auto& [name, unit] : world.units) {
    unit.seen.erase(id);
    if (unit.failed && unit.failed->relation_id == id) unit.failed.reset();
  }
  world.relations.erase(id);
  sweep(world);
}

/// A unit that is not installed is removed at once, as in Juju. Its subordinates are removed too.
inline void remove_unit(World& world, const std::string& name) {
  std::vector<std::string> leaving = {name};
  for (const auto& [other, unit] : world.units) {
    if (unit.principal == name) leaving.push_back(other);
  }
  for (const std::string& each : leaving) {
    UnitRecord& unit = world.unit(each);
    unit.dying = true;
    if (unit.due.install) forget_unit(world, each);
  }
}

/// Removes a relation, and its subordinate units unless another such relation needs them.
inline void remove_relation(World& world, RelationRecord& relation) {
  if (std::exchange(relation.dying, true) || !relation.is_container) return;
  ApplicationRecord* principal = nullptr;
  const ApplicationRecord* subordinate = subordinate_of(world, relation, principal);
  if (subordinate == nullptr) return;
  const bool is_kept = std::any_of(world.relations.begin(), world.relations.end(), [&](const auto& entry) {
    const RelationRecord& other = entry.second;
    return other.is_container && !other.dying && other.is_of(subordinate->name) && other.is_of(principal->name);
  });
  if (is_kept) return;
  for (const std::string& unit : world.units_of(subordinate->name)) {
    if (application_of(world.unit(unit).principal) == principal->name) remove_unit(world, unit);
  }
}

inline void remove_application(World& world, ApplicationRecord& application) {
  application.dying = true;
  for (auto& [id, relation] : world.relations) {
    if (relation.is_of(application.name)) remove_relation(world, relation);
  }
  for (const std::string& unit : world.units_of(application.name)) {
    if (world.units.contains(unit)) remove_unit(world, unit);
  }
  sweep(world);
}

}  // namespace juju::testing::detail
