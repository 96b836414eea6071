// SPDX-License-Identifier: Apache-2.0
#include <set>
#include <support/consumer.hpp>
#include <support/promtool.hpp>
#include <support/untrusted_text.hpp>

using namespace support;
using nlohmann::json;
using tempo_scrape::LabelNames;

namespace {

const json good_jobs = json::parse(R"([
  {"job_name": "j", "scrape_interval": "1m", "scrape_timeout": "10s", "static_configs": [
    {"targets": ["*:80", "[fd00::1]:7000"], "labels": {"team/~a": "a", "n": 1}}, {"targets": ["b:1"]}]},
  {"job_name": "k"}])");
const json good_metadata = json::parse(app_metadata.at("scrape_metadata"));
const json good_rules = json::parse(R"({"groups": [{"name": "g", "interval": "1m", "rules": [
  {"alert": "Down", "expr": "up == 0", "for": "5m", "labels": {"severity": "page"}, "annotations": {"a": "b"}},
  {"record": "r", "expr": "up"}]}]})");

/// Texts with a meaning in YAML, templates, shells or terminals.
const Lines special_texts =
    lines("a\": {\"b\": \"c", "'", "\\", "- a", "? a : b", "key: value", "#", " # a", "---", "...", "*alias",
          "&anchor a", "<<", "!!python/object/apply:os.system", "%TAG ! x", "@a", "`a`", "{{ .Secret }}",
          "${HOME} $1 $$", "yes", "null", "~", "0x1F", "1e3", "2001-01-01", "\u2028\u2029", "\u202e\u2066", "\ufeff",
          "\u00a0", "\U0001F600", "|", ">", "[", "}");

RelationState healthy() {
  RelationState relation =
      application_with("alert_rules", good_rules.dump(), R"([{"job_name": "healthy", "scrape_interval": "2m"}, {}])");
  relation.id = 2;
  relation.remote_application = "healthy";
  relation.remote_application_data["scrape_metadata"] =
      R"({"model": "dev", "model_uuid": "1234567890-uuid", "application": "healthy"})";
  relation.remote_units = {{"healthy/0", unit_bag("healthy/0", "10.2.0.1")}};
  return relation;
}

RelationState hostile(const std::string& key, const std::string& text, juju::RelationId id = 1) {
  RelationState relation = application(good_jobs.dump(), id);
  relation.remote_application_data["alert_rules"] = good_rules.dump();
  relation.remote_application_data[key] = text;
  return relation;
}

void check_names_and_text(const Consumed& consumed) {
  const Lines names = consumed.names();
  CHECK(std::set<std::string>(names.begin(), names.end()).size() == names.size());
  CHECK(std::set<std::string>(names.begin(), names.end()).count("") == 0);
  CHECK(juju::parse_json(juju::to_yaml_safe_json(consumed.jobs)).value == consumed.jobs);
}

/// Checks that the healthy application, in a newer relation, has its jobs, and that each problem has a place.
Consumed check_healthy_is_served(const RelationState& relation) {
  static const Consumed expected = consume(healthy());
  REQUIRE(expected.jobs.size() == 2);
  Consumed consumed = consume({relation, healthy()});
  check_names_and_text(consumed);
  REQUIRE(consumed.jobs.size() >= 2);
  CHECK(json(consumed.jobs.end()[-2]) == expected.jobs[0]);
  CHECK(json(consumed.jobs.end()[-1]) == expected.jobs[1]);
  for (const Problem& problem : consumed.problems) {
    if (problem.relation_id == 1 && problem.application == "app" && !problem.key.empty() && !problem.reason.empty())
      continue;
    FAIL_CHECK("a problem without its place: " << problem);
  }
  return consumed;
}

/// Checks that each pointer leads to the invalid value, or to the place of one that is absent.
void check_pointers_resolve(const Consumed& consumed, const std::string& key, const json& document) {
  for (const Problem& problem : consumed.problems) {
    if (problem.key != key || problem.pointer.empty()) continue;
    INFO(problem);
    const json::json_pointer pointer(problem.pointer);
    CHECK((document.contains(pointer) || document.at(pointer.parent_pointer()).is_object()));
  }
}

/// Checks that each object has the keys of a scrape config and no other.
void check_keys(const json& jobs) {
  using Keys = std::set<std::string>;
  const auto keys_of = [](const json& object) {
    Keys keys;
    for (const auto& item : object.items()) keys.insert(item.key());
    return keys;
  };
  const Keys job_keys = {"job_name", "static_configs", "scrape_interval", "scrape_timeout", "relabel_configs"};
  for (const json& job : jobs) {
    for (const std::string& key : keys_of(job)) CHECK(job_keys.contains(key));
    REQUIRE(job["relabel_configs"].size() == 1);
    CHECK(keys_of(job["relabel_configs"][0]) == Keys{"regex", "separator", "source_labels", "target_label"});
    for (const json& config : job["static_configs"]) CHECK(keys_of(config) == Keys{"labels", "targets"});
  }
}

}  // namespace

TEST_CASE("consumer untrusted text: a wrong value harms no other application") {
  const auto [key, good] = GENERATE(table<std::string, json>(
      {{"scrape_jobs", good_jobs}, {"scrape_metadata", good_metadata}, {"alert_rules", good_rules}}));
  CHECK(check_healthy_is_served(hostile(key, good.dump())).places() == none);
  for (const json& mutant : mutants_of(good)) {
    INFO(key << " " << beginning_of(mutant.dump()));
    check_pointers_resolve(check_healthy_is_served(hostile(key, mutant.dump())), key, mutant);
  }
}

TEST_CASE("consumer untrusted text: a wrong value in scrape_jobs is a problem") {
  for (const json& mutant : mutants_of(good_jobs)) {
    const std::string text = mutant.dump();
    const Consumed consumed = consume_jobs(text);
    if (!consumed.problems.empty() || text == "[]") continue;
    INFO(beginning_of(text));
    CHECK(consumed.jobs.size() == mutant.size());
  }
}

TEST_CASE("consumer untrusted text: a huge or invalid text harms no other") {
  for (const char* key : {"scrape_jobs", "scrape_metadata", "alert_rules"}) {
    for (const std::string& text : wrong_texts()) {
      INFO(key << " " << beginning_of(text));
      CHECK_FALSE(check_healthy_is_served(hostile(key, text)).problems.empty());
    }
  }
}

TEST_CASE("consumer untrusted text: a wrong text of a unit harms no other unit") {
  std::vector<std::string> texts = wrong_texts();
  for (const json& value : wrong_values()) texts.push_back(value.is_string() ? value.get<std::string>() : value.dump());
  for (const char* key : {"tempo_scrape_unit_name", "tempo_scrape_unit_address", "tempo_scrape_host"}) {
    for (const std::string& text : texts) {
      RelationState relation = application("[{}]");
      relation.remote_units["app/1"] = unit_bag("app/1", "10.1.0.2");
      relation.remote_units["app/1"][key] = text;
      if (std::string(key) == "tempo_scrape_host") relation.remote_units["app/1"].erase("tempo_scrape_unit_address");
      INFO(key << " " << beginning_of(text));
      const Consumed consumed = check_healthy_is_served(relation);
      CHECK(consumed.targets().front() == "10.1.0.1:80");
      for (const Problem& problem : consumed.problems) CHECK(place_of(problem) == std::string("1 app/1 ") + key);
    }
  }
}

TEST_CASE("consumer untrusted text: Prometheus accepts the result") {
  std::vector<RelationState> relations;
  for (const auto& [key, good] : {std::pair{"scrape_jobs", good_jobs}, std::pair{"scrape_metadata", good_metadata}}) {
    for (const json& mutant : mutants_of(good)) {
      relations.push_back(hostile(key, mutant.dump(), static_cast<juju::RelationId>(relations.size())));
    }
  }
  const Consumed consumed = consume(std::move(relations), {.label_names = tempo_scrape::LabelNames::legacy});
  check_names_and_text(consumed);
  REQUIRE(consumed.jobs.size() > 500);
  const Verdict verdict = promtool_check(consumed.jobs);
  INFO(verdict.output.substr(0, 2000));
  CHECK(verdict.accepted);
}

TEST_CASE("consumer untrusted text: keys may be missing, empty, None or null") {
  const std::vector<const char*> wrong = {nullptr, "", "None", "null"};
  const auto damage = [&](juju::StringMap& bag, const char* key, std::size_t way) {
    if (way == 0) return;  // the valid text
    bag.erase(key);
    if (wrong[way - 1] != nullptr) bag[key] = wrong[way - 1];
  };
  for (std::size_t choice = 0; choice < 5 * 5 * 5 * 5; ++choice) {
    RelationState relation = application("[{}]");
    damage(relation.remote_application_data, "scrape_jobs", choice % 5);
    damage(relation.remote_application_data, "scrape_metadata", choice / 5 % 5);
    damage(relation.remote_units["app/0"], "tempo_scrape_unit_name", choice / 25 % 5);
    damage(relation.remote_units["app/0"], "tempo_scrape_unit_address", choice / 125);
    const Consumed consumed = consume(relation);
    INFO("choice " << choice);
    CHECK(consumed.jobs.size() == (choice % 5 == 0 ? 1 : 0));
    CHECK(consumed.targets() == (choice % 5 == 0 && choice / 125 == 0 ? Lines{"10.1.0.1:80"} : none));
  }
}

TEST_CASE("consumer untrusted text: keys with files or credentials are dropped") {
  const std::string secret = "/etc/shadow-5ecret";
  const Lines keys =
      lines("authorization", "basic_auth", "bearer_token", "bearer_token_file", "consul_sd_configs", "dns_sd_configs",
            "ec2_sd_configs", "enable_http2", "file_sd_configs", "follow_redirects", "honor_labels", "http_headers",
            "http_sd_configs", "kubernetes_sd_configs", "metric_relabel_configs", "metrics_path", "no_proxy", "oauth2",
            "params", "proxy_connect_header", "proxy_from_environment", "proxy_url", "relabel_configs", "sample_limit",
            "scheme", "sigv4", "tls_config");
  const std::vector<json> values = {
      secret, {{"password_file", secret}, {"files", json::array({secret})}}, json::array({{{"targets", {secret}}}})};
  const json valid = json::parse(R"([{"job_name": "j", "static_configs": [{"targets": ["a:1", "*:2"]}]}])");
  const json expected = consume_jobs(valid.dump()).jobs;
  for (const std::string& key : keys) {
    for (const json& value : values) {
      json jobs = valid;
      jobs[0][key] = value;
      jobs[0]["static_configs"][0][key] = value;
      if (!value.is_string()) jobs[0]["static_configs"][0]["labels"][key] = value;
      const Consumed consumed = consume_jobs(jobs.dump());
      INFO(key);
      CHECK(consumed.jobs == expected);
      CHECK(consumed.problems.size() == (value.is_string() ? 2 : 3));
      for (const Problem& problem : consumed.problems) CHECK(to_string(problem).find(secret) == std::string::npos);
    }
  }
  json all = valid;
  for (const std::string& key : keys) all[0][key] = all[0]["static_configs"][0][key] = secret;
  check_keys(consume_jobs(all.dump()).jobs);
}

TEST_CASE("consumer untrusted text: no text breaks the configuration") {
  std::vector<RelationState> relations;
  for (const std::string& text : special_texts) {
    json jobs = json::parse(R"([{"static_configs": [{"targets": ["a:1"]}]}])");
    jobs[0]["job_name"] = text;
    jobs[0]["static_configs"][0]["labels"] = {{text, text}, {"k", text + "\n"}};
    RelationState relation = application(jobs.dump(), static_cast<juju::RelationId>(relations.size()));
    relation.remote_application_data["scrape_metadata"] =
        json({{"model", text}, {"model_uuid", text}, {"application", text}, {"charm_name", text}}).dump();
    relation.remote_units["app/0"]["tempo_scrape_unit_name"] = text;
    relations.push_back(std::move(relation));
  }
  for (const LabelNames label_names : {LabelNames::utf8, LabelNames::legacy}) {
    const Consumed consumed = consume(relations, {.label_names = label_names});
    REQUIRE(consumed.jobs.size() == special_texts.size());
    CHECK(juju::parse_json(juju::to_yaml_safe_json(consumed.jobs)).value == consumed.jobs);
    check_keys(consumed.jobs);
    if (label_names == LabelNames::utf8) continue;  // Debian's promtool is too old for names in UTF-8
    const Verdict verdict = promtool_check(consumed.jobs);
    INFO(verdict.output.substr(0, 2000));
    CHECK(verdict.accepted);
  }
}

TEST_CASE("consumer untrusted text: control characters are never in the output") {
  for (const char* control : {"\\u0000", "\\n", "\\r", "\\t", "\\u001b", "\\u007f", "\\u0085", "\\u009b", "\\uffff"}) {
    const std::string text = std::string("\"x") + control + "y\"";
    RelationState relation = application(R"([{"job_name": )" + text + R"(}, {"static_configs": [{"targets": ["*:1", )" +
                                         text + R"(], "labels": {)" + text + R"(: "a", "b": )" + text + "}}]}]");
    relation.remote_application_data["scrape_metadata"] =
        R"({"model": )" + text + R"(, "model_uuid": "u", "application": "a"})";
    relation.remote_units["app/0"]["tempo_scrape_unit_name"] = json::parse(text).get<std::string>();
    const Consumed consumed = consume(relation);
    INFO(control);
    CHECK(consumed.names() == Lines{"app"});
    CHECK(consumed.targets() == Lines{"10.1.0.1:1"});
    CHECK(consumed.jobs[0]["static_configs"][0]["labels"] ==
          json({{"juju_application", "app"}, {"juju_unit", "app/0"}}));
    CHECK(consumed.problems.size() >= 5);
  }
}
