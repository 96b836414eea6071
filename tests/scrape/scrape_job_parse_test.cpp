// SPDX-License-Identifier: Apache-2.0
#include <scrape/job_reader.hpp>

#include <support/catch.hpp>
#include <support/repeated.hpp>

using namespace scrape;
using juju::Problem;
using nlohmann::json;
using support::repeated;

namespace {

std::vector<std::string> pointers_of(const ScrapeJobs& read) {
  std::vector<std::string> pointers;
  for (const Problem& problem : read.problems) pointers.push_back(problem.pointer);
  return pointers;
}

}  // namespace

TEST_CASE("scrape job parse: a valid text gives jobs") {
  const ScrapeJobs read = ScrapeJob::parse(R"([{"job_name": "a"}, {"scrape_timeout": "2m"}])");
  CHECK(read.problems.empty());
  REQUIRE(read.jobs.size() == 2);
  CHECK(read.jobs[1].scrape_timeout == "2m");
  CHECK(ScrapeJob::parse("[]").jobs.empty());
  CHECK(ScrapeJob::parse("[]").problems.empty());
}

TEST_CASE("scrape job parse: an invalid text gives all problems and no jobs") {
  const auto [text, pointers] = GENERATE(table<std::string, std::vector<std::string>>({
      {"", {""}},
      {"{", {""}},
      {"{}", {""}},
      {"[1e400]", {""}},
      {R"([{}, {"job_name": "a"}, 7, {"job_name": "b", "scrape_interval": 60}])", {"/2", "/3/scrape_interval"}},
      {R"([7, {"honor_labels": true}])", {"/0", "/1/honor_labels"}},
      {R"([{}, {}])", {"/1/job_name"}},
      {R"([{"honor_labels": true}])", {"/0/honor_labels"}},
      {R"([{"job_name": "a", "static_configs": [{"files": 1}]}])", {"/0/static_configs/0/files"}},
  }));
  const ScrapeJobs read = ScrapeJob::parse(text);
  INFO(text);
  CHECK(read.jobs.empty());
  CHECK(pointers_of(read) == pointers);
}

TEST_CASE("scrape job parse: text that is not JSON, deep or huge is one problem") {
  for (const std::string& text : {std::string("\xff\xfe"), std::string("\0", 1), std::string(100'000, '['),
                                  "[" + std::string(100'000, ' ') + "{\"a\":\"\xed\xa0\x80\"}]"}) {
    const ScrapeJobs read = ScrapeJob::parse(text);
    CHECK(read.jobs.empty());
    CHECK(read.problems.size() == 1);
  }
}

TEST_CASE("scrape job parse: the message says what is wrong and where") {
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
      {R"([{"honor_labels": true}])", "/0/honor_labels: not a key that a scrape job may have here"},
  }));
  const ScrapeJobs read = ScrapeJob::parse(text);
  REQUIRE(read.problems.size() == 1);
  CHECK(to_string(read.problems[0]) == problem);
}

TEST_CASE("scrape job parse: a job with only invalid parts is a problem too") {
  const ScrapeJobs read = ScrapeJob::parse(R"([{"static_configs": [7]}])");
  REQUIRE(read.problems.size() == 2);
  CHECK(to_string(read.problems[1]) == "/0: nothing is left to scrape");
}

TEST_CASE("scrape job parse: a label name has at most 500 bytes") {
  const auto with_label = [](std::size_t bytes) {
    return ScrapeJob::parse(R"([{"static_configs": [{"labels": {")" + std::string(bytes, 'a') + R"(": "x"}}]}])");
  };
  CHECK(with_label(500).problems.empty());
  REQUIRE(with_label(501).problems.size() == 1);
  CHECK(with_label(501).problems[0].reason == "a label name of over 500 bytes");
}

TEST_CASE("scrape job parse: at most 100 problems are reported") {
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
  const ScrapeJobs numbers = ScrapeJob::parse("[0" + repeated(",0", 999) + "]");
  CHECK(numbers.problems.size() == 100);
  CHECK(to_string(numbers.problems.back()) == "more problems than are reported here");
}

TEST_CASE("scrape job parse: an invalid job does not affect the next one") {
  const json list =
      json::parse(R"([{"static_configs": [{"targets": ["a:0"]}]}, {"job_name": "b", "static_configs": []}])");
  std::vector<Problem> problems;
  const auto jobs = read_scrape_jobs(list, {}, problems);
  REQUIRE(jobs.size() == 1);
  CHECK(jobs[0].place == 1);
  CHECK(jobs[0].job.static_configs.empty());
}
