// SPDX-License-Identifier: Apache-2.0
// The events of both sides, also after defer().
#include <support/prometheus.hpp>

using namespace support::prometheus;
using namespace juju::testing;

namespace {

State reported(const std::string& event, bool leader = true) {
  State state = providing(leader);
  state.relation(3).remote_application_data["event"] = event;
  return state;
}

/// The events of a workload in a relation-changed hook.
Lines events(const State& state) { return logged(run_workload(state, {}, relation_changed(3)).log); }

}  // namespace

TEST_CASE("prometheus events: a report becomes events of the leader") {
  struct Case {
    const char* report;
    Lines events;
  };
  for (const auto& [report, expected] : std::vector<Case>{
           {"{}", {}},
           {"[", {}},
           {"[1]", {}},
           {"null", {}},
           {R"({"valid": true})", {"3 valid rules ''"}},
           {R"({"valid": false, "errors": "é"})", {"3 invalid rules 'é'"}},
           {R"({"errors": "e"})", {"3 valid rules 'e'"}},
           {R"({"scrape_job_errors": "j"})", {"3 valid rules ''", "3 jobs 'j'"}},
           {R"({"valid": false, "errors": "e", "scrape_job_errors": "j"})", {"3 invalid rules 'e'", "3 jobs 'j'"}},
           {R"({"valid": "no", "errors": [], "scrape_job_errors": 7})", {"3 valid rules ''"}},
       }) {
    CAPTURE(report);
    CHECK(events(reported(report)) == expected);
    CHECK(events(reported(report, false)).empty());
  }
  CHECK(events(providing()).empty());
}

TEST_CASE("prometheus events: only relation-changed reads the report, each time") {
  State state = reported(R"({"scrape_job_errors": "j"})");
  for (const EventRequest& event : {update_status(), config_changed(), relation_joined(3, "prometheus/0"),
                                    relation_departed(3, "prometheus/0"), relation_broken(3)}) {
    CHECK(logged(run_workload(state, {}, event).log).empty());
  }
  state.relations.push_back({.id = 4, .endpoint = "metrics-endpoint", .remote_application = "agent"});
  CHECK(logged(run_workload(state, {}, relation_changed(4)).log).empty());
  CHECK(logged(run_workload(run_workload(state, {}, relation_changed(3)), {}, relation_changed(3)).log).size() == 4);
}

TEST_CASE("prometheus events: a long text of the scraper is cut") {
  std::string text = "a";
  while (text.size() < 5000) text += "é";
  const Lines lines = events(reported(json{{"errors", text}, {"scrape_job_errors", text}}.dump()));
  CHECK(lines == Lines{"3 valid rules '" + text.substr(0, 4095) + "'", "3 jobs '" + text.substr(0, 4095) + "'"});
}

TEST_CASE("prometheus events: deferred reports keep their texts") {
  const auto run_deferring = [](const State& before, const EventRequest& event) {
    return run(before, event, workload_metadata, workload({}, true));
  };
  const State first =
      run_deferring(reported(R"({"valid": false, "errors": "e", "scrape_job_errors": "j"})"), relation_changed(3));
  REQUIRE(first.deferred.size() == 2);
  CHECK(json(first.deferred) == json::parse(R"([
    {"event": "MetricsEndpointProvider[metrics-endpoint]/alert_rule_status_changed", "observer": 0, "snapshot":
     {"relation_id": 3, "relation_name": "metrics-endpoint", "app": "prometheus", "unit": "", "valid": false,
      "errors": "e"}},
    {"event": "MetricsEndpointProvider[metrics-endpoint]/invalid_scrape_job", "observer": 0, "snapshot":
     {"relation_id": 3, "relation_name": "metrics-endpoint", "app": "prometheus", "unit": "", "errors": "j"}}])"));
  State next = first;
  next.log.clear();
  next.relation(3).remote_application_data["event"] = "{}";
  const State second = run_deferring(next, update_status());
  CHECK(logged(second.log) == Lines{"3 invalid rules 'e'", "3 jobs 'j'"});
  CHECK(second.deferred == first.deferred);
  next.relations.clear();
  CHECK(logged(run_deferring(next, update_status()).log) == Lines{"3 gone invalid rules 'e'", "3 gone jobs 'j'"});
}

TEST_CASE("prometheus events: an invalid deferred event is dropped and logged") {
  const std::string name = "MetricsEndpointProvider[metrics-endpoint]/";
  State before = providing();
  before.deferred = {{name + "alert_rule_status_changed", 0, {{"relation_id", 3}, {"valid", "yes"}}},
                     {name + "alert_rule_status_changed", 0, {{"relation_id", 3}}},
                     {name + "invalid_scrape_job", 0, {{"relation_id", 3}, {"errors", 7}}},
                     {name + "invalid_scrape_job", 0, json::object()}};
  const State after = run_workload(before);
  CHECK(after.deferred.empty());
  CHECK(logged(after.log).empty());
  CHECK(logged(after.log, juju::LogLevel::warning).size() == 4);
}

TEST_CASE("prometheus events: targets_changed can be deferred") {
  for (const EventRequest& event :
       {relation_changed(1, "app/0"), relation_changed(1), relation_departed(1, "app/0"), relation_broken(1)}) {
    CAPTURE(event.hook.name());
    const State before = scraping({application("[{}]"), application("[{}]", 2, "other")}, false);
    const State first = run(before, event, scraper_metadata, scraper({}, true));
    const bool is_gone = event.hook.kind != juju::HookKind::relation_changed;
    CHECK(logged(first.log) == Lines{is_gone ? "1 1 jobs" : "1 2 jobs"});
    REQUIRE(first.deferred.size() == 1);
    CHECK(first.deferred[0].event == "MetricsEndpointConsumer[metrics-endpoint]/targets_changed");
    const State second = run(first, update_status(), scraper_metadata, scraper({}, true));
    CHECK(logged(second.log).size() == 2);
    CHECK(second.deferred == first.deferred);
  }
  for (const EventRequest& event : {relation_created(1), relation_joined(1, "app/0"), update_status()}) {
    CHECK(logged(run_scraper(scraping({application("[{}]")}), {}, event).log).empty());
  }
}
