// SPDX-License-Identifier: Apache-2.0
// The one door for JSON: text that comes in, and text that goes out.
#pragma once

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include <juju/text.hpp>

namespace juju {

/// Why a text could not be read, and where. The text itself is never quoted.
struct TextError {
  std::size_t byte = 0;  ///< Counted from 1; 0 where the place is not known.
  std::string reason = {};

  bool operator==(const TextError&) const = default;
};

/// "not JSON (byte 17)".
inline std::string to_string(const TextError& error) {
  return error.byte == 0 ? error.reason : error.reason + " (byte " + std::to_string(error.byte) + ")";
}

/// A value that was read from text, or why there is none.
template <typename Value>
struct Parsed {
  std::optional<Value> value = {};
  TextError error = {};

  explicit operator bool() const { return value.has_value(); }
  const Value& operator*() const { return *value; }
  const Value* operator->() const { return &*value; }
};

/// Objects and arrays that are nested deeper than this are refused wherever text is read.
inline constexpr int max_levels = 64;

namespace detail {

/// Whether brackets outside strings nest deeper than `max_levels`. nlohmann's parser callback could tell as well, but
/// with one an array of objects takes time quadratic in its size.
inline bool is_too_deep(std::string_view json_text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < json_text.size(); ++i) {
    const char c = json_text[i];
    if (c == '"') in_string = !in_string;
    if (in_string && c == '\\') ++i;
    if (in_string) continue;
    if ((c == '[' || c == '{') && ++depth > max_levels) return true;
    if (c == ']' || c == '}') --depth;
  }
  return false;
}

}  // namespace detail

/// Reads JSON. The last of several equal keys stands. Throws nothing but std::bad_alloc.
inline Parsed<nlohmann::json> parse_json(std::string_view text) {
  Parsed<nlohmann::json> parsed;
  if (detail::is_too_deep(text)) {
    parsed.error = {0, "nested deeper than " + std::to_string(max_levels) + " levels"};
    return parsed;
  }
  try {
    parsed.value.emplace(nlohmann::json::parse(text.begin(), text.end()));
  } catch (const nlohmann::json::parse_error& error) {
    parsed.error = {error.byte, "not JSON"};
  } catch (const nlohmann::json::exception&) {
    parsed.error = {0, "not JSON: a number is out of range"};
  }
  return parsed;
}

/// JSON that a YAML 1.1 reader reads alike: raw UTF-8, with controls and Unicode's line separators as escapes.
/// Keys come out sorted, so equal values give equal bytes.
/// @param indent  spaces a level, or -1 for a single line.
/// @throws nlohmann::json::type_error  if a string of `value` is not UTF-8.
inline std::string to_yaml_safe_json(const nlohmann::json& value, int indent = -1) {
  const std::string dumped = value.dump(indent);
  if (indent < 0) return detail::escape_controls(dumped);
  std::string safe;
  for (std::size_t begin = 0; begin < dumped.size();) {
    const std::size_t end = std::min(dumped.find('\n', begin), dumped.size());
    safe += detail::escape_controls(std::string_view(dumped).substr(begin, end - begin));
    if (end < dumped.size()) safe += '\n';
    begin = end + 1;
  }
  return safe;
}

/// Appends `text` (valid UTF-8) to `out` as a JSON string: the bytes of `to_yaml_safe_json(nlohmann::json(text))`.
inline void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t copied = 0;
  const auto escape = [&](std::size_t at, std::size_t bytes, std::string_view escaped) {
    out.append(text, copied, at - copied).append(escaped);
    copied = at + bytes;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0x20 && byte < 0x7F && byte != '"' && byte != '\\') continue;
    switch (byte) {
      case '"': escape(i, 1, "\\\""); continue;
      case '\\': escape(i, 1, "\\\\"); continue;
      case '\b': escape(i, 1, "\\b"); continue;
      case '\f': escape(i, 1, "\\f"); continue;
      case '\n': escape(i, 1, "\\n"); continue;
      case '\r': escape(i, 1, "\\r"); continue;
      case '\t': escape(i, 1, "\\t"); continue;
      default: break;
    }
    const detail::CodePoint c = detail::code_point_at(text, i);
    if (detail::is_control(c) || detail::is_line_separator(c)) escape(i, c.bytes, detail::unicode_escape(c.value));
    i += c.bytes - 1;
  }
  out.append(text.substr(copied)).append(1, '"');
}

}  // namespace juju
