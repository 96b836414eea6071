// SPDX-License-Identifier: Apache-2.0
// The program explain: relations of prometheus_scrape.
#include <string>
#include <utility>
#include <vector>

#include <support/catch.hpp>
#include <support/explain.hpp>

namespace {

using Catch::Matchers::ContainsSubstring;
using namespace support::explain;

const std::string prometheus_dump = "juju3-prometheus.json";

/// The dump with another application bag of spring-music.
json with_data(const char* key, const std::string& text) {
  json dump = read_json(prometheus_dump);
  dump["prometheus/0"]["relation-info"][0]["application-data"][key] = text;
  return dump;
}

json with_event(const std::string& text) {
  json dump = read_json(prometheus_dump);
  dump["spring-music/0"]["relation-info"][0]["application-data"]["event"] = text;
  return dump;
}

}  // namespace

TEST_CASE("explain prometheus_scrape: it shows jobs by unit and problems") {
  const json dump = GENERATE(read_json(prometheus_dump), in_form_of_juju4(read_json(prometheus_dump)));
  const ProgramRun run = explain_dump(dump, {"--application", "spring-music"});
  CHECK(run.status == 1);
  CHECK(run.output.starts_with("1 relation, 1 target, 3 problems\n"));
  CHECK_THAT(run.output,
             ContainsSubstring("prometheus (prometheus_scrape, seen from prometheus/0): 1 relation, 1 job"));
  CHECK_THAT(run.output, ContainsSubstring("    spring-music/1  has published no address, so it is not a target\n"));
  CHECK_THAT(run.output,
             ContainsSubstring("  job juju_prod_9c2b3b3a_spring-music_prometheus_scrape_app-0, metrics_path "
                               "/actuator/prometheus\n    spring-music/0  10.0.0.2:8080\n"));
  CHECK_THAT(run.output,
             ContainsSubstring("problem: relation 4, spring-music, scrape_jobs at /1/scheme: neither http"));
  CHECK_THAT(run.output, !ContainsSubstring("hint"));
}

TEST_CASE("explain prometheus_scrape: it shows what the scraper reports") {
  const json dump = GENERATE(read_json(prometheus_dump), in_form_of_juju4(read_json(prometheus_dump)));
  CHECK_THAT(explain_dump(dump).output,
             ContainsSubstring("  problem: prometheus reports about the jobs:\n"
                               "    job proxy: cannot use <hidden> with scheme spdy\n"
                               "  problem: prometheus reports about the alert rules:\n"
                               "    group music: could not parse expression\n    line 1: unexpected token\n"));
}

TEST_CASE("explain prometheus_scrape: each form of the event is read") {
  const auto [text, expected] = GENERATE(table<std::string, std::string>(
      {{"{}", "  prometheus reports no error\n"},
       {R"({"valid": true, "errors": ""})", "  prometheus reports no error\n"},
       {R"({"valid": false})", "prometheus reports about the alert rules:\n    invalid, without a reason\n"},
       {"no", "problem: relation 4, prometheus, event: not JSON"},
       {"[]", "problem: relation 4, prometheus, event: not an object\n"},
       {R"({"errors": 1})", "problem: relation 4, prometheus, event at /errors: not a text\n"},
       {R"({"valid": "yes"})", "problem: relation 4, prometheus, event at /valid: not true or false\n"},
       {R"({"errors": "a\u001b[2Jb\u0007"})", "    a\\u001b[2Jb\\u0007\n"}}));
  const ProgramRun run = explain_dump(with_event(text));
  CHECK_THAT(run.output, ContainsSubstring(expected));
  CHECK(is_printable(run.output));
}

TEST_CASE("explain prometheus_scrape: an event may be missing in the dump") {
  const std::string missing = "  what prometheus reports is not in this dump\n";
  CHECK_THAT(explain_dump(only(read_json(prometheus_dump), {"prometheus/0"})).output, ContainsSubstring(missing));
  json dump = read_json(prometheus_dump);
  dump["spring-music/0"]["relation-info"][0].erase("application-data");
  CHECK_THAT(explain_dump(dump, {"--application", "spring-music"}).output, !ContainsSubstring("reports"));
}

TEST_CASE("explain prometheus_scrape: a workload cannot forge an event") {
  json dump = with_data("event", R"({"errors": "forged"})");
  CHECK_THAT(explain_dump(dump).output, !ContainsSubstring("forged"));
}

TEST_CASE("explain prometheus_scrape: a long event is cut") {
  const std::string lines = json{{"errors", std::string(10'000, '\n')}}.dump();
  const std::string line = json{{"scrape_job_errors", std::string(5'000'000, 'x')}}.dump();
  for (const std::string& text : {lines, line}) CHECK(explain_dump(with_event(text)).output.size() < 5000);
}

TEST_CASE("explain prometheus_scrape: it never prints credentials") {
  const std::string secret = GENERATE("c0rrect horse", "c0rrect \"horse\"", "c0rrect\nbattery", "c0rrect \xc3\xa9");
  const json value = GENERATE_COPY(json{{"password", secret}}, json{{"ca", secret}}, json{{"type", secret}},
                                   json(secret), json::array({secret}), json{{"key", {{"further", secret}}}});
  for (const char* key : {"basic_auth", "tls_config", "authorization"}) {
    json dump = with_data("scrape_jobs", json::array({{{"job_name", "a"}, {key, value}}}).dump());
    const json report = {{"errors", "bad: " + secret}, {"scrape_job_errors", json(secret).dump()}};
    dump["spring-music/0"]["relation-info"][0]["application-data"]["event"] = report.dump();
    for (const std::vector<std::string>& arguments : {std::vector<std::string>{}, {"--jobs"}}) {
      const ProgramRun run = explain_dump(dump, arguments);
      CHECK(run.status < 2);
      CHECK_THAT(run.output + run.errors, !ContainsSubstring("c0rrect") && !ContainsSubstring("battery"));
    }
  }
}

TEST_CASE("explain prometheus_scrape: --jobs has hidden texts") {
  const ProgramRun run = explain({"--jobs", dumps + prometheus_dump});
  const json jobs = jobs_of(run);
  REQUIRE(jobs.size() == 2);
  CHECK(jobs[0]["basic_auth"] == json{{"username", "<hidden>"}, {"password", "<hidden>"}});
  CHECK(jobs[0]["job_name"] == "juju_prod_9c2b3b3a_spring-music_prometheus_scrape_app-0");
  CHECK(run.errors.empty());
}

TEST_CASE("explain prometheus_scrape: jobs without metadata are read") {
  const ProgramRun run = explain({"--application", "routers", dumps + prometheus_dump});
  CHECK(run.status == 0);
  CHECK_THAT(run.output,
             ContainsSubstring("    routers/0   has published no address; no job needs one\n") &&
                 ContainsSubstring("  job router, metrics_path /metrics\n    (no label)  192.0.2.1:9100\n"));
}

TEST_CASE("explain prometheus_scrape: the workload's side is enough") {
  const json dump = GENERATE(read_json(prometheus_dump), in_form_of_juju4(read_json(prometheus_dump)));
  const ProgramRun run = explain_dump(only(dump, {"spring-music/0"}), {"--application", "prometheus"});
  CHECK_THAT(run.output, ContainsSubstring("The workload's side only (prometheus_scrape): 1 relation") &&
                             ContainsSubstring("relation 4: spring-music, related to prometheus") &&
                             ContainsSubstring("juju show-unit prometheus/0 spring-music/0 --format=json"));
}

TEST_CASE("explain prometheus_scrape: keys decide, not the endpoint") {
  const json dump = with_each_relation(read_json(prometheus_dump), [](json& relation) {
    relation["endpoint"] = relation["related-endpoint"] = "tracing";
  });
  CHECK_THAT(explain_dump(dump).output, ContainsSubstring("prometheus (prometheus_scrape, seen from prometheus/0)"));
  CHECK_THAT(explain_dump(dump, {"--endpoint", "metrics-endpoint"}).output,
             ContainsSubstring("No shown unit has a relation at the endpoint metrics-endpoint."));
}

TEST_CASE("explain prometheus_scrape: hostile bags end with no signal") {
  const std::string text = GENERATE("", "[", "null", R"([{"basic_auth": 1}])", R"([{"job_name": "\u001b[31m"}])",
                                    R"([{"tls_config": {"ca": "\u001b"}}])", R"([[[{"authorization": []}]]])");
  for (const char* key : {"scrape_jobs", "scrape_metadata", "alert_rules"}) {
    const ProgramRun run = explain_dump(with_data(key, text));
    CAPTURE(key, text);
    CHECK((run.status == 0 || run.status == 1));
    CHECK(is_printable(run.output));
  }
}
