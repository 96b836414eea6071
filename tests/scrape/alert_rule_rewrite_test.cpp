// SPDX-License-Identifier: Apache-2.0
#include <scrape/alert_rule_rewrite.hpp>
#include <stdexcept>
#include <string>

#include <support/catch.hpp>

#include "rule_directory.hpp"

using namespace scrape;
using namespace support;

namespace {

/// Loads a file with two rules and the generic rules.
AlertRuleFiles load_rules() {
  const Directory directory;
  directory.write("a.yml",
                  "groups: [{name: g, rules: [{alert: A, expr: a}, {alert: B, expr: 'b{%%juju_topology%%}'}]}]");
  return directory.load({.generic_rules = true});
}

const std::string group = "prod_12345678_music_a_g";

}  // namespace

TEST_CASE("alert rule rewrite: each expression is replaced, generic rules too") {
  AlertRuleFiles rules = load_rules();
  rewrite_expressions(rules, topology, [](const std::string& expression, const juju::StringMap& labels) {
    return labels.at("juju_application") + ":" + std::to_string(labels.size()) + " or " + expression;
  });
  CHECK(rules.problems.empty());
  CHECK(rules.groups[0]["rules"][0]["expr"] == "music:3 or a");
  CHECK(rules.groups[0]["rules"][1]["expr"] == "music:3 or b{" + matchers + "}");
  CHECK(rules.generic_groups[0]["rules"][0]["expr"] == "music:3 or up{" + matchers + "} < 1");
  CHECK(rules.groups[0]["rules"][0]["labels"] == known_labels);
  CHECK(refusal(rules.to_publish(nullptr)["groups"]) == "");
}

TEST_CASE("alert rule rewrite: a rule stays as it is if the callable throws") {
  AlertRuleFiles rules = load_rules();
  rewrite_expressions(rules, topology, [](const std::string& expression, const juju::StringMap&) {
    if (expression == "a") throw std::runtime_error("no\ntool");
    if (expression.starts_with("b")) throw std::runtime_error("\xff");
    return "(" + expression + ")";
  });
  CHECK(lines_of(rules.problems) ==
        Lines{group + " at /rules/0/expr: the expression could not be rewritten: no\\u000atool",
              group + " at /rules/1/expr: the expression could not be rewritten: unknown error"});
  CHECK_FALSE(rules.problems[0].skips_entry);
  CHECK(rules.groups == load_rules().groups);
  CHECK(rules.generic_groups[0]["rules"][1]["expr"] == "(absent(up{" + matchers + "}))");
}

TEST_CASE("alert rule rewrite: an invalid result keeps the expression") {
  const std::string result = GENERATE(as<std::string>{}, "", " \n", "\xff", "a\x01", std::string(64 * 1024 + 1, '1'));
  AlertRuleFiles rules = load_rules();
  rewrite_expressions(rules, topology, [&](const std::string&, const juju::StringMap&) { return result; });
  CHECK(rules.problems.size() == 4);
  CHECK(lines_of(rules.problems)[0] ==
        group + " at /rules/0/expr: the rewritten expression is not an expression of at most 64 KiB");
  CHECK(rules.to_publish(nullptr) == load_rules().to_publish(nullptr));
}
