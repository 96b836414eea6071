// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include "read_alert_rules.hpp"

#include <support/catch.hpp>
#include <support/repeated.hpp>

using namespace scrape;
using namespace support;
using nlohmann::json;

namespace {

AlertRules read_as_given(const std::string& groups, const AlertRuleOptions& options = {}) {
  return read_alert_rules(R"({"groups": [)" + groups + "]}", std::nullopt, options);
}

/// Reads a rule with this expression and these labels, as JSON.
AlertRules read_rule(const std::string& expression, const json& labels, const json& group_labels = nullptr) {
  const json rule = {{"alert", "A"}, {"expr", expression}, {"labels", labels}};
  return read_as_given(json({{"name", "g"}, {"labels", group_labels}, {"rules", {rule}}}).dump());
}

std::string expression_of(const AlertRules& rules) {
  return rules.groups.at(0)["rules"].at(0)["expr"].get<std::string>();
}

const json own_labels = {{"juju_model", "m"}, {"juju_model_uuid", "u"}, {"juju_application", "a"}};

}  // namespace

TEST_CASE("alert rules as given: no label is added, dropped or replaced") {
  json labels = own_labels;
  labels.update({{"juju_charm", "c"}, {"juju_unit", "a/0"}, {"juju_model_name", "n"}, {"team", "{{ $labels.team }}"}});
  const AlertRules result = read_rule("up == 0", labels, {{"juju_model", "of the group"}, {"tier", "db"}});
  CHECK(result.problems.empty());
  labels["tier"] = "db";
  CHECK(result.groups[0]["rules"][0] == json({{"alert", "A"}, {"expr", "up == 0"}, {"labels", labels}}));
  CHECK_FALSE(read_rule("up == 0", nullptr).groups[0]["rules"][0].contains("labels"));
  CHECK(refusal(result.groups) == "");
  CHECK(lines_of(read_rule("1", {{"__name__", "x"}}).problems) ==
        Lines{"/groups/0/rules/0/labels/__name__: a reserved label"});
}

TEST_CASE("alert rules as given: the placeholder becomes the rule's own matchers") {
  const std::string expression = "up{%%juju_topology%%, job=\"x\"} == 0";
  const auto with = [](const std::string& own) { return "up{" + own + ", job=\"x\"} == 0"; };
  json labels = own_labels;
  labels.update({{"juju_charm", "c"}, {"juju_unit", "a/0"}});
  const AlertRules all = read_rule(expression, labels);
  CHECK(expression_of(all) == with(R"(juju_model="m", juju_model_uuid="u", juju_application="a", juju_unit="a/0")"));
  CHECK(refusal(all.groups) == "");
  CHECK(expression_of(read_rule(expression, {{"juju_application", "x\"\\"}})) == with(R"(juju_application="x\"\\")"));
  CHECK(expression_of(read_rule(expression, nullptr, {{"juju_model", 5}})) == with(R"(juju_model="5")"));
  CHECK(expression_of(read_rule(expression, {{"juju_model", "own"}}, own_labels)) ==
        with(R"(juju_model="own", juju_model_uuid="u", juju_application="a")"));
  labels = {{"juju_model_name", "m"}, {"juju_unit", "{{ $labels.juju_unit }}"}, {"juju_application", ""}};
  CHECK(expression_of(read_rule(expression, labels)) == with(R"(juju_model_name="m")"));
}

TEST_CASE("alert rules as given: a placeholder without labels is removed") {
  const std::vector<std::pair<std::string, std::string>> expressions = {
      {"up{%%juju_topology%%}", "up{}"},
      {"up{ %%juju_topology%% }", "up{  }"},
      {"up{%%juju_topology%%, job=\"x\"}", "up{job=\"x\"}"},
      {"up{%%juju_topology%% ,\n\tjob=\"x\"}", "up{job=\"x\"}"},
      {"up{job=\"x\", %%juju_topology%%}", "up{job=\"x\"}"},
      {"up{job=\"x\" ,\n%%juju_topology%%\n}", "up{job=\"x\" \n}"},
      {"up{a=\"b\", %%juju_topology%%, job=\"x\"}", "up{a=\"b\", job=\"x\"}"},
      {"up{%%juju_topology%%,}", "up{}"},
      {"up{%%juju_topology%%, %%juju_topology%%}", "up{}"},
      {"up{a=\"b\", %%juju_topology%%, %%juju_topology%%}", "up{a=\"b\", }"},
      {"rate(up{%%juju_topology%%}[5m]) > up{%%juju_topology%%, a=\"b\"}", "rate(up{}[5m]) > up{a=\"b\"}"},
  };
  json groups = json::array();
  for (const auto& [expression, expected] : expressions) {
    const AlertRules result = read_rule(expression, {{"juju_charm", "c"}});
    CHECK(result.problems.empty());
    CHECK(expression_of(result) == expected);
    groups.push_back(result.groups[0]);
    groups.back()["name"] = groups.size();
  }
  CHECK(refusal(groups) == "");
  for (const char* nothing : {"%%juju_topology%%", " %%juju_topology%%, "}) {
    CHECK(lines_of(read_rule(nothing, nullptr).problems) ==
          Lines{"/groups/0/rules/0/expr: not an expression of at most 64 KiB"});
  }
}

TEST_CASE("alert rules as given: the limits hold") {
  const json long_label = {{"juju_model", std::string(60'000, 'm')}};
  CHECK(read_rule("up{%%juju_topology%%}", long_label).groups.size() == 1);
  CHECK(read_rule("up{%%juju_topology%%} + up{%%juju_topology%%}", long_label).groups.empty());
  const std::string many = repeated(repeated(" ", 1000) + "%%juju_topology%%", 60);
  CHECK(expression_of(read_rule("1" + many, nullptr)) == "1" + std::string(60'000, ' '));
  CHECK(read_as_given(good_group, {.max_bytes = 10}).groups.empty());
}

TEST_CASE("alert rules as given: what was read reads the same") {
  const json groups = read_rule("up{%%juju_topology%%}", own_labels, {{"juju_unit", "a/0"}}).groups;
  CHECK(read_alert_rules(juju::to_yaml_safe_json({{"groups", groups}}), std::nullopt).groups == groups);
}

TEST_CASE("alert rules: the identifier is that of the first labelled rule") {
  const auto identifier = [](const json& first, const json& second = nullptr) {
    const json rules = {{{"alert", "A"}, {"expr", "1"}, {"labels", first}},
                        {{"alert", "B"}, {"expr", "1"}, {"labels", second}}};
    return identifier_of_rules(read_as_given(json({{"name", "g"}, {"rules", rules}}).dump()).groups);
  };
  const json labels = {{"juju_model", "a/b"}, {"juju_model_uuid", "12345678-90"}, {"juju_application", "music"}};
  CHECK(identifier(labels, own_labels) == "a_b_12345678_music");
  CHECK(identifier(nullptr, own_labels) == "m_u_a");
  for (const json& value : {json(nullptr), json(""), json("{{ x }}"), json("a\nb"), json(std::string(1025, 'm'))}) {
    json incomplete = labels;
    incomplete["juju_model"] = value;
    CHECK(identifier(incomplete) == std::nullopt);
    CHECK(identifier(incomplete, own_labels) == "m_u_a");
  }
  CHECK(identifier_of_rules(json::array()) == std::nullopt);
}

TEST_CASE("alert rules: a problem says whether a rule is skipped") {
  const auto skips = [](const std::vector<juju::Problem>& problems) {
    REQUIRE(problems.size() == 1);
    return problems[0].skips_entry;
  };
  const std::string valid = R"({"alert": "A", "expr": "1"})";
  for (const std::string rule : {"1", R"({"alert": "A"})", R"({"record": "a b", "expr": "1"})"}) {
    CHECK(skips(read_rules(rule + "," + valid).problems));
  }
  for (const std::string part : {R"("labels": {"a-b": "x"})", R"("annotations": 1)", R"("for": "x")", R"("z": 1)"}) {
    CHECK_FALSE(skips(read_rules(R"({"alert": "A", "expr": "1", )" + part + "}").problems));
  }
  for (const std::string group : {"1", "{}", R"({"name": "a", "rules": 1})"}) {
    CHECK(skips(read_group(group).problems));
  }
  for (const std::string part : {R"("interval": "x")", R"("limit": -1)", R"("labels": 1)", R"("z": 1)"}) {
    CHECK_FALSE(skips(read_group(R"({"name": "g", )" + part + R"(, "rules": [)" + valid + "]}").problems));
  }
  for (const std::string text : {"{", "[]", R"({"groups": 1})"}) CHECK(skips(read(text).problems));
  CHECK_FALSE(skips(read(R"({"more": 1})").problems));
  CHECK(skips(read("{}", {.application = "{{"}).problems));
  CHECK(skips(read_group(good_group, {.max_bytes = 10}).problems));
}
