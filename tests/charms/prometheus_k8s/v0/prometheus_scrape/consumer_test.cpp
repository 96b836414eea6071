// SPDX-License-Identifier: Apache-2.0
// What a scraper reads: jobs, alert rules, problems, its options and its costs.
#include <support/prometheus.hpp>

using namespace support::prometheus;
using namespace juju::testing;

namespace {

json jobs(const State& state, const ConsumerOptions& options = {}) {
  return inspect_scraper(state, options, [](Scraper& charm) { return charm.metrics.jobs(); });
}

/// The names of the alert rules' entries.
Lines names_of_alerts(const State& state) {
  return inspect_scraper(state, {}, [](Scraper& charm) {
    Lines names;
    const json alerts = charm.metrics.alerts();
    for (const auto& entry : alerts.items()) names.push_back(entry.key());
    return names;
  });
}

RelationState with_rules(const std::string& labels, juju::RelationId id = 1) {
  RelationState relation = application("[]", id);
  relation.remote_application_data["alert_rules"] =
      R"({"groups": [{"name": "g", "rules": [{"alert": "A", "expr": "up{%%juju_topology%%}", "labels": )" + labels +
      "}]}]}";
  return relation;
}

}  // namespace

TEST_CASE("prometheus consumer: reads jobs, alerts and problems in one call") {
  RelationState relation = with_rules("{}");
  relation.remote_application_data["scrape_jobs"] = R"([{"job_name": "a"}, 7])";
  relation.remote_units["app/1"] = {{"prometheus_scrape_host", "fd00::1"}};
  const State state = scraping({relation, application("[{}]", 2, "other")}, false);
  inspect_scraper(state, {}, [](Scraper& charm) {
    const prom::Published all = charm.metrics.read();
    CHECK(all.jobs().size() == 3);
    CHECK(all.alerts.size() == 1);
    CHECK(all.problems.size() == 1);
    for (int i = 0; i < 3; ++i) {
      CHECK(charm.metrics.jobs() == all.jobs());
      CHECK(charm.metrics.alerts() == scrape::alert_rules_of(all.alerts));
      CHECK(charm.metrics.problems() == all.problems);
    }
    return 0;
  });
  CHECK(jobs(state)[1] == json::parse(R"j({
    "job_name": "juju_dev_12345678_app_prometheus_scrape_a-1", "metrics_path": "/metrics",
    "static_configs": [{"targets": ["[fd00::1]:80"], "labels": {"juju_model": "dev", "juju_model_uuid": "12345678-x",
      "juju_application": "app", "juju_unit": "app/1"}}],
    "relabel_configs": [{"source_labels": ["juju_model", "juju_model_uuid", "juju_application", "juju_unit"],
      "separator": "_", "target_label": "instance", "regex": "(.*)"
}]
})j"));
}

TEST_CASE("prometheus consumer: one bad application does not stop the others") {
  for (const char* bad : {"[{", "7", "null", "\"x\"", R"([[], {"static_configs": 7}])"}) {
    CAPTURE(bad);
    const State state = scraping({application(bad, 1, "bad"), application("[{}]", 2, "good")});
    CHECK(jobs(state).size() == 1);
    const State broken = run_scraper(state);
    CHECK(json::parse(report_in(broken)).contains("scrape_job_errors"));
    CHECK(report_in(broken, 2) == "-");
    State recovered = broken;
    recovered.relation(1).remote_application_data["scrape_jobs"] = "[{}]";
    CHECK(report_in(run_scraper(recovered)) == R"({"valid":true})");
  }
}

TEST_CASE("prometheus consumer: half-written data never throws") {
  const RelationState complete = with_rules("{}");
  for (const char* value : {"", "None", "null", "{}"}) {
    for (unsigned keys = 0; keys < 32; ++keys) {
      RelationState relation = complete;
      relation.remote_application_data["scrape_jobs"] = "[{}]";
      unsigned bit = 0;
      for (juju::StringMap* bag : {&relation.remote_application_data, &relation.remote_units.at("app/0")}) {
        juju::StringMap kept;
        for (const auto& [key, text] : *bag) {
          const bool is_whole = (keys >> bit++ & 1U) != 0;
          if (is_whole || *value != '\0') kept[key] = is_whole ? text : value;
        }
        *bag = kept;
      }
      CAPTURE(value, keys);
      const State after = run_scraper(scraping({relation}));
      for (const json& job : jobs(after)) {
        CHECK(job.at("static_configs")[0].at("targets")[0] == "10.1.0.1:80");
      }
    }
  }
}

TEST_CASE("prometheus consumer: fully qualified targets get juju_unit") {
  State state = scraping({application(
      R"([{"static_configs": [{"targets": ["APP-0.local:1", "10.1.0.1:2", "db:3"], "labels": {"juju_model": "own"}}]}])")});
  state.relation(1).remote_units["app/0"]["prometheus_scrape_unit_fqdn"] = "app-0.local";
  const json both = jobs(state);
  REQUIRE(both.size() == 2);
  CHECK(both[0]["static_configs"][0]["targets"] == json{"APP-0.local:1", "10.1.0.1:2"});
  CHECK(both[0]["static_configs"][0]["labels"]["juju_unit"] == "app/0");
  CHECK(both[0]["static_configs"][0]["labels"]["juju_model"] == "own");
  CHECK(both[1]["static_configs"][0]["targets"] == json{"db:3"});
  CHECK_FALSE(both[1]["static_configs"][0]["labels"].contains("juju_unit"));
}

TEST_CASE("prometheus consumer: options keep or drop keys") {
  const std::string text = R"([{"proxy_url": "http://p:1", "authorization": {"credentials_file": "/token"},
                                "tls_config": {"ca": "pem", "server_name": "s"}}])";
  const auto job = [&](const ConsumerOptions& options) { return jobs(scraping({application(text)}), options).at(0); };
  const json by_default = job({});
  CHECK_FALSE(by_default.contains("proxy_url"));
  CHECK_FALSE(by_default.contains("authorization"));
  CHECK(by_default.at("tls_config") == json{{"ca", "pem"}, {"server_name", "s"}});
  CHECK_FALSE(by_default.contains("fallback_scrape_protocol"));
  const json changed = job({.fallback_scrape_protocol = "PrometheusText0.0.4",
                            .allow_file_keys = true,
                            .allow_proxy_url = true,
                            .tls_inline_keys = false});
  CHECK(changed.at("proxy_url") == "http://p:1");
  CHECK(changed.at("authorization") == json{{"credentials_file", "/token"}});
  CHECK(changed.at("tls_config") == json{{"server_name", "s"}});
  CHECK(changed.at("fallback_scrape_protocol") == "PrometheusText0.0.4");
}

TEST_CASE("prometheus consumer: invalid options throw") {
  for (const ConsumerOptions& options :
       {ConsumerOptions{.scrape_interval = "x"}, ConsumerOptions{.max_bytes_per_relation = 0},
        ConsumerOptions{.fallback_scrape_protocol = "PrometheusText0.0.5"}}) {
    CHECK_THROWS_AS(run_scraper({}, options), prom::InvalidOptionError);
  }
  CHECK_THROWS_AS(run_scraper({}, {.relation_name = "x"}), prom::RelationNotFoundError);
}

TEST_CASE("prometheus consumer: alerts keep their labels and get a name") {
  struct Case {
    const char* labels;
    const char* name;
    const char* expression;
  };
  for (const auto& [labels, name, expression] :
       {Case{R"({"juju_model": "m", "juju_model_uuid": "87654321-y", "juju_application": "far", "juju_unit": "far/7"})",
             "m_87654321_far_metrics-endpoint_1",
             R"(up{juju_model="m", juju_model_uuid="87654321-y", juju_application="far", juju_unit="far/7"})"},
        Case{R"({"team": "a"})", "dev_12345678_app_metrics-endpoint_1", "up{}"}}) {
    CAPTURE(name);
    const State state = scraping({with_rules(labels)});
    CHECK(names_of_alerts(state) == Lines{name});
    const auto published = inspect_scraper(state, {}, [](Scraper& charm) { return charm.metrics.read(); });
    CHECK(published.alerts.at(0).groups[0]["rules"][0]["labels"] == json::parse(labels));
    CHECK(published.alerts.at(0).groups[0]["rules"][0]["expr"] == expression);
  }
  RelationState nameless = with_rules("{}");
  nameless.remote_application_data.erase("scrape_metadata");
  CHECK(names_of_alerts(scraping({nameless, with_rules("{}", 2)})) ==
        Lines{"app_metrics-endpoint_1", "dev_12345678_app_metrics-endpoint_2"});
  RelationState empty = application("[]");
  empty.remote_application_data["alert_rules"] = "{}";
  CHECK(names_of_alerts(scraping({empty})).empty());
}

TEST_CASE("prometheus consumer: calls of hook tools in steady state") {
  State state = scraping({application("[{}]"), application(R"([{"static_configs": [{"targets": []}]}])", 2, "b")});
  state.relation(1).remote_units["app/1"] = {{"prometheus_scrape_unit_address", "10.1.0.2"}};
  const Lines of_changed = {"relation-get 1 app",
                            "relation-get 1 app/0",
                            "relation-get 1 app/1",
                            "relation-get 2 b",
                            "relation-ids metrics-endpoint",
                            "relation-list 1",
                            "relation-list 2",
                            "state-get"};
  for (const bool leader : {false, true}) {
    Lines expected = of_changed;
    expected.insert(expected.begin(), "is-leader");
    expected.insert(std::find(expected.begin(), expected.end(), "state-get"), "juju-log");
    if (leader) expected.insert(expected.end(), {"relation-get 1 prometheus", "relation-get 2 prometheus"});
    std::sort(expected.begin(), expected.end());
    state.leader = leader;
    CountedCalls calls;
    run(state, relation_changed(1, "app/0"), scraper_metadata, scraper({}), calls.options());
    CHECK(calls.sorted() == expected);
  }
  state.leader = false;
  CountedCalls calls;  // a follower reads nothing to report nothing
  run(state, update_status(), scraper_metadata, scraper({}), calls.options());
  CHECK(calls.sorted() == Lines{"is-leader", "relation-ids metrics-endpoint", "state-get"});
}
