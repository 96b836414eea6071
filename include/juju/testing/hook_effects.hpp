// SPDX-License-Identifier: Apache-2.0
// What Juju itself does about an event, before and after the charm hears of it.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include <juju/metadata.hpp>
#include <juju/testing/state.hpp>

namespace juju::testing::detail {

/// The hook's name without its endpoint or container: "relation-joined", "pebble-ready", "install".
inline std::string_view kind_of(const Hook& hook) {
  const std::string& prefix = hook.endpoint.empty() ? hook.workload : hook.endpoint;
  std::string_view name = hook.name;
  if (!prefix.empty() && name.size() > prefix.size() && name.starts_with(prefix)) name.remove_prefix(prefix.size() + 1);
  return name;
}

inline bool is_peer_endpoint(const Metadata& metadata, const std::string& endpoint) {
  const auto declared = metadata.relations.find(endpoint);
  return declared != metadata.relations.end() && declared->second.role == RelationRole::peer;
}

inline std::string unit_name_of(const State& state, const Metadata& metadata) {
  return state.unit_name.empty() ? metadata.name + "/0" : state.unit_name;
}

/// The other side's application; of a peer relation this one, whether the state says so or not.
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

/// The hook with the endpoint and the application that the state knows.
inline Hook completed(Hook hook, const State& state, const Metadata& metadata) {
  const RelationState* relation = hook.relation_id ? find_relation(state, *hook.relation_id) : nullptr;
  if (relation == nullptr) return hook;
  if (hook.endpoint.empty()) {
    hook.endpoint = relation->endpoint;
    hook.name = hook.endpoint + "-" + hook.name;
  }
  if (hook.remote_application.empty()) hook.remote_application = remote_application_of(*relation, state, metadata);
  return hook;
}

/// Lists the unit that joins; takes the unit that departs off the list, or all of them when the relation breaks.
inline void arrive(State& state, const Hook& hook) {
  if (!hook.relation_id) return;
  const std::string_view kind = kind_of(hook);
  RelationState& relation = state.relation(*hook.relation_id);
  if (kind == "relation-joined") relation.remote_units.try_emplace(hook.remote_unit);
  if (kind == "relation-departed") {
    if (auto unit = relation.remote_units.extract(hook.remote_unit)) relation.departed_units.insert(std::move(unit));
  }
  if (kind == "relation-broken") relation.departed_units.merge(std::exchange(relation.remote_units, {}));
}

inline bool breaks(const Hook& hook) { return hook.relation_id && kind_of(hook) == "relation-broken"; }

}  // namespace juju::testing::detail
