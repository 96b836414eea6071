// SPDX-License-Identifier: Apache-2.0
// The alert rules that another application published.
#pragma once

#include <cstddef>
#include <juju/json.hpp>
#include <juju/problem.hpp>
#include <juju/topology.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <scrape/alert_rule_reader.hpp>

namespace scrape {

/// Groups of alert rules, and the problems of the text they were read from.
struct AlertRules {
  nlohmann::json groups = juju::empty_array();  ///< Each has a unique name and at least one rule.
  /// At most 100; each has a pointer and a reason. `skips_entry` says whether a rule is skipped because of it.
  std::vector<juju::Problem> problems = {};
};

namespace detail {

/// Reads groups.
/// @param topology  null: no label is added.
inline AlertRules read_alert_rules(std::string_view text, const juju::Topology* topology,
                                   const AlertRuleOptions& options) {
  AlertRules rules;
  AlertRuleReader reader(topology, options, rules.problems);
  const juju::Parsed<json> document = juju::parse_json(text);
  if (!document) {
    report_skipped(rules.problems, juju::Place(), to_string(document.error));
  } else if (reader.adds_template()) {
    report_skipped(rules.problems, juju::Place(), "the names of the model or application contain {{");
  } else {
    rules.groups = reader.read_groups(*document);
  }
  return rules;
}

/// The value of a label if it is a name that Juju could have given: at most 1024 bytes, without a template.
inline std::string name_in(const json& labels, const char* label) {
  const std::optional<std::string> text = text_of(member(labels, label));
  return text && text->size() <= 1024 && !has_template(*text) ? *text : "";
}

}  // namespace detail

/// Reads the JSON text that another application published under `alert_rules`. Never throws for any text.
///
/// Structure, names, labels and durations are checked. PromQL and templates are not: write the rules of each
/// application to a file of its own, and run `promtool check rules` on it. The labels of a group are copied into its
/// rules, which every version of Prometheus reads. The topology labels replace labels of the same name, so that an
/// application cannot publish rules under the name of another one.
/// @param topology  of the application that published the text. Its unit is not used.
inline AlertRules read_alert_rules(std::string_view text, const juju::Topology& topology,
                                   const AlertRuleOptions& options = {}) {
  return detail::read_alert_rules(text, &topology, options);
}

/// Reads the same text and adds no label to a rule. Keeps the topology labels that a rule has, `juju_unit` too.
///
/// `%%juju_topology%%` in an expression becomes matchers of the rule's own topology labels, except for `juju_charm` and
/// values with a template. Without such labels it is removed, together with its comma.
///
/// ```cpp
/// const AlertRules rules = read_alert_rules(text, std::nullopt);
/// const std::string name = identifier_of_rules(rules.groups).value_or(application);
/// ```
inline AlertRules read_alert_rules(std::string_view text, std::nullopt_t, const AlertRuleOptions& options = {}) {
  return detail::read_alert_rules(text, nullptr, options);
}

/// `{juju_model}_{first 8 characters of juju_model_uuid}_{juju_application}` of the first rule with these labels, with
/// `_` for `/`; nothing if no rule has them.
inline std::optional<std::string> identifier_of_rules(const nlohmann::json& groups) {
  for (const nlohmann::json& group : groups) {
    for (const nlohmann::json& rule : juju::member(group, "rules")) {
      const nlohmann::json& labels = juju::member(rule, "labels");
      const juju::Topology topology{.model = detail::name_in(labels, "juju_model"),
                                    .model_uuid = detail::name_in(labels, "juju_model_uuid"),
                                    .application = detail::name_in(labels, "juju_application")};
      const bool is_known = !topology.model.empty() && !topology.model_uuid.empty() && !topology.application.empty();
      if (is_known) return topology.identifier();
    }
  }
  return std::nullopt;
}

}  // namespace scrape
