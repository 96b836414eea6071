// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <support/catch.hpp>
#include <support/repeated.hpp>

#include "rule_directory.hpp"

using namespace scrape;
using namespace support;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

const std::string identifier = "prod_12345678_music";

const std::string one_rule = R"(alert: TooSlow
expr: |
  rate(latency{%%juju_topology%%}[5m])
    > 3
for: 5m
labels:
  severity: page
annotations:
  summary: "{{ $labels.juju_unit }} is slow"
)";

const std::string two_groups = R"(groups:
  - name: first
    interval: 1m
    limit: 5
    rules:
      - alert: Down
        expr: up{%%juju_topology%%} == 0
        for: 0m
  - name: second
    rules:
      - record: music:up:sum
        expr: sum(up)
)";

}  // namespace

TEST_CASE("alert rule files: a file with one rule becomes a labelled group") {
  const Directory directory;
  directory.write("slow.rule", one_rule);
  const AlertRuleFiles rules = directory.load();
  CHECK(rules.problems.empty());
  CHECK(rules.groups == json::parse(R"j([{"name": "prod_12345678_music_slow_alerts", "rules": [{
    "alert": "TooSlow",
    "expr": "rate(latency{juju_model=\"prod\", juju_model_uuid=\"12345678-90ab-cdef\", juju_application=\"music\"}[5m])\n  > 3\n",
    "for": "5m",
    "labels": {"severity": "page", "juju_model": "prod", "juju_model_uuid": "12345678-90ab-cdef",
               "juju_application": "music", "juju_charm": "spring-music"},
    "annotations": {"summary": "{{ $labels.juju_unit }} is slow"}}]}])j"));
  CHECK(refusal(rules.groups) == "");
}

TEST_CASE("alert rule files: intervals, limits and durations of zero are kept") {
  const Directory directory;
  directory.write("music.yaml", two_groups);
  const AlertRuleFiles rules = directory.load();
  CHECK(rules.problems.empty());
  REQUIRE(names_of(rules.groups) == Lines{identifier + "_music_first", identifier + "_music_second"});
  CHECK(rules.groups[0]["interval"] == "1m");
  CHECK(rules.groups[0]["limit"].dump() == "5");
  CHECK(rules.groups[0]["rules"][0]["for"] == "0m");
  CHECK(rules.groups[0]["rules"][0]["expr"] == "up{" + matchers + "} == 0");
  CHECK(rules.groups[1]["rules"][0]["record"] == "music:up:sum");
  CHECK(rules.groups[1]["rules"][0]["labels"] == known_labels);
  CHECK(refusal(rules.groups) == "");
}

TEST_CASE("alert rule files: four extensions, at any depth, in path order") {
  const Directory directory;
  for (const char* name : {"d.yaml", "c.yml", "b.rules", "a.rule", "below/deep/er.yml"})
    directory.write(name, one_rule);
  for (const char* name : {"x.txt", "x.rule.bak", "x.YML", "rule", ".rule", "x.json"}) directory.write(name, "{");
  fs::create_directory(directory.path() / "a_directory.rule");
  REQUIRE(::mkfifo((directory.path() / "a_pipe.rule").c_str(), 0600) == 0);
  fs::create_symlink("nowhere", directory.path() / "dangling.rule");
  fs::create_symlink("itself.rule", directory.path() / "itself.rule");
  fs::create_directory_symlink("..", directory.path() / "below" / "loop");
  const AlertRuleFiles rules = directory.load();
  CHECK(rules.problems.empty());
  CHECK(names_of(rules.groups) == Lines{identifier + "_a_alerts", identifier + "_b_alerts",
                                        identifier + "_below_deep_er_alerts", identifier + "_c_alerts",
                                        identifier + "_d_alerts"});
  CHECK(load_alert_rules(directory.path() / "", topology).groups == rules.groups);
  CHECK(load_alert_rules(directory.path() / "." / "below" / "..", topology).groups == rules.groups);
}

TEST_CASE("alert rule files: names of groups do not depend on other files' text") {
  const Directory directory;
  for (const char* name : {"a/b.rule", "a_b.rule", "c.yml", "c.yaml"}) directory.write(name, one_rule);
  const Lines all = {identifier + "_a/b.rule_alerts", identifier + "_a_b.rule_alerts", identifier + "_c.yaml_alerts",
                     identifier + "_c.yml_alerts"};
  CHECK(names_of(directory.load().groups) == all);
  directory.write("a/b.rule", "[");
  CHECK(names_of(directory.load().groups) == Lines(all.begin() + 1, all.end()));
}

TEST_CASE("alert rule files: names of groups are unique") {
  const Directory directory;
  directory.write("a.rule", R"({"groups": [{"name": "b_alerts", "rules": [{"alert": "A", "expr": "1"}]}]})");
  directory.write("a_b.rule", one_rule);
  const AlertRuleFiles rules = directory.load();
  CHECK(names_of(rules.groups) == Lines{identifier + "_a_b_alerts", identifier + "_a_b_alerts_a_b.rule"});
  CHECK(refusal(rules.groups) == "");
}

TEST_CASE("alert rule files: an absent directory is no problem") {
  const AlertRuleFiles rules = load_alert_rules("/nowhere/alert_rules", topology);
  CHECK(rules.problems.empty());
  CHECK(rules.to_publish(nullptr).dump() == R"({"groups":[]})");
}

TEST_CASE("alert rule files: an unreadable directory keeps published groups") {
  const Directory directory;
  directory.write("slow.rule", one_rule);
  const json published = directory.load().to_publish(nullptr);
  const AlertRuleFiles rules = load_alert_rules(directory.path() / "slow.rule", topology);
  CHECK(lines_of(rules.problems) == Lines{".: cannot be listed"});
  CHECK(rules.to_publish(published) == published);
}

TEST_CASE("alert rule files: groups of a removed or empty file are not published") {
  const Directory directory;
  directory.write("slow.rule", one_rule);
  const json published = directory.load().to_publish(nullptr);
  REQUIRE(published["groups"].size() == 1);
  directory.write("slow.rule", "groups: []");
  CHECK(directory.load().problems.empty());
  CHECK(directory.load().to_publish(published).dump() == R"({"groups":[]})");
  fs::remove(directory.path() / "slow.rule");
  CHECK(directory.load().to_publish(published).dump() == R"({"groups":[]})");
}

TEST_CASE("alert rule files: an invalid file keeps its published groups") {
  const auto [text, problem] = GENERATE(table<std::string, std::string>({
      {"", "neither a rule nor groups"},
      {"\n# nothing\n", "neither a rule nor groups"},
      {"plain text", "neither a rule nor groups"},
      {"- a list", "neither a rule nor groups"},
      {"{", ""},
      {"a: b: c", "not YAML"},
      {"\t- x", ""},
      {"x: 1\n---\ny: 2\n", "not a single YAML document"},
      {"expr: \xff\xfe\n", "not UTF-8"},
      {std::string("\0\0\0", 3), "not YAML"},
      {repeated("[", 100'000), ""},
      {repeated("- ", 100'000), "nested deeper than 64 levels"},
      {repeated(" ", 1024 * 1024 + 1), "larger than 1 MiB"},
      {"groups: 5", "at /groups: not an array"},
      {"groups: [5]", "at /groups/0: not an object"},
      {"alert: NoExpression", "at /expr: not an expression of at most 64 KiB"},
      {"nothing: like a rule", "not exactly one of alert and record"},
  }));
  const Directory directory;
  directory.write("good.rule", one_rule);
  directory.write("sub/bad.yml", two_groups);
  const json published = directory.load().to_publish(nullptr);
  REQUIRE(published["groups"].size() == 3);
  INFO(text.substr(0, 40));
  directory.write("sub/bad.yml", text);
  const AlertRuleFiles rules = directory.load();
  REQUIRE(rules.problems.size() == 1);
  CHECK_THAT(to_string(rules.problems[0]), Catch::Matchers::StartsWith("sub/bad.yml"));
  CHECK_THAT(to_string(rules.problems[0]), Catch::Matchers::ContainsSubstring(problem));
  CHECK(names_of(rules.groups) == Lines{identifier + "_good_alerts"});
  CHECK(rules.to_publish(published) == published);
  CHECK(rules.to_publish(nullptr)["groups"] == rules.groups);
}

TEST_CASE("alert rule files: a file of exactly 1 MiB is read") {
  const Directory directory;
  directory.write("a.rule", one_rule + repeated("#", 1024 * 1024 - one_rule.size()));
  const AlertRuleFiles rules = directory.load();
  CHECK(rules.problems.empty());
  CHECK(rules.groups.size() == 1);
}

TEST_CASE("alert rule files: a file without read permission is a problem") {
  const Directory directory;
  directory.write("a.rule", one_rule);
  fs::permissions(directory.path(), static_cast<fs::perms>(0755));
  fs::permissions(directory.path() / "a.rule", fs::perms::none);
  const uid_t self = ::geteuid();
  if (self == 0) REQUIRE(::seteuid(65534) == 0);  // root may read any file
  const AlertRuleFiles rules = directory.load();
  REQUIRE(::seteuid(self) == 0);
  CHECK(lines_of(rules.problems) == Lines{"a.rule: cannot be read"});
}

TEST_CASE("alert rule files: only published groups of invalid files stay") {
  const Directory directory;
  directory.write("a.rule", "[");
  const AlertRuleFiles rules = directory.load();
  for (const char* text : {"null", "0", "[]", "\"groups\"", "{}", R"({"groups": {}})", R"({"groups": "text"})",
                           R"({"groups": [null, [], {}, {"name": 1}, {"name": "prod_12345678_music_b_alerts"}]})"}) {
    CHECK(rules.to_publish(json::parse(text)).dump() == R"({"groups":[]})");
  }
  const json kept = {{"name", identifier + "_a_alerts"}, {"rules", json::array()}};
  CHECK(rules.to_publish({{"groups", {kept}}})["groups"] == json::array({kept}));
}

TEST_CASE("alert rule files: a name with control or invalid text is a problem") {
  const Directory directory;
  for (const char* name : {"a ~!\a.rule", "delete\x7f.rule", "latin\xe9.rule"}) directory.write(name, one_rule);
  const AlertRuleFiles rules = directory.load();
  const std::string reason = ": the file name is not UTF-8 without control characters";
  CHECK(lines_of(rules.problems) == Lines{"a ~!?.rule" + reason, "delete?.rule" + reason, "latin?.rule" + reason});
  CHECK(rules.groups.empty());
}

TEST_CASE("alert rule files: an invalid rule is a problem, the others are loaded") {
  const Directory directory;
  directory.write("some.yml",
                  "groups:\n- name: g\n  rules:\n  - {alert: A, expr: 1}\n  - {alert: B}\n  - {alert: C, expr: 2}\n");
  const AlertRuleFiles rules = directory.load();
  CHECK(lines_of(rules.problems) == Lines{"some.yml at /groups/0/rules/1/expr: not an expression of at most 64 KiB"});
  REQUIRE(rules.groups.size() == 1);
  CHECK(rules.groups[0]["rules"].size() == 2);
  const json old = {{"groups", {{{"name", identifier + "_some_old"}, {"rules", json::array()}}}}};
  CHECK(rules.to_publish(old)["groups"] == rules.groups);
}

TEST_CASE("alert rule files: published rules are read and published unchanged") {
  const Directory directory;
  for (const char* name : {"b.rule", "a/z.yml", "a.yml"}) directory.write(name, one_rule);
  directory.write("below/music.yaml", two_groups);
  const json published = directory.load().to_publish(nullptr);
  const std::string text = juju::to_yaml_safe_json(published);
  const AlertRules rules = read(text);
  CHECK(rules.problems.empty());
  CHECK(rules.groups == published["groups"]);
  CHECK(juju::to_yaml_safe_json(directory.load().to_publish(published)) == text);
  CHECK(refusal(rules.groups) == "");
}

TEST_CASE("alert rule files: an escape is published as its character") {
  const auto [escape, character] = GENERATE(table<std::string, std::string>({{"\\_", "\u00a0"},
                                                                             {"\\xe9", "\u00e9"},
                                                                             {"\\u540d", "\u540d"},
                                                                             {"\\U0001F600", "\U0001F600"},
                                                                             {"\\L", "\u2028"},
                                                                             {"\\P", "\u2029"}}));
  INFO(escape);
  const Directory directory;
  directory.write("a.rule", "{alert: A, expr: up == 0, annotations: {a: \"less than 10" + escape + "% is free\"}}");
  const AlertRuleFiles rules = directory.load();
  CHECK(rules.problems.empty());
  REQUIRE(rules.groups.size() == 1);
  CHECK(rules.groups[0]["rules"][0]["annotations"]["a"] == "less than 10" + character + "% is free");
  CHECK_NOTHROW(juju::to_yaml_safe_json(rules.to_publish(json())));
}

TEST_CASE("alert rule files: an escaped control character is a problem") {
  const std::string escape = GENERATE("\\N", "\\e", "\\x9b", "\\u0085");
  INFO(escape);
  const Directory directory;
  directory.write("a.rule", "{alert: A, expr: up == 0, annotations: {a: \"" + escape + "\", b: kept}}");
  const AlertRuleFiles rules = directory.load();
  REQUIRE(rules.problems.size() == 1);
  CHECK(rules.problems[0].pointer == "/annotations/a");
  REQUIRE(rules.groups.size() == 1);
  CHECK(rules.groups[0]["rules"][0]["annotations"] == json({{"b", "kept"}}));
  CHECK_NOTHROW(juju::to_yaml_safe_json(rules.to_publish(json())));
}

TEST_CASE("alert rule files: anchors, aliases and merge keys are accepted") {
  const Directory directory;
  directory.write("a.rule", R"(groups:
- name: g
  rules:
  - {alert: A, expr: &expr up == 0, labels: &common {team: a, severity: page}}
  - {alert: B, expr: *expr, labels: {<<: *common, severity: info}}
  - {alert: C, expr: *expr, labels: *common}
)");
  const AlertRuleFiles rules = directory.load();
  CHECK(rules.problems.empty());
  REQUIRE(rules.groups.size() == 1);
  const json& read = rules.groups[0]["rules"];
  REQUIRE(read.size() == 3);
  CHECK(read[1]["expr"] == "up == 0");
  CHECK(read[1]["labels"]["team"] == "a");
  CHECK(read[1]["labels"]["severity"] == "info");
  CHECK(read[2]["labels"] == read[0]["labels"]);
}
