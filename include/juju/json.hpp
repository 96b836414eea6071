// SPDX-License-Identifier: Apache-2.0
// Reads and writes JSON text.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <juju/string_map.hpp>
#include <juju/text.hpp>

namespace juju {

/// The reason why a text could not be read, and the place. The text is never quoted.
struct TextError {
  std::size_t byte = 0;  ///< Counted from 1; 0 if the place is not known.
  std::string reason = {};

  bool operator==(const TextError&) const = default;
};

/// "not JSON (byte 17)".
inline std::string to_string(const TextError& error) {
  return error.byte == 0 ? error.reason : error.reason + " (byte " + std::to_string(error.byte) + ")";
}

/// A value that was read from text, or an error.
template <typename Value>
struct Parsed {
  std::optional<Value> value = {};
  TextError error = {};

  explicit operator bool() const { return value.has_value(); }
  const Value& operator*() const { return *value; }
  const Value* operator->() const { return &*value; }
};

/// The maximum depth of objects and arrays in a text.
inline constexpr int max_levels = 64;

namespace detail {

/// Whether brackets outside strings nest deeper than `max_levels`. nlohmann's parser callback could check this
/// too, but its time is quadratic in the size of an array of objects.
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

/// Reads JSON. Uses the last of several equal keys. Throws only std::bad_alloc.
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

// Members of nlohmann::json do the same as the functions below. The functions compile faster, because nlohmann::json
// instantiates its templates again for each type and for each length of a literal.

/// The members of an object, by key.
inline const nlohmann::json::object_t& object_of(const nlohmann::json& object) {
  return object.get_ref<const nlohmann::json::object_t&>();
}

/// The text of a string.
inline const std::string& string_of(const nlohmann::json& string) { return string.get_ref<const std::string&>(); }

/// The member of a value; null if the value is not an object or has no such member.
inline const nlohmann::json* find(const nlohmann::json& value, std::string_view key) {
  if (!value.is_object()) return nullptr;
  const auto found = object_of(value).find(key);
  return found == object_of(value).end() ? nullptr : &found->second;
}

/// The same, but a JSON null if there is no such member.
inline const nlohmann::json& member(const nlohmann::json& value, std::string_view key) {
  static const nlohmann::json none;
  const nlohmann::json* found = find(value, key);
  return found == nullptr ? none : *found;
}

/// An empty JSON object.
inline nlohmann::json empty_object() { return nlohmann::json(nlohmann::json::value_t::object); }

/// An empty JSON array.
inline nlohmann::json empty_array() { return nlohmann::json(nlohmann::json::value_t::array); }

/// A JSON string.
inline nlohmann::json json_string(const std::string& text) {
  std::string copy = text;  // nlohmann's parser too has a `std::string&`: another constructor takes longer to compile
  return nlohmann::json(copy);
}

/// Sets a member of an object to a string, unless that is empty.
inline void set_unless_empty(nlohmann::json& object, const char* key, const std::string& text) {
  if (!text.empty()) object[key] = json_string(text);
}

/// A JSON array of strings.
inline nlohmann::json json_strings(const std::vector<std::string>& texts) {
  nlohmann::json strings = empty_array();
  for (const std::string& text : texts) strings.push_back(json_string(text));
  return strings;
}

/// A JSON object of strings.
inline nlohmann::json json_strings(const StringMap& texts) {
  nlohmann::json strings = empty_object();
  for (const auto& [key, text] : texts) strings[key] = json_string(text);
  return strings;
}

/// The text of a string without control characters, or the JSON text of a number or a boolean; nothing for any other
/// value.
inline std::optional<std::string> text_of(const nlohmann::json& value) {
  if (value.is_number() || value.is_boolean()) return value.dump();
  if (!value.is_string() || !is_text(string_of(value))) return std::nullopt;
  return string_of(value);
}

/// JSON that a YAML 1.1 reader reads as the same value: raw UTF-8, with controls and Unicode's line separators as
/// escapes. Keys come out sorted, so equal values give equal bytes.
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

namespace detail {

/// The ASCII characters that are not escaped in a JSON string.
inline constexpr std::array<bool, 256> is_plain = [] {
  std::array<bool, 256> plain{};
  for (std::size_t byte = 0x20; byte < 0x7F; ++byte) plain[byte] = byte != '"' && byte != '\\';
  return plain;
}();

/// Whether no character of `text` is escaped, and all are ASCII.
inline bool is_all_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return is_plain[static_cast<unsigned char>(c)]; });
}

/// Calls `escape(position, bytes, escaped)` for each character of `text` (valid UTF-8) that is escaped in a JSON
/// string.
template <typename Escape>
void for_each_escape(std::string_view text, Escape escape) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (is_plain[byte]) continue;
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
    const CodePoint c = code_point_at(text, i);
    if (is_control(c) || is_line_separator(c)) escape(i, c.bytes, unicode_escape(c.value));
    i += c.bytes - 1;
  }
}

}  // namespace detail

/// Appends `text` (valid UTF-8) to `out` as the inside of a JSON string.
inline void append_escaped(std::string& out, std::string_view text) {
  if (detail::is_all_plain(text)) {
    out.append(text);
    return;
  }
  std::size_t copied = 0;
  detail::for_each_escape(text, [&](std::size_t position, std::size_t bytes, std::string_view escaped) {
    out.append(text, copied, position - copied).append(escaped);
    copied = position + bytes;
  });
  out.append(text.substr(copied));
}

/// Appends `text` (valid UTF-8) to `out` as a JSON string: the bytes of `to_yaml_safe_json(nlohmann::json(text))`.
inline void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  append_escaped(out, text);
  out += '"';
}

/// The number of bytes that `append_json_string` appends.
inline std::size_t json_string_length(std::string_view text) {
  std::size_t length = text.size() + 2;
  if (detail::is_all_plain(text)) return length;
  detail::for_each_escape(
      text, [&](std::size_t, std::size_t bytes, std::string_view escaped) { length += escaped.size() - bytes; });
  return length;
}

/// The number of bytes of `to_yaml_safe_json(value)`, counted without writing them.
inline std::size_t json_length(const nlohmann::json& value) {
  if (value.is_string()) return json_string_length(string_of(value));
  if (!value.is_structured()) return value.dump().size();
  std::size_t length = value.empty() ? 2 : value.size() + 1;  // brackets and commas
  if (value.is_object()) {
    for (const auto& [key, item] : object_of(value)) length += json_string_length(key) + 1 + json_length(item);
  } else {
    for (const nlohmann::json& item : value) length += json_length(item);
  }
  return length;
}

}  // namespace juju
