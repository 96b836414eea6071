// SPDX-License-Identifier: Apache-2.0
// The program explain: all interfaces, and relations of tempo_scrape.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <support/catch.hpp>
#include <support/explain.hpp>

namespace {

using Catch::Matchers::ContainsSubstring;
using namespace support::explain;

const std::string gateway_problem =
    "problem: relation 2, gateway, scrape_jobs at /0/static_configs/0/targets/0: not HOST or HOST:PORT";

/// spring-music/0 in a dump of Juju 3.
json workload_of_juju3() {
  return with_each_relation(only(read_json("juju4-both-sides.json"), {"spring-music/0"}), [](json& relation) {
    relation["application-data"] = {{"tempo_endpoint", "hostname: tempo.local\notlp_grpc_port: 4317\n"}};
  });
}

}  // namespace

TEST_CASE("explain: it prints the jobs() of a complete dump") {
  const std::string file = GENERATE("juju3-tempo.json", "juju4-both-sides.json");
  const ProgramRun run = explain({"--jobs", dumps + file});
  CHECK(jobs_of(run) == read_json("expected-jobs.json"));
  CHECK(run.errors.empty());
}

TEST_CASE("explain: it shows relations, targets by unit, and problems") {
  const std::string file = GENERATE("juju3-tempo.json", "juju4-both-sides.json");
  const ProgramRun run = explain({dumps + file});
  CHECK(run.status == 1);
  CHECK(run.output.starts_with("3 relations, 12 targets, 1 problem\n"));
  CHECK_THAT(run.output, ContainsSubstring("tempo (tempo_scrape, seen from tempo/0): 3 relations, 4 jobs, 12 targets"));
  CHECK_THAT(run.output, ContainsSubstring("relation 0: spring-music (charm spring-music-k8s, model prod)\n"));
  CHECK_THAT(run.output, ContainsSubstring("    billing/1  [fd00::17]:8000\n"));
  CHECK_THAT(run.output, ContainsSubstring("    (fixed)    10.1.32.215:7000\n"));
  CHECK_THAT(run.output, ContainsSubstring(gateway_problem));
  CHECK_THAT(run.output, !ContainsSubstring("hint"));
}

TEST_CASE("explain: a hint names the command that completes a dump of Juju 4") {
  const auto [file, command] = GENERATE(table<std::string, std::string>(
      {{"juju4-tempo.json", "  juju show-unit tempo/0 spring-music/0 billing/0 gateway/0 --format=json\n"},
       {"juju4-without-related-units.json", "  juju show-unit tempo/0 UNIT... --format=json\n"}}));
  const ProgramRun report = explain({dumps + file});
  CHECK(report.status == 0);
  CHECK_THAT(report.output, ContainsSubstring("hint: ") && ContainsSubstring(command));
  const ProgramRun jobs = explain({"--jobs", dumps + file});
  CHECK(jobs_of(jobs) == json::array());
  CHECK_THAT(jobs.errors, ContainsSubstring("hint: ") && ContainsSubstring(command));
}

TEST_CASE("explain: it uses the shown units if Juju 4 lists none") {
  const json dump =
      without(only(read_json("juju4-both-sides.json"), {"tempo/0", "spring-music/0", "gateway/0"}), "related-units");
  const json jobs = jobs_of(explain_dump(dump, {"--jobs"}));
  REQUIRE(jobs.size() == 2);
  CHECK(jobs[0]["static_configs"].size() == 1);
  CHECK_THAT(explain_dump(dump).output, ContainsSubstring("juju show-unit tempo/0 spring-music/0 gateway/0 UNIT..."));
}

TEST_CASE("explain: it reports a dump of the workload's side only") {
  const ProgramRun juju4 = explain_dump(only(read_json("juju4-both-sides.json"), {"spring-music/0"}));
  CHECK_THAT(juju4.output,
             ContainsSubstring("The workload's side only (tempo_scrape): 1 relation, 1 job, 2 targets, 0 problems") &&
                 ContainsSubstring("10.0.0.2:8000  10.0.0.2:8081") &&
                 ContainsSubstring("juju show-unit tempo/0 spring-music/0"));
  const ProgramRun juju3 = explain_dump(workload_of_juju3());
  CHECK_THAT(juju3.output, ContainsSubstring("The workload's side only") &&
                               ContainsSubstring("Tempo listens at tempo.local, otlp_grpc_port 4317\n") &&
                               ContainsSubstring("juju show-unit tempo/0 spring-music/0"));
  const ProgramRun jobs = explain_dump(workload_of_juju3(), {"--jobs"});
  CHECK(jobs_of(jobs) == json::array());
  CHECK_THAT(jobs.errors, ContainsSubstring("juju show-unit tempo/0 spring-music/0"));
}

TEST_CASE("explain: it reads both sides of Juju 3") {
  json dump = read_json("juju3-tempo.json");
  dump.update(workload_of_juju3());
  CHECK(jobs_of(explain_dump(dump, {"--jobs"})) == read_json("expected-jobs.json"));
}

TEST_CASE("explain: it lists the relations of several scraper units once") {
  json dump = read_json("juju3-tempo.json");
  dump["tempo/10"] = dump["tempo/2"] = dump["tempo/0"];
  const ProgramRun run = explain_dump(dump);
  CHECK_THAT(run.output, ContainsSubstring("tempo (tempo_scrape, seen from tempo/0, tempo/2, tempo/10): 3 relations"));
  CHECK(jobs_of(explain_dump(dump, {"--jobs"})) == read_json("expected-jobs.json"));
}

TEST_CASE("explain: it needs no relation ids") {
  const json dump = without(read_json("juju4-both-sides.json"), "relation-id");
  CHECK(jobs_of(explain_dump(dump, {"--jobs"})) == read_json("expected-jobs.json"));
  CHECK_THAT(explain_dump(dump).output, ContainsSubstring("relation (of unknown id): gateway") &&
                                            ContainsSubstring("problem: gateway, scrape_jobs at /0/static_configs"));
}

TEST_CASE("explain: a unit that has left is not a target") {
  json dump = read_json("juju3-tempo.json");
  dump["tempo/0"]["relation-info"][0]["related-units"]["spring-music/1"]["in-scope"] = false;
  CHECK(jobs_of(explain_dump(dump, {"--jobs"}))[0]["static_configs"].size() == 2);
  CHECK_THAT(explain_dump(dump).output, ContainsSubstring("    spring-music/1  has left, so it is not a target\n"));
}

TEST_CASE("explain: it reports a unit without an address") {
  json dump = read_json("juju3-tempo.json");
  dump["tempo/0"]["relation-info"][0]["related-units"]["spring-music/2"]["data"] = json::object();
  CHECK_THAT(explain_dump(dump).output, ContainsSubstring("    spring-music/2  has published no address"));
}

TEST_CASE("explain: it counts alert rules") {
  json dump = read_json("juju3-tempo.json");
  dump["tempo/0"]["relation-info"][0]["application-data"]["alert_rules"] =
      R"({"groups": [{"name": "music", "rules": [{"alert": "Down", "expr": "up == 0"}]}]})";
  CHECK_THAT(explain_dump(dump).output, ContainsSubstring("  alert rules: 1 in 1 group\n"));
}

TEST_CASE("explain: it reads YAML and standard input") {
  const std::string dump = R"(tempo/0:
  leader: true
  relation-info:
  - relation-id: 7
    endpoint: tracing
    related-endpoint: tracing
    application-data:
      scrape_jobs: '[{"static_configs": [{"targets": ["*:80"]}]}]'
    related-units:
      app/0:
        in-scope: true
        data:
          tempo_scrape_unit_address: 10.0.0.1
)";
  const std::vector<std::string> file = GENERATE(std::vector<std::string>{}, std::vector<std::string>{"-"});
  const ProgramRun run = explain(file, dump);
  CHECK(run.status == 1);
  CHECK_THAT(run.output, ContainsSubstring("relation 7: app") && ContainsSubstring("app/0  10.0.0.1:80"));
}

TEST_CASE("explain: --label-names sets the spelling of label names") {
  const ProgramRun utf8 = explain({"--jobs", "--label-names", "utf8", dumps + "juju3-tempo.json"});
  CHECK(jobs_of(utf8) == read_json("expected-jobs.json"));
  const ProgramRun legacy = explain({"--jobs", "--label-names", "legacy", dumps + "juju3-tempo.json"});
  CHECK(jobs_of(legacy)[1]["static_configs"][0]["labels"]["some_key"] == "some-value");
  CHECK(explain({"--label-names", "latin", dumps + "juju3-tempo.json"}).status == 2);
}

TEST_CASE("explain: Juju's names are used in Tempo's own model") {
  const std::string uuid = "9c2b3b3a-51ff-4b9c-8d6f-1f27a9a5c0d1";
  const ProgramRun run = explain({"--model", "production", "--model-uuid", uuid, dumps + "juju3-tempo.json"});
  CHECK_THAT(run.output, ContainsSubstring("job production_9c2b3b3a_spring-music") &&
                             ContainsSubstring("scrape_metadata at /model: not Juju's name for it"));
  const ProgramRun uuid_alone = explain({"--jobs", "--model-uuid", uuid, dumps + "juju3-tempo.json"});
  CHECK(jobs_of(uuid_alone) == read_json("expected-jobs.json"));
}

TEST_CASE("explain: --endpoint sets the endpoint") {
  const json dump =
      with_each_relation(read_json("juju3-tempo.json"), [](json& relation) { relation["endpoint"] = "scrape"; });
  CHECK(jobs_of(explain_dump(dump, {"--jobs", "--endpoint", "scrape"})) == read_json("expected-jobs.json"));
  const ProgramRun none = explain_dump(dump);
  CHECK(none.status == 0);
  CHECK_THAT(none.output,
             ContainsSubstring("No shown unit has a relation at the endpoint tracing or metrics-endpoint") &&
                 ContainsSubstring("  tempo/0 has scrape (to tracing)"));
}

TEST_CASE("explain: it refuses an invalid dump with one sentence") {
  const std::string input =
      GENERATE("", " \n", "{}", "[]", "1", "null", "no dump", "{\"tempo/0\":", "\xff\xfe", R"({"tempo": {}})",
               R"({"tempo/0": []})", R"({"\u001b[31m/0": {}})", R"({"tempo/0": {"relation-info": {}}})",
               R"({"tempo/0": {"relation-info": [1]}})", R"({"tempo/0": {"relation-info": [{"relation-id": "x"}]}})",
               R"({"tempo/0": {"relation-info": [{"relation-id": 1e400}]}})",
               R"({"tempo/0": {"relation-info": [{"endpoint": 1}]}})",
               R"({"tempo/0": {"relation-info": [{"application-data": {"\u001bkey": 3}}]}})",
               R"({"tempo/0": {"relation-info": [{"local-unit": {"in-scope": "perhaps"}}]}})",
               R"({"tempo/0": {"relation-info": [{"related-units": {"app; reboot/0": {}}}]}})");
  CAPTURE(input);
  const ProgramRun run = explain({}, input);
  CHECK(run.status == 2);
  CHECK(run.output.empty());
  CHECK(std::count(run.errors.begin(), run.errors.end(), '\n') == 1);
  CHECK(run.errors.find('\x1b') == std::string::npos);
}

TEST_CASE("explain: it refuses a large, deep or missing file with one sentence") {
  for (const std::string& input : {std::string(50'000'000, ' '), std::string(100'000, '['),
                                   "x: " + std::string(100'000, '['), std::string(2'000'000, '-')}) {
    const ProgramRun run = explain({}, input);
    CHECK(run.status == 2);
    CHECK(std::count(run.errors.begin(), run.errors.end(), '\n') == 1);
  }
  for (const std::string& file : {dumps + "absent.json", dumps}) {
    const ProgramRun run = explain({file});
    CHECK(run.status == 2);
    CHECK(run.errors == "explain: " + file + " cannot be read.\n");
  }
}

TEST_CASE("explain: control characters of other charms are not printed") {
  json dump = read_json("juju3-tempo.json");
  json& relation = dump["tempo/0"]["relation-info"][0];
  relation["related-units"]["spring-music/1"]["data"]["tempo_scrape_unit_address"] = "10.0.0.1\u001b[2J";
  relation["related-units"]["spring-music/1"]["data"]["tempo_scrape_unit_name"] = "\u009b31m";
  relation["application-data"]["scrape_jobs"] = R"([{"job_name": "a\u001bb"}, {"\u0007": 1}])";
  const ProgramRun run = explain_dump(dump);
  CHECK(run.status == 1);
  CHECK(is_printable(run.output));
}

TEST_CASE("explain: escapes in YAML are read as in JSON and not printed") {
  const auto [escapes, characters] =
      GENERATE(table<std::string, std::string>({{R"(\_\L\P\xe9\U0001F600)", "\u00a0\u2028\u2029\u00e9\U0001F600"},
                                                {R"(\N\x9b)", "\u0085\u009b"},
                                                {R"(\e)", "\x1b"}}));
  INFO(escapes);
  json dump = read_json("juju3-tempo.json");
  json& jobs = dump["tempo/0"]["relation-info"][0]["application-data"]["scrape_jobs"];
  jobs = "X";
  std::string yaml = "# YAML\n" + dump.dump();
  yaml.replace(yaml.find("\"X\""), 3, R"("[{\"job_name\": \"a)" + escapes + R"(\"}]")");
  jobs = R"([{"job_name": "a)" + characters + "\"}]";
  const ProgramRun run = explain({}, yaml);
  CHECK(run.status == 1);
  CHECK(run.output == explain_dump(dump).output);
  CHECK(is_printable(run.output));
}

TEST_CASE("explain: it reads a dump of all interfaces") {
  json dump = read_json("juju3-prometheus.json");
  const json tempo = read_json("juju3-tempo.json");
  const json tracing = read_json("juju3-tracing.json");
  dump["collector/0"] = tracing["tempo/0"];
  dump["tempo/0"] = tempo["tempo/0"];
  const ProgramRun run = explain_dump(dump);
  CHECK(run.status == 1);
  CHECK(run.output.starts_with("7 relations, 14 targets, "));
  CHECK_THAT(run.output, ContainsSubstring("\ntempo (tempo_scrape") &&
                             ContainsSubstring("\nprometheus (prometheus_scrape") &&
                             ContainsSubstring("\ntraces (tracing): 2 relations"));
  const ProgramRun jobs = explain_dump(dump, {"--jobs"});
  CHECK(jobs_of(jobs) == read_json("expected-jobs.json"));
  CHECK_THAT(jobs.errors, ContainsSubstring("several scrapers. These are only the jobs of tempo (tempo_scrape).\n"));
}

TEST_CASE("explain: --application keeps one application and its job names") {
  const ProgramRun run = explain({"--application", "billing", dumps + "juju3-tempo.json"});
  CHECK(run.status == 0);
  CHECK(run.output.starts_with("1 relation, 5 targets, 0 problems\n"));
  CHECK_THAT(run.output, ContainsSubstring("relation 1: billing") && !ContainsSubstring("gateway"));
  const json jobs = jobs_of(explain({"--jobs", "--application", "gateway", dumps + "juju3-tempo.json"}));
  CHECK(jobs == json::array({read_json("expected-jobs.json")[3]}));
}

TEST_CASE("explain: --application of an unknown name is refused") {
  const ProgramRun run = explain({"--application", "bil\xc2\x9bling", dumps + "juju3-tempo.json"});
  CHECK(run.status == 2);
  CHECK(run.output.empty());
  const ProgramRun other = explain({"--application", "bill", dumps + "juju3-tempo.json"});
  CHECK(other.errors == "explain: no shown relation is with bill, but with billing, gateway and spring-music.\n");
}

TEST_CASE("explain: it prints colours only on a terminal") {
  const std::string command = std::string(EXPLAIN_PROGRAM) + " " + dumps + "juju3-tempo.json";
  const auto run = [&](const std::string& before, const std::string& after) {
    return support::run_program("/usr/bin/script", {"-qec", before + command + after, "/dev/null"}).output;
  };
  const std::string begin = "env -u NO_COLOR TERM=xterm ";
  CHECK_THAT(run(begin, ""), ContainsSubstring("\x1b[31mproblem:\x1b[0m relation 2"));
  CHECK_THAT(run("NO_COLOR=1 TERM=xterm ", ""), ContainsSubstring("problem:") && !ContainsSubstring("\x1b"));
  CHECK_THAT(run(begin, " | cat"), ContainsSubstring("problem:") && !ContainsSubstring("\x1b"));
}

TEST_CASE("explain: --help names the options and the exit status") {
  const ProgramRun run = explain({"--help"});
  CHECK(run.status == 0);
  CHECK_THAT(run.output, ContainsSubstring("--application NAME") &&
                             ContainsSubstring("prometheus_scrape and tracing") &&
                             ContainsSubstring("1  there are problems"));
  CHECK(explain({"--bogus"}).status == 2);
}
