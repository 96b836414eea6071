// SPDX-License-Identifier: Apache-2.0
// The alert rules of a workload, and those of a PrometheusRulesProvider.
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <support/prometheus.hpp>
#include <support/temporary_directory.hpp>

using namespace support::prometheus;
using namespace juju::testing;

namespace {

/// A directory of rules.
struct Rules {
  Rules() {
    write("cpu load.yaml", R"({alert: Hot, expr: 'temperature{%%juju_topology%%} > 90', labels: {team: a}})");
    std::filesystem::create_directory(directory.path() / "sub");
    write("sub/disk.rules", R"({groups: [{name: d, rules: [{alert: Full, expr: disk > 9}]}]})");
  }
  void write(const std::string& name, const std::string& text) const { std::ofstream(directory.path() / name) << text; }
  std::string path() const { return directory.path().string(); }

  support::TemporaryDirectory directory;
};

/// The names of the published groups.
Lines groups(const State& state) {
  Lines names;
  for (const json& group : published(state, "alert_rules").value("groups", json::array())) {
    names.push_back(group.at("name").get<std::string>());
  }
  return names;
}

/// The expressions of the published rules.
Lines expressions(const State& state) {
  Lines all;
  for (const json& group : published(state, "alert_rules").value("groups", json::array())) {
    for (const json& rule : group.at("rules")) all.push_back(rule.at("expr").get<std::string>());
  }
  return all;
}

struct RulesCharm final : juju::CharmBase {
  explicit RulesCharm(juju::Framework& framework, prom::PrometheusRulesProviderOptions options)
      : CharmBase(framework), rules(*this, std::move(options)) {}
  prom::PrometheusRulesProvider<RulesCharm> rules;
};

auto rules_charm(prom::PrometheusRulesProviderOptions options) {
  return [=](juju::Framework& framework) { return std::make_unique<RulesCharm>(framework, options); };
}

State run_rules(const State& before, const prom::PrometheusRulesProviderOptions& options,
                const EventRequest& event = config_changed()) {
  return run(before, event, workload_metadata, rules_charm(options));
}

const std::string identifier = "test_model_6ba7b810_music";
const std::string matchers =
    R"(juju_model="test-model", juju_model_uuid="6ba7b810-9dad-41d1-80b4-00c04fd430c8", juju_application="music")";

}  // namespace

TEST_CASE("prometheus rules: the author's rules, then the generic ones") {
  const Rules rules;
  const State after = run_workload(providing(), {.alert_rules_directory = rules.path()});
  CHECK(groups(after) ==
        Lines{identifier + "_cpu_load_alerts", identifier + "_sub_disk_d", identifier + "_HostHealth_rules"});
  CHECK(expressions(after) == Lines{"temperature{" + matchers + "} > 90", "disk > 9", "up{" + matchers + "} < 1",
                                    "absent(up{" + matchers + "})"});
  const json document = published(after, "alert_rules");
  CHECK(document["groups"][0]["rules"][0]["labels"] == json{{"team", "a"},
                                                            {"juju_model", "test-model"},
                                                            {"juju_model_uuid", after.model_uuid},
                                                            {"juju_application", "music"},
                                                            {"juju_charm", "music"}});
  Lines alerts;
  for (const json& rule : document["groups"][2]["rules"]) {
    alerts.push_back(rule.at("alert").get<std::string>() + " " + rule.at("for").get<std::string>() + " " +
                     rule.at("labels").at("severity").get<std::string>());
  }
  CHECK(alerts == Lines{"HostDown 5m critical", "HostMetricsMissing 5m warning"});
}

TEST_CASE("prometheus rules: the options select which rules are published") {
  const Rules rules;
  struct Case {
    bool forward;
    bool generic;
    std::size_t count;
  };
  for (const auto& [forward, generic, count] : {Case{true, false, 2}, Case{false, true, 0}, Case{false, false, 0}}) {
    const ProviderOptions options{
        .alert_rules_directory = rules.path(), .forward_alert_rules = forward, .generic_alert_rules = generic};
    const State all = run_workload(providing(), {.alert_rules_directory = rules.path()});
    for (const State& before : {providing(), all}) {
      const State after = run_workload(before, options);
      CHECK(groups(after).size() == count);
      if (count == 0) CHECK(after.relation(3).local_application_data.at("alert_rules") == "{}");
    }
  }
  const State none = run_workload(providing(), {.alert_rules_directory = "none", .generic_alert_rules = false});
  CHECK(none.relation(3).local_application_data.at("alert_rules") == "{}");
}

TEST_CASE("prometheus rules: a wrong file is a problem and is logged") {
  const Rules rules;
  const ProviderOptions options{.alert_rules_directory = rules.path()};
  const State before = run_workload(providing(), options);
  rules.write("cpu load.yaml", "[");
  const State after = run_workload(before, options);
  CHECK(after.relation(3) == before.relation(3));
  CHECK(logged(after.log, juju::LogLevel::warning).size() == 1);
  CHECK(inspect<Workload>(before, workload_metadata, workload(options),
                          [](Workload& charm) { return charm.metrics.problems().size(); }) == 1);
}

TEST_CASE("prometheus rules: rewrite_expression gets every expression") {
  const Rules rules;
  const auto rewrite = [](const std::string& expression, const juju::StringMap& labels) -> std::string {
    if (expression == "disk > 9") throw std::runtime_error("no tool");
    return labels.at("juju_application") + " and " + expression;
  };
  const State after = run_workload(providing(), {.alert_rules_directory = rules.path(), .rewrite_expression = rewrite});
  const Lines rewritten = expressions(after);
  REQUIRE(rewritten.size() == 4);
  CHECK(rewritten[0] == "music and temperature{" + matchers + "} > 90");
  CHECK(rewritten[1] == "disk > 9");
  CHECK(rewritten[2].starts_with("music and up{"));
  CHECK(logged(after.log, juju::LogLevel::warning) ==
        Lines{identifier + "_sub_disk_d at /rules/0/expr: the expression could not be rewritten: no tool"});
}

TEST_CASE("prometheus rules provider: writes the rules and nothing else") {
  const Rules rules;
  rules.write("topology.rule", R"({alert: B, expr: 'up{%%juju_topology%%}', labels: {juju_model: m}})");
  const prom::PrometheusRulesProviderOptions options{.directory = rules.path()};
  for (const EventRequest& event :
       {relation_joined(3, "prometheus/0"), relation_changed(3), leader_elected(), upgrade_charm(), config_changed()}) {
    CAPTURE(event.hook.name());
    const State after = run_rules(providing(), options, event);
    CHECK(groups(after) == Lines{"cpu_load_alerts", "sub_disk_d", "topology_alerts"});
    CHECK(expressions(after) == Lines{"temperature{} > 90", "disk > 9", R"(up{juju_model="m"})"});
    CHECK(published(after, "alert_rules")["groups"][0]["rules"][0]["labels"] == json{{"team", "a"}});
    CHECK(after.relation(3).local_application_data.size() == 1);
    CHECK(after.relation(3).local_unit_data.empty());
    CHECK(run_rules(after, options) == after);
    if (event.hook.kind == juju::HookKind::leader_elected) continue;
    CHECK(run_rules(providing(false), options, event) == providing(false));
  }
  CHECK(run_rules(providing(), options, relation_created(3)) == providing());
}

TEST_CASE("prometheus rules provider: options and problems") {
  const Rules rules;
  rules.write("broken.rules", "[");
  CHECK(groups(run_rules(providing(), {.directory = rules.path(), .recursive = false})) == Lines{"cpu_load_alerts"});
  CHECK(run_rules(providing(), {.directory = "none"}).relation(3).local_application_data.at("alert_rules") == "{}");
  const auto problems = [&](RulesCharm& charm) { return charm.rules.problems(); };
  const auto found =
      inspect<RulesCharm>(providing(), workload_metadata, rules_charm({.directory = rules.path()}), problems);
  REQUIRE(found.size() == 1);
  CHECK(found[0].key == "broken.rules");
  CHECK_THROWS_AS(run_rules(providing(), {.relation_name = "x"}), prom::RelationNotFoundError);
}
