// SPDX-License-Identifier: Apache-2.0
// What happens to a unit, said shortly: `relation_joined(1, "tempo/0")`.
#pragma once

#include <string>
#include <utility>

#include <juju/hook.hpp>

namespace juju::testing {

namespace detail {

inline Hook relation_hook(std::string kind, RelationId relation, std::string unit = {}, std::string departing = {}) {
  return {.name = std::move(kind),
          .relation_id = relation,
          .remote_unit = std::move(unit),
          .departing_unit = std::move(departing)};
}

}  // namespace detail

inline Hook install() { return {.name = "install"}; }
inline Hook start() { return {.name = "start"}; }
inline Hook stop() { return {.name = "stop"}; }
inline Hook remove() { return {.name = "remove"}; }
inline Hook config_changed() { return {.name = "config-changed"}; }
inline Hook update_status() { return {.name = "update-status"}; }
inline Hook upgrade_charm() { return {.name = "upgrade-charm"}; }
inline Hook leader_elected() { return {.name = "leader-elected"}; }

inline Hook pebble_ready(const std::string& container) {
  return {.name = container + "-pebble-ready", .workload = container};
}

// The endpoint and the application of a relation's event are completed from the state it happens to.

inline Hook relation_created(RelationId id) { return detail::relation_hook("relation-created", id); }

inline Hook relation_joined(RelationId id, std::string unit) {
  return detail::relation_hook("relation-joined", id, std::move(unit));
}

/// @param unit  empty where it is the application's bag that changed.
inline Hook relation_changed(RelationId id, std::string unit = {}) {
  return detail::relation_hook("relation-changed", id, std::move(unit));
}

/// @param departing_unit  the unit that leaves, where it is not `unit` but the one that the hook runs on.
inline Hook relation_departed(RelationId id, const std::string& unit, const std::string& departing_unit = {}) {
  return detail::relation_hook("relation-departed", id, unit, departing_unit.empty() ? unit : departing_unit);
}

inline Hook relation_broken(RelationId id) { return detail::relation_hook("relation-broken", id); }

}  // namespace juju::testing
