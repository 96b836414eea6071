// SPDX-License-Identifier: Apache-2.0
// Limits, random jobs, and the verdict of Prometheus.
#include <algorithm>
#include <map>
#include <random>

#include <support/promtool.hpp>

#include "unit_jobs.hpp"

using namespace unit_jobs;

TEST_CASE("unit jobs: each limit cuts the output of its relation") {
  const std::string jobs = R"([{"tls_config": {"server_name": "s"}, "static_configs": [
    {"targets": ["*:1", "10.1.0.2:9", "x:1"]}, {"targets": ["y:1", "10.1.0.1:1"], "labels": {"é": "\u2028"}}]},
    {"job_name": "k", "sample_limit": 7}])";
  const std::vector<Unit> units = {unit(0, "10.1.0.1", "/é"), unit(1, "10.1.0.2"), unit(2, "10.1.0.3")};
  const Expanded all = expanded({application(jobs, units)});
  const std::size_t bytes = juju::to_yaml_safe_json(all.jobs).size();
  CHECK(all.problems.empty());
  std::size_t jobs_before = 0;
  for (std::size_t limit = 0; limit <= bytes; ++limit) {
    ExpansionRules with = rules;
    with.max_bytes_per_relation = limit;
    const Expansion cut = expand({application(jobs, units)}, with);
    const json made = cut.scrape_configs;
    const std::string text = to_yaml_safe_json(cut.scrape_configs);
    const bool is_complete = made == all.jobs;
    INFO(limit);
    if (text.size() > limit + 2 || made.size() < jobs_before || cut.problems.size() != (is_complete ? 0U : 1U)) {
      FAIL("the limit is not kept, or is not reported");
    }
    jobs_before = made.size();
    // The last job may have fewer static configs.
    for (std::size_t i = 0; i + 1 < made.size(); ++i) {
      if (made[i] != all.jobs[i]) FAIL("a job before the last is cut");
    }
  }
  CHECK(jobs_before == all.jobs.size());
}

TEST_CASE("unit jobs: the limit of one relation does not affect another") {
  ExpansionRules with = rules;
  with.max_bytes_per_relation = 1500;
  std::vector<Unit> units;
  for (int i = 0; i < 9; ++i) units.push_back(unit(i, "10.1.0." + std::to_string(i)));
  const Expanded made = expanded({application("[{}]", units, 1), application("[{}]", {units[0]}, 2)}, with);
  REQUIRE(made.problems.size() == 2);
  CHECK(made.problems[0].relation_id == 1);
  CHECK(made.problems[0].skips_entry);
  CHECK(made.problems[1].relation_id == 2);
  CHECK(made.problems[1].reason == "its name is taken; the relation's id is appended");
  CHECK(made.jobs.back()["job_name"] == prefix + "_2-0");
}

TEST_CASE("unit jobs: unmatched targets get labels only within the limit") {
  std::string configs = "{}";
  for (int i = 0; i < 20'000; ++i) configs += R"(,{"targets": ["x"]})";
  Application given = application(R"([{"static_configs": [)" + configs + "]}]", {});
  given.topology.charm_name = std::string(1000, 'c');
  ExpansionRules with = rules;
  with.max_bytes_per_relation = 4 * 1024 * 1024;
  const Expansion cut = expand({given}, with);
  REQUIRE(cut.scrape_configs.size() == 1);
  CHECK(cut.scrape_configs[0].static_configs.capacity() < 8000);
  CHECK(to_yaml_safe_json(cut.scrape_configs).size() < with.max_bytes_per_relation);
}

namespace {

/// A second expansion of one job, without limits: the targets of each unit and config, then the others.
Names simple_summary(const json& job, const std::vector<Unit>& units) {
  Names lines;
  std::string others;
  const json& configs = job["static_configs"];
  const auto has_wildcard = [](const json& config) {
    return std::any_of(config["targets"].begin(), config["targets"].end(),
                       [](const json& target) { return target.get<std::string>()[0] == '*'; });
  };
  std::map<std::size_t, std::string> name_of;
  for (const bool wildcard : {true, false}) {
    for (std::size_t i = 0; i < configs.size(); ++i) {
      if (configs[i]["targets"].empty() || has_wildcard(configs[i]) != wildcard) continue;
      const std::size_t taken = name_of.size();
      name_of[i] = taken == 0 ? "_j" : taken == 1 ? "_j_3" : "_j_3_" + std::to_string(taken - 2);
    }
  }
  for (std::size_t i = 0; i < configs.size(); ++i) {
    std::vector<Names> of_units(units.size());
    std::string other;
    for (const json& each : configs[i]["targets"]) {
      const auto target = each.get<std::string>();
      const std::size_t colon = target.rfind(':');
      const std::string host = target.substr(0, colon), port = target.substr(colon);
      std::size_t owner = units.size();
      for (std::size_t u = units.size(); u-- > 0;) {
        if (units[u].address.text() == host || (units[u].fqdn && units[u].fqdn->text() == host)) owner = u;
      }
      if (host != "*" && owner == units.size()) other += " " + target;
      for (std::size_t u = 0; u < units.size(); ++u) {
        const std::string text = host == "*" ? units[u].address.text() + port : target;
        if (host != "*" && u != owner) continue;
        if (std::find(of_units[u].begin(), of_units[u].end(), text) == of_units[u].end()) of_units[u].push_back(text);
      }
    }
    for (std::size_t u = 0; u < units.size(); ++u) {
      if (of_units[u].empty()) continue;
      std::string line = name_of[i] + "-" + units[u].number + ":";
      for (const std::string& target : of_units[u]) line += " " + target;
      lines.push_back(line);
    }
    if (!other.empty()) others += (others.empty() ? ":" : ";") + other;
  }
  if (!others.empty()) lines.push_back("_j" + others);
  return lines;
}

}  // namespace

TEST_CASE("unit jobs: random jobs expand as in a simple expansion") {
  std::mt19937 random(7);
  const auto below = [&](unsigned most) { return static_cast<unsigned>(random() % most); };
  const Names hosts = {"*", "10.1.0.0", "10.1.0.1", "10.1.0.2", "a", "b", "c", "[fd00::1]"};
  const std::vector<std::string> settings = {R"("basic_auth": {"username": "é"})",
                                             R"("tls_config": {"server_name": "\u2028"})",
                                             R"("params": {"\"": ["\\"]})",
                                             R"("relabel_configs": [{"target_label": "a"}])",
                                             R"("sample_limit": 3)",
                                             R"("metrics_path": "/\"é")"};
  for (int round = 0; round < 300; ++round) {
    std::vector<Unit> units;
    for (int i = 0; i < static_cast<int>(below(4)); ++i) {
      units.push_back(unit(i, hosts[1 + below(7)], below(2) == 0 ? "" : "/p\"", std::string(1, "abc"[below(3)])));
    }
    std::string configs;
    for (unsigned i = below(4); i > 0; --i) {
      std::string targets;
      for (unsigned j = below(6); j > 0; --j) {
        targets += (targets.empty() ? "\"" : ",\"") + hosts[below(8)] + ":" + std::to_string(1 + below(2)) + '"';
      }
      configs += (configs.empty() ? "" : ",") + std::string("{\"targets\": [") + targets + "]}";
    }
    std::string job = R"({"job_name": "j", "static_configs": [)" + configs + "]";
    for (const std::string& setting : settings) job += below(2) == 0 ? "," + setting : "";
    job += "}";
    INFO(job);
    CHECK(summary("[" + job + "]", units) == simple_summary(json::parse(job), units));
  }
}

TEST_CASE("unit jobs: Prometheus accepts the result of many jobs and units") {
  const std::string jobs = R"json([{}, {"job_name": "é \"'\\{}#: &*!|>%@` \u2028\ud83d\ude00", "metrics_path": "/m?é#"},
    {"job_name": "auth", "scheme": "https", "basic_auth": {"username": "u", "password": "p\n\tq"},
     "tls_config": {"server_name": "s", "insecure_skip_verify": true, "min_version": "TLS12", "max_version": "TLS13"}},
    {"job_name": "token", "authorization": {"type": "Bearer", "credentials": "c"}, "params": {"a\"b": ["", "é"]}},
    {"job_name": "limits", "sample_limit": 18446744073709551615, "label_limit": 0, "label_name_length_limit": 1,
     "label_value_length_limit": 2, "scrape_interval": "1h30m", "scrape_timeout": "500ms",
     "proxy_url": "http://[fd00::1]:3128/%41"},
    {"job_name": "blackbox", "metrics_path": "/probe", "params": {"module": ["http_2xx"]},
     "static_configs": [{"targets": ["https://h/p?q", "é x", "*:1", "10.1.0.1:2"]}],
     "relabel_configs": [{"source_labels": ["__address__"], "target_label": "__param_target"},
                         {"target_label": "__address__", "replacement": "b:9115"}],
     "metric_relabel_configs": [{"action": "drop", "source_labels": ["__name__"], "regex": "go_.*"}]},
    {"job_name": "mixed", "static_configs": [{"targets": ["*", "*:1", "10.1.0.1", "[fd00::1]:80", "h"],
     "labels": {"a": "é ,", "juju_unit": "x/1"}}, {"targets": ["*:7"]}, {"targets": ["h:7"]}]},
    {"job_name": "mixed-0"}, {"job_name": "mixed-0", "sample_limit": 1}])json";
  const std::vector<Unit> units = {unit(0, "10.1.0.1", "/p é\"", "h"), unit(1, "fd00::1")};
  std::vector<Application> applications;
  for (int id = 0; id < 20; ++id) {
    applications.push_back(application(jobs, units, id));
    applications.back().has_topology_labels = id % 3 != 2;
  }
  const json made = expanded(applications).jobs;
  CHECK(made.size() == 20 * (7 * 2 + 3 + 5));
  const support::Verdict verdict = support::promtool_check(made);
  INFO(verdict.output);
  CHECK(verdict.accepted);
}
