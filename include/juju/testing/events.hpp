// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include <juju/hook.hpp>

namespace juju::testing {

/// A hook to run in a test: `relation_joined(1, "tempo/0")`. The endpoint and the application of the relation come from
/// the state.
struct EventRequest {
  EventRequest(Hook requested) : hook(std::move(requested)) {}  // implicit: a complete hook is a request too

  Hook hook;
  nlohmann::json parameters = nlohmann::json::object();  ///< The parameters of an action.
};

inline EventRequest install() { return Hook{.kind = HookKind::install}; }
inline EventRequest start() { return Hook{.kind = HookKind::start}; }
inline EventRequest stop() { return Hook{.kind = HookKind::stop}; }
inline EventRequest remove() { return Hook{.kind = HookKind::remove}; }
inline EventRequest config_changed() { return Hook{.kind = HookKind::config_changed}; }
inline EventRequest update_status() { return Hook{.kind = HookKind::update_status}; }
inline EventRequest upgrade_charm() { return Hook{.kind = HookKind::upgrade_charm}; }
inline EventRequest leader_elected() { return Hook{.kind = HookKind::leader_elected}; }

/// Pebble is ready in this container.
inline EventRequest pebble_ready(std::string container) {
  return Hook{.kind = HookKind::pebble_ready, .subject = std::move(container)};
}

/// An operator runs an action: `action("restart", {{"force", true}})`. The results are in `State::action`.
/// @param parameters  a JSON object, including the defaults of actions.yaml.
inline EventRequest action(std::string name, nlohmann::json parameters = nlohmann::json::object()) {
  EventRequest request = Hook{.kind = HookKind::action, .subject = std::move(name)};
  request.parameters = std::move(parameters);
  return request;
}

inline EventRequest relation_created(RelationId id) {
  return Hook{.kind = HookKind::relation_created, .relation_id = id};
}

inline EventRequest relation_joined(RelationId id, std::string unit) {
  return Hook{.kind = HookKind::relation_joined, .relation_id = id, .remote_unit = std::move(unit)};
}

/// @param unit  empty if the application's bag changed.
inline EventRequest relation_changed(RelationId id, std::string unit = {}) {
  return Hook{.kind = HookKind::relation_changed, .relation_id = id, .remote_unit = std::move(unit)};
}

/// @param departing_unit  the unit that leaves, if it is the one that the hook runs on and not `unit`.
inline EventRequest relation_departed(RelationId id, const std::string& unit, const std::string& departing_unit = {}) {
  return Hook{.kind = HookKind::relation_departed,
              .relation_id = id,
              .remote_unit = unit,
              .departing_unit = departing_unit.empty() ? unit : departing_unit};
}

inline EventRequest relation_broken(RelationId id) {
  return Hook{.kind = HookKind::relation_broken, .relation_id = id};
}

}  // namespace juju::testing
