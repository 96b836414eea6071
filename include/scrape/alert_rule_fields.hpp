// SPDX-License-Identifier: Apache-2.0
// What the fields of an alert rule may contain.
#pragma once

#include <algorithm>
#include <cstddef>
#include <juju/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include <scrape/duration.hpp>
#include <scrape/labels.hpp>

namespace scrape::detail {

using juju::text_of;
using nlohmann::json;

/// The limit of one text in a rule. Prometheus's parsers are recursive: a longer expression could exhaust the stack.
inline constexpr std::size_t max_rule_text_bytes = std::size_t{64} * 1024;

/// Like `text_of`, but a string may have line breaks and tabs, and has at most 64 KiB.
inline std::optional<std::string> multi_line_text_of(const json& value) {
  if (!value.is_string()) return text_of(value);
  std::string text = juju::string_of(value);
  if (text.size() > max_rule_text_bytes) return std::nullopt;
  std::string line = text;
  std::erase_if(line, [](char c) { return c == '\n' || c == '\r' || c == '\t'; });
  if (!juju::is_text(line)) return std::nullopt;
  return text;
}

/// Whether `name` is `[a-zA-Z_][a-zA-Z0-9_]*`. Every version of Prometheus accepts these names.
inline bool is_valid_label_name(std::string_view name) {
  return !name.empty() && name.size() <= max_label_name_bytes && legacy_label_name(name) == name;
}

/// Whether `name` is like a label name, where colons are allowed too.
inline bool is_valid_metric_name(std::string name) {
  std::replace(name.begin(), name.end(), ':', '_');
  return is_valid_label_name(name);
}

/// Whether `text` is a duration. Zero is allowed, unlike in `parse_duration`: "0", or "0s" with any unit.
inline bool is_valid_rule_duration(std::string text) {
  if (text == "0" || parse_duration(text)) return true;
  std::replace(text.begin(), text.end(), '0', '1');  // the grammar does not depend on the digits
  return parse_duration(text).has_value();
}

/// Whether `name` is a label of the topology in either spelling. `juju_unit` is not: rules are of an application.
inline bool is_topology_label(std::string_view name) {
  return name.starts_with("juju_") && name != "juju_unit" && is_reserved_label(name);
}

/// `text` as a PromQL string.
inline std::string promql_string(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return quoted + '"';
}

}  // namespace scrape::detail
