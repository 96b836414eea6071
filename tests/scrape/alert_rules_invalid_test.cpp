// SPDX-License-Identifier: Apache-2.0
#include "read_alert_rules.hpp"

#include <support/catch.hpp>
#include <support/repeated.hpp>

using namespace scrape;
using namespace support;
using nlohmann::json;

TEST_CASE("alert rules: an invalid rule is skipped with a problem") {
  const std::string expression = "/expr: not an expression of at most 64 KiB";
  const auto [text, problem] = GENERATE_COPY(table<std::string, std::string>({
      {"5", ": not an object"},
      {"[]", ": not an object"},
      {R"({"expr": "1"})", ": not exactly one of alert and record"},
      {R"({"alert": "A", "record": "b", "expr": "1"})", ": not exactly one of alert and record"},
      {R"({"alert": "", "expr": "1"})", "/alert: not a name"},
      {R"({"alert": "a\nb", "expr": "1"})", "/alert: not a name"},
      {R"({"alert": {}, "expr": "1"})", "/alert: not a name"},
      {R"({"record": "", "expr": "1"})", "/record: not a name"},
      {R"({"record": "a-b", "expr": "1"})", "/record: not a metric name"},
      {R"({"record": "1a", "expr": "1"})", "/record: not a metric name"},
      {R"({"record": "é", "expr": "1"})", "/record: not a metric name"},
      {R"({"alert": "A"})", expression},
      {R"({"alert": "A", "expr": ""})", expression},
      {R"({"alert": "A", "expr": " \r\n\t"})", expression},
      {R"({"alert": "A", "expr": ["1"]})", expression},
      {R"({"alert": "A", "expr": "up \u0001"})", expression},
      {R"({"alert": "A", "expr": "up \u0085"})", expression},
      {R"({"alert": "A", "expr": ")" + std::string(70'000, '1') + "\"}", expression},
      {R"({"alert": "A", "expr": ")" + repeated("%%juju_topology%%", 2'000) + "\"}", expression},
  }));
  INFO(text.substr(0, 80));
  const AlertRules result = read_rules(text + R"(, {"alert": "Good", "expr": "1"})");
  CHECK(lines_of(result.problems) == Lines{"/groups/0/rules/0" + problem});
  REQUIRE(result.groups.size() == 1);
  REQUIRE(result.groups[0]["rules"].size() == 1);
  CHECK(result.groups[0]["rules"][0]["alert"] == "Good");
}

TEST_CASE("alert rules: an invalid part of a rule is skipped") {
  const std::string alert = R"({"alert": "A", "expr": "1", )";
  const std::string record = R"({"record": "a", "expr": "1", )";
  const std::string long_name(501, 'a');
  const std::string duration = ": not a duration such as 1h30m or 500ms";
  const std::string name = ": not a name of [a-zA-Z_][a-zA-Z0-9_]* with at most 500 bytes";
  const std::string text_of = ": not a text of at most 64 KiB";
  const std::vector<std::pair<std::string, std::string>> rules = {
      {alert + R"("x/~": 1})", "/x~1~0: not a key of an alerting rule"},
      {alert + R"("for": ""})", "/for" + duration},
      {alert + R"("for": "5 m"})", "/for" + duration},
      {alert + R"("for": "1"})", "/for" + duration},
      {alert + R"("for": "0x"})", "/for" + duration},
      {alert + R"("for": "293y"})", "/for" + duration},
      {alert + R"("for": "5m5h"})", "/for" + duration},
      {alert + R"("for": "9223372036855ms"})", "/for" + duration},
      {alert + R"("keep_firing_for": [1]})", "/keep_firing_for" + duration},
      {alert + R"("labels": []})", "/labels: not an object"},
      {alert + R"("labels": {"": "x"}})", "/labels/" + name},
      {alert + R"("labels": {"a-b": "x"}})", "/labels/a-b" + name},
      {alert + R"("labels": {"1a": "x"}})", "/labels/1a" + name},
      {alert + R"("labels": {"<<": "x"}})", "/labels/<<" + name},
      {alert + R"("labels": {"__name__": "x"}})", "/labels/__name__: a reserved label"},
      {alert + R"("labels": {"juju_unit": "music/0"}})", "/labels/juju_unit: a reserved label"},
      {alert + R"("labels": {"a": null}})", "/labels/a" + text_of},
      {alert + R"("labels": {"a": "\u0001"}})", "/labels/a" + text_of},
      {alert + R"("annotations": {"a": []}})", "/annotations/a" + text_of},
      {alert + R"("annotations": {"a-b": "x"}})", "/annotations/a-b" + name},
      {alert + R"("annotations": {")" + long_name + R"(": "x"}})", "/annotations/" + long_name + name},
      {record + R"("for": "0s"})", "/for: not a key of a recording rule"},
      {record + R"("keep_firing_for": "1m"})", "/keep_firing_for: not a key of a recording rule"},
      {record + R"("annotations": {}})", "/annotations: not a key of a recording rule"},
  };
  json groups = json::array();
  for (const auto& [text, problem] : rules) {
    INFO(text.substr(0, 80));
    const AlertRules result = read_rules(text);
    REQUIRE(result.problems.size() == 1);
    CHECK(result.problems[0].pointer + ": " + result.problems[0].reason == "/groups/0/rules/0" + problem);
    REQUIRE(result.groups.size() == 1);
    groups.push_back(result.groups[0]);
    groups.back()["name"] = groups.size();
  }
  CHECK(refusal(groups) == "");
}

TEST_CASE("alert rules: an invalid part of a group is skipped, or the group") {
  const std::string rules = R"("rules": [{"alert": "A", "expr": "1"}])";
  const std::string limit = "/limit: not a whole number below 1000000000";
  const auto [text, problem, left] = GENERATE_COPY(table<std::string, std::string, std::size_t>({
      {"5", ": not an object", 0},
      {"null", ": not an object", 0},
      {"{" + rules + "}", "/name: not a name", 0},
      {R"({"name": "", )" + rules + "}", "/name: not a name", 0},
      {R"({"name": [], )" + rules + "}", "/name: not a name", 0},
      {R"({"name": "g", "rules": {}})", "/rules: not an array", 0},
      {R"({"name": "g", "rules": [1]})", "/rules/0: not an object", 0},
      {R"({"name": "g", "interval": "", )" + rules + "}", "/interval: not a duration such as 1h30m or 500ms", 1},
      {R"({"name": "g", "query_offset": "1", )" + rules + "}", "/query_offset: not a duration such as 1h30m or 500ms",
       1},
      {R"({"name": "g", "limit": "five", )" + rules + "}", limit, 1},
      {R"({"name": "g", "limit": "", )" + rules + "}", limit, 1},
      {R"({"name": "g", "limit": 1.5, )" + rules + "}", limit, 1},
      {R"({"name": "g", "limit": -1, )" + rules + "}", limit, 1},
      {R"({"name": "g", "limit": 1000000000, )" + rules + "}", limit, 1},
      {R"({"name": "g", "labels": 1, )" + rules + "}", "/labels: not an object", 1},
      {R"({"name": "g", "source_tenants": [], )" + rules + "}", "/source_tenants: not a key of a group", 1},
  }));
  INFO(text);
  const AlertRules result = read_group(text);
  CHECK(lines_of(result.problems) == Lines{"/groups/0" + problem});
  REQUIRE(result.groups.size() == left);
  if (left == 1) CHECK(result.groups[0] == read_group(R"({"name": "g", )" + rules + "}").groups[0]);
}

TEST_CASE("alert rules: groups without rules or with a used name are skipped") {
  const AlertRules result = read(R"({"more": 1, "groups": [{"name": "g"}, {"name": "g", "rules": []},
    {"name": "g", "rules": [1]}, )" +
                                 good_group + "," + good_group + "]}");
  CHECK(lines_of(result.problems) == Lines{"/more: not a key of a rule file", "/groups/2/rules/0: not an object",
                                           "/groups/4/name: an earlier group has this name"});
  CHECK(names_of(result.groups) == Lines{"g"});
  for (const char* none : {"{}", R"({"groups": []})", R"({"groups": null})"}) {
    CHECK(read(none).problems.empty());
    CHECK(read(none).groups == json::array());
  }
}

TEST_CASE("alert rules: an invalid text gives a problem and no groups") {
  const std::vector<std::string> texts = {
      "",
      "null",
      "0",
      "[]",
      "\"groups\"",
      "groups: []",
      "{",
      "\xff\xfe",
      std::string("{\"groups\":[]\0}", 14),
      "{\"groups\": \"\xc3\x28\"}",
      R"({"groups": "\ud800"})",
      R"({"groups": 1e400})",
      R"({"groups": {"name": "g"}})",
      R"({"groups": [[[[]]]]})",
      R"({"groups": [], "groups": 5})",
      repeated("[", 100'000),
      repeated("{\"groups\":", 100'000),
      R"({"groups": [)" + repeated("[", 70) + repeated("]", 70) + "]}",
      std::string(1'000'000, ' '),
      "\"" + std::string(1'000'000, 'x') + "\"",
  };
  for (const std::string& text : texts) {
    INFO(text.substr(0, 40));
    const AlertRules result = read(text);
    CHECK(result.groups == json::array());
    REQUIRE(result.problems.size() == 1);
    CHECK(result.problems[0].reason.size() < 100);
  }
}

TEST_CASE("alert rules: a cut or changed text is read without an exception") {
  const std::string text = juju::to_yaml_safe_json({{"groups", read_group(good_group).groups}});
  for (std::size_t i = 0; i < text.size(); ++i) {
    CHECK(read(text.substr(0, i)).groups == json::array());
    for (const char c : {'\0', '"', '{', ']', '0', '\xff'}) {
      std::string changed = text;
      changed[i] = c;
      CHECK_NOTHROW(juju::to_yaml_safe_json(read(changed).groups));
    }
  }
}

TEST_CASE("alert rules: a text may have tabs and line breaks only") {
  const auto problems_of = [](const std::string& text) {
    return read_rules(json({{"alert", "A"}, {"expr", "1"}, {"annotations", {{"a", text}}}}).dump()).problems.size();
  };
  for (const char* text : {"a\tb", "a\rb", "a\nb", "a\u00a0b", "a\u2028b"}) CHECK(problems_of(text) == 0);
  for (const char* text : {"a\vb", "a\bb", "a\fb", "a\x0e", "a\x7f", "a\u0085b"}) CHECK(problems_of(text) == 1);
}
