// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace scrape {

/// Reads a duration as Prometheus writes it: whole numbers with the units y, w, d, h, m, s, ms, each at most once and
/// in this order, such as "1h30m" or "500ms".
/// @returns milliseconds; nothing for anything else, for zero, and for what Prometheus cannot count (about 292 years).
inline std::optional<std::int64_t> parse_duration(std::string_view text) {
  struct Unit {
    std::string_view name;
    std::int64_t milliseconds;
  };
  constexpr std::int64_t day = std::int64_t{24} * 60 * 60 * 1000;
  constexpr std::array<Unit, 7> units = {
      {{"y", 365 * day}, {"w", 7 * day}, {"d", day}, {"h", 60 * 60 * 1000}, {"m", 60 * 1000}, {"s", 1000}, {"ms", 1}}};
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max() / 1'000'000;  // Prometheus counts nanoseconds

  std::int64_t total = 0;
  std::size_t next_unit = 0;
  while (!text.empty()) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const std::string_view rest = text.substr(digits);
    const std::string_view name = rest.substr(0, std::min(rest.find_first_of("0123456789"), rest.size()));
    while (next_unit < units.size() && units[next_unit].name != name) ++next_unit;
    if (digits == 0 || next_unit == units.size()) return std::nullopt;
    std::int64_t count = 0;
    for (const char digit : text.substr(0, digits)) {
      count = count * 10 + (digit - '0');
      if (count > most) return std::nullopt;
    }
    if (count > (most - total) / units[next_unit].milliseconds) return std::nullopt;
    total += count * units[next_unit].milliseconds;
    ++next_unit;
    text = rest.substr(name.size());
  }
  if (total == 0) return std::nullopt;
  return total;
}

}  // namespace scrape
