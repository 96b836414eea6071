// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <juju/relation_data_bag.hpp>
#include <map>
#include <set>
#include <string>

namespace scrape {

/// Gives each job of a scrape configuration a name of its own. A name depends on earlier jobs only, so it never changes
/// because of an address, a unit or a younger relation.
class JobNames {
 public:
  /// Claims `name`, or if it is taken `{name}_{relation}`, or `{name}_{relation}_{place}`, counting up.
  /// @param place  the job's index in its application's list.
  std::string claim(const std::string& name, juju::RelationId relation, std::size_t place) {
    if (taken_.insert(name).second) return name;
    const std::string of_relation = name + "_" + std::to_string(relation);
    if (taken_.insert(of_relation).second) return of_relation;
    std::size_t& next = next_place_[of_relation];
    next = std::max(next, place);
    while (!taken_.insert(of_relation + "_" + std::to_string(next)).second) ++next;
    return of_relation + "_" + std::to_string(next++);
  }

 private:
  std::set<std::string> taken_;
  std::map<std::string, std::size_t> next_place_;
};

}  // namespace scrape
