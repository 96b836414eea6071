// SPDX-License-Identifier: Apache-2.0
// Whose application data a dump shows. Juju 2.9 and 3 print that of the other side, Juju 4 that of the shown unit.
#pragma once

#include <juju/json.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "interfaces.hpp"

namespace explain {

/// What a text of the key `receivers` is. An empty list may be both.
enum class Receivers { unknown, request, published };

inline Receivers kind_of_receivers(const std::string& text) {
  const juju::Parsed<nlohmann::json> list = juju::parse_json(text);
  if (!list || !list->is_array() || list->empty()) return Receivers::unknown;
  const nlohmann::json& first = (*list)[0];
  return first.is_string() ? Receivers::request : first.is_object() ? Receivers::published : Receivers::unknown;
}

namespace detail {

/// Whether an entry of a relation that scrapes shows the unit's own application data. Nothing if it does not tell.
inline std::optional<bool> shows_own_data(const ShownRelation& relation) {
  const juju::StringMap& data = relation.application_data;
  for (const Interface interface : {Interface::tempo_scrape, Interface::prometheus_scrape}) {
    const bool is_workload = is_of_workload_unit(relation.own_data, wire_of(interface));
    if (!is_workload && !has_workload_unit(relation, interface)) continue;
    if (is_of_workload_application(data)) return is_workload;
    if (data.contains(scraper_key(interface))) return !is_workload;
  }
  return std::nullopt;
}

/// The same for the interface `tracing`, from an endpoint with several relations. A workload's endpoint has one, so the
/// unit is the backend's.
inline std::optional<bool> shows_own_receivers(const ShownUnit& unit) {
  std::map<std::string, int> relations;
  for (const ShownRelation& relation : unit.relations) ++relations[relation.endpoint];
  for (const ShownRelation& relation : unit.relations) {
    const auto text = relation.application_data.find(tracing::wire.receivers);
    if (text == relation.application_data.end() || interface_of(relation) != Interface::tracing) continue;
    const Receivers kind = kind_of_receivers(text->second);
    if (kind == Receivers::unknown || relations[relation.endpoint] < 2) continue;
    return kind == Receivers::published;
  }
  return std::nullopt;
}

/// Whether the dump shows the shown units' own application data. The first entry whose side is known decides.
inline std::optional<bool> shows_own_data(const std::vector<ShownUnit>& units) {
  for (const ShownUnit& unit : units) {
    for (const ShownRelation& relation : unit.relations) {
      if (const std::optional<bool> own = shows_own_data(relation)) return own;
    }
    if (const std::optional<bool> own = shows_own_receivers(unit)) return own;
  }
  return std::nullopt;
}

}  // namespace detail
}  // namespace explain
