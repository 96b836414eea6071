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
  /// @param one_job_per_unit  whether `-` and a number may follow each name, so that "a" and "a-1" exclude each other.
  explicit JobNames(bool one_job_per_unit = false) : one_job_per_unit_(one_job_per_unit) {}

  /// Claims `name`, or if it is taken `{name}_{relation}`, or `{name}_{relation}_{place}`, counting up.
  /// @param place  the job's index in its application's list.
  std::string claim(const std::string& name, juju::RelationId relation, std::size_t place) {
    if (take(name)) return name;
    const std::string of_relation = name + "_" + std::to_string(relation);
    if (take(of_relation)) return of_relation;
    std::size_t& next = next_place_[of_relation];
    next = std::max(next, place);
    while (!take(of_relation + "_" + std::to_string(next))) ++next;
    return of_relation + "_" + std::to_string(next++);
  }

 private:
  bool take(const std::string& name) {
    if (!one_job_per_unit_) return taken_.insert(name).second;
    const std::size_t stem_end = name.find_last_not_of("0123456789");
    const bool is_numbered = stem_end != std::string::npos && name[stem_end] == '-' && stem_end + 1 < name.size();
    const std::string stem = is_numbered ? name.substr(0, stem_end) : std::string();
    if ((is_numbered && taken_.contains(stem)) || stems_.contains(name)) return false;
    if (!taken_.insert(name).second) return false;
    if (is_numbered) stems_.insert(stem);
    return true;
  }

  bool one_job_per_unit_;
  std::set<std::string> taken_;
  std::set<std::string> stems_;  ///< The names that end in a number, without it.
  std::map<std::string, std::size_t> next_place_;
};

}  // namespace scrape
