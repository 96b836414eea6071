// SPDX-License-Identifier: Apache-2.0
// Finds which units are the scraper's and which are the workload's, from the keys in their data bags.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ends.hpp"
#include "form.hpp"

namespace explain {

/// The text of a member of a JSON object in a bag. Empty if there is no such text.
inline std::string text_of_member(const juju::StringMap& bag, const char* key, const char* name) {
  const auto text = bag.find(key);
  if (text == bag.end()) return {};
  const juju::Parsed<nlohmann::json> parsed = juju::parse_json(text->second);
  if (!parsed || !parsed->is_object()) return {};
  const nlohmann::json& value = juju::member(*parsed, name);
  return value.is_string() ? value.get<std::string>() : std::string();
}

namespace detail {

enum class Side { unknown, workload, scraper };

/// The side of each endpoint of each application. All relations of an endpoint have the same side.
class Sides {
 public:
  /// @param shows_own_data  whether the dump shows the application data of the shown units, if that is known.
  Sides(const EndsByRelation& relations, const Interfaces& interfaces, std::optional<bool> shows_own_data)
      : shows_own_data_(shows_own_data) {
    for (const auto& [key, ends] : relations) {
      const Interface interface = interfaces.of(ends);
      if (interface == Interface::tracing) continue;
      for (const End& end : ends) learn(end, side_of(end, interface));
    }
    for (const auto& [key, ends] : relations) learn_opposite(ends);
  }

  Side of(const End& end) const {
    const auto known = sides_.find({end.application(), end.relation->endpoint});
    return known == sides_.end() ? Side::unknown : known->second;
  }

 private:
  /// The side of a unit, from its own entry in the dump.
  Side side_of(const End& end, Interface interface) const {
    const ShownRelation& relation = *end.relation;
    if (is_of_workload_unit(relation.own_data, wire_of(interface))) return Side::workload;
    if (has_workload_unit(relation, interface)) return Side::scraper;
    const juju::StringMap& data = relation.application_data;
    if (is_of_workload_application(data)) {
      const std::string published = text_of_member(data, wire_of(interface).scrape_metadata, "application");
      const bool is_own = published.empty() ? shows_own_data_.value_or(false) : published == end.application();
      return is_own ? Side::workload : Side::scraper;
    }
    if (!data.contains(scraper_key(interface))) return Side::unknown;
    if (shows_own_data_) return *shows_own_data_ ? Side::scraper : Side::workload;
    return relation.lists_units() ? Side::unknown : Side::scraper;
  }

  void learn(const End& end, Side side) {
    if (side == Side::unknown) return;
    Side& known = sides_.emplace(std::pair(end.application(), end.relation->endpoint), side).first->second;
    if (side == Side::workload) known = side;
  }

  void learn_opposite(const std::vector<End>& ends) {
    const auto known =
        std::find_if(ends.begin(), ends.end(), [this](const End& end) { return of(end) != Side::unknown; });
    if (known == ends.end()) return;
    const Side opposite = of(*known) == Side::scraper ? Side::workload : Side::scraper;
    for (const End& end : ends) {
      if (of(end) == Side::unknown && end.application() != known->application()) learn(end, opposite);
    }
  }

  std::optional<bool> shows_own_data_;
  std::map<std::pair<std::string, std::string>, Side> sides_;
};

/// The ends of one relation, by side.
struct TwoSides {
  std::vector<End> scraper = {};
  std::vector<End> workload = {};
  bool guessed = false;
};

/// Splits the ends of a relation by side. If the side is unknown, the first application counts as the scraper.
/// @param endpoints  the scraper's.
inline TwoSides split_sides(const std::vector<End>& ends, const Sides& sides,
                            const std::vector<std::string>& endpoints) {
  TwoSides split;
  for (const End& end : ends) {
    Side side = sides.of(end);
    if (side == Side::unknown) {
      split.guessed = true;
      side = end.application() == ends.front().application() ? Side::scraper : Side::workload;
    }
    const ShownRelation& relation = *end.relation;
    if (side == Side::scraper) {
      if (is_listed(endpoints, relation.endpoint)) split.scraper.push_back(end);
    } else if (relation.related_endpoint.empty() || is_listed(endpoints, relation.related_endpoint)) {
      split.workload.push_back(end);
    }
  }
  return split;
}

}  // namespace detail
}  // namespace explain
