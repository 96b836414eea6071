// SPDX-License-Identifier: Apache-2.0
// The types of scalars in YAML 1.1, as Juju's reader (yaml.v2) finds them.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <juju/json.hpp>
#include <juju/text.hpp>

namespace juju {
namespace detail {

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

inline std::string without_underscores(std::string_view text) {
  std::string plain(text);
  std::erase(plain, '_');
  return plain;
}

/// Splits "0x1F" into 16 and "1F". A leading zero means octal.
inline std::pair<int, std::string_view> split_base(std::string_view digits) {
  if (digits.size() < 2 || digits[0] != '0') return {10, digits};
  switch (digits[1]) {
    case 'x':
    case 'X': return {16, digits.substr(2)};
    case 'b':
    case 'B': return {2, digits.substr(2)};
    case 'o':
    case 'O': return {8, digits.substr(2)};
    default: return {8, digits.substr(1)};
  }
}

}  // namespace detail

/// Reads an integer: "1_000", "0b11", "0644" (octal), "0o644", "-0x1F", "+5". The result is empty if the text is not an
/// integer of 64 bits. "1:30" is not one, as in Juju.
inline std::optional<std::int64_t> parse_yaml_int(std::string_view text) {
  const bool has_sign = text.starts_with('-') || text.starts_with('+');
  if (text.size() <= (has_sign ? 1U : 0U) || !detail::is_digit(text[has_sign ? 1 : 0])) return std::nullopt;
  const std::string plain = detail::without_underscores(text.substr(has_sign ? 1 : 0));
  const auto [base, digits] = detail::split_base(plain);
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size, base);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  constexpr std::uint64_t max = std::numeric_limits<std::int64_t>::max();
  const bool is_negative = text[0] == '-';
  if (size > (is_negative ? max + 1 : max)) return std::nullopt;
  return static_cast<std::int64_t>(is_negative ? ~size + 1 : size);
}

/// Reads a number: an integer, or "+1.5", ".5", "1.", "1e3". The result is empty if the text is not a finite number.
inline std::optional<double> parse_yaml_float(std::string_view text) {
  if (const std::optional<std::int64_t> number = parse_yaml_int(text)) return static_cast<double>(*number);
  if (text.find_first_not_of("0123456789_.eE+-") != std::string_view::npos) return std::nullopt;
  std::string plain = detail::without_underscores(text);
  const bool is_negative = plain.starts_with('-');
  if (is_negative || plain.starts_with('+')) plain.erase(0, 1);
  const std::size_t point = plain.find('.');
  const bool has_fraction = point < plain.size() - 1 && detail::is_digit(plain[point + 1]);
  // JSON needs a digit on both sides of the point, and allows no leading zero.
  if (plain.empty() || !(detail::is_digit(plain[0]) || (point == 0 && has_fraction))) return std::nullopt;
  if (point != std::string::npos && !has_fraction) plain.insert(point + 1, 1, '0');
  plain.erase(0, std::min(plain.find_first_not_of('0'), plain.size()));
  if (plain.empty() || !detail::is_digit(plain[0])) plain.insert(0, 1, '0');
  const Parsed<nlohmann::json> number = parse_json((is_negative ? "-" : "") + plain);
  if (!number || !number->is_number()) return std::nullopt;
  return number->get<double>();
}

/// Reads "true", "True", "TRUE", and in the same three ways "yes", "on", "y" and their opposites.
inline std::optional<bool> parse_yaml_boolean(std::string_view text) {
  if (is_one_of(text, {"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "y", "Y"})) return true;
  if (is_one_of(text, {"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "n", "N"})) return false;
  return std::nullopt;
}

}  // namespace juju
