// SPDX-License-Identifier: Apache-2.0
#include <functional>
#include <scrape/job_reader.hpp>

#include <support/catch.hpp>

using namespace scrape;
using juju::Problem;
using nlohmann::json;

namespace {

InvalidScrapeJobError error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const InvalidScrapeJobError& error) {
    return error;
  }
  FAIL("nothing was thrown");
  return InvalidScrapeJobError(0, "", "");
}

}  // namespace

TEST_CASE("scrape job: an empty job scrapes each unit on port 80") {
  CHECK(json(ScrapeJob{}) == json::parse(R"({"static_configs": [{"targets": ["*:80"]}]})"));
  CHECK(json::parse("{}").get<ScrapeJob>() == ScrapeJob{});
}

TEST_CASE("scrape job: a list of jobs converts to JSON and back") {
  const std::vector<ScrapeJob> jobs = {
      {.job_name = "music",
       .static_configs = {{.targets = {"*:8000", "[fd00::1]:80"}, .labels = {{"team", "a"}}},
                          {.targets = {"10.0.0.1:7000"}}},
       .scrape_interval = "1m",
       .scrape_timeout = "10s"},
      {.job_name = "a"},
      {.job_name = "b", .static_configs = {}}};
  const json list = jobs;
  CHECK(list == json::parse(R"([{"job_name": "music", "scrape_interval": "1m", "scrape_timeout": "10s",
      "static_configs": [{"targets": ["*:8000", "[fd00::1]:80"], "labels": {"team": "a"}},
                         {"targets": ["10.0.0.1:7000"]}]},
      {"job_name": "a", "static_configs": [{"targets": ["*:80"]}]}, {"job_name": "b", "static_configs": []}])"));
  CHECK(list.get<std::vector<ScrapeJob>>() == jobs);
  CHECK(list[0].get<ScrapeJob>() == jobs[0]);
  CHECK(json::array().get<std::vector<ScrapeJob>>().empty());
}

TEST_CASE("scrape job: numbers and booleans become text") {
  const auto job =
      json::parse(R"({"job_name": 7, "static_configs": [{"labels": {"a": 1.5, "b": true}}]})").get<ScrapeJob>();
  CHECK(job.job_name == "7");
  CHECK(job.static_configs[0].labels == Labels{{"a", "1.5"}, {"b", "true"}});
}

TEST_CASE("scrape job: targets are normalized") {
  const auto job = json::parse(R"({"static_configs": [{"targets": [" * : 0080 ", " a "]}]})").get<ScrapeJob>();
  CHECK(job.static_configs[0].targets == std::vector<Target>{"*:80", "a"});
}

TEST_CASE("scrape job: unknown keys are dropped and listed") {
  const auto jobs =
      json::parse(R"([{"honor_labels": true, "static_configs": [{"a/b": 1}], "a~": 2}])").get<std::vector<ScrapeJob>>();
  CHECK(jobs[0].dropped_keys == std::vector<std::string>{"/static_configs/0/a~1b", "/a~0", "/honor_labels"});
  CHECK_FALSE(json(jobs)[0].contains("honor_labels"));
}

TEST_CASE("scrape job: jobs are equal if all parts but dropped keys are") {
  const ScrapeJob job{.job_name = "music", .static_configs = {{.targets = {"*"}, .labels = {{"team", "a"}}}}};
  const std::vector<void (*)(ScrapeJob&)> changes = {[](ScrapeJob& other) { other.job_name = "disk"; },
                                                     [](ScrapeJob& other) { other.static_configs.clear(); },
                                                     [](ScrapeJob& other) { other.static_configs[0].targets = {"a"}; },
                                                     [](ScrapeJob& other) { other.static_configs[0].labels.clear(); },
                                                     [](ScrapeJob& other) { other.scrape_interval = "1m"; },
                                                     [](ScrapeJob& other) { other.scrape_timeout = "1s"; }};
  ScrapeJob same = job;
  same.dropped_keys = {"/scheme"};
  CHECK(same == job);
  for (const auto change : changes) {
    ScrapeJob other = job;
    change(other);
    CHECK(other != job);
  }
}

TEST_CASE("scrape job: to_json replaces the value") {
  json used = json::array({1});
  to_json(used, StaticConfig{});
  CHECK(used == json::parse(R"({"targets": []})"));
  used = "text";
  to_json(used, ScrapeJob{.job_name = "a", .static_configs = {}});
  CHECK(used == json::parse(R"({"job_name": "a", "static_configs": []})"));
}

TEST_CASE("scrape job: an invalid job throws with index, pointer and reason") {
  const auto [list, index, pointer] = GENERATE(table<std::string, std::size_t, std::string>({
      {R"([{}, 7])", 1, "/1"},
      {R"([{"job_name": []}])", 0, "/0/job_name"},
      {R"([{"static_configs": {}}])", 0, "/0/static_configs"},
      {R"([{"static_configs": [{}, []]}])", 0, "/0/static_configs/1"},
      {R"([{"static_configs": [{"targets": "*"}]}])", 0, "/0/static_configs/0/targets"},
      {R"([{"job_name": "a"}, {"static_configs": [{"targets": ["*", "a:0"]}]}])", 1, "/1/static_configs/0/targets/1"},
      {R"([{"static_configs": [{"labels": {"a/b": null}}]}])", 0, "/0/static_configs/0/labels/a~1b"},
      {R"([{"static_configs": [{"labels": {"instance": "x"}}]}])", 0, "/0/static_configs/0/labels/instance"},
      {R"([{"scrape_interval": "0s"}])", 0, "/0/scrape_interval"},
      {R"([{"scrape_interval": "10s", "scrape_timeout": "11s"}])", 0, "/0/scrape_timeout"},
  }));
  const InvalidScrapeJobError error = error_of([given = list] { json::parse(given).get<std::vector<ScrapeJob>>(); });
  INFO(list);
  CHECK(error.job_index == index);
  CHECK(error.pointer == pointer);
  CHECK_FALSE(error.reason.empty());
  CHECK(error.what() == "scrape job " + std::to_string(index) + " at " + pointer + ": " + error.reason);
}

TEST_CASE("scrape job: two jobs with one name, or without a name, throw") {
  const auto second = [](const char* list) {
    return error_of([=] { json::parse(list).get<std::vector<ScrapeJob>>(); });
  };
  CHECK(second(R"([{"job_name": "a"}, {}, {"job_name": "a"}])").job_index == 2);
  CHECK(second(R"([{"job_name": "a"}, {}, {"job_name": "a"}])").pointer == "/2/job_name");
  CHECK(second(R"([{}, {"job_name": ""}])").job_index == 1);
}

TEST_CASE("scrape job: another JSON value throws") {
  CHECK_THROWS_AS(json().get<std::vector<ScrapeJob>>(), InvalidScrapeJobError);
  CHECK_THROWS_AS(json("x").get<ScrapeJob>(), InvalidScrapeJobError);
  CHECK_THROWS_AS(json::array().get<ScrapeJob>(), InvalidScrapeJobError);
  const InvalidScrapeJobError error = error_of([] { json::parse("{}").get<std::vector<ScrapeJob>>(); });
  CHECK(error.job_index == 0);
  CHECK(std::string(error.what()) == "scrape jobs: not an array");
}

TEST_CASE("scrape job: text that is not UTF-8 throws") {
  const json bad_name = std::vector<ScrapeJob>{{.job_name = "a\xff"}};
  CHECK(error_of([&] { bad_name.get<std::vector<ScrapeJob>>(); }).reason == "not a text in UTF-8");
  const json bad_label = std::vector<ScrapeJob>{{.static_configs = {{.targets = {"*"}, .labels = {{"a", "\xc3"}}}}}};
  CHECK_THROWS_AS(bad_label.get<std::vector<ScrapeJob>>(), InvalidScrapeJobError);
}
