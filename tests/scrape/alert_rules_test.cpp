// SPDX-License-Identifier: Apache-2.0
#include "read_alert_rules.hpp"

#include <support/catch.hpp>

using namespace scrape;
using namespace support;
using nlohmann::json;

TEST_CASE("alert rules: topology labels are added and replace the rule's own") {
  const AlertRules result = read_rules(R"({"alert": "A", "expr": "up{%%juju_topology%%}"},
    {"alert": "B", "expr": "1", "labels": {"juju_model": "theirs", "juju_model_uuid": "theirs", "juju_charm": "theirs",
      "juju_application": "theirs", "juju_model_name": "theirs", "juju_application_name": "theirs", "team": "x"}})");
  CHECK(result.problems.empty());
  const json& rules = result.groups[0]["rules"];
  CHECK(rules[0]["expr"] == "up{" + matchers + "}");
  CHECK(rules[0]["labels"] == known_labels);
  json with_team = known_labels;
  with_team["team"] = "x";
  CHECK(rules[1]["labels"] == with_team);
}

TEST_CASE("alert rules: topology labels have either spelling, if known") {
  const std::string text = R"({"groups": [{"name": "g", "rules": [
    {"alert": "A", "expr": "a{%%juju_topology%%}", "labels": {"juju_model": "m"}}]}]})";
  const auto rule = [&](const juju::Topology& whose, TopologyLabels spelling) {
    const AlertRules result = read(text, whose, {.topology_labels = spelling});
    return json(result.groups.at(0)["rules"].at(0));
  };
  const json page = rule(topology, TopologyLabels::documented);
  CHECK(page["expr"] ==
        R"(a{juju_model_name="prod", juju_model_uuid="12345678-90ab-cdef", juju_application_name="music"})");
  CHECK(page["labels"]["juju_model_name"] == "prod");
  CHECK_FALSE(page["labels"].contains("juju_model"));
  const json little = rule({.application = "music"}, TopologyLabels::library);
  CHECK(little["expr"] == R"(a{juju_application="music"})");
  CHECK(little["labels"] == json{{"juju_application", "music"}});
  CHECK(rule({}, TopologyLabels::library) == json{{"alert", "A"}, {"expr", "a{}"}});
}

TEST_CASE("alert rules: names are escaped in expressions and are no templates") {
  const std::string text = R"({"groups": [)" + good_group + "]}";
  const AlertRules result = read(text, {.application = "a\"b\\c\nd} or {e=\"f"});
  CHECK(result.groups[0]["rules"][0]["expr"] == R"(up{juju_application="a\"b\\c\nd} or {e=\"f"})");
  CHECK(refusal(result.groups) == "");
  const AlertRules refused = read(text, {.application = "{{ nothing }}"});
  CHECK(refused.groups == json::array());
  CHECK(lines_of(refused.problems) == Lines{"the names of the model or application contain {{"});
}

TEST_CASE("alert rules: valid rules are kept as given") {
  const std::vector<std::string> rules = {
      R"({"alert": "A", "expr": "up == 0"})",
      R"({"alert": "A b, \"c\" {{ }}", "expr": "up == 0 # why (\n or\tup\r\n == 1", "for": "0s"})",
      R"({"alert": "A", "expr": "up{a=\"(\", b='[\"', c=`{\\`}", "for": "1d12h", "keep_firing_for": "5m"})",
      R"({"alert": "A", "expr": "1", "labels": {"job": "j", "instance": "i", "empty": "", "juju_other": "x"}})",
      R"({"alert": "A", "expr": "1", "annotations": {"__dashboardUid__": "x", "juju_model": "y", "juju_unit": "u"}})",
      R"({"alert": "A", "expr": "1", "annotations": {"a": "two\nlines\t\u2028\ufeff😀 less than 10\u00a0%"}})",
      R"({"alert": "A", "expr": "1", "annotations": {"a": "{{/* don't page */}}down"}})",
      R"({"alert": "A", "expr": "1", "annotations": {"a": "}} {{ $value | humanize }} {{- if (eq 1 1) -}} a {{end}}"}})",
      R"j({"record": "a:b_c:d", "expr": "sum(up)", "labels": {"severity": "none"}})j",
  };
  json groups = json::array();
  for (const std::string& text : rules) {
    INFO(text);
    const AlertRules result = read_rules(text);
    CHECK(result.problems.empty());
    REQUIRE(result.groups.size() == 1);
    groups.push_back(result.groups[0]);
    groups.back()["name"] = groups.size();
    json rule = result.groups[0]["rules"][0];
    for (const auto& label : known_labels.items()) CHECK(rule["labels"].erase(label.key()) == 1);
    if (rule["labels"].empty()) rule.erase("labels");
    CHECK(rule == json::parse(text));
  }
  CHECK(refusal(groups) == "");
}

TEST_CASE("alert rules: PromQL and templates are not checked") {
  const AlertRules result =
      read_rules(R"({"alert": "A", "expr": "sum(up{", "labels": {"a": "{{ if"}, "annotations": {"b": "{{}}"}})");
  CHECK(result.problems.empty());
  CHECK(result.groups.size() == 1);
}

TEST_CASE("alert rules: numbers and booleans are text, null is absent") {
  const AlertRules result = read_rules(
      R"({"alert": 1, "record": null, "expr": 2, "for": 0, "labels": {"a": 1.5, "b": true}, "annotations": null})");
  CHECK(result.problems.empty());
  const json& rule = result.groups[0]["rules"][0];
  CHECK(rule["alert"] == "1");
  CHECK(rule["expr"] == "2");
  CHECK(rule["for"] == "0");
  CHECK(rule["labels"]["a"] == "1.5");
  CHECK(rule["labels"]["b"] == "true");
  CHECK(refusal(result.groups) == "");
}

TEST_CASE("alert rules: labels of a group are copied into its rules") {
  const AlertRules result = read_group(R"({"name": "g", "labels": {"team": "a", "tier": "db", "juju_model": "theirs",
      "a-b": "x"}, "rules": [{"alert": "A", "expr": "1", "labels": {"team": "b"}}, {"record": "r", "expr": "1"}]})");
  REQUIRE(result.problems.size() == 1);
  CHECK(result.problems[0].pointer == "/groups/0/labels/a-b");
  REQUIRE(result.groups.size() == 1);
  CHECK_FALSE(result.groups[0].contains("labels"));
  json labels = known_labels;
  labels["tier"] = "db";
  labels["team"] = "b";
  CHECK(result.groups[0]["rules"][0]["labels"] == labels);
  labels["team"] = "a";
  CHECK(result.groups[0]["rules"][1]["labels"] == labels);
  CHECK(refusal(result.groups) == "");
}

TEST_CASE("alert rules: a query offset is kept unless the option is off") {
  const std::string group = R"({"name": "g", "query_offset": "0s", "rules": [{"alert": "A", "expr": "1"}]})";
  const AlertRules kept = read_group(group);
  CHECK(kept.problems.empty());
  CHECK(kept.groups.at(0)["query_offset"] == "0s");
  const AlertRules skipped = read_group(group, {.query_offset = false});
  CHECK(lines_of(skipped.problems) ==
        Lines{"/groups/0/query_offset: needs Prometheus 2.53, and the option query_offset is off"});
  CHECK_FALSE(skipped.groups.at(0).contains("query_offset"));
  CHECK(refusal(skipped.groups) == "");
}
