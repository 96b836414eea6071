// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <string>

#include <support/catch.hpp>

#include "rule_directory.hpp"

using namespace scrape;
using namespace support;
using nlohmann::json;

namespace {

const std::string rule_of_unit =
    "{alert: A, expr: 'up{%%juju_topology%%} == 0', labels: {juju_unit: a/0, juju_model: m}}";

/// The text of a file with groups of these names.
std::string groups_named(const Lines& names) {
  json groups = json::array();
  for (const std::string& name : names) {
    groups.push_back({{"name", name}, {"rules", {{{"alert", "A"}, {"expr", "1"}}}}});
  }
  return json({{"groups", groups}}).dump();
}

/// Loads the rules of an application whose name is not plain.
AlertRuleFiles load_plain(const Directory& directory, bool generic = false) {
  const juju::Topology dashed{.model = "my-model", .model_uuid = "1234-5678", .application = "a.b"};
  return load_alert_rules(directory.path(), dashed, {.plain_group_names = true, .generic_rules = generic});
}

}  // namespace

TEST_CASE("alert rule files: subdirectories are read unless the option is off") {
  const Directory directory;
  for (const char* name : {"a.rule", "below/b.rule"}) directory.write(name, rule_of_unit);
  CHECK(directory.load().groups.size() == 2);
  CHECK(names_of(directory.load({.recursive = false}).groups) == Lines{"prod_12345678_music_a_alerts"});
  CHECK(names_of(directory.load_without_topology({.recursive = false}).groups) == Lines{"a_alerts"});
}

TEST_CASE("alert rule files: without a topology no label and no name is added") {
  const Directory directory;
  directory.write("a.rule", rule_of_unit);
  directory.write("below/b.yml", groups_named({"g"}));
  const AlertRuleFiles rules = directory.load_without_topology({.generic_rules = true});
  CHECK(rules.problems.empty());
  CHECK(names_of(rules.groups) == Lines{"a_alerts", "below_b_g"});
  CHECK(rules.groups[0]["rules"][0]["labels"] == json({{"juju_unit", "a/0"}, {"juju_model", "m"}}));
  CHECK(rules.groups[0]["rules"][0]["expr"] == R"(up{juju_model="m", juju_unit="a/0"} == 0)");
  CHECK_FALSE(rules.groups[1]["rules"][0].contains("labels"));
  CHECK(rules.generic_groups.empty());
  const json published = rules.to_publish(nullptr);
  CHECK(refusal(published["groups"]) == "");
  CHECK(read_alert_rules(published.dump(), std::nullopt).groups == published["groups"]);
  directory.write("a.rule", "[");
  CHECK(directory.load_without_topology().to_publish(published) == published);
  const AlertRuleFiles lost = load_alert_rules(directory.path() / "a.rule", std::nullopt);
  CHECK(lost.to_publish(published) == published);
}

TEST_CASE("alert rule files: plain names of groups are unique") {
  const Directory directory;
  directory.write("a-b.rule", groups_named({"x y", "x\u00e9y", "x:y", "x_y"}));
  directory.write("a.b.rule", "{alert: A, expr: 1}");
  directory.write("a_b.rule", "{alert: A, expr: 1}");
  const AlertRuleFiles rules = load_plain(directory);
  CHECK(rules.problems.empty());
  const std::string start = "my_model_1234_567_a_b_a_b_";
  CHECK(names_of(rules.groups) == Lines{start + "x_y", start + "x_y_a_b_rule", start + "x:y",
                                        start + "x_y_a_b_rule_a_b_rule", start + "_alerts", start + "__alerts"});
  CHECK(refusal(rules.groups) == "");
}

TEST_CASE("alert rule files: a lost file with a plain name keeps its groups") {
  const Directory directory;
  directory.write("a-b.rule", rule_of_unit);
  directory.write("a_b.rule", rule_of_unit);
  const json published = load_plain(directory).to_publish(nullptr);
  directory.write("a-b.rule", "[");
  CHECK(load_plain(directory).to_publish(published) == published);
  CHECK(load_alert_rules(directory.path() / "a_b.rule", topology, {.plain_group_names = true}).lost_prefixes ==
        Lines{"prod_12345678_music_"});
}

TEST_CASE("alert rule files: generic rules have the topology and come last") {
  const Directory directory;
  directory.write("z.rule", rule_of_unit);
  const AlertRuleFiles rules = directory.load({.generic_rules = true});
  const json published = rules.to_publish(nullptr);
  CHECK(names_of(published["groups"]) == Lines{"prod_12345678_music_z_alerts", "prod_12345678_music_HostHealth_rules"});
  const json& generic = published["groups"][1]["rules"];
  REQUIRE(generic.size() == 2);
  CHECK(generic[0]["alert"] == "HostDown");
  CHECK(generic[0]["expr"] == "up{" + matchers + "} < 1");
  CHECK(generic[1]["alert"] == "HostMetricsMissing");
  CHECK(generic[1]["expr"] == "absent(up{" + matchers + "})");
  for (const json& each : generic) {
    CHECK(each["for"] == "5m");
    json labels = known_labels;
    labels["severity"] = each["alert"] == "HostDown" ? "critical" : "warning";
    CHECK(each["labels"] == labels);
    CHECK(each["annotations"].size() == 2);
  }
  CHECK(refusal(published["groups"]) == "");
  CHECK(rules.to_publish(published) == published);
  CHECK(read(published.dump()).groups == published["groups"]);
}

TEST_CASE("alert rule files: the generic group has a unique and plain name") {
  const Directory directory;
  directory.write("HostHealth.yml", groups_named({"rules"}));
  const AlertRuleFiles rules = load_plain(directory, true);
  const json published = rules.to_publish(nullptr);
  const std::string name = "my_model_1234_567_a_b_HostHealth_rules";
  CHECK(names_of(published["groups"]) == Lines{name, name + "_generic"});
  CHECK(refusal(published["groups"]) == "");
  const AlertRuleFiles lost = load_alert_rules(directory.path() / "HostHealth.yml", topology, {.generic_rules = true});
  const json kept = lost.to_publish(lost.to_publish(nullptr));
  CHECK(names_of(kept["groups"]) == Lines{"prod_12345678_music_HostHealth_rules"});
}

TEST_CASE("alert rule files: an empty object is published without groups") {
  const AlertRuleFiles none = load_alert_rules("", topology, {.plain_group_names = true});
  CHECK(none.problems.empty());
  CHECK(none.to_publish_or_empty(nullptr).dump() == "{}");
  const AlertRuleFiles generic = load_alert_rules("", topology, {.generic_rules = true});
  CHECK(generic.to_publish_or_empty(nullptr) == generic.to_publish(nullptr));
  CHECK(generic.to_publish(nullptr)["groups"].size() == 1);
}
