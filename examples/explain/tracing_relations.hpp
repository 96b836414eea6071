// SPDX-License-Identifier: Apache-2.0
// The relations between tracing backends and workloads, merged from the entries of all units in the dump.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "ends.hpp"
#include "form.hpp"

namespace explain {

/// One relation of the interface `tracing`. Fields that the dump does not have are empty.
struct TracingRelation {
  std::optional<juju::RelationId> id = {};
  std::vector<std::string> units = {};    ///< One of each application; it may be missing in the dump.
  std::string backend = {};               ///< The backend's application, if the dump shows which side it is.
  std::string workload = {};              ///< The same for the workload's.
  std::optional<std::string> asked = {};  ///< The text of the workload's `receivers`.
  std::optional<std::string> given = {};  ///< The text of the backend's `receivers`.
  bool shows_both = false;                ///< Whether the dump has units of both sides.

  bool has(const std::string& application) const {
    return std::any_of(units.begin(), units.end(),
                       [&](const std::string& unit) { return juju::application_of(unit) == application; });
  }
};

namespace detail {

inline void take_units(TracingRelation& relation, const std::vector<End>& ends) {
  std::set<std::string> shown;
  for (const End& end : ends) {
    if (shown.insert(end.application()).second) relation.units.push_back(end.unit->name);
  }
  relation.shows_both = shown.size() > 1;
  for (const End& end : ends) {
    const std::string related = end.relation->related_application();
    if (related.empty() || !shown.insert(related).second) continue;
    const ShownRelation& entry = *end.relation;
    relation.units.push_back(entry.related_units.empty() ? *entry.gone_units.begin()
                                                         : entry.related_units.begin()->first);
  }
}

/// The other application of the relation. Empty if it is unknown.
inline std::string other_than(const std::string& application, const TracingRelation& relation) {
  for (const std::string& unit : relation.units) {
    if (juju::application_of(unit) != application) return juju::application_of(unit);
  }
  return {};
}

inline void take_name(TracingRelation& relation, bool is_backend, const std::string& application) {
  (is_backend ? relation.backend : relation.workload) = application;
  (is_backend ? relation.workload : relation.backend) = other_than(application, relation);
}

/// Takes the lists of both sides from their first entries. A list that may be both is of the side whose entry it is or,
/// if that is unknown, of the side that has no other list.
inline void take_lists(TracingRelation& relation, const std::vector<End>& ends, std::optional<bool> shows_own_data) {
  std::map<std::string, std::string> unclear;  // by the application that the text is of
  for (const End& end : ends) {
    const auto text = end.relation->application_data.find(tracing::wire.receivers);
    if (text == end.relation->application_data.end()) continue;
    const bool is_own = shows_own_data.value_or(true);
    const std::string owner = is_own ? end.application() : other_than(end.application(), relation);
    const Receivers kind = kind_of_receivers(text->second);
    if (kind == Receivers::unknown) {
      unclear[owner] = text->second;
      continue;
    }
    (kind == Receivers::request ? relation.asked : relation.given) = text->second;
    if (shows_own_data && !owner.empty()) take_name(relation, kind == Receivers::published, owner);
  }
  for (const auto& [owner, text] : unclear) {
    const bool is_request = relation.backend.empty() ? relation.given.has_value() : owner == relation.workload;
    std::optional<std::string>& list = is_request ? relation.asked : relation.given;
    if (!list) list = text;
  }
}

}  // namespace detail

/// The relations of the interface `tracing` that have one of these endpoints on one side.
inline std::vector<TracingRelation> tracing_relations(const std::vector<ShownUnit>& units,
                                                      const std::vector<std::string>& endpoints) {
  const detail::EndsByRelation by_relation = detail::ends_by_relation(units, endpoints);
  const detail::Interfaces interfaces(by_relation);
  const std::optional<bool> shows_own_data = detail::shows_own_data(units);
  std::vector<TracingRelation> relations;
  for (const auto& [key, ends] : by_relation) {
    if (interfaces.of(ends) != Interface::tracing) continue;
    TracingRelation& relation = relations.emplace_back();
    if (detail::has_id(key)) relation.id = key.first;
    detail::take_units(relation, ends);
    detail::take_lists(relation, ends, shows_own_data);
  }
  return relations;
}

}  // namespace explain
