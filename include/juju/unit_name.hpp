// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace juju {

/// The application of a unit: "spring-music" of "spring-music/0".
inline std::string application_of(std::string_view unit) { return std::string(unit.substr(0, unit.find('/'))); }

/// Orders units naturally: "app/2" before "app/10".
struct UnitOrder {
  using is_transparent = void;

  /// The parts of a unit's name.
  struct Parts {
    std::string_view application;
    unsigned long long number;
  };

  static Parts split(std::string_view unit) {
    const std::size_t slash = std::min(unit.rfind('/'), unit.size());
    unsigned long long number = 0;
    std::from_chars(unit.data() + std::min(slash + 1, unit.size()), unit.data() + unit.size(), number);
    return {unit.substr(0, slash), number};
  }

  /// Whether `left` comes before `right`.
  bool operator()(std::string_view left, std::string_view right) const {
    const Parts one = split(left);
    const Parts other = split(right);
    if (one.application != other.application) return one.application < other.application;
    return one.number != other.number ? one.number < other.number : left < right;
  }
};

/// Sorts units naturally. Reads each name once, which is much faster than std::sort with UnitOrder.
inline void sort_units(std::vector<std::string>& units) {
  struct Key {
    std::string_view application;
    unsigned long long number;
    std::string* unit;
  };
  std::vector<Key> keys;
  keys.reserve(units.size());
  bool is_one_application = true;
  for (std::string& unit : units) {
    const UnitOrder::Parts parts = UnitOrder::split(unit);
    keys.push_back({parts.application, parts.number, &unit});
    is_one_application = is_one_application && parts.application == keys.front().application;
  }
  std::sort(keys.begin(), keys.end(), [&](const Key& left, const Key& right) {
    if (!is_one_application && left.application != right.application) return left.application < right.application;
    return left.number != right.number ? left.number < right.number : *left.unit < *right.unit;
  });
  std::vector<std::string> sorted;
  sorted.reserve(units.size());
  for (const Key& key : keys) sorted.push_back(std::move(*key.unit));
  units = std::move(sorted);
}

}  // namespace juju
