// SPDX-License-Identifier: Apache-2.0
// The relations between Tempo and workloads, merged from the entries of all units in the dump.
#pragma once

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sides.hpp"

namespace explain {

/// One relation between Tempo and a workload. Fields that the dump does not have are empty.
struct ScrapeRelation {
  juju::RelationId id = 0;
  bool has_id = true;      ///< If false, `id` is the relation's place in its unit's `relation-info`.
  std::string tempo = {};  ///< Tempo's application.
  std::string workload = {};
  bool cross_model = false;
  bool is_side_guessed = false;
  std::set<std::string, juju::UnitOrder> shown_tempo_units = {};
  std::string tempo_unit = {};                        ///< A unit of Tempo. It may be missing in the dump.
  std::optional<juju::StringMap> workload_data = {};  ///< The application's bag, if the dump has it.
  std::optional<std::string> tempo_endpoint = {};
  bool has_unit_list = false;  ///< If false, `units` are only the units in the dump.
  UnitTexts units = {};        ///< The workload's units.
  std::set<std::string, juju::UnitOrder> gone_units = {};

  /// Whether Tempo's own view of the relation is in the dump.
  bool shows_tempo() const { return !shown_tempo_units.empty(); }
};

namespace detail {

/// The workload's application bag. Juju 4 prints it with the workload's units, Juju 3 with Tempo's units.
inline std::optional<juju::StringMap> workload_data(const TwoSides& ends) {
  for (const std::vector<End>* side : {&ends.workload, &ends.tempo}) {
    for (const End& end : *side) {
      if (is_of_workload_application(end.relation->application_data)) return end.relation->application_data;
    }
  }
  if (!ends.tempo.empty() && !ends.workload.empty()) return juju::StringMap();
  return std::nullopt;
}

inline std::optional<std::string> tempo_endpoint(const TwoSides& ends) {
  for (const std::vector<End>* side : {&ends.tempo, &ends.workload}) {
    for (const End& end : *side) {
      const auto text = end.relation->application_data.find(tempo_endpoint_key);
      if (text != end.relation->application_data.end()) return text->second;
    }
  }
  return std::nullopt;
}

inline void take_names(ScrapeRelation& relation, const TwoSides& ends) {
  for (const End& end : ends.tempo) {
    relation.tempo = end.application();
    relation.shown_tempo_units.insert(end.unit->name);
    if (relation.tempo_unit.empty()) relation.tempo_unit = end.unit->name;
    if (relation.workload.empty()) relation.workload = end.relation->related_application();
    relation.cross_model |= end.relation->cross_model;
  }
  for (const End& end : ends.workload) {
    if (relation.workload.empty()) relation.workload = end.application();
    if (relation.tempo.empty()) relation.tempo = end.relation->related_application();
    const UnitTexts& tempo_units = end.relation->related_units;
    if (relation.tempo_unit.empty() && !tempo_units.empty()) relation.tempo_unit = tempo_units.begin()->first;
    relation.cross_model |= end.relation->cross_model;
  }
}

inline void take_units(ScrapeRelation& relation, const TwoSides& ends) {
  for (const End& end : ends.tempo) {
    relation.has_unit_list |= end.relation->lists_units();
    relation.units.insert(end.relation->related_units.begin(), end.relation->related_units.end());
    relation.gone_units.insert(end.relation->gone_units.begin(), end.relation->gone_units.end());
  }
  if (relation.has_unit_list) return;
  for (const End& end : ends.workload) {
    if (end.relation->in_scope) relation.units.emplace(end.unit->name, end.relation->own_data);
  }
}

inline EndsByRelation ends_by_relation(const std::vector<ShownUnit>& units, const std::string& endpoint) {
  EndsByRelation relations;
  for (const ShownUnit& unit : units) {
    for (const ShownRelation& relation : unit.relations) {
      if (relation.endpoint != endpoint && relation.related_endpoint != endpoint) continue;
      relations[key_of({&unit, &relation})].push_back({&unit, &relation});
    }
  }
  return relations;
}

}  // namespace detail

/// The relations of Tempo's `endpoint`, sorted by id. Relations without an id are last.
inline std::vector<ScrapeRelation> scrape_relations(const std::vector<ShownUnit>& units, const std::string& endpoint) {
  const detail::EndsByRelation by_relation = detail::ends_by_relation(units, endpoint);
  const detail::Sides sides(by_relation);
  std::vector<ScrapeRelation> relations;
  for (const auto& [key, all_ends] : by_relation) {
    const detail::TwoSides ends = detail::split_sides(all_ends, sides, endpoint);
    if (ends.tempo.empty() && ends.workload.empty()) continue;
    ScrapeRelation relation{.id = key.first,
                            .has_id = key.second.empty(),
                            .is_side_guessed = ends.guessed,
                            .workload_data = detail::workload_data(ends),
                            .tempo_endpoint = detail::tempo_endpoint(ends)};
    if (!relation.has_id) relation.id = detail::place_of(ends.tempo.empty() ? ends.workload[0] : ends.tempo[0]);
    detail::take_names(relation, ends);
    detail::take_units(relation, ends);
    relations.push_back(std::move(relation));
  }
  std::stable_sort(relations.begin(), relations.end(), [](const ScrapeRelation& left, const ScrapeRelation& right) {
    return std::pair(!left.has_id, left.id) < std::pair(!right.has_id, right.id);
  });
  return relations;
}

}  // namespace explain
