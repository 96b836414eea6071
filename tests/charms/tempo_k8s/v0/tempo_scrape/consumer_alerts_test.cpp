// SPDX-License-Identifier: Apache-2.0
#include <support/consumer.hpp>
#include <support/repeated.hpp>

using namespace support;
using nlohmann::json;

namespace {

json alerts_of(std::vector<RelationState> relations) {
  juju::testing::MemoryModel model({.relations = std::move(relations)}, tempo_metadata);
  juju::Framework framework(model, tempo_metadata);
  return Tempo(framework).scrape.alerts();
}

}  // namespace

TEST_CASE("consumer alerts: each relation with rules and units has its own name") {
  RelationState relation =
      application_with("alert_rules", R"({"groups": [{"name": "g", "rules": [{"alert": "A", "expr": "1"}]}]})");
  RelationState without_rules = application_with("alert_rules", R"({"groups": []})");
  without_rules.id = 2;
  RelationState without_units = relation;
  without_units.id = 3;
  without_units.remote_units.clear();
  relation.remote_application_data.erase("scrape_jobs");
  const json alerts = alerts_of({relation, without_rules, without_units});
  REQUIRE(alerts.size() == 1);
  REQUIRE(alerts.contains("dev_12345678_app_tracing_1"));
  CHECK(alerts["dev_12345678_app_tracing_1"]["groups"][0]["rules"][0]["labels"]["juju_application"] == "app");
}

TEST_CASE("consumer alerts: rules cannot use another application's labels") {
  const RelationState hostile =
      application_with("alert_rules", R"({"groups": [{"name": "g", "source_tenants": ["all"], "rules": [
    {"alert": "A", "expr": "up{%%juju_topology%%}", "labels": {"juju_application": "victim", "juju_model": "victim",
      "juju_application_name": "victim", "juju_charm": "victim", "juju_unit": "victim/0", "__name__": "victim",
      "__x": "victim", "severity": "page"}},
    {"record": "victim:up{", "expr": "1"}, {"record": "up", "expr": "1", "labels": {"juju_application": "victim"}},
    {"alert": "B", "expr": "1", "keep": "victim", "annotations": {"a": ["victim"]}}]}]})",
                       "[]");
  const json alerts = alerts_of({hostile});
  CHECK(alerts.dump().find("victim") == std::string::npos);
  REQUIRE(alerts.size() == 1);
  const json& rules = alerts.at("dev_12345678_app_tracing_1")["groups"][0]["rules"];
  REQUIRE(rules.size() == 3);
  for (const json& rule : rules) CHECK(rule["labels"]["juju_application"] == "app");
  CHECK(rules[0]["labels"].size() == 5);
  CHECK(consume(hostile).problems.size() == 7);
}

TEST_CASE("consumer alerts: the limit of a relation also limits its rules") {
  const std::string rule = R"({"alert": "A", "expr": "1"})";
  const RelationState relation = application_with(
      "alert_rules", R"({"groups": [{"name": "g", "rules": [)" + repeated(rule + ",", 9'999) + rule + "]}]}");
  const Consumed consumed = consume(relation, {.max_bytes_per_relation = 5000});
  REQUIRE(consumed.problems.size() == 1);
  CHECK(place_of(consumed.problems[0]).starts_with("1 app alert_rules /groups/0/rules/"));
  CHECK(consumed.problems[0].reason.find("limit") != std::string::npos);
}
