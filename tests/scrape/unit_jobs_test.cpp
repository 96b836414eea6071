// SPDX-License-Identifier: Apache-2.0
#include "unit_jobs.hpp"

using namespace unit_jobs;

TEST_CASE("unit jobs: a job has a job for each unit and one for other hosts") {
  const std::string jobs = R"([{"job_name": "j", "metrics_path": "/m", "scheme": "https", "scrape_interval": "30s",
    "tls_config": {"server_name": "s"}, "static_configs": [{"targets": ["*:1", "other:2"], "labels": {"k": "v"}}]}])";
  const json rule = json::parse(R"json({"separator": "_", "target_label": "instance", "regex": "(.*)",
    "source_labels": ["juju_model", "juju_model_uuid", "juju_application", "juju_unit"]})json");
  json without_unit = rule;
  without_unit["source_labels"].erase(3);
  const json shared = json::parse(R"({"scheme": "https", "scrape_interval": "30s", "metrics_path": "/m",
    "tls_config": {"server_name": "s"}})");
  json labels = json::parse(R"({"k": "v", "juju_model": "dev", "juju_model_uuid": "12345678-90",
    "juju_application": "app", "juju_charm": "k8s"})");
  const auto job = [&](const std::string& name, const std::string& target) {
    json made = shared;
    made["job_name"] = prefix + "_j" + name;
    made["static_configs"] = json::array({{{"targets", {target}}, {"labels", labels}}});
    return made;
  };
  json other = job("", "other:2");
  other["relabel_configs"] = json::array({without_unit});
  labels["juju_unit"] = "app/0";
  json first = job("-0", "10.1.0.1:1");
  first["relabel_configs"] = json::array({rule});
  labels["juju_unit"] = "app/12";
  json second = job("-12", "[fd00::1]:1");
  second["relabel_configs"] = json::array({rule});
  second["metrics_path"] = "/p/m";
  CHECK(expanded({application(jobs, {unit(0, "10.1.0.1"), unit(12, "fd00::1", "/p")})}).jobs ==
        json::array({first, second, other}));
}

TEST_CASE("unit jobs: targets go to the units with their hosts") {
  const std::vector<Unit> units = {unit(0, "10.1.0.1", "", "A.local"), unit(1, "fd00::1", "", "b.local"),
                                   unit(2, "10.1.0.1", "", "c.local"), unit(3, "Host-3")};
  const auto [targets, expected] = GENERATE(table<std::string, Names>({
      {R"("*:80")", {"_j-0: 10.1.0.1:80", "_j-1: [fd00::1]:80", "_j-2: 10.1.0.1:80", "_j-3: Host-3:80"}},
      {R"("*")", {"_j-0: 10.1.0.1", "_j-1: [fd00::1]", "_j-2: 10.1.0.1", "_j-3: Host-3"}},
      {R"("10.1.0.1:1")", {"_j-0: 10.1.0.1:1"}},  // of two units the lower
      {R"("a.LOCAL:1", "A.local")", {"_j-0: a.LOCAL:1 A.local"}},
      {R"("c.local:1")", {"_j-2: c.local:1"}},
      {R"("[FD00:0:0::0001]:1")", {"_j-1: [FD00:0:0::0001]:1"}},
      {R"("HOST-3:1", "host-33:1")", {"_j-3: HOST-3:1", "_j: host-33:1"}},
      {R"("x:1", "10.1.0.1:1", "y:1", "x:1")", {"_j-0: 10.1.0.1:1", "_j: x:1 y:1 x:1"}},
      {R"("10.1.0.1:2", "*:1", "b.local:3", "*:2", "*:1", "10.1.0.1:1", "z")",
       {"_j-0: 10.1.0.1:2 10.1.0.1:1", "_j-1: [fd00::1]:1 b.local:3 [fd00::1]:2", "_j-2: 10.1.0.1:1 10.1.0.1:2",
        "_j-3: Host-3:1 Host-3:2", "_j: z"}},
      {"", {}},
  }));
  INFO(targets);
  CHECK(summary(with_targets(targets), units) == expected);
}

TEST_CASE("unit jobs: only * and *:PORT are wildcards") {
  for (const char* target : {"*x:80", "*.local", "**", "*:", "*:x", "*:80/m"}) {
    std::vector<juju::Problem> problems;
    CHECK(read_scrape_jobs(json::parse(with_targets('"' + std::string(target) + '"')), {}, problems).empty());
    CHECK(problems.size() == 2);
  }
}

TEST_CASE("unit jobs: each static config has jobs of its own") {
  const std::string jobs = R"([{"static_configs": [{"targets": ["x:1"]}, {"targets": ["*:2"]}, {"targets": []},
    {"targets": ["y:3", "*:3"]}, {"targets": ["10.1.0.1:4"]}, {"targets": ["z:5"]}]}])";
  // The configs with a wildcard claim first. Then come the four with targets.
  CHECK(summary(jobs, {unit(0, "10.1.0.1"), unit(1, "10.1.0.2")}) == Names{"-0: 10.1.0.1:2", "-1: 10.1.0.2:2",
                                                                           "_3-0: 10.1.0.1:3", "_3-1: 10.1.0.2:3",
                                                                           "_3_1-0: 10.1.0.1:4", ": x:1; y:3; z:5"});
  CHECK(summary(jobs, {}) == Names{": x:1; y:3; 10.1.0.1:4; z:5"});
}

TEST_CASE("unit jobs: names do not depend on units") {
  const std::string jobs = R"([
    {"job_name": "a", "static_configs": [{"targets": ["*:1"]}, {"targets": ["*:2", "x:1"]}]}, {"job_name": "a-0"},
    {"job_name": "b-1"}, {"job_name": "b", "static_configs": [{"targets": ["10.1.0.1:1"]}]},
    {"job_name": "a", "static_configs": [{"targets": ["y:1"]}]}])";
  const Names stems = {"_a", "_a_3", "_a-0_3", "_b-1", "_b_3", "_a_3_4"};
  const Expanded with = expanded({application(jobs, {unit(0, "10.1.0.1")})});
  CHECK(summary(with.jobs) == Names{"_a-0: 10.1.0.1:1", "_a_3-0: 10.1.0.1:2", "_a: x:1", "_a-0_3-0: 10.1.0.1:80",
                                    "_b-1-0: 10.1.0.1:80", "_b_3-0: 10.1.0.1:1", "_a_3_4: y:1"});
  CHECK(with.problems.size() == 3);
  CHECK(summary(jobs, {}) == Names{"_a: x:1", "_b_3: 10.1.0.1:1", "_a_3_4: y:1"});
}

TEST_CASE("unit jobs: an application without units still claims its names") {
  Application first = application("[{}]", {}, 1);
  first.has_units = false;
  const Application second = application("[{}]", {unit(0, "h")}, 2);
  CHECK(summary(expanded({first, second}).jobs) == Names{"_2-0: h:80"});
}

TEST_CASE("unit jobs: the same jobs of two relations stay apart") {
  const std::vector<Unit> units = {unit(0, "10.1.0.1")};
  CHECK(summary(expanded({application("[{}]", units, 1), application("[{}]", units, 2)}).jobs) ==
        Names{"-0: 10.1.0.1:80", "_2-0: 10.1.0.1:80"});
}

TEST_CASE("unit jobs: the job's own labels win") {
  const std::string jobs = R"([{"static_configs": [{"targets": ["*:1", "x:1"],
    "labels": {"juju_model": "m", "juju_unit": "other/7", "juju_model_name": "n", "k": "v"}}]}])";
  const json made = expanded({application(jobs, {unit(0, "10.1.0.1")})}).jobs;
  const json labels = json::parse(R"({"juju_application": "app", "juju_charm": "k8s", "juju_model": "m",
    "juju_model_name": "n", "juju_model_uuid": "12345678-90", "juju_unit": "other/7", "k": "v"})");
  REQUIRE(made.size() == 2);
  for (const json& job : made) CHECK(job["static_configs"][0]["labels"] == labels);
  CHECK(made[0]["relabel_configs"][0]["source_labels"].size() == 4);
  CHECK(made[1]["relabel_configs"][0]["source_labels"].size() == 3);
}

TEST_CASE("unit jobs: reserved labels are refused") {
  std::vector<juju::Problem> problems;
  const auto jobs = read_scrape_jobs(json::parse(R"([{"static_configs": [{"targets": ["*"], "labels":
    {"job": "a", "instance": "b", "__address__": "c", "juju_unit": "d"}}]}])"),
                                     {}, problems);
  CHECK(jobs[0].job.static_configs[0].labels == Labels{{"juju_unit", "d"}});
  CHECK(problems.size() == 3);
}

TEST_CASE("unit jobs: own relabel rules precede that of the topology") {
  const json made = expanded({application(R"([{"relabel_configs": [{"target_label": "a"}]}])", {unit(0, "h")})}).jobs;
  REQUIRE(made[0]["relabel_configs"].size() == 2);
  CHECK(made[0]["relabel_configs"][0] == json::parse(R"({"target_label": "a"})"));
  CHECK(made[0]["relabel_configs"][1]["target_label"] == "instance");
}

TEST_CASE("unit jobs: other texts are targets beside a rule for __address__") {
  const std::string jobs = R"([{"relabel_configs": [{"target_label": "__address__", "replacement": "e:1"}],
    "static_configs": [{"targets": ["http://10.1.0.1/*", "10.1.0.1:1", "10.1.0.1 ", "*:80x"]}]}])";
  CHECK(summary(jobs, {unit(0, "10.1.0.1")}) == Names{"-0: 10.1.0.1:1 10.1.0.1", ": http://10.1.0.1/* *:80x"});
}

TEST_CASE("unit jobs: without metadata there are no prefix, labels or rule") {
  Application given = application(R"([{"static_configs": [{"targets": ["*:1", "x:1"], "labels": {"k": "v"}}]},
    {"job_name": "n", "relabel_configs": [{"target_label": "a"}]}])",
                                  {unit(0, "10.1.0.1")});
  given.has_topology_labels = false;
  const json expected = json::parse(R"([
    {"job_name": "juju_app_prometheus_scrape-0", "metrics_path": "/metrics",
     "static_configs": [{"targets": ["10.1.0.1:1"], "labels": {"k": "v"}}]},
    {"job_name": "juju_app_prometheus_scrape", "metrics_path": "/metrics",
     "static_configs": [{"targets": ["x:1"], "labels": {"k": "v"}}]},
    {"job_name": "n-0", "metrics_path": "/metrics", "relabel_configs": [{"target_label": "a"}],
     "static_configs": [{"targets": ["10.1.0.1:80"], "labels": {}}]}])");
  CHECK(expanded({given}).jobs == expected);
}

TEST_CASE("unit jobs: the fallback protocol is set on every job") {
  ExpansionRules with = rules;
  with.fallback_scrape_protocol = "PrometheusText0.0.4";
  const json made = expanded({application(with_targets(R"("*", "x")"), {unit(0, "h")})}, with).jobs;
  REQUIRE(made.size() == 2);
  for (const json& job : made) CHECK(job["fallback_scrape_protocol"] == "PrometheusText0.0.4");
}
