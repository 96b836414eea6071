// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <utility>

namespace juju {

/// The application of a unit: "spring-music" of "spring-music/0".
inline std::string application_of(std::string_view unit) { return std::string(unit.substr(0, unit.find('/'))); }

/// Orders units naturally: "app/2" before "app/10".
struct UnitOrder {
  using is_transparent = void;

  /// Whether `left` comes before `right`.
  bool operator()(std::string_view left, std::string_view right) const { return split(left) < split(right); }

 private:
  static std::pair<std::string_view, std::pair<unsigned long long, std::string_view>> split(std::string_view unit) {
    const std::size_t slash = std::min(unit.rfind('/'), unit.size());
    unsigned long long number = 0;
    std::from_chars(unit.data() + std::min(slash + 1, unit.size()), unit.data() + unit.size(), number);
    return {unit.substr(0, slash), {number, unit}};
  }
};

}  // namespace juju
