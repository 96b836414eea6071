// SPDX-License-Identifier: Apache-2.0
// The label matchers of a topology in the expression of an alert rule.
#pragma once

#include <algorithm>
#include <cstddef>
#include <juju/string_map.hpp>
#include <juju/topology.hpp>
#include <optional>
#include <string>
#include <string_view>

#include <scrape/alert_rule_fields.hpp>
#include <scrape/topology_labels.hpp>

namespace scrape {

/// Label name and value of each matcher of a topology: all its labels but `juju_charm`.
inline juju::StringMap topology_matchers(const juju::Topology& topology,
                                         TopologyLabels spelling = TopologyLabels::library) {
  juju::StringMap matchers;
  for (const auto& [name, value] : topology_labels(topology, spelling)) {
    if (name != "juju_charm") matchers[name] = value;
  }
  return matchers;
}

namespace detail {

/// Is replaced by the label matchers of the topology in an expression.
inline constexpr std::string_view topology_placeholder = "%%juju_topology%%";

/// Whether Prometheus expands `text` as a template.
inline bool has_template(std::string_view text) { return text.find("{{") != std::string_view::npos; }

/// `juju_model="prod", juju_model_uuid="..", juju_application="music"`, from the labels of a rule in either spelling.
/// @param value_of  returns the value of a label, or nothing.
template <typename ValueOf>
std::string promql_matchers(const ValueOf& value_of) {
  std::string matchers;
  for (const char* name :
       {"juju_model", "juju_model_name", "juju_model_uuid", "juju_application", "juju_application_name", "juju_unit"}) {
    const std::optional<std::string> value = value_of(name);
    if (!value || value->empty() || has_template(*value)) continue;
    matchers += (matchers.empty() ? "" : ", ") + std::string(name) + "=" + promql_string(*value);
  }
  return matchers;
}

/// The end of `, ` at `begin` and of blanks around it; `begin` if there is no comma.
inline std::size_t skip_comma(std::string_view text, std::size_t begin) {
  const std::size_t comma = text.find_first_not_of(" \t\r\n", begin);
  if (comma == std::string_view::npos || text[comma] != ',') return begin;
  return std::min(text.find_first_not_of(" \t\r\n", comma + 1), text.size());
}

/// `text` without the comma at its end, if it has one.
inline std::string_view without_last_comma(std::string_view text) {
  const std::size_t last = text.find_last_not_of(" \t\r\n");
  return last != std::string_view::npos && text[last] == ',' ? text.substr(0, last) : text;
}

/// Whether `text` can be an expression: at most 64 KiB, and not blank. PromQL is not checked.
inline bool is_expression(std::string_view text) {
  return text.size() <= max_rule_text_bytes && text.find_first_not_of(" \t\r\n") != std::string_view::npos;
}

/// Replaces each placeholder by `matchers`. If these are empty, removes it together with the comma after or before it.
/// @returns nothing if the result is blank or longer than 64 KiB.
inline std::optional<std::string> replace_placeholders(std::string_view text, const std::string& matchers) {
  std::string expression;
  std::size_t begin = 0;
  std::size_t end = 0;
  while ((end = text.find(topology_placeholder, begin)) != std::string_view::npos) {
    const std::string_view before = text.substr(begin, end - begin);
    begin = end + topology_placeholder.size();
    const std::size_t after_comma = matchers.empty() ? skip_comma(text, begin) : begin;
    const bool drops_comma_before = matchers.empty() && after_comma == begin;
    expression.append(drops_comma_before ? without_last_comma(before) : before).append(matchers);
    if (expression.size() > max_rule_text_bytes) return std::nullopt;
    begin = after_comma;
  }
  expression.append(text.substr(begin));
  if (!is_expression(expression)) return std::nullopt;
  return expression;
}

}  // namespace detail
}  // namespace scrape
