// SPDX-License-Identifier: Apache-2.0
// The checks of a scraper: what they refuse, and what is published of their texts.
#include <functional>
#include <stdexcept>
#include <support/prometheus.hpp>

using namespace support::prometheus;
using namespace juju::testing;

namespace {

constexpr const char* a_rule = R"({"groups": [{"name": "g", "rules": [{"alert": "A", "expr": "up"}]}]})";

/// Two applications with jobs and rules, one with jobs only, and one with neither.
State related() {
  std::vector<RelationState> relations = {application("[{}]", 1, "one"), application("[{}]", 2, "two"),
                                          application("[{}]", 3, "three"), application("[]", 4, "four")};
  for (const std::size_t i : {0U, 1U}) relations[i].remote_application_data["alert_rules"] = a_rule;
  return scraping(std::move(relations));
}

/// Counts its calls, and refuses what contains a text.
struct Check {
  std::string refused = {};
  std::vector<json> given = {};

  std::optional<std::string> operator()(const json& value) {
    given.push_back(value);
    const bool is_refused = !refused.empty() && value.dump().find(refused) != std::string::npos;
    return is_refused ? std::optional<std::string>("no " + refused) : std::nullopt;
  }
};

/// What is reported of a job with these settings if a check says this.
std::string reported(const std::string& job, const std::string& said) {
  const State after = run_scraper(scraping({application("[" + job + "]")}),
                                  {.check_jobs = [&](const json&) { return std::optional(said); }});
  return json::parse(report_in(after)).at("scrape_job_errors").get<std::string>();
}

const std::string prefix = "scrape_jobs: refused: ";

/// A job with this password.
std::string with_password(const std::string& password) {
  return json{{"basic_auth", {{"username", "admin"}, {"password", password}}}}.dump();
}

}  // namespace

TEST_CASE("prometheus checks: each is called once for a relation and hook") {
  Check jobs{.refused = "two"};
  Check alerts{.refused = "g"};
  const ConsumerOptions options{.check_jobs = std::ref(jobs), .check_rules = std::ref(alerts)};
  inspect_scraper(related(), options, [](Scraper& charm) {
    for (int i = 0; i < 3; ++i) {
      CHECK(charm.metrics.jobs().size() == 2);
      CHECK(charm.metrics.alerts().empty());
      CHECK(charm.metrics.read().scrape_configs.size() == 2);
      CHECK(charm.metrics.problems().size() == 3);
      CHECK(charm.metrics.has_invalid_scrape_jobs());
      CHECK(charm.metrics.has_invalid_alert_rules());
    }
    return 0;
  });
  REQUIRE(jobs.given.size() == 3);
  CHECK(jobs.given[0][0].at("job_name") == "juju_dev_12345678_one_prometheus_scrape-0");
  CHECK(alerts.given == std::vector<json>(2, json::parse(a_rule)));
  run_scraper(related(), options, relation_changed(1, "one/0"));  // reports, and handles targets_changed
  CHECK(jobs.given.size() == 6);
  CHECK(alerts.given.size() == 4);
}

TEST_CASE("prometheus checks: what is refused is left out for one relation") {
  const ConsumerOptions options{.check_jobs = Check{.refused = "two"}, .check_rules = Check{.refused = "no rule"}};
  const auto published = inspect_scraper(related(), options, [](Scraper& charm) { return charm.metrics.read(); });
  REQUIRE(published.scrape_configs.size() == 2);
  CHECK(published.scrape_configs[0].relation_id == 1);
  CHECK(published.scrape_configs[1].relation_id == 3);
  CHECK(published.alerts.size() == 2);
  REQUIRE(published.problems.size() == 1);
  CHECK(to_string(published.problems[0]) == "relation 2, two, scrape_jobs: refused: no two");
  const State after = run_scraper(related(), options);
  CHECK(report_in(after, 1) == "-");
  CHECK(report_in(after, 2) == R"({"scrape_job_errors":"scrape_jobs: refused: no two"})");
  CHECK(report_in(run_scraper(after), 2) == R"({"valid":true})");
  CHECK(report_in(run_scraper(related(), {.check_rules = Check{.refused = "up"}}), 1) ==
        R"({"errors":"alert_rules: refused: no up","valid":false})");
}

TEST_CASE("prometheus checks: an exception of a check fails the hook") {
  const auto fail = [](const json&) -> std::optional<std::string> { throw std::runtime_error("no promtool"); };
  CHECK_THROWS_AS(run_scraper(related(), {.check_jobs = fail}), std::runtime_error);
}

TEST_CASE("prometheus checks: credentials are hidden in what is published") {
  struct Case {
    std::string job;
    std::string said;
    std::string reported;
  };
  const std::string pem = "-----BEGIN KEY-----\nMIIabc\r\nMIIdef\n-----END KEY-----\n";
  const std::string tls = json{{"tls_config", {{"cert", "c-e-r-t"}, {"key", pem}}}}.dump();
  for (const auto& [job, said, expected] : std::vector<Case>{
           {"{}", "bad: tab\t and \x1b[0m and line\nbreak", R"(bad: tab\u0009 and \u001b[0m and line\u000abreak)"},
           {"{}", "\xff", "the check failed; its message is not shown"},
           {with_password("s3cret"), "password s3cret of admin, s3cret", "password <hidden> of <hidden>, <hidden>"},
           {R"({"authorization": {"credentials": "tok"}})", "\"tok\"", "\"<hidden>\""},
           {with_password("a\"b\\c"), R"(line: "a\"b\\c" and a"b\c)", R"(line: "<hidden>" and <hidden>)"},
           {with_password("abc") + "," + with_password("abcdef"), "abcdef abc", "<hidden> <hidden>"},
           {tls, "in " + pem + "!", "in <hidden>!"},
           {tls, "line 2: MIIabc", "line 2: <hidden>"},
           {tls, "two: MIIdef, c-e-r-t", "two: <hidden>, <hidden>"},
           {tls, R"("-----BEGIN KEY-----\nMIIabc\r\nMIIdef\n-----END KEY-----\n")", "\"<hidden>\""},
           {with_password("s3cret"), "ends in s3cr", "ends in <hidden>"},  // cut by the check
           {with_password("s3cret"), "ends in s3c", "ends in s3c"},
           {R"({"metrics_path": "/p", "scheme": "https"})", "/p over https", "/p over https"},
       }) {
    CAPTURE(job, said);
    CHECK(reported(job, said) == prefix + expected);
  }
}

TEST_CASE("prometheus checks: a long text is cut without showing a credential") {
  for (std::size_t before = 4060; before < 4100; ++before) {
    const std::string text = reported(with_password("s3cret"), std::string(before, 'x') + "s3cret" + "\xc3\xa9");
    CHECK(text.size() <= 4096);
    CHECK(text.find("s3") == std::string::npos);
    CHECK(juju::is_utf8(text));
  }
  CHECK(reported(with_password("s3cret"), std::string(100'000, '\n')).size() == 4096);
  json many = json::array();
  for (int i = 0; i < 11; ++i) {
    std::string lines;
    for (int line = 0; line < 100; ++line) lines += std::to_string(i * 100 + line) + "\n";
    many.push_back({{"job_name", std::to_string(i)}, {"tls_config", {{"ca", lines}}}});
  }
  std::string list = many.dump();
  CHECK(reported(list.substr(1, list.size() - 2), "7") == prefix + "the check failed; its message is not shown");
}

TEST_CASE("prometheus checks: no problem quotes a credential") {
  const auto jobs = R"([{"basic_auth": {"username": "s3cret", "password": 1}}, {"tls_config": {"cert": "s3cret"}},
                        {"authorization": {"type": "basic", "credentials": "s3cret"}},
                        {"basic_auth": {"password_file": "/s3cret"}, "proxy_url": "http://s3cret@h"}])";
  const State after = run_scraper(scraping({application(jobs)}), {.check_jobs = Check{.refused = "juju"}});
  CHECK(report_in(after).find("s3cret") == std::string::npos);
  const auto problems =
      inspect_scraper(scraping({application(jobs)}), {}, [](Scraper& charm) { return charm.metrics.problems(); });
  CHECK(problems.size() == 6);
  for (const prom::Problem& problem : problems) CHECK(to_string(problem).find("s3cret") == std::string::npos);
}
