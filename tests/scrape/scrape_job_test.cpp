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

std::vector<std::string> pointers_of(const ScrapeJobs& read) {
  std::vector<std::string> pointers;
  for (const Problem& problem : read.problems) pointers.push_back(problem.pointer);
  return pointers;
}

}  // namespace

TEST_CASE("a job that says nothing is every unit on port 80") {
  CHECK(json(ScrapeJob{}) == json::parse(R"({"static_configs": [{"targets": ["*:80"]}]})"));
  CHECK(json::parse("{}").get<ScrapeJob>() == ScrapeJob{});
}

TEST_CASE("a job is the same in its types and in JSON, both ways") {
  const ScrapeJob typed{.job_name = "music",
                        .static_configs = {{.targets = {"*:8000", "[fd00::1]:80"}, .labels = {{"team", "a"}}},
                                           {.targets = {"10.0.0.1:7000"}}},
                        .scrape_interval = "1m",
                        .scrape_timeout = "10s"};
  const json text = json::parse(R"({"job_name": "music", "scrape_interval": "1m", "scrape_timeout": "10s",
      "static_configs": [{"targets": ["*:8000", "[fd00::1]:80"], "labels": {"team": "a"}},
                         {"targets": ["10.0.0.1:7000"]}]})");
  CHECK(json(typed) == text);
  CHECK(text.get<ScrapeJob>() == typed);
}

TEST_CASE("a list of jobs converts both ways") {
  const std::vector<ScrapeJob> typed = {{.job_name = "a"}, {.job_name = "b", .static_configs = {}}};
  const json list = typed;
  CHECK(list == json::parse(R"([{"job_name": "a", "static_configs": [{"targets": ["*:80"]}]},
                                {"job_name": "b", "static_configs": []}])"));
  CHECK(list.get<std::vector<ScrapeJob>>() == typed);
  CHECK(json::array().get<std::vector<ScrapeJob>>().empty());
}

TEST_CASE("JSON's numbers and booleans become the text that the scraper reads") {
  const auto job =
      json::parse(R"({"job_name": 7, "static_configs": [{"labels": {"a": 1.5, "b": true}}]})").get<ScrapeJob>();
  CHECK(job.job_name == "7");
  CHECK(job.static_configs[0].labels == Labels{{"a", "1.5"}, {"b", "true"}});
}

TEST_CASE("targets are respelt the way they are published") {
  const auto job = json::parse(R"({"static_configs": [{"targets": [" * : 0080 ", " a "]}]})").get<ScrapeJob>();
  CHECK(job.static_configs[0].targets == std::vector<Target>{"*:80", "a"});
}

TEST_CASE("an unknown key is no error of the author's, but is kept account of") {
  const auto jobs =
      json::parse(R"([{"scheme": "https", "static_configs": [{"a/b": 1}], "a~": 2}])").get<std::vector<ScrapeJob>>();
  CHECK(jobs[0].dropped_keys == std::vector<std::string>{"/static_configs/0/a~1b", "/a~0", "/scheme"});
  CHECK_FALSE(json(jobs)[0].contains("scheme"));
}

TEST_CASE("a list with a job that is none throws, with the job's index, a pointer and a reason") {
  const auto [list, index, pointer] = GENERATE(table<std::string, std::size_t, std::string>({
      {R"([{}, 7])", 1, "/1"},
      {R"([{"job_name": []}])", 0, "/0/job_name"},
      {R"([{"static_configs": {}}])", 0, "/0/static_configs"},
      {R"([{"static_configs": [{}, []]}])", 0, "/0/static_configs/1"},
      {R"([{"static_configs": [{"targets": "*"}]}])", 0, "/0/static_configs/0/targets"},
      {R"([{"job_name": "a"}, {"static_configs": [{"targets": ["*", "a:0"]}]}])", 1, "/1/static_configs/0/targets/1"},
      {R"([{"static_configs": [{"labels": {"a/b": null}}]}])", 0, "/0/static_configs/0/labels/a~1b"},
      {R"([{"static_configs": [{"labels": {"juju_unit": "x"}}]}])", 0, "/0/static_configs/0/labels/juju_unit"},
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

TEST_CASE("two jobs of one name throw, or two without") {
  const auto second = [](const char* list) {
    return error_of([=] { json::parse(list).get<std::vector<ScrapeJob>>(); });
  };
  CHECK(second(R"([{"job_name": "a"}, {}, {"job_name": "a"}])").job_index == 2);
  CHECK(second(R"([{"job_name": "a"}, {}, {"job_name": "a"}])").pointer == "/2/job_name");
  CHECK(second(R"([{}, {"job_name": ""}])").job_index == 1);
}

TEST_CASE("what is no list of jobs throws") {
  CHECK_THROWS_AS(json::parse("{}").get<std::vector<ScrapeJob>>(), InvalidScrapeJobError);
  CHECK_THROWS_AS(json().get<std::vector<ScrapeJob>>(), InvalidScrapeJobError);
  CHECK_THROWS_AS(json("x").get<ScrapeJob>(), InvalidScrapeJobError);
  CHECK_THROWS_AS(json::array().get<ScrapeJob>(), InvalidScrapeJobError);
}

TEST_CASE("a job whose text is not UTF-8 throws as any other that is none") {
  const json bad_name = std::vector<ScrapeJob>{{.job_name = "a\xff"}};
  CHECK_THROWS_AS(bad_name.get<std::vector<ScrapeJob>>(), InvalidScrapeJobError);
  const json bad_label = std::vector<ScrapeJob>{{.static_configs = {{.targets = {"*"}, .labels = {{"a", "\xc3"}}}}}};
  CHECK_THROWS_AS(bad_label.get<std::vector<ScrapeJob>>(), InvalidScrapeJobError);
}

TEST_CASE("an operator's text gives jobs") {
  const ScrapeJobs read = ScrapeJob::parse(R"([{"job_name": "a"}, {"scrape_timeout": "2m"}])");
  CHECK(read.problems.empty());
  REQUIRE(read.jobs.size() == 2);
  CHECK(read.jobs[1].scrape_timeout == "2m");
  CHECK(ScrapeJob::parse("[]").jobs.empty());
  CHECK(ScrapeJob::parse("[]").problems.empty());
}

TEST_CASE("an operator's text that is wrong anywhere gives all problems, and no jobs") {
  const auto [text, pointers] = GENERATE(table<std::string, std::vector<std::string>>({
      {"", {""}},
      {"{", {""}},
      {"{}", {""}},
      {"[1e400]", {""}},
      {R"([{}, {"job_name": "a"}, 7, {"job_name": "b", "scrape_interval": 60}])", {"/2", "/3/scrape_interval"}},
      {R"([{}, {}])", {"/1/job_name"}},
      {R"([{"scheme": "https"}])", {"/0/scheme"}},
      {R"([{"job_name": "a", "static_configs": [{"files": 1}]}])", {"/0/static_configs/0/files"}},
  }));
  const ScrapeJobs read = ScrapeJob::parse(text);
  INFO(text);
  CHECK(read.jobs.empty());
  CHECK(pointers_of(read) == pointers);
}

TEST_CASE("a key that an operator's job may not have is told at the job's own place, also behind a wrong one") {
  CHECK(pointers_of(ScrapeJob::parse(R"([7, {"scheme": "https"}])")) == std::vector<std::string>{"/0", "/1/scheme"});
}

TEST_CASE("an operator's text may be anything at all") {
  for (const std::string& text : {std::string("\xff\xfe"), std::string("\0", 1), std::string(100'000, '['),
                                  "[" + std::string(100'000, ' ') + "{\"a\":\"\xed\xa0\x80\"}]"}) {
    const ScrapeJobs read = ScrapeJob::parse(text);
    CHECK(read.jobs.empty());
    CHECK(read.problems.size() == 1);
  }
}

TEST_CASE("jobs are others where any part of them is") {
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

TEST_CASE("the reason tells an operator what is wrong with a job") {
  const auto [text, problem] = GENERATE(table<std::string, std::string>({
      {"[", "not JSON (byte 2)"},
      {"[1e400]", "not JSON: a number is out of range"},
      {"{}", "not an array"},
      {"[7]", "/0: not an object"},
      {R"([{"job_name": []}])", "/0/job_name: not a text"},
      {R"([{}, {}])", "/1/job_name: a second job without a name; name each"},
      {R"([{"job_name": "a"}, {"job_name": "a"}])", "/1/job_name: the name of an earlier job; give each its own"},
      {R"([{"static_configs": {}}])", "/0/static_configs: not an array"},
      {R"([{"static_configs": [{"targets": ["*"]}, 7]}])", "/0/static_configs/1: not an object"},
      {R"([{"static_configs": [{"targets": ["*"]}, {"targets": {}}]}])", "/0/static_configs/1/targets: not an array"},
      {R"([{"static_configs": [{"targets": ["*", "*:0"]}]}])",
       "/0/static_configs/0/targets/1: not HOST or HOST:PORT with a port from 1 to 65535"},
      {R"([{"static_configs": [{"labels": []}]}])", "/0/static_configs/0/labels: not an object"},
      {R"([{"static_configs": [{"labels": {"": "a"}}]}])", "/0/static_configs/0/labels/: not a label name"},
      {R"([{"static_configs": [{"labels": {"a": []}}]}])", "/0/static_configs/0/labels/a: not a text"},
      {R"([{"static_configs": [{"labels": {"job": "a"}}]}])",
       "/0/static_configs/0/labels/job: a label that a job may not set"},
      {R"([{"scrape_interval": "1"}])", "/0/scrape_interval: not a duration such as 1h30m or 500ms"},
      {R"([{"scrape_timeout": 1}])", "/0/scrape_timeout: not a duration such as 1h30m or 500ms"},
      {R"([{"scrape_interval": "1s", "scrape_timeout": "2s"}])", "/0/scrape_timeout: longer than the scrape interval"},
      {R"([{"scheme": "https"}])", "/0/scheme: not a key that a scrape job may have here"},
  }));
  const ScrapeJobs read = ScrapeJob::parse(text);
  REQUIRE(read.problems.size() == 1);
  CHECK(to_string(read.problems[0]) == problem);
}

TEST_CASE("a job whose only static configs are wrong has nothing left to scrape") {
  const ScrapeJobs read = ScrapeJob::parse(R"([{"static_configs": [7]}])");
  REQUIRE(read.problems.size() == 2);
  CHECK(to_string(read.problems[1]) == "/0: nothing is left to scrape");
}

TEST_CASE("a label's name may have 500 bytes") {
  const auto with_label = [](std::size_t bytes) {
    return ScrapeJob::parse(R"([{"static_configs": [{"labels": {")" + std::string(bytes, 'a') + R"(": "x"}}]}])");
  };
  CHECK(with_label(500).problems.empty());
  REQUIRE(with_label(501).problems.size() == 1);
  CHECK(with_label(501).problems[0].reason == "a label name of over 500 bytes");
}

TEST_CASE("a hundred problems are told of one text, the last of which says that there are more") {
  const auto problems_of = [](int keys) {
    json job = json::object();
    for (int i = 0; i < keys; ++i) job["key" + std::to_string(i)] = i;
    return ScrapeJob::parse(json::array({job}).dump()).problems;
  };
  CHECK(problems_of(99).size() == 99);
  CHECK(problems_of(99).back().reason == "not a key that a scrape job may have here");
  for (const int keys : {100, 101, 1000}) {
    CHECK(problems_of(keys).size() == 100);
    CHECK(to_string(problems_of(keys).back()) == "more problems than are reported here");
    CHECK(problems_of(keys)[98].reason == "not a key that a scrape job may have here");
  }
  std::string numbers = "[0";
  for (int i = 1; i < 1000; ++i) numbers += ",0";
  CHECK(ScrapeJob::parse(numbers + "]").problems.size() == 100);
  CHECK(to_string(ScrapeJob::parse(numbers + "]").problems.back()) == "more problems than are reported here");
}

TEST_CASE("what a value of JSON held before is gone once a job is put there") {
  json used = json::array({1});
  to_json(used, StaticConfig{});
  CHECK(used == json::parse(R"({"targets": []})"));
  used = "text";
  to_json(used, ScrapeJob{.job_name = "a", .static_configs = {}});
  CHECK(used == json::parse(R"({"job_name": "a", "static_configs": []})"));
}

TEST_CASE("a job that is wrong takes nothing from the next one, though that has no target") {
  const json list =
      json::parse(R"([{"static_configs": [{"targets": ["a:0"]}]}, {"job_name": "b", "static_configs": []}])");
  std::vector<Problem> problems;
  const auto jobs = read_scrape_jobs(list, {}, problems);
  REQUIRE(jobs.size() == 1);
  CHECK(jobs[0].place == 1);
  CHECK(jobs[0].job.static_configs.empty());
}

TEST_CASE("an error of the whole list names no job, and one of text that is not UTF-8 says so") {
  const InvalidScrapeJobError whole = error_of([] { json::parse("{}").get<std::vector<ScrapeJob>>(); });
  CHECK(whole.job_index == 0);
  CHECK(std::string(whole.what()) == "scrape jobs: not an array");
  const json bad = std::vector<ScrapeJob>{{.job_name = "a\xff"}};
  CHECK(error_of([&] { bad.get<std::vector<ScrapeJob>>(); }).reason == "not a text in UTF-8");
}
