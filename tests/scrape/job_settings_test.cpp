// SPDX-License-Identifier: Apache-2.0
#include <scrape/job_reader.hpp>

#include <support/catch.hpp>

using namespace scrape;
using nlohmann::json;
using Lines = std::vector<std::string>;

namespace {

constexpr JobRules strict{.file_keys = false, .proxy_url = false};
constexpr JobRules older{.tls_inline_keys = false};

struct ReadJob {
  json jobs;
  Lines problems;
  bool is_skipped = false;
};

/// Reads one job with these members.
ReadJob read_job(const std::string& members, const JobRules& rules = {}) {
  std::vector<juju::Problem> problems;
  std::vector<ScrapeJob> jobs;
  for (const PlacedJob& placed : read_scrape_jobs(json::parse("[{" + members + "}]"), rules, problems)) {
    detail::report_dropped_keys(problems, placed);
    jobs.push_back(placed.job);
  }
  ReadJob made{jobs, {}};
  for (json& job : made.jobs) job.erase("static_configs");
  for (const juju::Problem& problem : problems) {
    made.problems.push_back(to_string(problem));
    made.is_skipped |= problem.skips_entry;
  }
  return made;
}

}  // namespace

TEST_CASE("job settings: valid keys are passed on unchanged") {
  const std::string members = GENERATE(
      R"("metrics_path": "/m?x é")", R"("scheme": "http")", R"("scheme": "https")",
      R"("proxy_url": "http://[fd00::1]:3128/a%2fb?c=%41")", R"("sample_limit": 0)",
      R"("label_limit": 18446744073709551615)", R"("label_name_length_limit": 7)", R"("label_value_length_limit": 8)",
      R"("params": {"module": ["a", ""], "none": []})", R"("basic_auth": {"username": "u", "password": "p\nq\t"})",
      R"("basic_auth": {"username_file": "/u", "password_file": "/p"})",
      R"("authorization": {"type": " Bearer ", "credentials": "c"})", R"("authorization": {"credentials_file": "/c"})",
      R"("tls_config": {"ca": "-\nA\n-", "cert": "c", "key": "k", "server_name": "s", "insecure_skip_verify": true,
         "min_version": "TLS12", "max_version": "TLS13"})",
      R"("tls_config": {"ca_file": "/a", "cert_file": "/c", "key": "k", "min_version": "TLS11"})",
      R"("relabel_configs": [])", R"("metric_relabel_configs": [{"action": "drop", "source_labels": ["a"]}])");
  const ReadJob job = read_job(members);
  INFO(members);
  CHECK(job.problems.empty());
  CHECK(job.jobs == json::parse("[{" + members + "}]"));
}

TEST_CASE("job settings: a wrong shape skips the job") {
  const auto [members, problem] = GENERATE(table<std::string, std::string>({
      {R"("scheme": "ftp")", "/0/scheme: neither http nor https"},
      {R"("scheme": ["http"])", "/0/scheme: neither http nor https"},
      {R"("params": [])", "/0/params: not lists of texts"},
      {R"("params": {"a": "b"})", "/0/params: not lists of texts"},
      {R"("params": {"a": [[]]})", "/0/params: not lists of texts"},
      {R"("params": {"a": ["\u0001"]})", "/0/params: not lists of texts"},
      {R"("params": {"\n": ["b"]})", "/0/params: not lists of texts"},
      {R"("params": {")" + std::string(501, 'a') + R"(": ["b"]})", "/0/params: not lists of texts"},
      {R"("basic_auth": "u:p")", "/0/basic_auth: not an object"},
      {R"("basic_auth": {"username": 7})", "/0/basic_auth: not a text in one of its keys"},
      {R"("basic_auth": {"password": "\u0000"})", "/0/basic_auth: not a text in one of its keys"},
      {R"("authorization": [])", "/0/authorization: not an object"},
      {R"("authorization": {"credentials": {}})", "/0/authorization: not a text in one of its keys"},
      {R"("authorization": {"type": "basic\n"})", "/0/authorization: a type with other characters than ASCII"},
      {R"("authorization": {"type": "basic\u00a0"})", "/0/authorization: a type with other characters than ASCII"},
      {R"("authorization": {"type": "BAS\u0130C"})", "/0/authorization: a type with other characters than ASCII"},
      {R"("tls_config": true)", "/0/tls_config: not an object"},
      {R"("tls_config": {"ca": 1})", "/0/tls_config: not a text in one of its keys"},
      {R"("tls_config": {"cert": "c"})", "/0/tls_config: cert and key are needed together"},
      {R"("tls_config": {"key_file": "/k", "cert": ""})", "/0/tls_config: cert and key are needed together"},
      {R"("tls_config": {"server_name": 1})", "/0/tls_config: server_name is not a text"},
      {R"("tls_config": {"insecure_skip_verify": "yes"})", "/0/tls_config: insecure_skip_verify is not true or false"},
      {R"("tls_config": {"min_version": "TLS14"})",
       "/0/tls_config: a version that is not TLS10, TLS11, TLS12 or TLS13"},
      {R"("tls_config": {"min_version": "TLS13", "max_version": "TLS12"})",
       "/0/tls_config: max_version is below min_version"},
      {R"("relabel_configs": {})", "/0/relabel_configs: not a list"},
      {R"("metric_relabel_configs": [7])", "/0/metric_relabel_configs: not an object"},
  }));
  const ReadJob job = read_job(members);
  INFO(members);
  CHECK(job.jobs.empty());
  CHECK(job.problems == Lines{problem});
  CHECK(job.is_skipped);
}

TEST_CASE("job settings: a wrong shape in any other key drops the key") {
  const auto [members, problem] = GENERATE(table<std::string, std::string>({
      {R"("metrics_path": "metrics")", "/0/metrics_path: not a path that begins with /"},
      {R"("metrics_path": "")", "/0/metrics_path: not a path that begins with /"},
      {R"("metrics_path": "/\n")", "/0/metrics_path: not a path that begins with /"},
      {R"("metrics_path": 7)", "/0/metrics_path: not a path that begins with /"},
      {R"("sample_limit": -1)", "/0/sample_limit: not a whole number from 0"},
      {R"("label_limit": 1.5)", "/0/label_limit: not a whole number from 0"},
      {R"("label_name_length_limit": "1")", "/0/label_name_length_limit: not a whole number from 0"},
      {R"("label_value_length_limit": [])", "/0/label_value_length_limit: not a whole number from 0"},
      {R"("proxy_url": "proxy")", "/0/proxy_url: not a URL"},
      {R"("proxy_url": "http://u:p@h")", "/0/proxy_url: not a URL"},
      {R"("proxy_url": "http://h/%zz")", "/0/proxy_url: not a URL"},
      {R"("proxy_url": "http://h/%4")", "/0/proxy_url: not a URL"},
      {R"("honor_labels": true)", "/0/honor_labels: not a key that a scrape job may have here"},
      {R"("tls_config": {"renegotiate": true})",
       "/0/tls_config/renegotiate: not a key that a scrape job may have here"},
      {R"("basic_auth": {"password_ref": "a"})",
       "/0/basic_auth/password_ref: not a key that a scrape job may have here"},
      {R"("tls_config": {"server_name_file": "/s"})",
       "/0/tls_config/server_name_file: not a key that a scrape job may have here"},
      {R"("authorization": {"type": " BaSiC "})", "/0/authorization: of the type basic; use basic_auth"},
  }));
  const ReadJob job = read_job(members);
  INFO(members);
  CHECK(job.jobs == json::parse("[{}]"));
  CHECK(job.problems == Lines{problem});
  CHECK_FALSE(job.is_skipped);
}

TEST_CASE("job settings: empty texts and nulls count as absent") {
  const std::string members = GENERATE(
      R"("basic_auth": {"username": "", "password": null})", R"("basic_auth": {})", R"("params": {})",
      R"("tls_config": {"cert": "", "key": null, "server_name": "", "min_version": ""})", R"("authorization": null)",
      R"("authorization": {"type": ""})", R"("metrics_path": null)", R"("scheme": null, "sample_limit": null)");
  const ReadJob job = read_job(members);
  INFO(members);
  CHECK(job.problems.empty());
  CHECK(job.jobs == json::parse("[{}]"));
}

TEST_CASE("job settings: numbers in params become texts") {
  CHECK(read_job(R"("params": {"a": [1, true, 1.5]})").jobs ==
        json::parse(R"([{"params": {"a": ["1", "true", "1.5"]}}])"));
}

TEST_CASE("job settings: authorization beside basic_auth is dropped") {
  const ReadJob both = read_job(R"("basic_auth": {"username": "u"}, "authorization": {"credentials": "c"})");
  CHECK(both.jobs == json::parse(R"([{"basic_auth": {"username": "u"}}])"));
  CHECK(both.problems == Lines{"/0/authorization: given beside basic_auth"});
  const ReadJob empty =
      read_job(R"("basic_auth": {"password_file": "/p"}, "authorization": {"credentials": "c"})", strict);
  CHECK(empty.jobs == json::parse(R"([{"authorization": {"credentials": "c"}}])"));
}

TEST_CASE("job settings: a file beside its inline key is dropped") {
  const auto [members, left] = GENERATE(table<std::string, std::string>({
      {R"("basic_auth": {"password": "p", "password_file": "/p"})", R"("basic_auth": {"password": "p"})"},
      {R"("authorization": {"credentials": "c", "credentials_file": "/c"})",
       R"("authorization": {"credentials": "c"})"},
      {R"("tls_config": {"ca": "a", "ca_file": "/a"})", R"("tls_config": {"ca": "a"})"},
  }));
  const ReadJob job = read_job(members);
  CHECK(job.jobs == json::parse("[{" + left + "}]"));
  REQUIRE(job.problems.size() == 1);
  CHECK(job.problems[0].ends_with("_file: given inline too"));
  CHECK(read_job(R"("basic_auth": {"password": "", "password_file": "/p"})").problems.empty());
}

TEST_CASE("job settings: files and proxies need the consumer's options") {
  const auto [members, left, key] = GENERATE(table<std::string, std::string, std::string>({
      {R"("basic_auth": {"username": "u", "password_file": "/p"})", R"("basic_auth": {"username": "u"})",
       "basic_auth/password_file"},
      {R"("authorization": {"credentials_file": "/c"})", "", "authorization/credentials_file"},
      {R"("tls_config": {"ca_file": "/a", "server_name": "s"})", R"("tls_config": {"server_name": "s"})",
       "tls_config/ca_file"},
      {R"("proxy_url": "http://h")", "", "proxy_url"},
  }));
  const ReadJob job = read_job(members, strict);
  INFO(members);
  CHECK(job.jobs == json::parse("[{" + left + "}]"));
  REQUIRE(job.problems.size() == 1);
  CHECK(job.problems[0].starts_with("/0/" + key + ": may not "));
  CHECK(read_job(members).problems.empty());
}

TEST_CASE("job settings: inline TLS keys need the option tls_inline_keys") {
  const auto [members, left, problems] = GENERATE(table<std::string, std::string, std::size_t>({
      {R"("tls_config": {"ca": "a", "cert": "c", "key": "k"})", "{}", 3},
      {R"("tls_config": {"ca": "a", "ca_file": "/a"})", R"({"tls_config": {"ca_file": "/a"}})", 1},
      {R"("tls_config": {"cert": "c", "cert_file": "/c", "key_file": "/k"})",
       R"({"tls_config": {"cert_file": "/c", "key_file": "/k"}})", 1},
      {R"("tls_config": {"cert": "c", "key_file": "/k"})", "", 2},
      {R"("basic_auth": {"username_file": "/u", "password": "p"})", R"({"basic_auth": {"password": "p"}})", 1},
  }));
  const ReadJob job = read_job(members, older);
  INFO(members);
  CHECK(job.jobs == json::parse("[" + left + "]"));
  CHECK(job.problems.size() == problems);
}

TEST_CASE("job settings: a library without further keys drops all of them") {
  const ReadJob job =
      read_job(R"("metrics_path": "/m", "scheme": 7, "tls_config": {"key": "k"})", {.further_keys = false});
  CHECK(job.jobs == json::parse("[{}]"));
  CHECK(job.problems.size() == 3);
}

TEST_CASE("job settings: no problem quotes a credential") {
  const std::string secret = "s3cr3t!";
  for (const char* form :
       {R"("basic_auth": "%")", R"("basic_auth": {"password": ["%"]})", R"("authorization": {"type": "%\u0130"})",
        R"("authorization": {"credentials": {"a": "%"}})", R"("tls_config": {"cert": "%"})",
        R"("tls_config": {"min_version": "%"})", R"("proxy_url": "http://u:%@h")",
        R"("basic_auth": {"password": "%", "password_file": "%"})"}) {
    std::string members = form;
    for (std::size_t at = members.find('%'); at != std::string::npos; at = members.find('%')) {
      members.replace(at, 1, secret);
    }
    const ReadJob job = read_job(members);
    INFO(members);
    CHECK_FALSE(job.problems.empty());
    for (const std::string& problem : job.problems) CHECK(problem.find(secret) == std::string::npos);
  }
}

TEST_CASE("job settings: typed jobs are checked like JSON") {
  const auto problems = [](const ScrapeJob& job, const JobRules& rules = {}) {
    Lines lines;
    for (const juju::Problem& problem : problems_of({job}, rules)) lines.push_back(to_string(problem));
    return lines;
  };
  CHECK(problems({.metrics_path = "/m", .settings = {{"sample_limit", 5}, {"scheme", "https"}}}).empty());
  CHECK(problems({.metrics_path = "m"}) == Lines{"/0/metrics_path: not a path that begins with /"});
  CHECK(problems({.metrics_path = "/\xff"}) == Lines{"/0/metrics_path: not a text in UTF-8"});
  CHECK(problems({.settings = 7}) == Lines{"/0: the settings are not an object"});
  CHECK(problems({.settings = {{"basic_auth", {{"password", "\xff"}}}}}) == Lines{"/0: the settings are not in UTF-8"});
  CHECK(problems({.settings = {{"\xff", 1}}}) == Lines{"/0: the settings are not in UTF-8"});
  CHECK(problems({.settings = {{"sample_limit", -1}}}) == Lines{"/0/sample_limit: not a whole number from 0"});
  CHECK(problems({.settings = {{"honor_labels", true}}}) ==
        Lines{"/0/honor_labels: not a key that a scrape job may have here"});
  CHECK(problems({.settings = {{"scheme", "http"}}}, {.further_keys = false}) ==
        Lines{"/0/scheme: not a key that a scrape job may have here"});
}

TEST_CASE("job settings: a rule for __address__ allows any text as target") {
  const std::string rule = R"("relabel_configs": [{"target_label": "__address__", "replacement": "exporter:9115"}])";
  const auto targets_of = [](const std::string& members) {
    std::vector<juju::Problem> problems;
    const auto jobs = read_scrape_jobs(json::parse("[{" + members + "}]"), {}, problems);
    REQUIRE(jobs.size() == 1);
    return std::pair(json(jobs[0].job)["static_configs"][0]["targets"], problems.size());
  };
  const std::string targets = R"("static_configs": [{"targets": ["http://h:1/*", "a:1", "", "\n", 7]}])";
  CHECK(targets_of(rule + "," + targets) == std::pair(json::parse(R"(["http://h:1/*", "a:1"])"), std::size_t{3}));
  CHECK(targets_of(targets) == std::pair(json::parse(R"(["a:1"])"), std::size_t{4}));
  const ScrapeJob typed{.static_configs = {{.targets = {"http://h"}}}, .settings = json::parse("{" + rule + "}")};
  CHECK(problems_of({typed}).empty());
  CHECK(problems_of({{.static_configs = {{.targets = {""}}}, .settings = typed.settings}}).size() == 1);
}
