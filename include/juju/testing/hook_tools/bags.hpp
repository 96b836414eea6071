// SPDX-License-Identifier: Apache-2.0
// Data bags, as the hook tools read and write them.
#pragma once

#include <string>

#include <juju/testing/consistency.hpp>
#include <juju/testing/hook_effects.hpp>
#include <juju/testing/hook_tools/arguments.hpp>

namespace juju::testing::detail {

/// The data bag of a unit or an application.
/// @throws ToolRefusal  if the unit may not read it, or there is no such bag.
inline const StringMap& readable_bag(const State& state, const Metadata& metadata, const RelationState& relation,
                                     const std::string& entity) {
  const bool is_peer = is_peer_endpoint(metadata, relation.endpoint);
  if (!access_to(entity, state.unit_name, state.leader, is_peer).read) throw ToolRefusal("permission denied");
  if (entity == state.unit_name) return relation.local_unit_data;
  if (entity == application_of(state.unit_name)) return relation.local_application_data;
  const std::string remote = remote_application_of(relation, state, metadata);
  const bool is_unknown = remote.empty();  // a state may omit it
  if (entity == remote || (is_unknown && !rules::is_unit_name(entity))) return relation.remote_application_data;
  if (!is_unknown && application_of(entity) != remote) throw ToolRefusal("permission denied");
  for (const UnitTexts* units : {&relation.remote_units, &relation.departed_units}) {
    const auto found = units->find(entity);
    if (found != units->end()) return found->second;
  }
  throw ToolRefusal("cannot read settings for unit \"" + entity + "\" in relation \"" + relation.endpoint +
                    "\": unit \"" + entity + "\": settings not found");
}

inline ToolRefusal relation_not_found() { return ToolRefusal("relation not found", 2); }

/// Writes texts to a bag. An empty text removes the key.
inline void update(StringMap& bag, const StringMap& texts) {
  for (const auto& [key, text] : texts) {
    if (text.empty()) {
      bag.erase(key);
    } else {
      bag.insert_or_assign(key, text);
    }
  }
}

}  // namespace juju::testing::detail
