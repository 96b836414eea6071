// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <scrape/alert_rule_files.hpp>
#include <scrape/alert_rules.hpp>
#include <string>
#include <support/catch.hpp>
#include <support/promtool.hpp>
#include <tuple>
#include <vector>

namespace {

using namespace scrape;
using juju::Problem;
using nlohmann::json;
using Lines = std::vector<std::string>;
namespace fs = std::filesystem;

const juju::Topology topology{.model = "prod",
                              .model_uuid = "12345678-90ab-cdef",
                              .application = "music",
                              .unit = "music/0",
                              .charm_name = "spring-music"};
const std::string identifier = "prod_12345678_music";
const std::string matchers = R"(juju_model="prod", juju_model_uuid="12345678-90ab-cdef", juju_application="music")";
const json known_labels = {{"juju_model", "prod"},
                           {"juju_model_uuid", "12345678-90ab-cdef"},
                           {"juju_application", "music"},
                           {"juju_charm", "spring-music"}};

/// A directory that is removed after the test.
class Directory {
 public:
  Directory() {
    std::string name = (fs::temp_directory_path() / "alert_rules_XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  ~Directory() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }

  const fs::path& path() const { return path_; }

  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << text;
  }

  AlertRuleFiles load() const { return load_alert_rules(path_, topology); }

 private:
  fs::path path_;
};

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

const std::string good_group = R"({"name": "g", "rules": [{"alert": "A", "expr": "up{%%juju_topology%%}"}]})";

AlertRules read(const std::string& text, const juju::Topology& whose = topology, const AlertRuleOptions& options = {}) {
  return read_alert_rules(text, whose, options);
}

AlertRules read_group(const std::string& group, const AlertRuleOptions& options = {}) {
  return read(R"({"groups": [)" + group + "]}", topology, options);
}

/// Reads a group of these rules.
AlertRules read_rule(const std::string& rules) { return read_group(R"({"name": "g", "rules": [)" + rules + "]}"); }

Lines names_of(const json& groups) {
  Lines names;
  for (const json& group : groups) names.push_back(group["name"].get<std::string>());
  return names;
}

Lines lines_of(const std::vector<Problem>& problems) {
  Lines lines;
  for (const Problem& problem : problems) lines.push_back(to_string(problem));
  return lines;
}

/// What promtool writes if it refuses a file with these groups.
std::string refusal(const json& groups) {
  const support::Verdict verdict = support::promtool_check_rules(groups);
  return verdict.accepted ? "" : "refused: " + verdict.output;
}

std::string repeat(const std::string& part, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += part;
  return all;
}

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

TEST_CASE("alert rule files: four extensions, at any depth, in the order of paths") {
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

TEST_CASE("alert rule files: names of groups do not depend on the contents of other files") {
  const Directory directory;
  for (const char* name : {"a/b.rule", "a_b.rule", "c.yml", "c.yaml"}) directory.write(name, one_rule);
  const Lines all = {identifier + "_a/b.rule_alerts", identifier + "_a_b.rule_alerts", identifier + "_c.yaml_alerts",
                     identifier + "_c.yml_alerts"};
  CHECK(names_of(directory.load().groups) == all);
  directory.write("a/b.rule", "[");
  CHECK(names_of(directory.load().groups) == Lines(all.begin() + 1, all.end()));
}

TEST_CASE("alert rule files: names of groups are unique where path and name overlap") {
  const Directory directory;
  directory.write("a.rule", R"({"groups": [{"name": "b_alerts", "rules": [{"alert": "A", "expr": "1"}]}]})");
  directory.write("a_b.rule", one_rule);
  const AlertRuleFiles rules = directory.load();
  CHECK(names_of(rules.groups) == Lines{identifier + "_a_b_alerts", identifier + "_a_b_alerts_a_b.rule"});
  CHECK(refusal(rules.groups) == "");
}

TEST_CASE("alert rule files: without a directory there are no rules and no problem") {
  const AlertRuleFiles rules = load_alert_rules("/nowhere/alert_rules", topology);
  CHECK(rules.problems.empty());
  CHECK(rules.to_publish(nullptr).dump() == R"({"groups":[]})");
}

TEST_CASE("alert rule files: an unreadable directory is a problem and keeps published groups") {
  const Directory directory;
  directory.write("slow.rule", one_rule);
  const json published = directory.load().to_publish(nullptr);
  const AlertRuleFiles rules = load_alert_rules(directory.path() / "slow.rule", topology);
  CHECK(lines_of(rules.problems) == Lines{".: cannot be listed"});
  CHECK(rules.to_publish(published) == published);
}

TEST_CASE("alert rule files: groups of a removed or emptied file are not published any more") {
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

TEST_CASE("alert rule files: an invalid file is a problem and keeps its published groups") {
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
      {repeat("[", 100'000), ""},
      {repeat("- ", 100'000), "nested deeper than 64 levels"},
      {repeat(" ", 1024 * 1024 + 1), "larger than 1 MiB"},
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
  directory.write("a.rule", one_rule + repeat("#", 1024 * 1024 - one_rule.size()));
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

TEST_CASE("alert rule files: any published value is read, and only groups of invalid files stay") {
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

TEST_CASE("alert rule files: a file name with control characters or not UTF-8 is a problem") {
  const Directory directory;
  for (const char* name : {"a ~!\a.rule", "delete\x7f.rule", "latin\xe9.rule"}) directory.write(name, one_rule);
  const AlertRuleFiles rules = directory.load();
  const std::string reason = ": the file name is not UTF-8 without control characters";
  CHECK(lines_of(rules.problems) == Lines{"a ~!?.rule" + reason, "delete?.rule" + reason, "latin?.rule" + reason});
  CHECK(rules.groups.empty());
}

TEST_CASE("alert rule files: an invalid rule is a problem with its place, the others are loaded") {
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

TEST_CASE("alert rule files: published rules are read unchanged, and published again as the same text") {
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

TEST_CASE("alert rule files: an escape in an annotation is published as its character") {
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

TEST_CASE("alert rule files: an escaped control character in an annotation is a problem") {
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

TEST_CASE("alert rules: topology labels are added and replace labels of another topology") {
  const AlertRules result = read_rule(R"({"alert": "A", "expr": "up{%%juju_topology%%}"},
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

TEST_CASE("alert rules: topology labels have either spelling, and unknown ones are left out") {
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

TEST_CASE("alert rules: names of an application are escaped in expressions and cannot be templates") {
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
    const AlertRules result = read_rule(text);
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
      read_rule(R"({"alert": "A", "expr": "sum(up{", "labels": {"a": "{{ if"}, "annotations": {"b": "{{}}"}})");
  CHECK(result.problems.empty());
  CHECK(result.groups.size() == 1);
}

TEST_CASE("alert rules: numbers and booleans are read as text, and null as absent") {
  const AlertRules result = read_rule(
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

TEST_CASE("alert rules: an invalid rule is skipped with a problem at its place") {
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
      {R"({"alert": "A", "expr": ")" + repeat("%%juju_topology%%", 2'000) + "\"}", expression},
  }));
  INFO(text.substr(0, 80));
  const AlertRules result = read_rule(text + R"(, {"alert": "Good", "expr": "1"})");
  CHECK(lines_of(result.problems) == Lines{"/groups/0/rules/0" + problem});
  REQUIRE(result.groups.size() == 1);
  REQUIRE(result.groups[0]["rules"].size() == 1);
  CHECK(result.groups[0]["rules"][0]["alert"] == "Good");
}

TEST_CASE("alert rules: an invalid part of a rule is skipped and the rest is kept") {
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
    const AlertRules result = read_rule(text);
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

TEST_CASE("alert rules: groups without rules are passed over, and names of groups are unique") {
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

TEST_CASE("alert rules: labels of a group are copied into its rules, whose own labels win") {
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

TEST_CASE("alert rules: a query offset is kept, or a problem for Prometheus before 2.53") {
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
      repeat("[", 100'000),
      repeat("{\"groups\":", 100'000),
      R"({"groups": [)" + repeat("[", 70) + repeat("]", 70) + "]}",
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

TEST_CASE("alert rules: long texts are read, and at most 100 problems are reported") {
  const AlertRules zeros = read_rule("0" + repeat(",0", 100'000));
  CHECK(zeros.groups == json::array());
  REQUIRE(zeros.problems.size() == 100);
  CHECK(zeros.problems[98].pointer == "/groups/0/rules/98");
  const std::string rule = R"({"alert":"A","expr":"1"})";
  const AlertRules rules = read_rule(rule + repeat("," + rule, 10'000));
  CHECK(rules.problems.empty());
  CHECK(rules.groups[0]["rules"].size() == 10'001);
}

TEST_CASE("alert rules: any cut or change of a text is read without an exception") {
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

TEST_CASE("alert rules: promtool can parse the deepest expression that is accepted") {
  const std::string deep = repeat("(", 32'000) + "1" + repeat(")", 32'000);
  const AlertRules result = read_rule(R"({"alert": "A", "expr": ")" + deep + R"("}, {"alert": "B", "expr": ")" +
                                      repeat("-", 65'000) + R"(1"})");
  CHECK(result.groups[0]["rules"].size() == 2);
  CHECK(refusal(result.groups) == "");
}

TEST_CASE("alert rules: a text may have tabs and line breaks, and no other control character") {
  const auto problems_of = [](const std::string& text) {
    return read_rule(json({{"alert", "A"}, {"expr", "1"}, {"annotations", {{"a", text}}}}).dump()).problems.size();
  };
  for (const char* text : {"a\tb", "a\rb", "a\nb", "a\u00a0b", "a\u2028b"}) CHECK(problems_of(text) == 0);
  for (const char* text : {"a\vb", "a\bb", "a\fb", "a\x0e", "a\x7f", "a\u0085b"}) CHECK(problems_of(text) == 1);
}

TEST_CASE("alert rules: a text may have 64 KiB, a label's name 500 bytes, a duration 292 years") {
  const std::size_t max = 64 * 1024;
  const auto problems_of = [](const std::string& expression, const std::string& annotation, std::size_t name) {
    return read_rule(json({{"alert", "A"},
                           {"expr", expression},
                           {"for", "9223372036854ms"},
                           {"labels", {{std::string(name, 'a'), "x"}}},
                           {"annotations", {{"a", annotation}}}})
                         .dump())
        .problems.size();
  };
  CHECK(problems_of(std::string(max, '1'), std::string(max, 'a'), 500) == 0);
  CHECK(problems_of(std::string(max + 1, '1'), "a", 1) == 1);
  CHECK(problems_of("1", std::string(max + 1, 'a'), 1) == 1);
  CHECK(problems_of("1", "a", 501) == 1);
  const std::string placeholder = "%%juju_topology%%";
  const std::string rest(max - matchers.size(), '1');
  CHECK(problems_of(rest + placeholder, "a", 1) == 0);
  CHECK(problems_of(rest + "1" + placeholder, "a", 1) == 1);
}

TEST_CASE("alert rules: a group without a valid rule takes nothing of the limit") {
  const std::string long_group = R"({"name": ")" + std::string(500, 'n') + R"(", "rules": [1]})";
  const AlertRules result = read_group(long_group + "," + good_group, {.max_bytes = 400});
  CHECK(lines_of(result.problems) == Lines{"/groups/0/rules/0: not an object"});
  CHECK(names_of(result.groups) == Lines{"g"});
  const AlertRules cut = read_group(good_group, {.max_bytes = 100});
  CHECK(lines_of(cut.problems) ==
        Lines{"/groups/0/rules/0: the limit of 100 bytes for one relation is met; the rest is skipped"});
}
