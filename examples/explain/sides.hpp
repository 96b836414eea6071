// SPDX-License-Identifier: Apache-2.0
// Finds which units are Tempo's and which are workloads' units, from the keys in their data bags.
#pragma once

#include <algorithm>
#include <charms/tempo_k8s/v0/tempo_scrape/wire.hpp>
#include <initializer_list>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "show_unit.hpp"

namespace explain {

using charms::tempo_k8s::v0::tempo_scrape::tempo_endpoint_key;
using charms::tempo_k8s::v0::tempo_scrape::wire;

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

enum class Side { unknown, workload, tempo };

/// One unit's end of a relation.
struct End {
  const ShownUnit* unit;
  const ShownRelation* relation;

  std::string application() const { return juju::application_of(unit->name); }
};

inline bool has_any(const juju::StringMap& bag, std::initializer_list<const char*> keys) {
  return std::any_of(keys.begin(), keys.end(), [&](const char* key) { return bag.contains(key); });
}

inline bool is_of_workload_unit(const juju::StringMap& bag) {
  return has_any(bag, {wire.unit_name, wire.unit_address, wire.older_unit_address});
}

inline bool is_of_workload_application(const juju::StringMap& bag) {
  return has_any(bag, {wire.scrape_jobs, wire.scrape_metadata, wire.alert_rules});
}

/// The side of a unit, from its own entry in the dump.
inline Side side_of(const End& end) {
  const ShownRelation& relation = *end.relation;
  if (is_of_workload_unit(relation.own_data)) return Side::workload;
  for (const auto& [unit, bag] : relation.related_units) {
    if (is_of_workload_unit(bag)) return Side::tempo;
  }
  const juju::StringMap& data = relation.application_data;
  if (is_of_workload_application(data)) {
    return text_of_member(data, wire.scrape_metadata, "application") == end.application() ? Side::workload
                                                                                          : Side::tempo;
  }
  return data.contains(tempo_endpoint_key) && !relation.lists_units() ? Side::tempo : Side::unknown;
}

/// Identifies a relation: by its id or, without an id, by its two applications.
using RelationKey = std::pair<juju::RelationId, std::string>;
using EndsByRelation = std::map<RelationKey, std::vector<End>>;

inline RelationKey key_of(const End& end) {
  if (end.relation->id) return {*end.relation->id, {}};
  const std::pair<std::string, std::string> names = std::minmax(end.application(), end.relation->related_application());
  return {std::numeric_limits<juju::RelationId>::max(), names.first + " " + names.second};
}

inline juju::RelationId place_of(const End& end) {
  return static_cast<juju::RelationId>(end.relation - end.unit->relations.data());
}

/// The side of each endpoint of each application. All relations of an endpoint have the same side.
class Sides {
 public:
  explicit Sides(const EndsByRelation& relations) {
    for (const auto& [key, ends] : relations) {
      for (const End& end : ends) learn(end, side_of(end));
    }
    for (const auto& [key, ends] : relations) learn_opposite(ends);
  }

  Side of(const End& end) const {
    const auto known = sides_.find({end.application(), end.relation->endpoint});
    return known == sides_.end() ? Side::unknown : known->second;
  }

 private:
  void learn(const End& end, Side side) {
    if (side == Side::unknown) return;
    Side& known = sides_.emplace(std::pair(end.application(), end.relation->endpoint), side).first->second;
    if (side == Side::workload) known = side;
  }

  void learn_opposite(const std::vector<End>& ends) {
    const auto known =
        std::find_if(ends.begin(), ends.end(), [this](const End& end) { return of(end) != Side::unknown; });
    if (known == ends.end()) return;
    const Side opposite = of(*known) == Side::tempo ? Side::workload : Side::tempo;
    for (const End& end : ends) {
      if (of(end) == Side::unknown && end.application() != known->application()) learn(end, opposite);
    }
  }

  std::map<std::pair<std::string, std::string>, Side> sides_;
};

/// The ends of one relation, by side.
struct TwoSides {
  std::vector<End> tempo = {};
  std::vector<End> workload = {};
  bool guessed = false;
};

/// Splits the ends of a relation by side. If the side is unknown, the first application counts as Tempo.
inline TwoSides split_sides(const std::vector<End>& ends, const Sides& sides, const std::string& endpoint) {
  TwoSides split;
  for (const End& end : ends) {
    Side side = sides.of(end);
    if (side == Side::unknown) {
      split.guessed = true;
      side = end.application() == ends.front().application() ? Side::tempo : Side::workload;
    }
    const ShownRelation& relation = *end.relation;
    if (side == Side::tempo) {
      if (relation.endpoint == endpoint) split.tempo.push_back(end);
    } else if (relation.related_endpoint.empty() || relation.related_endpoint == endpoint) {
      split.workload.push_back(end);
    }
  }
  return split;
}

}  // namespace detail
}  // namespace explain
