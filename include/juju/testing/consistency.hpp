// SPDX-License-Identifier: Apache-2.0
// The rules for states and events that are possible in Juju. Each rule is a function.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <juju/testing/hook_effects.hpp>

namespace juju::testing {

namespace rules {

using Problems = std::vector<std::string>;

inline std::string name_of(const RelationState& relation) {
  return "relation " + std::to_string(relation.id) + " ('" + relation.endpoint + "')";
}

inline bool is_unit_name(std::string_view name) {
  const std::size_t slash = name.find('/');
  return slash != 0 && slash != std::string_view::npos && slash + 1 < name.size() &&
         name.find_first_not_of("0123456789", slash + 1) == std::string_view::npos;
}

inline void unit_has_name_and_address(const State& state, const Metadata& metadata, Problems& problems) {
  const std::string unit = detail::unit_name_of(state, metadata);
  if (!is_unit_name(unit)) {
    problems.push_back("a unit is named APPLICATION/NUMBER: change unit_name '" + unit + "'");
  }
  if (state.address.empty()) problems.push_back("a unit has an address: give the state one");
}

inline void relation_ids_are_unique(const State& state, Problems& problems) {
  std::set<RelationId> seen;
  for (const RelationState& relation : state.relations) {
    if (relation.id < 0) {
      problems.push_back("a relation's id is 0 or more: change that of " + name_of(relation));
    }
    if (!seen.insert(relation.id).second) {
      problems.push_back("a relation's id is its own: give one of the two with id " + std::to_string(relation.id) +
                         " another");
    }
  }
}

inline void endpoints_are_declared(const State& state, const Metadata& metadata, Problems& problems) {
  for (const RelationState& relation : state.relations) {
    if (detail::find_endpoint(metadata, relation.endpoint) != nullptr) continue;
    problems.push_back("an endpoint is declared in the charm's metadata: declare '" + relation.endpoint +
                       "' or change that of " + name_of(relation));
  }
}

inline void remote_units_are_of_the_remote_application(const State& state, const Metadata& metadata,
                                                       Problems& problems) {
  for (const RelationState& relation : state.relations) {
    const std::string application = detail::remote_application_of(relation, state, metadata);
    const auto check = [&](const UnitTexts& units) {
      for (const auto& [unit, texts] : units) {
        if (is_unit_name(unit) && (application.empty() || application_of(unit) == application)) continue;
        problems.push_back("a remote unit is of the remote application: in " + name_of(relation) + " rename '" + unit +
                           "' or change remote_application '" + application + "'");
      }
    };
    check(relation.remote_units);
    check(relation.departed_units);
  }
}

inline void no_listed_unit_has_departed(const State& state, Problems& problems) {
  for (const RelationState& relation : state.relations) {
    for (const auto& [unit, texts] : relation.remote_units) {
      if (!relation.departed_units.contains(unit)) continue;
      problems.push_back("a unit that departed does not come again: in " + name_of(relation) + " take '" + unit +
                         "' out of remote_units or out of departed_units");
    }
  }
}

inline void peers_are_of_this_application(const State& state, const Metadata& metadata, Problems& problems) {
  const std::string own = detail::unit_name_of(state, metadata);
  for (const RelationState& relation : state.relations) {
    if (!detail::is_peer_endpoint(metadata, relation.endpoint)) continue;
    if (detail::remote_application_of(relation, state, metadata) != application_of(own)) {
      problems.push_back("a peer relation's remote application is the unit's own: change remote_application '" +
                         relation.remote_application + "' of " + name_of(relation));
    }
    if (relation.remote_units.contains(own) || relation.departed_units.contains(own)) {
      problems.push_back("a unit is not among its own peers: take '" + own + "' out of " + name_of(relation));
    }
  }
}

inline void bags_hold_no_empty_text(const State& state, Problems& problems) {
  for (const RelationState& relation : state.relations) {
    const auto check = [&](const StringMap& texts, const std::string& whose) {
      for (const auto& [key, text] : texts) {
        if (!text.empty()) continue;
        problems.push_back("an empty text is no text in a data bag: take '" + key + "' out of that of " + whose +
                           " in " + name_of(relation));
      }
    };
    check(relation.remote_application_data, "the remote application");
    check(relation.local_application_data, "this application");
    check(relation.local_unit_data, "this unit");
    for (const auto& [unit, texts] : relation.remote_units) check(texts, unit);
    for (const auto& [unit, texts] : relation.departed_units) check(texts, unit);
  }
}

inline bool is_of_type(const nlohmann::json& value, const std::string& type) {
  if (type == "int") return value.is_number_integer();
  if (type == "float") return value.is_number();
  if (type == "boolean") return value.is_boolean();
  return value.is_string();
}

inline void config_is_declared(const nlohmann::json& config, const Metadata& metadata, Problems& problems) {
  if (!config.is_object()) {
    problems.push_back("a configuration is a JSON object: change config");
    return;
  }
  for (const auto& [name, value] : config.items()) {
    const auto declared = metadata.config.find(name);
    if (declared == metadata.config.end()) {
      problems.push_back("a configuration option is declared: declare '" + name + "' or take it out of config");
    } else if (!is_of_type(value, declared->second.type)) {
      problems.push_back("a configuration option is of its declared type: make '" + name + "' a value of type " +
                         declared->second.type);
    }
  }
}

inline void hook_is_of_this_unit(const State& state, const Hook& hook, const Metadata& metadata, Problems& problems) {
  if (hook.kind == HookKind::leader_elected && !state.leader) {
    problems.push_back("leader-elected is the leader's: set leader to true");
  }
  if (hook.kind == HookKind::pebble_ready && !metadata.containers.contains(hook.subject)) {
    problems.push_back("pebble-ready is of a declared container: declare '" + hook.subject + "'");
  }
}

inline void hook_of_a_unit_names_it(const RelationState& relation, const Hook& hook, Problems& problems) {
  using enum HookKind;
  const std::string& unit = hook.remote_unit;
  const bool listed = relation.remote_units.contains(unit);
  const bool departed = relation.departed_units.contains(unit);
  if (unit.empty() && (hook.kind == relation_joined || hook.kind == relation_departed)) {
    problems.push_back(hook.name() + " is of a unit: name it");
  } else if (hook.kind == relation_joined && departed) {
    problems.push_back("a unit that departed does not join again: take '" + unit + "' out of departed_units of " +
                       name_of(relation));
  } else if (!unit.empty() &&
             ((hook.kind == relation_changed && !listed) || (hook.kind == relation_departed && !listed && !departed))) {
    problems.push_back(hook.name() + " is of a unit in the relation: add '" + unit + "' to remote_units of " +
                       name_of(relation));
  }
}

inline void hook_is_of_a_relation_in_the_state(const State& state, const Hook& hook, const Metadata& metadata,
                                               Problems& problems) {
  if (!hook.relation_id) return;
  const RelationState* relation = detail::find_relation(state, *hook.relation_id);
  if (relation == nullptr) {
    problems.push_back(hook.name() + " is of a relation in the state: add relation " +
                       std::to_string(*hook.relation_id));
    return;
  }
  if (hook.endpoint != relation->endpoint) {
    problems.push_back(hook.name() + " is of its relation's endpoint: change '" + hook.endpoint + "' or that of " +
                       name_of(*relation));
  }
  const std::string application = detail::remote_application_of(*relation, state, metadata);
  if (!hook.remote_unit.empty() && !application.empty() && application_of(hook.remote_unit) != application) {
    problems.push_back(hook.name() + " is of a unit of the remote application: change '" + hook.remote_unit + "' or '" +
                       application + "'");
  } else {
    hook_of_a_unit_names_it(*relation, hook, problems);
  }
  const bool own_departs = hook.departing_unit == detail::unit_name_of(state, metadata);
  if (!hook.departing_unit.empty() && hook.departing_unit != hook.remote_unit && !own_departs) {
    problems.push_back("the departing unit is the event's or this one: change '" + hook.departing_unit + "'");
  }
}

}  // namespace rules

/// Checks that the state, and the hook on this state, are possible in Juju.
/// @throws ConsistencyError  with all violated rules.
inline void check_consistency(const State& state, const Hook& hook, const Metadata& metadata) {
  rules::Problems problems;
  rules::unit_has_name_and_address(state, metadata, problems);
  rules::relation_ids_are_unique(state, problems);
  rules::endpoints_are_declared(state, metadata, problems);
  rules::remote_units_are_of_the_remote_application(state, metadata, problems);
  rules::no_listed_unit_has_departed(state, problems);
  rules::peers_are_of_this_application(state, metadata, problems);
  rules::bags_hold_no_empty_text(state, problems);
  rules::config_is_declared(state.config, metadata, problems);
  rules::hook_is_of_this_unit(state, hook, metadata, problems);
  rules::hook_is_of_a_relation_in_the_state(state, hook, metadata, problems);
  if (!problems.empty()) throw ConsistencyError(std::move(problems));
}

}  // namespace juju::testing
