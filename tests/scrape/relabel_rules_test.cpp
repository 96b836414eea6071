// SPDX-License-Identifier: Apache-2.0
#include <scrape/job_reader.hpp>

#include <support/catch.hpp>
#include <support/promtool.hpp>

using namespace scrape;
using nlohmann::json;

namespace {

/// The fault of a rule as a job's setting; empty if it has none.
std::string fault_of(const json& rule, LabelNames names = LabelNames::legacy) {
  std::vector<juju::Problem> problems;
  const json job = {{"metric_relabel_configs", json::array({rule})}};
  read_scrape_jobs(json::array({job}), {.labels = {.names = names}}, problems);
  return problems.empty() ? "" : problems[0].reason;
}

/// Rules that Prometheus accepts.
const std::vector<std::string> valid_rules = {
    R"({"target_label": "a"})",
    R"j({"action": "Replace", "source_labels": [], "separator": "", "regex": "(.*)", "target_label": "juju_$1",
        "replacement": ""})j",
    R"({"target_label": "${1}_total2"})",
    R"({"target_label": "$1$2"})",
    R"({"target_label": "__address__", "replacement": "h:1", "modulus": 0})",
    R"({"action": "KEEP", "source_labels": ["a", "_b1"], "regex": "x"})",
    R"({"action": "drop", "target_label": "0-"})",
    R"j({"action": "labelmap", "regex": "a_(.+)"})j",
    R"j({"action": "labelmap", "regex": "a_(.+)", "replacement": "b_${1}"})j",
    R"({"action": "labeldrop", "regex": "a", "separator": ";", "replacement": "$1"})",
    R"({"action": "labelkeep", "regex": "a"})",
    R"({"action": "hashmod", "source_labels": ["a"], "target_label": "b", "modulus": 18446744073709551615})",
    R"({"action": "lowercase", "source_labels": ["a"], "target_label": "b", "regex": "x", "separator": "-"})",
    R"({"action": "UpperCase", "source_labels": ["a"], "target_label": "b", "replacement": "$1"})",
    R"({"action": "keepequal", "source_labels": ["a"], "target_label": "b", "separator": ";"})",
    R"({"action": "dropequal", "source_labels": ["a"], "target_label": "b"})",
};

/// Rules because of which Prometheus refuses its configuration.
const std::vector<std::string> invalid_rules = {
    R"({})",
    R"([])",
    R"({"target_label": ""})",
    R"({"target_label": "a-b"})",
    R"({"target_label": "1a"})",
    R"({"target_label": "a$"})",
    R"({"target_label": "${1"})",
    R"({"target_label": "${}"})",
    R"({"target_label": "a}"})",
    R"({"target_label": "a", "extra": 1})",
    R"({"target_label": "a", "source_labels": "b"})",
    R"({"target_label": "a", "source_labels": ["b-c"]})",
    R"({"target_label": "a", "source_labels": [""]})",
    R"({"target_label": "a", "source_labels": [[]]})",
    R"({"target_label": "a", "regex": ["a"]})",
    R"({"target_label": "a", "modulus": -1})",
    R"({"target_label": "a", "modulus": "1"})",
    R"({"target_label": "a", "action": "rename"})",
    R"({"target_label": "a", "action": " keep"})",
    R"({"target_label": "a", "action": ""})",
    R"({"action": "labelmap", "replacement": "$"})",
    R"({"action": "labelmap", "replacement": ""})",
    R"({"action": "labeldrop", "regex": "a", "source_labels": []})",
    R"({"action": "labeldrop", "regex": "a", "replacement": "x"})",
    R"({"action": "labelkeep", "regex": "a", "modulus": 1})",
    R"({"action": "labelkeep", "regex": "a", "separator": ","})",
    R"({"action": "labelkeep", "regex": "a", "target_label": "b"})",
    R"({"action": "hashmod", "source_labels": ["a"], "target_label": "b"})",
    R"({"action": "hashmod", "source_labels": ["a"], "target_label": "b", "modulus": 0})",
    R"({"action": "hashmod", "source_labels": ["a"], "target_label": "$1", "modulus": 2})",
    R"({"action": "uppercase", "source_labels": ["a"], "target_label": "b", "replacement": "x"})",
    R"j({"action": "keepequal", "source_labels": ["a"], "target_label": "b", "regex": "(.*)"})j",
    R"({"action": "keepequal", "source_labels": ["a"], "target_label": "b", "separator": "-"})",
    R"({"action": "dropequal", "source_labels": ["a"], "target_label": "b", "modulus": 1})",
    R"({"action": "dropequal", "source_labels": ["a"]})",
};

json job_with(const std::string& name, const std::string& rule) {
  return {{"job_name", name}, {"relabel_configs", json::array({json::parse(rule)})}};
}

}  // namespace

TEST_CASE("relabel rules: each action has its keys") {
  for (const std::string& rule : valid_rules) {
    INFO(rule);
    CHECK(fault_of(json::parse(rule)).empty());
    CHECK(fault_of(json::parse(rule), LabelNames::utf8).empty());
  }
  for (const std::string& rule : invalid_rules) {
    INFO(rule);
    CHECK_FALSE(fault_of(json::parse(rule)).empty());
  }
}

TEST_CASE("relabel rules: only replace and labelmap refer to groups") {
  for (const char* action : {"lowercase", "uppercase", "keepequal", "dropequal"}) {
    CHECK_FALSE(fault_of({{"action", action}, {"target_label", "$1"}}).empty());
  }
}

TEST_CASE("relabel rules: Prometheus accepts the valid rules") {
  json jobs = json::array();
  for (const std::string& rule : valid_rules) jobs.push_back(job_with(std::to_string(jobs.size()), rule));
  const support::Verdict verdict = support::promtool_check(jobs);
  INFO(verdict.output);
  CHECK(verdict.accepted);
}

TEST_CASE("relabel rules: Prometheus refuses each of the invalid rules") {
  for (const std::string& rule : invalid_rules) {
    if (rule == "[]") continue;  // an empty rule for YAML
    INFO(rule);
    const support::Verdict verdict = support::promtool_check(json::array({job_with("a", rule)}));
    CHECK_FALSE(verdict.accepted);
    CHECK(verdict.output.find("FAILED") != std::string::npos);
  }
}

TEST_CASE("relabel rules: null members are dropped") {
  std::vector<juju::Problem> problems;
  const json list = json::parse(
      R"([{"relabel_configs": [{"action": null, "separator": null, "modulus": null, "target_label": "a"}]}])");
  const auto jobs = read_scrape_jobs(list, {}, problems);
  REQUIRE(jobs.size() == 1);
  CHECK(jobs[0].job.settings == json::parse(R"({"relabel_configs": [{"target_label": "a"}]})"));
  CHECK(problems.empty());
}

TEST_CASE("relabel rules: names in UTF-8 need a Prometheus that knows them") {
  for (const char* rule : {R"({"target_label": "é"})", R"({"target_label": "é.$1"})", R"({"target_label": "a-${x y}"})",
                           R"({"target_label": "{a}"})", R"({"action": "labelmap", "replacement": "1é$1"})",
                           R"({"target_label": "a", "source_labels": ["é b"]})"}) {
    INFO(rule);
    CHECK(fault_of(json::parse(rule), LabelNames::utf8).empty());
    CHECK_FALSE(fault_of(json::parse(rule)).empty());
  }
  for (const char* rule : {R"({"target_label": "é$"})", R"({"target_label": "{$1"})", R"({"target_label": "${é"})",
                           R"({"action": "labelmap", "replacement": "{"})",
                           R"({"action": "hashmod", "target_label": "é$1", "modulus": 2})"}) {
    INFO(rule);
    CHECK_FALSE(fault_of(json::parse(rule), LabelNames::utf8).empty());
  }
}

TEST_CASE("relabel rules: a name has at most 500 bytes") {
  CHECK(fault_of({{"target_label", std::string(500, 'a')}}).empty());
  CHECK_FALSE(fault_of({{"target_label", std::string(501, 'a')}}).empty());
  CHECK_FALSE(fault_of({{"target_label", "a"}, {"source_labels", {std::string(501, 'a')}}}).empty());
}

TEST_CASE("relabel rules: a modulus in code may have a signed type") {
  const auto problems = [](int modulus) {
    const json rule = {{"action", "hashmod"}, {"target_label", "a"}, {"modulus", modulus}};
    return problems_of({{.settings = {{"relabel_configs", json::array({rule})}}}}).size();
  };
  CHECK(problems(2) == 0);
  CHECK(problems(0) == 1);
  CHECK(problems(-2) == 1);
}
