// SPDX-License-Identifier: Apache-2.0
// Juju's own changes of the state before and after a hook.
#pragma once

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include <juju/metadata.hpp>
#include <juju/testing/events.hpp>
#include <juju/testing/state.hpp>

namespace juju::testing::detail {

inline bool is_peer_endpoint(const Metadata& metadata, const std::string& endpoint) {
  const auto declared = metadata.relations.find(endpoint);
  return declared != metadata.relations.end() && declared->second.role == RelationRole::peer;
}

/// The endpoint that Juju adds to every charm.
inline const std::string implicit_endpoint = "juju-info";

/// A declared endpoint, or the implicit one; null if there is no such endpoint.
inline const RelationMetadata* find_endpoint(const Metadata& metadata, const std::string& endpoint) {
  static const RelationMetadata implicit{.role = RelationRole::provides, .interface = implicit_endpoint};
  const auto declared = metadata.relations.find(endpoint);
  if (declared != metadata.relations.end()) return &declared->second;
  return endpoint == implicit_endpoint ? &implicit : nullptr;
}

inline std::string unit_name_of(const State& state, const Metadata& metadata) {
  return state.unit_name.empty() ? metadata.name + "/0" : state.unit_name;
}

/// The other side's application. For a peer relation it is this application, even if the state does not name it.
inline std::string remote_application_of(const RelationState& relation, const State& state, const Metadata& metadata) {
  if (!relation.remote_application.empty() || !is_peer_endpoint(metadata, relation.endpoint)) {
    return relation.remote_application;
  }
  return application_of(unit_name_of(state, metadata));
}

inline const RelationState* find_relation(const State& state, RelationId id) {
  const auto found =
      std::find_if(state.relations.begin(), state.relations.end(), [&](const auto& it) { return it.id == id; });
  return found == state.relations.end() ? nullptr : &*found;
}

/// The configuration: the declared defaults, and the options that the operator set.
inline nlohmann::json config_of(const State& state, const Metadata& metadata) {
  nlohmann::json config = nlohmann::json::object();
  for (const auto& [option, declared] : metadata.config) {
    if (!declared.default_value.is_null()) config[option] = declared.default_value;
  }
  config.update(state.config);
  return config;
}

/// The requested hook, with the endpoint and the application from the state.
inline Hook hook_in(const State& state, const EventRequest& request, const Metadata& metadata) {
  Hook hook = request.hook;
  const RelationState* relation = hook.relation_id ? find_relation(state, *hook.relation_id) : nullptr;
  if (relation == nullptr) return hook;
  if (hook.endpoint.empty()) hook.endpoint = relation->endpoint;
  if (hook.remote_application.empty()) hook.remote_application = remote_application_of(*relation, state, metadata);
  return hook;
}

/// Adds a joining unit to the remote units. Moves a departing unit, or all units of a broken relation, to the departed
/// units.
inline void arrive(State& state, const Hook& hook) {
  if (!hook.relation_id) return;
  RelationState& relation = state.relation(*hook.relation_id);
  if (hook.kind == HookKind::relation_joined) relation.remote_units.try_emplace(hook.remote_unit);
  if (hook.kind == HookKind::relation_departed) {
    if (auto unit = relation.remote_units.extract(hook.remote_unit)) relation.departed_units.insert(std::move(unit));
  }
  if (hook.kind == HookKind::relation_broken) relation.departed_units.merge(std::exchange(relation.remote_units, {}));
}

/// Removes a broken relation from the state, after its last hook has succeeded.
inline void leave(State& state, const Hook& hook) {
  if (hook.kind != HookKind::relation_broken) return;
  std::erase_if(state.relations, [&](const RelationState& relation) { return relation.id == hook.relation_id; });
}

}  // namespace juju::testing::detail
