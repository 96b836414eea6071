// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <scrape/alert_rule_files.hpp>
#include <scrape/alert_rules.hpp>
#include <string>
#include <support/catch.hpp>
#include <vector>

namespace {

using namespace scrape;
using juju::Problem;
using nlohmann::json;
namespace fs = std::filesystem;

const juju::Topology topology{.model = "prod",
                              .model_uuid = "12345678-90ab-cdef",
                              .application = "music",
                              .unit = "music/0",
                              .charm_name = "spring-music"};
const std::string identifier = "prod_12345678_music";
const std::string matchers = R"(juju_model="prod", juju_model_uuid="12345678-90ab-cdef", juju_application="music")";

/// A directory that is gone after the test.
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

  AlertRules load() const { return load_alert_rules(path_, topology); }

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

struct Read {
  json groups = {};
  std::vector<Problem> problems = {};
};

Read read(const std::string& text, const juju::Topology& whose = topology,
          TopologyLabels spelling = TopologyLabels::library) {
  Read result;
  result.groups = read_alert_rules(text, whose, spelling, result.problems)["groups"];
  return result;
}

/// Reads a group of one rule.
Read read_rule(const std::string& rule) { return read(R"({"groups": [{"name": "g", "rules": [)" + rule + "]}]}"); }

std::vector<std::string> names_of(const json& groups) {
  std::vector<std::string> names;
  for (const json& group : groups) names.push_back(group["name"].get<std::string>());
  return names;
}

std::vector<std::string> pointers_of(const std::vector<Problem>& problems) {
  std::vector<std::string> pointers;
  for (const Problem& problem : problems) pointers.push_back(problem.pointer);
  return pointers;
}

std::vector<std::string> keys_of(const std::vector<Problem>& problems) {
  std::vector<std::string> keys;
  for (const Problem& problem : problems) keys.push_back(problem.key);
  return keys;
}

/// What promtool has to say against a file of these groups; nothing when it takes them.
std::string refusal_of_promtool(const json& groups) {
  const Directory directory;
  directory.write("rules.yaml", juju::to_yaml_safe_json({{"groups", groups}}));
  const std::string command = "promtool check rules '" + (directory.path() / "rules.yaml").string() + "' 2>&1";
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return "promtool cannot be started";
  std::string said;
  char part[256];
  while (std::fgets(part, sizeof part, pipe) != nullptr) said += part;
  const int status = ::pclose(pipe);
  return status == 0 ? "" : "promtool ended with " + std::to_string(status) + ": " + said;
}

std::string repeat(const std::string& part, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += part;
  return all;
}

}  // namespace

TEST_CASE("users 29: a file with one rule becomes a labelled group with the label matchers in its expression") {
  const Directory directory;
  directory.write("slow.rule", one_rule);
  const AlertRules rules = directory.load();
  CHECK(rules.problems.empty());
  CHECK(rules.groups == json::parse(R"j([{"name": "prod_12345678_music_slow_alerts", "rules": [{
    "alert": "TooSlow",
    "expr": "rate(latency{juju_model=\"prod\", juju_model_uuid=\"12345678-90ab-cdef\", juju_application=\"music\"}[5m])\n  > 3\n",
    "for": "5m",
    "labels": {"severity": "page", "juju_model": "prod", "juju_model_uuid": "12345678-90ab-cdef",
               "juju_application": "music", "juju_charm": "spring-music"},
    "annotations": {"summary": "{{ $labels.juju_unit }} is slow"}}]}])j"));
  CHECK(refusal_of_promtool(rules.groups).empty());
}

TEST_CASE("users 29: a file with groups keeps their intervals, limits as numbers, and durations of zero") {
  const Directory directory;
  directory.write("music.yaml", two_groups);
  const AlertRules rules = directory.load();
  CHECK(rules.problems.empty());
  REQUIRE(names_of(rules.groups) == std::vector{identifier + "_music_first", identifier + "_music_second"});
  CHECK(rules.groups[0]["interval"] == "1m");
  CHECK(rules.groups[0]["limit"].dump() == "5");
  CHECK(rules.groups[0]["rules"][0]["for"] == "0m");
  CHECK(rules.groups[0]["rules"][0]["expr"] == "up{" + matchers + "} == 0");
  CHECK(rules.groups[1]["rules"][0]["record"] == "music:up:sum");
  CHECK(rules.groups[1]["rules"][0]["labels"]["juju_application"] == "music");
  CHECK(refusal_of_promtool(rules.groups).empty());
}

TEST_CASE("users 29: rule files are found by their four extensions, at any depth, in the order of their paths") {
  const Directory directory;
  for (const char* name : {"d.yaml", "c.yml", "b.rules", "a.rule", "below/deep/er.yml"})
    directory.write(name, one_rule);
  for (const char* name : {"x.txt", "x.rule.bak", "x.YML", "rule", ".rule", "x.json"}) directory.write(name, "{");
  fs::create_directory(directory.path() / "a_directory.rule");
  REQUIRE(::mkfifo((directory.path() / "a_pipe.rule").c_str(), 0600) == 0);
  fs::create_symlink("nowhere", directory.path() / "dangling.rule");
  fs::create_symlink("itself.rule", directory.path() / "itself.rule");
  fs::create_directory_symlink("..", directory.path() / "below" / "loop");
  const AlertRules rules = directory.load();
  CHECK(rules.problems.empty());
  CHECK(names_of(rules.groups) == std::vector{identifier + "_a_alerts", identifier + "_b_alerts",
                                              identifier + "_below_deep_er_alerts", identifier + "_c_alerts",
                                              identifier + "_d_alerts"});
  CHECK(load_alert_rules(directory.path() / "", topology).groups == rules.groups);
  CHECK(load_alert_rules(directory.path() / "." / "below" / "..", topology).groups == rules.groups);
  CHECK(refusal_of_promtool(rules.groups).empty());
}

TEST_CASE("users 29: names of groups are unique and do not depend on what other files hold") {
  const Directory directory;
  directory.write("a/b.rule", one_rule);
  directory.write("a_b.rule", one_rule);
  directory.write("c.yml", one_rule);
  directory.write("c.yaml", one_rule);
  const std::vector all = {identifier + "_a/b.rule_alerts", identifier + "_a_b.rule_alerts",
                           identifier + "_c.yaml_alerts", identifier + "_c.yml_alerts"};
  CHECK(names_of(directory.load().groups) == all);
  directory.write("a/b.rule", "[");
  CHECK(names_of(directory.load().groups) == std::vector(all.begin() + 1, all.end()));
}

TEST_CASE("users 29: names of groups are unique where path and name run into each other") {
  const Directory directory;
  directory.write("a.rule", R"({"groups": [{"name": "b_alerts", "rules": [{"alert": "A", "expr": "1"}]}]})");
  directory.write("a_b.rule", one_rule);
  const AlertRules rules = directory.load();
  CHECK(names_of(rules.groups) == std::vector{identifier + "_a_b_alerts", identifier + "_a_b_alerts_a_b.rule"});
  CHECK(refusal_of_promtool(rules.groups).empty());
}

TEST_CASE("users 29: a directory that is not there has no rules and no problem") {
  const AlertRules rules = load_alert_rules("/nowhere/alert_rules", topology);
  CHECK(rules.groups == json::array());
  CHECK(rules.problems.empty());
  CHECK(rules.over(nullptr).dump() == R"({"groups":[]})");
}

TEST_CASE("users 29: a directory that cannot be listed is a problem and loses nothing") {
  const Directory directory;
  directory.write("slow.rule", one_rule);
  const json published = directory.load().over(nullptr);
  const AlertRules rules = load_alert_rules(directory.path() / "slow.rule", topology);
  CHECK(keys_of(rules.problems) == std::vector<std::string>{"."});
  CHECK(rules.over(published) == published);
}

TEST_CASE("users 29: when the last file goes, an empty list of groups is published") {
  const Directory directory;
  directory.write("slow.rule", one_rule);
  const json published = directory.load().over(nullptr);
  REQUIRE(published["groups"].size() == 1);
  fs::remove(directory.path() / "slow.rule");
  CHECK(directory.load().over(published).dump() == R"({"groups":[]})");
}

TEST_CASE("users 29: a bad file is a problem that names it, the others stand, and its published groups stay") {
  const std::vector<std::string> bad_texts = {
      "",
      "\n# nothing\n",
      "{",
      "a: [",
      "\t- x",
      "plain text",
      "- a list",
      "a: &x 1\nb: *x\n",
      "x: 1\n---\ny: 2\n",
      "expr: \xff\xfe\n",
      std::string("\0\0\0", 3),
      repeat("[", 100'000),
      repeat("- ", 100'000),
      repeat("a", 2'000'000),
      "groups: 5",
      "groups: [5]",
      "alert: NoExpression",
      "nothing: like a rule",
  };
  const Directory directory;
  directory.write("good.rule", one_rule);
  directory.write("sub/bad.yml", two_groups);
  const json published = directory.load().over(nullptr);
  REQUIRE(published["groups"].size() == 3);
  for (const std::string& text : bad_texts) {
    INFO(text.substr(0, 40));
    directory.write("sub/bad.yml", text);
    const AlertRules rules = directory.load();
    REQUIRE_FALSE(rules.problems.empty());
    CHECK(rules.problems.front().key == "sub/bad.yml");
    CHECK(names_of(rules.groups) == std::vector{identifier + "_good_alerts"});
    CHECK(rules.over(published) == published);
    CHECK(rules.over(nullptr)["groups"] == rules.groups);
  }
}

TEST_CASE("users 29: a rule file of 50 MB is a problem that names it and loses nothing") {
  const Directory directory;
  directory.write("big.yaml", two_groups);
  const json published = directory.load().over(nullptr);
  fs::resize_file(directory.path() / "big.yaml", 50'000'000);
  const AlertRules rules = directory.load();
  REQUIRE(rules.problems.size() == 1);
  CHECK(to_string(rules.problems.front()) == "big.yaml: a file of over 1 MiB");
  CHECK(rules.over(published) == published);
}

TEST_CASE("users 29: whatever was published before, only groups of files that are lost stay") {
  const Directory directory;
  directory.write("a.rule", "[");
  const AlertRules rules = directory.load();
  for (const char* text : {"null", "0", "[]", "\"groups\"", "{}", R"({"groups": {}})", R"({"groups": "text"})",
                           R"({"groups": [null, [], {}, {"name": 1}, {"name": "prod_12345678_music_b_alerts"}]})"}) {
    CHECK(rules.over(json::parse(text)).dump() == R"({"groups":[]})");
  }
  const json kept = {{"name", identifier + "_a_alerts"}, {"rules", json::array()}};
  CHECK(rules.over({{"groups", {kept}}})["groups"] == json::array({kept}));
}

TEST_CASE("users 29: a file whose name is not text is a problem, and names are shown without its controls") {
  const Directory directory;
  directory.write("bell\a.rule", one_rule);
  directory.write("delete\x7f.rule", one_rule);
  directory.write("latin\xe9.rule", one_rule);
  const AlertRules rules = directory.load();
  CHECK(keys_of(rules.problems) == std::vector<std::string>{"bell?.rule", "delete?.rule", "latin?.rule"});
  CHECK(rules.groups.empty());
}

TEST_CASE("users 29: a malformed rule in a file is a problem with its place, and the file's other rules stand") {
  const Directory directory;
  directory.write("some.yml",
                  "groups:\n- name: g\n  rules:\n  - {alert: A, expr: 1}\n  - {alert: B}\n  - {alert: C, expr: 2}\n");
  const AlertRules rules = directory.load();
  REQUIRE(rules.problems.size() == 1);
  CHECK(rules.problems[0].key == "some.yml");
  CHECK(rules.problems[0].pointer == "/groups/0/rules/1/expr");
  REQUIRE(rules.groups.size() == 1);
  CHECK(rules.groups[0]["rules"].size() == 2);
}

TEST_CASE("users 29: reading what a directory gave changes nothing") {
  const Directory directory;
  directory.write("slow.rule", one_rule);
  directory.write("below/music.yaml", two_groups);
  const json published = directory.load().over(nullptr);
  const Read once = read(juju::to_yaml_safe_json(published));
  CHECK(once.problems.empty());
  CHECK(once.groups == published["groups"]);
  CHECK(refusal_of_promtool(once.groups).empty());
}

TEST_CASE("users 29: loading again what is published gives the same text") {
  const Directory directory;
  for (const char* name : {"b.rule", "a/z.yml", "a.yml", "z.rules"}) directory.write(name, one_rule);
  const json published = directory.load().over(nullptr);
  CHECK(juju::to_yaml_safe_json(directory.load().over(published)) == juju::to_yaml_safe_json(published));
}

TEST_CASE("users 29: rules without labels are labelled, and labels that claim another topology are overwritten") {
  const Read result = read(R"j({"groups": [{"name": "g", "rules": [
    {"alert": "A", "expr": "up{%%juju_topology%%}"},
    {"alert": "B", "expr": "1", "labels": {"juju_model": "theirs", "juju_model_uuid": "theirs", "juju_charm": "theirs",
      "juju_application": "theirs", "juju_model_name": "theirs", "juju_application_name": "theirs", "team": "x"}}]}]})j");
  CHECK(result.problems.empty());
  const json& rules = result.groups[0]["rules"];
  CHECK(rules[0]["expr"] == "up{" + matchers + "}");
  CHECK(rules[0]["labels"] == json{{"juju_model", "prod"},
                                   {"juju_model_uuid", "12345678-90ab-cdef"},
                                   {"juju_application", "music"},
                                   {"juju_charm", "spring-music"}});
  json with_team = rules[0]["labels"];
  with_team["team"] = "x";
  CHECK(rules[1]["labels"] == with_team);
}

TEST_CASE("users 29: labels take the spelling of the page, and only what is known of the topology") {
  const std::string text =
      R"({"groups": [{"name": "g", "rules": [{"alert": "A", "expr": "up{%%juju_topology%%}", "labels": {"juju_model": "m"}}]}]})";
  const Read page = read(text, topology, TopologyLabels::page);
  CHECK(page.groups[0]["rules"][0]["expr"] ==
        R"(up{juju_model_name="prod", juju_model_uuid="12345678-90ab-cdef", juju_application_name="music"})");
  CHECK(page.groups[0]["rules"][0]["labels"]["juju_model_name"] == "prod");
  CHECK_FALSE(page.groups[0]["rules"][0]["labels"].contains("juju_model"));
  const Read little = read(text, {.application = "music"});
  CHECK(little.groups[0]["rules"][0]["expr"] == R"(up{juju_application="music"})");
  CHECK(little.groups[0]["rules"][0]["labels"] == json{{"juju_application", "music"}});
}

TEST_CASE("users 29: names of an application are escaped in expressions and never become templates") {
  const Read result = read(R"({"groups": [{"name": "g", "rules": [{"alert": "A", "expr": "up{%%juju_topology%%}"}]}]})",
                           {.application = "a\"b\\c\nd} or {e=\"f"});
  CHECK(result.groups[0]["rules"][0]["expr"] == R"(up{juju_application="a\"b\\c\nd} or {e=\"f"})");
  CHECK(refusal_of_promtool(result.groups).empty());
  for (const std::string& name : {std::string("{{ nothing }}"), std::string(2000, 'x')}) {
    const Read refused =
        read(R"({"groups": [{"name": "g", "rules": [{"alert": "A", "expr": "1"}]}]})", {.application = name});
    CHECK(refused.groups == json::array());
    CHECK(pointers_of(refused.problems) == std::vector<std::string>{""});
  }
}

TEST_CASE("users 29: what may stand in a rule stands as it was, and promtool takes it") {
  const std::vector<std::string> rules = {
      R"({"alert": "A", "expr": "up == 0"})",
      R"({"alert": "A b, \"c\" {{ }}", "expr": "up == 0 # why (\n or\tup\r\n == 1", "for": "0s"})",
      R"({"alert": "A", "expr": "up{a=\"(\", b='[\"', c=`{\\`}", "for": "1d12h", "keep_firing_for": "5m"})",
      R"({"alert": "A", "expr": "1", "labels": {"job": "j", "instance": "i", "empty": ""}})",
      R"({"alert": "A", "expr": "1", "annotations": {"__dashboardUid__": "x", "description": "two\nlines\t\u2028\ufeff😀"}})",
      R"({"alert": "A", "expr": "1", "annotations": {"a": "}} {{ $value | humanize }} {{- if (eq 1 1) -}} a {{else}} b {{- end }}"}})",
      R"({"alert": "A", "expr": "1", "annotations": {"a": "{{-1}} {{ printf \"%c\" '}' }}{{ 1 }}"}})",
      R"({"alert": "A", "expr": "1", "annotations": {"a": "{{ with query \"up\" }}{{ \"}}\" }}{{ `\"}}` }}{{ end }}"}})",
      R"j({"record": "a:b_c:d", "expr": "sum(up)", "labels": {"severity": "none"}})j",
  };
  for (const std::string& text : rules) {
    INFO(text);
    const Read result = read_rule(text);
    CHECK(result.problems.empty());
    REQUIRE(result.groups.size() == 1);
    json rule = result.groups[0]["rules"][0];
    for (const char* label : {"juju_model", "juju_model_uuid", "juju_application", "juju_charm"}) {
      CHECK(rule["labels"].erase(label) == 1);
    }
    if (rule["labels"].empty()) rule.erase("labels");
    CHECK(rule == json::parse(text));
    CHECK(refusal_of_promtool(result.groups).empty());
  }
}

TEST_CASE("users 29: numbers and booleans are taken as their text, and null as absent") {
  const Read result = read_rule(
      R"({"alert": 1, "record": null, "expr": 2, "for": 0, "labels": {"a": 1.5, "b": true}, "annotations": null})");
  CHECK(result.problems.empty());
  const json& rule = result.groups[0]["rules"][0];
  CHECK(rule["alert"] == "1");
  CHECK(rule["expr"] == "2");
  CHECK(rule["for"] == "0");
  CHECK(rule["labels"]["a"] == "1.5");
  CHECK(rule["labels"]["b"] == "true");
  CHECK(refusal_of_promtool(result.groups).empty());
}

TEST_CASE("users 29: a malformed rule is left out with a problem at its place") {
  const std::vector<std::pair<std::string, std::string>> rules = {
      {"5", ""},
      {"[]", ""},
      {R"({"expr": "1"})", ""},
      {R"({"alert": "A", "record": "b", "expr": "1"})", ""},
      {R"({"alert": "", "expr": "1"})", "/alert"},
      {R"({"alert": "a\nb", "expr": "1"})", "/alert"},
      {R"({"alert": {}, "expr": "1"})", "/alert"},
      {R"({"record": "a-b", "expr": "1"})", "/record"},
      {R"({"record": "1a", "expr": "1"})", "/record"},
      {R"({"record": "é", "expr": "1"})", "/record"},
      {R"({"alert": "A"})", "/expr"},
      {R"({"alert": "A", "expr": ""})", "/expr"},
      {R"({"alert": "A", "expr": " \n\t"})", "/expr"},
      {R"({"alert": "A", "expr": ["1"]})", "/expr"},
      {R"({"alert": "A", "expr": "up \u0001"})", "/expr"},
      {R"({"alert": "A", "expr": "up \u0085"})", "/expr"},
      {R"({"alert": "A", "expr": "sum(up"})", "/expr"},
      {R"j({"alert": "A", "expr": "up)"})j", "/expr"},
      {R"({"alert": "A", "expr": "sum(up{)}"})", "/expr"},
      {R"({"alert": "A", "expr": "up{a=\"}"})", "/expr"},
      {R"({"alert": "A", "expr": "up{a=\"\n\"}"})", "/expr"},
      {R"({"alert": "A", "expr": "up{a=`}"})", "/expr"},
      {R"({"alert": "A", "expr": ")" + std::string(70'000, '1') + "\"}", "/expr"},
      {R"({"alert": "A", "expr": ")" + repeat("%%juju_topology%%", 2'000) + "\"}", "/expr"},
  };
  for (const auto& [text, pointer] : rules) {
    INFO(text.substr(0, 80));
    const Read result = read_rule(text + R"(, {"alert": "Good", "expr": "1"})");
    CHECK(pointers_of(result.problems) == std::vector<std::string>{"/groups/0/rules/0" + pointer});
    REQUIRE(result.groups.size() == 1);
    REQUIRE(result.groups[0]["rules"].size() == 1);
    CHECK(result.groups[0]["rules"][0]["alert"] == "Good");
  }
}

TEST_CASE("users 29: a part of a rule that is wrong is left out, and the rule stands without it") {
  const std::string alert = R"({"alert": "A", "expr": "1", )";
  const std::string record = R"({"record": "a", "expr": "1", )";
  const std::vector<std::pair<std::string, std::string>> rules = {
      {alert + R"("x/~": 1})", "/x~1~0"},
      {alert + R"("for": ""})", "/for"},
      {alert + R"("for": "5 m"})", "/for"},
      {alert + R"("for": "0x"})", "/for"},
      {alert + R"("for": "293y"})", "/for"},
      {alert + R"("for": "5m5h"})", "/for"},
      {alert + R"("keep_firing_for": [1]})", "/keep_firing_for"},
      {alert + R"("labels": []})", "/labels"},
      {alert + R"("labels": {"": "x"}})", "/labels/"},
      {alert + R"("labels": {"a-b": "x"}})", "/labels/a-b"},
      {alert + R"("labels": {"1a": "x"}})", "/labels/1a"},
      {alert + R"("labels": {"<<": "x"}})", "/labels/<<"},
      {alert + R"("labels": {"__name__": "x"}})", "/labels/__name__"},
      {alert + R"("labels": {"juju_unit": "music/0"}})", "/labels/juju_unit"},
      {alert + R"("labels": {"a": null}})", "/labels/a"},
      {alert + R"("labels": {"a": "\u0001"}})", "/labels/a"},
      {alert + R"("labels": {"a": "{{ x"}})", "/labels/a"},
      {alert + R"("annotations": {"a": "{{ \"}} "}})", "/annotations/a"},
      {alert + R"("annotations": {"a": "{{}}"}})", "/annotations/a"},
      {alert + R"("annotations": {"a": "{{- }}"}})", "/annotations/a"},
      {alert + R"("annotations": {"a": "{{ if(true) }}"}})", "/annotations/a"},
      {alert + R"("annotations": {"a": "{{ end }}"}})", "/annotations/a"},
      {alert + R"("annotations": {"a": "{{else}}"}})", "/annotations/a"},
      {alert + R"("annotations": {"a-b": "x"}})", "/annotations/a-b"},
      {alert + R"("annotations": {")" + std::string(501, 'a') + R"(": "x"}})", "/annotations/" + std::string(501, 'a')},
      {record + R"("for": "0s"})", "/for"},
      {record + R"("keep_firing_for": "1m"})", "/keep_firing_for"},
      {record + R"("annotations": {}})", "/annotations"},
  };
  for (const auto& [text, pointer] : rules) {
    INFO(text.substr(0, 80));
    const Read result = read_rule(text);
    CHECK(pointers_of(result.problems) == std::vector<std::string>{"/groups/0/rules/0" + pointer});
    REQUIRE(result.groups.size() == 1);
    CHECK(result.groups[0]["rules"].size() == 1);
    CHECK(refusal_of_promtool(result.groups).empty());
  }
}

TEST_CASE("users 29: a part of a group that is wrong is left out, or the group where it cannot do without") {
  const std::string rules = R"("rules": [{"alert": "A", "expr": "1"}])";
  const std::vector<std::tuple<std::string, std::string, std::size_t>> groups = {
      {"null", "", 0},
      {"{" + rules + "}", "/name", 0},
      {R"({"name": "", )" + rules + "}", "/name", 0},
      {R"({"name": [], )" + rules + "}", "/name", 0},
      {R"({"name": "g", "rules": {}})", "/rules", 0},
      {R"({"name": "g", "rules": [1]})", "/rules/0", 0},
      {R"({"name": "g", "interval": "", )" + rules + "}", "/interval", 1},
      {R"({"name": "g", "limit": "five", )" + rules + "}", "/limit", 1},
      {R"({"name": "g", "limit": 1e30, )" + rules + "}", "/limit", 1},
      {R"({"name": "g", "limit": 9223372036854775808, )" + rules + "}", "/limit", 1},
      {R"({"name": "g", "query_offset": "1m", )" + rules + "}", "/query_offset", 1},
      {R"({"name": "g", "labels": {"a": "b"}, )" + rules + "}", "/labels", 1},
  };
  for (const auto& [text, pointer, left] : groups) {
    INFO(text);
    const Read result = read(R"({"groups": [)" + text + "]}");
    CHECK(pointers_of(result.problems) == std::vector<std::string>{"/groups/0" + pointer});
    CHECK(result.groups.size() == left);
    CHECK(refusal_of_promtool(result.groups).empty());
  }
}

TEST_CASE("users 29: groups without rules are passed over, and a second group of one name is left out") {
  const std::string group = R"({"name": "g", "rules": [{"alert": "A", "expr": "1"}]})";
  const Read result =
      read(R"({"more": 1, "groups": [{"name": "g"}, {"name": "g", "rules": []}, )" + group + "," + group + "]}");
  CHECK(pointers_of(result.problems) == std::vector<std::string>{"/more", "/groups/3/name"});
  CHECK(names_of(result.groups) == std::vector<std::string>{"g"});
  for (const char* none : {"{}", R"({"groups": []})", R"({"groups": null})"}) {
    CHECK(read(none).problems.empty());
    CHECK(read(none).groups == json::array());
  }
}

TEST_CASE("users 29: hostile texts give a problem, no groups, and no harm") {
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
      std::string(10'000'000, ' '),
      "\"" + std::string(10'000'000, 'x') + "\"",
  };
  for (const std::string& text : texts) {
    INFO(text.substr(0, 40));
    const Read result = read(text);
    CHECK(result.groups == json::array());
    CHECK_FALSE(result.problems.empty());
    for (const Problem& problem : result.problems) CHECK(problem.reason.find("xxx") == std::string::npos);
  }
}

TEST_CASE("users 29: ten megabytes of rules are read, and of a million problems a hundred are told") {
  const Read zeros = read(R"({"groups": [{"name": "g", "rules": [0)" + repeat(",0", 1'000'000) + "]}]}");
  CHECK(zeros.groups == json::array());
  REQUIRE(zeros.problems.size() == 100);
  CHECK(zeros.problems.back().reason == "more problems than are told here");
  const Read rules = read(R"({"groups": [{"name": "g", "rules": [{"alert":"A","expr":"1"})" +
                          repeat(R"(,{"alert":"A","expr":"1"})", 100'000) + "]}]}");
  CHECK(rules.problems.empty());
  CHECK(rules.groups[0]["rules"].size() == 100'001);
}

TEST_CASE("users 29: any part of a text that is cut or changed is read without harm") {
  const Directory directory;
  directory.write("slow.rule", one_rule);
  directory.write("music.yaml", two_groups);
  const std::string text = juju::to_yaml_safe_json(directory.load().over(nullptr));
  for (std::size_t i = 0; i < text.size(); ++i) {
    CHECK(read(text.substr(0, i)).groups == json::array());
    for (const char c : {'\0', '"', '{', ']', '0', '\xff'}) {
      std::string changed = text;
      changed[i] = c;
      CHECK(read(changed).groups.is_array());
    }
  }
}

TEST_CASE("users 29: the deepest expression that passes is one that promtool can parse") {
  const std::string deep = repeat("(", 32'000) + "1" + repeat(")", 32'000);
  const Read result = read_rule(R"({"alert": "A", "expr": ")" + deep + R"("}, {"alert": "B", "expr": ")" +
                                repeat("-", 65'000) + R"(1"})");
  CHECK(result.groups[0]["rules"].size() == 2);
  CHECK(refusal_of_promtool(result.groups).empty());
}

TEST_CASE("the reason tells what is wrong with an alert rule or a group") {
  const auto [text, problem] = GENERATE(table<std::string, std::string>({
      {"{", "not JSON (byte 2)"},
      {"5", "not an object"},
      {R"({"groups": {}})", "/groups: not an array"},
      {R"({"groups": [5]})", "/groups/0: not an object"},
      {R"({"groups": [{"name": ""}]})", "/groups/0/name: not a name"},
      {R"({"groups": [{"name": "g", "rules": {}}]})", "/groups/0/rules: not an array"},
      {R"({"groups": [{"name": "g", "interval": "1"}]})", "/groups/0/interval: not a duration such as 1h30m or 500ms"},
      {R"({"groups": [{"name": "g", "limit": "x"}]})", "/groups/0/limit: not a whole number"},
      {R"({"groups": [{"name": "g", "limit": ""}]})", "/groups/0/limit: not a whole number"},
      {R"({"groups": [{"name": "g", "limit": 1.5}]})", "/groups/0/limit: not a whole number"},
      {R"({"groups": [{"name": "g", "limit": 4294967296}]})", "/groups/0/limit: not a whole number"},
      {R"({"groups": [{"name": "g", "more": 1}]})", "/groups/0/more: not a key that may stand here"},
      {R"({"more": 1})", "/more: not a key that may stand here"},
  }));
  const Read result = read(text);
  REQUIRE(result.problems.size() == 1);
  CHECK(to_string(result.problems[0]) == problem);
}

TEST_CASE("the reason tells what is wrong inside an alert rule") {
  const auto [rule, problem] = GENERATE(table<std::string, std::string>({
      {"5", ": not an object"},
      {R"({"alert": "A", "record": "a", "expr": "1"})", ": not exactly one of alert and record"},
      {R"({"alert": "", "expr": "1"})", "/alert: not a name"},
      {R"({"record": "", "expr": "1"})", "/record: not a name"},
      {R"({"record": "a b", "expr": "1"})", "/record: not the name of a metric"},
      {R"({"alert": "A", "expr": "("})", "/expr: not an expression of at most 64 KiB that closes what it opens"},
      {R"({"alert": "A", "expr": "1", "labels": 1})", "/labels: not an object"},
      {R"({"alert": "A", "expr": "1", "labels": {"1": "a"}})",
       "/labels/1: not a name of [a-zA-Z_][a-zA-Z0-9_]* with at most 500 bytes"},
      {R"({"alert": "A", "expr": "1", "labels": {"__a": "a"}})", "/labels/__a: a label that is not a rule's to set"},
      {R"({"alert": "A", "expr": "1", "labels": {"": "a"}})",
       "/labels/: not a name of [a-zA-Z_][a-zA-Z0-9_]* with at most 500 bytes"},
      {R"({"alert": "A", "expr": "1", "labels": {"juju_unit": "a"}})",
       "/labels/juju_unit: a label that is not a rule's to set"},
      {R"({"alert": "A", "expr": "1", "for": []})", "/for: not a duration such as 1h30m or 500ms"},
      {R"({"alert": "A", "expr": "1", "annotations": {"a": []}})", "/annotations/a: not a text of at most 64 KiB"},
      {R"({"alert": "A", "expr": "1", "annotations": {"a": "{{"}})",
       "/annotations/a: a template that does not close what it opens"},
      {R"({"alert": "A", "expr": "1", "for": "1"})", "/for: not a duration such as 1h30m or 500ms"},
      {R"({"alert": "A", "expr": "1", "keep_firing_for": "1"})",
       "/keep_firing_for: not a duration such as 1h30m or 500ms"},
      {R"({"alert": "A", "expr": "1", "more": 1})", "/more: not a key that may stand here"},
      {R"({"record": "a", "expr": "1", "for": "1m"})", "/for: not a key that may stand here"},
  }));
  const Read result = read_rule(rule);
  REQUIRE(result.problems.size() == 1);
  CHECK(to_string(result.problems[0]) == "/groups/0/rules/0" + problem);
}

TEST_CASE("a second group of one name is a problem that says so") {
  const std::string group = R"({"name": "g", "rules": [{"alert": "A", "expr": "1"}]})";
  const Read result = read(R"({"groups": [)" + group + "," + group + "]}");
  REQUIRE(result.problems.size() == 1);
  CHECK(to_string(result.problems[0]) == "/groups/1/name: the name of an earlier group");
  CHECK(result.groups.size() == 1);
}

TEST_CASE("names that no label can carry are a problem of all of an application's rules") {
  const Read result = read(R"({"groups": []})", {.application = "{{ name }}"});
  REQUIRE(result.problems.size() == 1);
  CHECK(result.problems[0].reason == "the application's names are too long for labels, or hold a template");
}

TEST_CASE("the reason tells what is wrong with a rule file") {
  const Directory directory;
  directory.write("a.rule", "a: b: c");
  directory.write("b.rule", "[a]");
  directory.write("c.rule", repeat(" ", 1024 * 1024 + 1));
  directory.write("d\n.rule", one_rule);
  std::vector<std::string> lines;
  for (const Problem& problem : directory.load().problems) lines.push_back(to_string(problem));
  CHECK(lines == std::vector<std::string>{"a.rule: not YAML (byte 5)", "b.rule: neither a rule nor groups",
                                          "c.rule: a file of over 1 MiB",
                                          "d?.rule: not a file name in UTF-8 without controls"});
  const AlertRules unlisted = load_alert_rules(directory.path() / "a.rule", topology);
  REQUIRE(unlisted.problems.size() == 1);
  CHECK(to_string(unlisted.problems[0]) == ".: cannot be listed");
}

TEST_CASE("a rule file of exactly 1 MiB is read") {
  const Directory directory;
  directory.write("a.rule", one_rule + repeat("#", 1024 * 1024 - one_rule.size()));
  const AlertRules rules = directory.load();
  CHECK(rules.problems.empty());
  CHECK(rules.groups.size() == 1);
}

TEST_CASE("a rule of an application that nothing is known of has no labels but its own") {
  const Read result = read(R"({"groups": [{"name": "g", "rules": [{"alert": "A", "expr": "1"}]}]})", juju::Topology{});
  REQUIRE(result.groups.size() == 1);
  CHECK(result.groups[0]["rules"][0] == json::parse(R"({"alert": "A", "expr": "1"})"));
}

TEST_CASE("a file that has no rules any more, and no problem, gives up the groups that it published") {
  const Directory directory;
  directory.write("a.rule", one_rule);
  const json published = directory.load().over(nullptr);
  directory.write("a.rule", "groups: []");
  const AlertRules rules = directory.load();
  CHECK(rules.problems.empty());
  CHECK(rules.over(published)["groups"] == json::array());
}

TEST_CASE("an expression's strings, comments and brackets are told apart") {
  const auto [expression, stands] = GENERATE(table<std::string, bool>({
      {"up", true},
      {" \t\r\n", false},
      {"", false},
      {"up{a='('}", true},
      {"up{a='\\'('}", true},
      {"up{a='('", false},
      {"up{a=\"\\\"(\"}", true},
      {"up{a=\"(\\\\\"}", true},
      {"up{a=``}", true},
      {"up{a=`\\`}", true},
      {"up{a=`\n(`}", true},
      {"up{a='\n'}", false},
      {"up{a='x}", false},
      {"up # (", true},
      {"up # (\n)", false},
      {"(up # )\n)", true},
      {"({[]})", true},
      {"([)]", false},
      {"]", false},
      {"(", false},
      {"up # '", true},
      {"'('", true},
      {"\"(\"", true},
      {"`(`", true},
  }));
  INFO(expression);
  const json rule = {{"alert", "A"}, {"expr", expression}};
  CHECK(read_rule(rule.dump()).problems.empty() == stands);
}

TEST_CASE("a template's actions end and say something, and its blocks have their ends") {
  const auto [text, stands] = GENERATE(table<std::string, bool>({
      {"", true},
      {"}}", true},
      {"{", true},
      {"{{ 1 }}", true},
      {"{{1}}{{2}}", true},
      {"{{", false},
      {"{{ 1 }", false},
      {"{{ }}", false},
      {"{{}}", false},
      {"{{}}{{1}}", false},
      {"{{x end }}", true},
      {"{{ end }}{{ if 1 }}", false},
      {"{{-}}", true},
      {"{{- }}", false},
      {"{{-\t1 }}", true},
      {"{{ \"}}\" }}", true},
      {"{{ \"}} }}", false},
      {"{{ `}}` }}", true},
      {"{{ `}} }}", false},
      {"{{ '}' }}", true},
      {"{{ '}}' }}", true},
      {"{{ '\"' }}", true},
      {"{{- end }}", false},
      {"{{ \"{{\" }}", true},
      {"{{ if 1 }}", false},
      {"{{ if 1 }}{{ end }}", true},
      {"{{\tif 1 }}{{\nend }}", true},
      {"{{- if 1 -}}{{- end -}}", true},
      {"{{ range . }}{{ else }}{{ end }}", true},
      {"{{ with . }}", false},
      {"{{ with . }}{{ end }}", true},
      {"{{ range . }}", false},
      {"{{ define \"a\" }}", false},
      {"{{ define \"a\" }}{{ end }}", true},
      {"{{ block \"a\" . }}", false},
      {"{{ block \"a\" . }}{{ end }}", true},
      {"{{ end }}", false},
      {"{{ else }}", false},
      {"{{ if 1 }}{{ if 2 }}{{ end }}", false},
      {"{{ if 1 }}{{ end }}{{ end }}", false},
      {"{{ if 1 }}{{ end }}{{ else }}", false},
      {"{{ iffy }}", true},
      {"{{ if2 }}", true},
      {"{{ end_ }}", true},
      {"{{if(1)}}", false},
      {"{{ ( if ) }}", true},
      {"{{ 1 }} {{ if 1 }} x {{ end }} y {{ 2 }}", true},
  }));
  INFO(text);
  const json rule = {{"alert", "A"}, {"expr", "1"}, {"annotations", {{"a", text}}}};
  CHECK(read_rule(rule.dump()).problems.empty() == stands);
}

TEST_CASE("a text of several lines may have tabs and line breaks, and no other control") {
  const auto annotated = [](const std::string& text) {
    return read_rule(json({{"alert", "A"}, {"expr", "1"}, {"annotations", {{"a", text}}}}).dump()).problems.size();
  };
  for (const char* text : {"a\tb", "a\rb", "a\nb"}) CHECK(annotated(text) == 0);
  for (const char* text : {"a\vb", "a\bb", "a\fb", "a\x0e", "a\x7f"}) CHECK(annotated(text) == 1);
}

TEST_CASE("the texts of a rule may have 64 KiB, a label's name 500 bytes, and an application's names 1024") {
  const std::size_t most = 64 * 1024;
  const auto problems_of = [](const std::string& expression, const std::string& annotation, std::size_t name) {
    return read_rule(json({{"alert", "A"},
                           {"expr", expression},
                           {"labels", {{std::string(name, 'a'), "x"}}},
                           {"annotations", {{"a", annotation}}}})
                         .dump())
        .problems.size();
  };
  CHECK(problems_of(std::string(most, '1'), std::string(most, 'a'), 500) == 0);
  CHECK(problems_of(std::string(most + 1, '1'), "a", 1) == 1);
  CHECK(problems_of("1", std::string(most + 1, 'a'), 1) == 1);
  CHECK(problems_of("1", "a", 501) == 1);
  const std::string placeholder = "%%juju_topology%%";
  const std::string rest(most - matchers.size(), '1');
  CHECK(problems_of(rest + placeholder, "a", 1) == 0);
  CHECK(problems_of(rest + "1" + placeholder, "a", 1) == 1);
  const std::string group = R"({"groups": [{"name": "g", "rules": [{"alert": "A", "expr": "1"}]}]})";
  CHECK(read(group, {.model = "m", .application = std::string(1023, 'a')}).problems.empty());
  CHECK(read(group, {.model = "m", .application = std::string(1024, 'a')}).problems.size() == 1);
}

TEST_CASE("labels that are only like the topology's stand, and annotations have any name") {
  const Read result = read_rule(R"({"alert": "A", "expr": "1", "labels": {"juju_other": "x"},
                                    "annotations": {"juju_model": "y", "__z": "z", "juju_unit": "u"}})");
  CHECK(result.problems.empty());
  const json& rule = result.groups[0]["rules"][0];
  CHECK(rule["labels"]["juju_other"] == "x");
  CHECK(rule["annotations"] == json::parse(R"({"juju_model": "y", "__z": "z", "juju_unit": "u"})"));
}

TEST_CASE("a unit of the topology stands in no label of a rule") {
  const Read result = read_rule(R"({"alert": "A", "expr": "1"})");
  CHECK_FALSE(result.groups[0]["rules"][0]["labels"].contains("juju_unit"));
}

TEST_CASE("a file of which a part is left out loses nothing that it does not say itself") {
  const Directory directory;
  directory.write("a.yml", R"({"groups": [{"name": "g", "rules": [{"alert": "A", "expr": "1"}, 7]}]})");
  const AlertRules rules = directory.load();
  CHECK(rules.problems.size() == 1);
  const json old = {{"groups", {{{"name", identifier + "_a_old"}, {"rules", json::array()}}}}};
  CHECK(names_of(rules.over(old)["groups"]) == std::vector{identifier + "_a_g"});
}

TEST_CASE("a name of a file is shown with its blanks and signs") {
  const Directory directory;
  directory.write("a ~!\a.rule", one_rule);
  CHECK(keys_of(directory.load().problems) == std::vector<std::string>{"a ~!?.rule"});
}

TEST_CASE("a rule file without a byte is a problem that says so") {
  const Directory directory;
  directory.write("a.rule", "");
  const AlertRules rules = directory.load();
  REQUIRE(rules.problems.size() == 1);
  CHECK(to_string(rules.problems[0]) == "a.rule: neither a rule nor groups");
}

TEST_CASE("a rule file that may not be read is a problem that says so") {
  const Directory directory;
  directory.write("a.rule", one_rule);
  fs::permissions(directory.path(), static_cast<fs::perms>(0755));
  fs::permissions(directory.path() / "a.rule", fs::perms::none);
  const uid_t self = ::geteuid();
  if (self == 0) REQUIRE(::seteuid(65534) == 0);  // root may read anything
  const AlertRules rules = directory.load();
  REQUIRE(::seteuid(self) == 0);
  REQUIRE(rules.problems.size() == 1);
  CHECK(to_string(rules.problems[0]) == "a.rule: cannot be read");
}

TEST_CASE("the longest duration that Prometheus can count is a rule's too") {
  CHECK(read_rule(R"({"alert": "A", "expr": "1", "for": "9223372036854ms"})").problems.empty());
  CHECK(read_rule(R"({"alert": "A", "expr": "1", "for": "9223372036855ms"})").problems.size() == 1);
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
  const AlertRules rules = directory.load();
  CHECK(rules.problems.empty());
  REQUIRE(rules.groups.size() == 1);
  CHECK(rules.groups[0]["rules"][0]["annotations"]["a"] == "less than 10" + character + "% is free");
  CHECK_NOTHROW(juju::to_yaml_safe_json(rules.over(json())));
}

TEST_CASE("alert rule files: an escaped control character in an annotation is a problem") {
  const std::string escape = GENERATE("\\N", "\\e", "\\x9b", "\\u0085");
  INFO(escape);
  const Directory directory;
  directory.write("a.rule", "{alert: A, expr: up == 0, annotations: {a: \"" + escape + "\", b: kept}}");
  const AlertRules rules = directory.load();
  REQUIRE(rules.problems.size() == 1);
  CHECK(rules.problems[0].pointer == "/annotations/a");
  REQUIRE(rules.groups.size() == 1);
  CHECK(rules.groups[0]["rules"][0]["annotations"] == json({{"b", "kept"}}));
  CHECK_NOTHROW(juju::to_yaml_safe_json(rules.over(json())));
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
  const AlertRules rules = directory.load();
  CHECK(rules.problems.empty());
  REQUIRE(rules.groups.size() == 1);
  const json& read = rules.groups[0]["rules"];
  REQUIRE(read.size() == 3);
  CHECK(read[1]["expr"] == "up == 0");
  CHECK(read[1]["labels"]["team"] == "a");
  CHECK(read[1]["labels"]["severity"] == "info");
  CHECK(read[2]["labels"] == read[0]["labels"]);
}
