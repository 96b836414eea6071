// SPDX-License-Identifier: Apache-2.0
#include <scrape/expansion.hpp>

#include <support/catch.hpp>
#include <support/promtool.hpp>

#include "unit_jobs.hpp"

using namespace scrape;
using nlohmann::json;
using Names = std::vector<std::string>;

namespace {

using unit_jobs::Expanded;

/// Expands the applications as `tempo_scrape` does.
Expanded expand_all(const std::vector<Application>& applications, TopologyLabels spelling = TopologyLabels::library) {
  return unit_jobs::expanded(applications, {.topology_labels = spelling});
}

const juju::Topology topology{.model = "dev", .model_uuid = "12345678-90", .application = "app", .charm_name = "k8s"};

Application application(juju::RelationId id, std::vector<ScrapeJob> jobs, std::vector<Unit> units = {}) {
  Application made{.relation_id = id, .application = "app", .topology = topology, .units = std::move(units)};
  for (std::size_t i = 0; i < jobs.size(); ++i) made.jobs.push_back({i, std::move(jobs[i])});
  return made;
}

/// A job with this name and its own target.
ScrapeJob job(std::string name) {
  static int port = 0;
  return {.job_name = std::move(name), .static_configs = {{.targets = {"a:" + std::to_string(++port)}}}};
}

Names names_of(const Expanded& configuration) {
  Names names;
  for (const json& each : configuration.jobs) names.push_back(each["job_name"].get<std::string>());
  return names;
}

const Unit unit0{"app/0", *juju::Address::parse("10.1.0.1")};
const Unit unit1{"app/1", *juju::Address::parse("fd00::1")};

}  // namespace

TEST_CASE("expansion: a static config gives its hosts, then one config a unit") {
  const ScrapeJob given{.job_name = "j",
                        .static_configs = {{.targets = {"*:1", "b:2", "*", "*:1", "[fd00::9]"}, .labels = {{"k", "v"}}},
                                           {.targets = {"c:3"}}},
                        .scrape_interval = "30s",
                        .scrape_timeout = "5s"};
  CHECK(expand_all({application(3, {given}, {unit0, unit1})}).jobs == json::parse(R"json([{
    "job_name": "dev_12345678_app_j", "scrape_interval": "30s", "scrape_timeout": "5s",
    "static_configs": [
      {"targets": ["b:2", "[fd00::9]"], "labels": {"k": "v", "juju_model": "dev", "juju_model_uuid": "12345678-90",
        "juju_application": "app", "juju_charm": "k8s"}},
      {"targets": ["10.1.0.1:1", "10.1.0.1", "10.1.0.1:1"], "labels": {"k": "v", "juju_model": "dev",
        "juju_model_uuid": "12345678-90", "juju_application": "app", "juju_charm": "k8s", "juju_unit": "app/0"}},
      {"targets": ["[fd00::1]:1", "[fd00::1]", "[fd00::1]:1"], "labels": {"k": "v", "juju_model": "dev",
        "juju_model_uuid": "12345678-90", "juju_application": "app", "juju_charm": "k8s", "juju_unit": "app/1"}},
      {"targets": ["c:3"], "labels": {"juju_model": "dev", "juju_model_uuid": "12345678-90",
        "juju_application": "app", "juju_charm": "k8s"}}],
    "relabel_configs": [{"source_labels": ["juju_model", "juju_model_uuid", "juju_application", "juju_unit"],
      "separator": "_", "target_label": "instance", "regex": "(.*)"}]}])json"));
}

TEST_CASE("expansion: juju_unit is a source label only with a config of a unit") {
  const auto sources = [](const Application& given) {
    return expand_all({given}).jobs[0]["relabel_configs"][0]["source_labels"];
  };
  const json without = json::parse(R"(["juju_model", "juju_model_uuid", "juju_application"])");
  CHECK(sources(application(1, {job("a")}, {unit0})) == without);
  CHECK(sources(application(1, {ScrapeJob{}})) == without);
  CHECK(sources(application(1, {ScrapeJob{}}, {unit0})).size() == 4);
}

TEST_CASE("expansion: the documented spelling is used in labels and sources") {
  const json job = expand_all({application(1, {ScrapeJob{}}, {unit0})}, TopologyLabels::documented).jobs[0];
  CHECK(job["static_configs"][0]["labels"] ==
        json::parse(R"({"juju_model_name": "dev", "juju_model_uuid": "12345678-90", "juju_application_name": "app",
                        "juju_charm": "k8s", "juju_unit": "app/0"})"));
  CHECK(job["relabel_configs"][0]["source_labels"] ==
        json::parse(R"(["juju_model_name", "juju_model_uuid", "juju_application_name", "juju_unit"])"));
}

TEST_CASE("expansion: a used name gets the relation's id, then the place") {
  const Expanded configuration = expand_all(
      {application(1, {job("x"), job("x"), job("x"), job("x")}), application(4, {job(""), job("x"), job("x")})});
  CHECK(names_of(configuration) == Names{"dev_12345678_app_x", "dev_12345678_app_x_1", "dev_12345678_app_x_1_2",
                                         "dev_12345678_app_x_1_3", "dev_12345678_app", "dev_12345678_app_x_4",
                                         "dev_12345678_app_x_4_2"});
  CHECK(configuration.problems.size() == 5);
}

TEST_CASE("expansion: the place counts skipped jobs") {
  Application given = application(1, {job("x"), job("x"), job("x")});
  given.jobs[2].place = 9;
  CHECK(names_of(expand_all({given})).back() == "dev_12345678_app_x_1_9");
}

TEST_CASE("expansion: the place is counted up past used names") {
  const Expanded configuration =
      expand_all({application(1, {job("x"), job("x_1"), job("x_1_3"), job("x"), job("x_1_4"), job("x"), job("x")})});
  CHECK(names_of(configuration) == Names{"dev_12345678_app_x", "dev_12345678_app_x_1", "dev_12345678_app_x_1_3",
                                         "dev_12345678_app_x_1_4", "dev_12345678_app_x_1_4_1", "dev_12345678_app_x_1_5",
                                         "dev_12345678_app_x_1_6"});
}

TEST_CASE("expansion: a newer relation changes no name of an older one") {
  const Application older = application(1, {job("x"), job("x"), job("x_1_1"), job("x")});
  const Names expected = names_of(expand_all({older}));
  Names both = names_of(expand_all(
      {older, application(2, {job("x"), job("x_1"), job("x_1_1"), job("x_1_2"), job("x_1_3"), job("x_2")})}));
  both.resize(expected.size());
  CHECK(both == expected);
}

TEST_CASE("expansion: an identical job is dropped, the problem has its place") {
  Application given = application(5, {ScrapeJob{}, ScrapeJob{}, {.static_configs = {{.targets = {"*:81"}}}}});
  given.jobs[1].place = 7;
  const Expanded configuration = expand_all({given});
  CHECK(names_of(configuration) == Names{"dev_12345678_app", "dev_12345678_app_5"});
  REQUIRE(configuration.problems.size() == 2);
  CHECK(configuration.problems[0].relation_id == 5);
  CHECK(configuration.problems[0].application == "app");
  CHECK(configuration.problems[0].pointer == "/7");
}

TEST_CASE("expansion: a name that equals another application's gets the id") {
  Application other = application(2, {job("")});
  other.topology.application = "app_x";
  CHECK(names_of(expand_all({application(1, {job("x")}), other})) ==
        Names{"dev_12345678_app_x", "dev_12345678_app_x_2"});
}

TEST_CASE("expansion: an invalid target of an unchecked job is skipped") {
  const ScrapeJob unchecked{.static_configs = {{.targets = {"not a target", "*:1"}}}};
  const Expanded configuration = expand_all({application(1, {unchecked}, {unit0})});
  CHECK(configuration.jobs[0]["static_configs"][0]["targets"] == json::parse(R"(["10.1.0.1:1"])"));
}

TEST_CASE("expansion: Prometheus accepts the result of many jobs and units") {
  std::vector<Application> applications;
  for (int id = 0; id < 20; ++id) {
    std::vector<ScrapeJob> jobs = {ScrapeJob{}, job("x"), job("x"), job("é \"'\\{}#: &*!|>%@` \u2028\U0001F600")};
    jobs.push_back({.job_name = "timed", .scrape_interval = "1h30m", .scrape_timeout = "500ms"});
    jobs.push_back(
        {.static_configs = {{.targets = {"*", "*:1", "[fd00::9]:80", "h"}, .labels = {{"a", "\xc3\xa9 ,"}}}}});
    jobs.push_back({.job_name = "empty", .static_configs = {}});
    applications.push_back(application(id, std::move(jobs), {unit0, unit1}));
    if (id % 2 == 1) applications.back().topology = {.application = "app"};
  }
  const support::Verdict verdict = support::promtool_check(expand_all(applications).jobs);
  INFO(verdict.output);
  CHECK(verdict.accepted);
}

TEST_CASE("expansion: Prometheus refuses two jobs with one name") {
  json jobs = expand_all({application(1, {job("a")})}).jobs;
  jobs.push_back(jobs[0]);
  const support::Verdict verdict = support::promtool_check(jobs);
  CHECK_FALSE(verdict.accepted);
  CHECK(verdict.output.find("multiple") != std::string::npos);
}
