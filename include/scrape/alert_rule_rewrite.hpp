// SPDX-License-Identifier: Apache-2.0
// Rewrites the expressions of alert rules with a callable of the charm's author.
#pragma once

#include <cstddef>
#include <exception>
#include <juju/json.hpp>
#include <juju/problem.hpp>
#include <juju/string_map.hpp>
#include <juju/text.hpp>
#include <juju/topology.hpp>
#include <string>
#include <utility>
#include <vector>

#include <scrape/alert_rule_files.hpp>

namespace scrape {
namespace detail {

/// Rewrites an expression.
/// @returns why it is kept; empty if it was rewritten.
template <typename Rewrite>
std::string rewrite_expression(json& expression, const juju::StringMap& matchers, const Rewrite& rewrite) {
  try {
    const std::string text = rewrite(juju::string_of(expression), matchers);
    json rewritten = juju::json_string(text);
    const bool is_valid = juju::is_utf8(text) && is_expression(text) && multi_line_text_of(rewritten);
    if (!is_valid) return "the rewritten expression is not an expression of at most 64 KiB";
    expression = std::move(rewritten);
    return "";
  } catch (const std::exception& error) {
    return "the expression could not be rewritten: " +
           (juju::is_utf8(error.what()) ? juju::printable(error.what()) : "unknown error");
  }
}

/// Rewrites the expressions of a group's rules. A problem has the name of the group and a pointer into the group.
template <typename Rewrite>
void rewrite_group(json& group, std::vector<juju::Problem>& problems, const juju::StringMap& matchers,
                   const Rewrite& rewrite) {
  std::vector<juju::Problem> found;
  const Place place;
  const Place rules = place / "rules";
  for (std::size_t i = 0; i < group["rules"].size(); ++i) {
    std::string reason = rewrite_expression(group["rules"][i]["expr"], matchers, rewrite);
    const Place rule = rules / i;
    if (!reason.empty()) report(found, rule / "expr", std::move(reason));
  }
  for (juju::Problem& problem : found) {
    problem.key = juju::string_of(group["name"]);
    problems.push_back(std::move(problem));
  }
}

}  // namespace detail

/// Calls `rewrite` for the expression of each rule, also of the generic rules, and keeps what it returns. If it throws
/// or returns no valid expression, the rule stays as it is, with a problem.
///
/// ```cpp
/// rewrite_expressions(rules, topology, [](const std::string& expression, const juju::StringMap& matchers) {
///   return with_matchers(expression, matchers);  // {"juju_model": "prod", "juju_model_uuid": "..", ...}
/// });
/// ```
/// @param rewrite  takes the expression, without placeholders, and the values of the topology's matchers by label.
template <typename Rewrite>
void rewrite_expressions(AlertRuleFiles& rules, const juju::Topology& topology, const Rewrite& rewrite) {
  const juju::StringMap matchers = topology_matchers(topology);
  for (nlohmann::json& group : rules.groups) detail::rewrite_group(group, rules.problems, matchers, rewrite);
  for (nlohmann::json& group : rules.generic_groups) detail::rewrite_group(group, rules.problems, matchers, rewrite);
}

}  // namespace scrape
