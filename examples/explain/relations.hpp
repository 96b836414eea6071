// SPDX-License-Identifier: Apache-2.0
// The relations between scrapers and workloads, merged from the entries of all units in the dump.
#pragma once

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sides.hpp"

namespace explain {

/// One relation between a scraper and a workload. Fields that the dump does not have are empty.
struct ScrapeRelation {
  Interface interface = Interface::tempo_scrape;
  juju::RelationId id = 0;
  bool has_id = true;        ///< If false, the dump has no id, and no other relation has this one.
  std::string scraper = {};  ///< The scraper's application.
  std::string workload = {};
  bool cross_model = false;
  bool is_side_guessed = false;
  bool shows_workload = false;  ///< Whether the workload's own view of the relation is in the dump.
  std::set<std::string, juju::UnitOrder> shown_scraper_units = {};
  std::string scraper_unit = {};                      ///< A unit of the scraper. It may be missing in the dump.
  std::optional<juju::StringMap> workload_data = {};  ///< The application's bag, if the dump has it.
  std::optional<std::string> scraper_text = {};       ///< The text of `scraper_key(interface)`.
  bool has_unit_list = false;                         ///< If false, `units` are only the units in the dump.
  UnitTexts units = {};                               ///< The workload's units.
  std::set<std::string, juju::UnitOrder> gone_units = {};

  /// Whether the scraper's own view of the relation is in the dump.
  bool shows_scraper() const { return !shown_scraper_units.empty(); }
};

namespace detail {

/// The workload's application bag. Juju 4 prints it with the workload's units, Juju 3 with the scraper's units.
inline std::optional<juju::StringMap> workload_data(const TwoSides& ends) {
  for (const std::vector<End>* side : {&ends.workload, &ends.scraper}) {
    for (const End& end : *side) {
      if (is_of_workload_application(end.relation->application_data)) return end.relation->application_data;
    }
  }
  if (!ends.scraper.empty() && !ends.workload.empty()) return juju::StringMap();
  return std::nullopt;
}

inline std::optional<std::string> scraper_text(const TwoSides& ends, const char* key) {
  for (const std::vector<End>* side : {&ends.scraper, &ends.workload}) {
    for (const End& end : *side) {
      const juju::StringMap& data = end.relation->application_data;
      const auto text = data.find(key);
      if (text != data.end() && !is_of_workload_application(data)) return text->second;
    }
  }
  return std::nullopt;
}

inline void take_names(ScrapeRelation& relation, const TwoSides& ends) {
  for (const End& end : ends.scraper) {
    relation.scraper = end.application();
    relation.shown_scraper_units.insert(end.unit->name);
    if (relation.scraper_unit.empty()) relation.scraper_unit = end.unit->name;
    if (relation.workload.empty()) relation.workload = end.relation->related_application();
    relation.cross_model |= end.relation->cross_model;
  }
  for (const End& end : ends.workload) {
    if (relation.workload.empty()) relation.workload = end.application();
    if (relation.scraper.empty()) relation.scraper = end.relation->related_application();
    const UnitTexts& scraper_units = end.relation->related_units;
    if (relation.scraper_unit.empty() && !scraper_units.empty()) relation.scraper_unit = scraper_units.begin()->first;
    relation.cross_model |= end.relation->cross_model;
  }
}

inline void take_units(ScrapeRelation& relation, const TwoSides& ends) {
  for (const End& end : ends.scraper) {
    relation.has_unit_list |= end.relation->lists_units();
    relation.units.insert(end.relation->related_units.begin(), end.relation->related_units.end());
    relation.gone_units.insert(end.relation->gone_units.begin(), end.relation->gone_units.end());
  }
  if (relation.has_unit_list) return;
  for (const End& end : ends.workload) {
    if (end.relation->in_scope) relation.units.emplace(end.unit->name, end.relation->own_data);
  }
}

/// The place of a relation in its unit's `relation-info`.
inline juju::RelationId place_of(const TwoSides& ends) {
  const End& end = ends.scraper.empty() ? ends.workload.front() : ends.scraper.front();
  return static_cast<juju::RelationId>(end.relation - end.unit->relations.data());
}

}  // namespace detail

/// The relations of the scraper's `endpoints`, sorted by id. Relations without an id are last.
inline std::vector<ScrapeRelation> scrape_relations(const std::vector<ShownUnit>& units,
                                                    const std::vector<std::string>& endpoints) {
  const detail::EndsByRelation by_relation = detail::ends_by_relation(units, endpoints);
  const detail::Interfaces interfaces(by_relation);
  const detail::Sides sides(by_relation, interfaces, detail::shows_own_data(units));
  std::vector<ScrapeRelation> relations;
  for (const auto& [key, all_ends] : by_relation) {
    const Interface interface = interfaces.of(all_ends);
    if (interface == Interface::tracing) continue;
    const detail::TwoSides ends = detail::split_sides(all_ends, sides, endpoints);
    if (ends.scraper.empty() && ends.workload.empty()) continue;
    ScrapeRelation relation{.interface = interface,
                            .id = detail::has_id(key) ? key.first : detail::place_of(ends),
                            .has_id = detail::has_id(key),
                            .is_side_guessed = ends.guessed,
                            .shows_workload = !ends.workload.empty(),
                            .workload_data = detail::workload_data(ends),
                            .scraper_text = detail::scraper_text(ends, scraper_key(interface))};
    detail::take_names(relation, ends);
    detail::take_units(relation, ends);
    relations.push_back(std::move(relation));
  }
  std::stable_sort(relations.begin(), relations.end(), [](const ScrapeRelation& left, const ScrapeRelation& right) {
    return std::pair(!left.has_id, left.id) < std::pair(!right.has_id, right.id);
  });
  detail::FreeIds free_ids(by_relation);
  for (ScrapeRelation& relation : relations) {
    if (!relation.has_id) relation.id = free_ids.next();
  }
  return relations;
}

}  // namespace explain
