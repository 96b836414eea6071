// SPDX-License-Identifier: Apache-2.0
// What a scraper reports to the related applications.
#include <support/prometheus.hpp>

using namespace support::prometheus;
using namespace juju::testing;

namespace {

constexpr const char* good_jobs = R"([{"job_name": "a"}])";
constexpr const char* bad_jobs = R"([{"job_name": "a"}, 7])";
constexpr const char* job_error = R"("scrape_job_errors":"scrape_jobs at /1: not an object")";
constexpr const char* good_rules = R"({"groups": [{"name": "g", "rules": [{"alert": "A", "expr": "up"}]}]})";
constexpr const char* bad_rules = R"({"groups": [{"name": "g", "rules": [{"alert": "A"}]}]})";
constexpr const char* rule_error =
    R"("errors":"alert_rules at /groups/0/rules/0/expr: not an expression of at most 64 KiB")";

std::string object(std::initializer_list<std::string> members) {
  std::string text;
  for (const std::string& member : members) text += (text.empty() ? "{" : ",") + member;
  return text + "}";
}

RelationState application_with(const char* jobs, const char* rules, const std::string& report = "-") {
  RelationState relation = application(jobs);
  relation.remote_application_data["alert_rules"] = rules;
  if (report != "-") relation.local_application_data["event"] = report;
  return relation;
}

}  // namespace

TEST_CASE("prometheus feedback: follows from the errors and the last report") {
  struct Case {
    const char* jobs;
    const char* rules;
    std::string before;
    std::string after;
  };
  const std::string valid = R"("valid":true)";
  const std::string invalid = R"("valid":false)";
  const std::string of_jobs = object({job_error});
  const std::string of_rules = object({rule_error, invalid});
  const std::string of_both = object({rule_error, job_error, invalid});
  for (const auto& [jobs, rules, before, after] : std::vector<Case>{
           {good_jobs, good_rules, "-", "-"},  // nothing was ever reported
           {good_jobs, good_rules, "{}", "{}"},
           {good_jobs, good_rules, " {} ", " {} "},
           {good_jobs, good_rules, "[", "["},
           {bad_jobs, good_rules, "-", of_jobs},
           {good_jobs, bad_rules, "-", of_rules},
           {bad_jobs, bad_rules, "-", of_both},
           {bad_jobs, bad_rules, "[", of_both},
           {bad_jobs, bad_rules, of_jobs, of_both},  // neither erases the other
           {bad_jobs, bad_rules, of_rules, of_both},
           {bad_jobs, bad_rules, R"({"scrape_job_errors": "old", "valid": true})", of_both},
           {good_jobs, bad_rules, of_both, of_rules},
           {bad_jobs, good_rules, of_both, object({job_error, valid})},
           {bad_jobs, good_rules, of_rules, object({job_error, valid})},
           {good_jobs, bad_rules, of_jobs, of_rules},
           {good_jobs, good_rules, of_both, object({valid})},  // the errors are gone
           {good_jobs, good_rules, of_jobs, object({valid})},
           {good_jobs, good_rules, of_rules, object({valid})},
           {good_jobs, good_rules, R"({"errors": "old"})", object({valid})},
           {good_jobs, good_rules, object({valid}), object({valid})},
           {bad_jobs, good_rules, object({valid}), object({job_error, valid})},
       }) {
    CAPTURE(jobs, rules, before);
    const State state = scraping({application_with(jobs, rules, before)});
    const State reported = run_scraper(state);
    CHECK(report_in(reported) == after);
    CHECK(run_scraper(reported) == reported);
    CHECK(report_in(run_scraper(scraping(state.relations, false))) == before);  // a follower
  }
}

TEST_CASE("prometheus feedback: an equal report in another form stays") {
  const std::string report = R"({ "valid": false, "scrape_job_errors": "", )" + std::string(rule_error) + "}";
  CHECK(report_in(run_scraper(scraping({application_with(good_jobs, bad_rules, report)}))) == report);
}

TEST_CASE("prometheus feedback: only the application concerned gets a report") {
  std::vector<RelationState> relations = {application(good_jobs, 1, "one"), application(bad_jobs, 2, "two"),
                                          application(good_jobs, 3, "three")};
  const State after = run_scraper(scraping(relations));
  CHECK(report_in(after, 1) == "-");
  CHECK(report_in(after, 2) == object({job_error}));
  CHECK(report_in(after, 3) == "-");
}

TEST_CASE("prometheus feedback: dropped parts of a job are not reported") {
  const auto jobs = R"([{"job_name": "a", "unknown": 1, "scrape_interval": "soon", "proxy_url": "http://p",
                         "static_configs": [{"targets": ["*:1", "http://h"], "labels": {"__a": "b"}}]}, {"job_name": "b"},
                        {"job_name": "b"}])";
  const State state = scraping({application(jobs)});
  CHECK(inspect_scraper(state, {}, [](Scraper& charm) { return charm.metrics.problems().size(); }) > 4);
  CHECK(report_in(run_scraper(state)) == "-");
}

TEST_CASE("prometheus feedback: what is over the limit is reported") {
  const State after = run_scraper(scraping({application(good_jobs)}), {.max_bytes_per_relation = 10});
  CHECK(report_in(after).find("the limit of 10 bytes") != std::string::npos);
}

TEST_CASE("prometheus feedback: is written in six hooks, and by no accessor") {
  const State before = scraping({application(bad_jobs), application(good_jobs, 2, "other")});
  for (const EventRequest& event : {relation_changed(1, "app/0"), relation_changed(2), relation_departed(2, "other/0"),
                                    leader_elected(), config_changed(), update_status(), upgrade_charm()}) {
    CAPTURE(event.hook.name());
    CHECK(report_in(run_scraper(before, {}, event)) == object({job_error}));
  }
  for (const EventRequest& event : {start(), relation_created(1), relation_joined(1, "app/0"), relation_broken(2)}) {
    CAPTURE(event.hook.name());
    CHECK(report_in(run_scraper(before, {}, event)) == "-");
  }
  MemoryModel model(before, scraper_metadata);
  juju::Framework framework(model, scraper_metadata);
  Scraper charm(framework);
  for (int i = 0; i < 2; ++i) {
    charm.metrics.jobs();
    charm.metrics.alerts();
    charm.metrics.problems();
    charm.metrics.has_invalid_scrape_jobs();
  }
  model.commit();
  CHECK(model.take() == before);
}

TEST_CASE("prometheus feedback: a report stays while the application has no unit") {
  State before = scraping({application_with(bad_jobs, good_rules, object({job_error}))});
  CHECK(report_in(run_scraper(before, {}, relation_departed(1, "app/0"))) == object({job_error}));
}

TEST_CASE("prometheus feedback: the accessors for status are the leader's") {
  const auto invalid = [](const State& state) {
    return inspect_scraper(state, {}, [](Scraper& charm) {
      return std::pair(charm.metrics.has_invalid_scrape_jobs(), charm.metrics.has_invalid_alert_rules());
    });
  };
  CHECK(invalid(scraping({application_with(bad_jobs, good_rules)})) == std::pair(true, false));
  CHECK(invalid(scraping({application_with(good_jobs, bad_rules)})) == std::pair(false, true));
  CHECK(invalid(scraping({application_with(good_jobs, good_rules)})) == std::pair(false, false));
  CHECK(invalid(scraping({application_with(bad_jobs, bad_rules)}, false)) == std::pair(false, false));
}

TEST_CASE("prometheus feedback: a report has at most 4 KiB of each kind") {
  std::string jobs = "[";
  for (int i = 0; i < 99; ++i) jobs += R"({"job_name": "é", "params": {"é": 1}},)";
  const State after = run_scraper(scraping({application(jobs + "1]")}));
  const std::string errors = json::parse(report_in(after)).at("scrape_job_errors").get<std::string>();
  CHECK(errors.size() <= 4096);
  CHECK(errors.size() > 4000);
  CHECK(run_scraper(after) == after);
}
