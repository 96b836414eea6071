// SPDX-License-Identifier: Apache-2.0
// The entries of all units in a dump, by relation.
#pragma once

#include <algorithm>
#include <limits>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "interfaces.hpp"

namespace explain::detail {

inline RelationKey key_of(const End& end) {
  if (end.relation->id) return {*end.relation->id, {}};
  const std::pair<std::string, std::string> names = std::minmax(end.application(), end.relation->related_application());
  return {std::numeric_limits<juju::RelationId>::max(), names.first + " " + names.second};
}

inline bool has_id(const RelationKey& key) { return key.second.empty(); }

inline bool is_listed(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// The relations that have one of these endpoints on one side.
inline EndsByRelation ends_by_relation(const std::vector<ShownUnit>& units, const std::vector<std::string>& endpoints) {
  EndsByRelation relations;
  for (const ShownUnit& unit : units) {
    for (const ShownRelation& relation : unit.relations) {
      if (!is_listed(endpoints, relation.endpoint) && !is_listed(endpoints, relation.related_endpoint)) continue;
      relations[key_of({&unit, &relation})].push_back({&unit, &relation});
    }
  }
  return relations;
}

/// Numbers for relations without an id. No other relation has them.
class FreeIds {
 public:
  explicit FreeIds(const EndsByRelation& relations) {
    for (const auto& [key, ends] : relations) {
      if (has_id(key)) used_.insert(key.first);
    }
  }

  juju::RelationId next() {
    while (!used_.insert(next_).second) ++next_;
    return next_;
  }

 private:
  std::set<juju::RelationId> used_;
  juju::RelationId next_ = 0;
};

}  // namespace explain::detail
