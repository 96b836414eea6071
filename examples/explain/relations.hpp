// SPDX-License-Identifier: Apache-2.0
// Who scrapes whom: the relations that the shown units are in, put together from what each of them tells.
#pragma once

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sides.hpp"

namespace explain {

/// One relation between Tempo and a workload. What the dump does not tell is empty.
struct ScrapeRelation {
  juju::RelationId id = 0;
  bool id_is_told = true;  ///< If not, the id is the relation's place in its unit's `relation-info`.
  std::string tempo = {};  ///< Tempo's application.
  std::string workload = {};
  bool cross_model = false;
  bool sides_are_guessed = false;
  std::set<std::string, juju::UnitOrder> shown_tempo_units = {};
  std::string tempo_unit = {};  ///< One of Tempo's, shown or not.
  std::optional<juju::StringMap> workload_data =
      {};  ///< The application's bag; nothing where the dump does not show it.
  std::optional<std::string> tempo_endpoint = {};
  bool units_are_listed = false;  ///< If not, `units` are those that the dump shows.
  UnitTexts units = {};           ///< The workload's.
  std::set<std::string, juju::UnitOrder> gone_units = {};

  /// Whether Tempo's own view of the relation is in the dump.
  bool shows_tempo() const { return !shown_tempo_units.empty(); }
};

namespace detail {

/// The workload's application bag stands in its own units' entries in Juju 4, and in those of Tempo's units in Juju 3.
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
    relation.units_are_listed |= end.relation->lists_units();
    relation.units.insert(end.relation->related_units.begin(), end.relation->related_units.end());
    relation.gone_units.insert(end.relation->gone_units.begin(), end.relation->gone_units.end());
  }
  if (relation.units_are_listed) return;
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

/// The relations of Tempo's `endpoint`, by id; those whose id is not told last.
inline std::vector<ScrapeRelation> scrape_relations(const std::vector<ShownUnit>& units, const std::string& endpoint) {
  const detail::EndsByRelation by_relation = detail::ends_by_relation(units, endpoint);
  const detail::Sides sides(by_relation);
  std::vector<ScrapeRelation> relations;
  for (const auto& [key, all_ends] : by_relation) {
    const detail::TwoSides ends = detail::told_apart(all_ends, sides, endpoint);
    if (ends.tempo.empty() && ends.workload.empty()) continue;
    ScrapeRelation relation{.id = key.first,
                            .id_is_told = key.second.empty(),
                            .sides_are_guessed = ends.guessed,
                            .workload_data = detail::workload_data(ends),
                            .tempo_endpoint = detail::tempo_endpoint(ends)};
    if (!relation.id_is_told) relation.id = detail::place_of(ends.tempo.empty() ? ends.workload[0] : ends.tempo[0]);
    detail::take_names(relation, ends);
    detail::take_units(relation, ends);
    relations.push_back(std::move(relation));
  }
  std::stable_sort(relations.begin(), relations.end(), [](const ScrapeRelation& left, const ScrapeRelation& right) {
    return std::pair(!left.id_is_told, left.id) < std::pair(!right.id_is_told, right.id);
  });
  return relations;
}

}  // namespace explain
