// SPDX-License-Identifier: Apache-2.0
// Every text of the other side may be wrong at any depth: the rest of the world is served all the same.
#include <set>
#include <support/consumer.hpp>
#include <support/promtool.hpp>
#include <support/workload.hpp>

using namespace support;
using nlohmann::json;

namespace {

const json good_jobs = json::parse(R"([
  {"job_name": "j", "scrape_interval": "1m", "scrape_timeout": "10s", "static_configs": [
    {"targets": ["*:80", "[fd00::1]:7000"], "labels": {"team/~a": "a", "n": 1}}, {"targets": ["b:1"]}]},
  {"job_name": "k"}])");
const json good_metadata = json::parse(app_metadata.at("scrape_metadata"));
const json good_rules = json::parse(R"({"groups": [{"name": "g", "interval": "1m", "rules": [
  {"alert": "Down", "expr": "up == 0", "for": "5m", "labels": {"severity": "page"}, "annotations": {"a": "b"}},
  {"record": "r", "expr": "up"}]}]})");
const json good_endpoint = {{"hostname", "t"}, {"tempo_port", 3200}, {"otlp_grpc_port", 4317}, {"zipkin_port", "9411"}};

std::vector<json> wrong_values() {
  std::vector<json> values;
  for (const char* text :
       {"null", "true", "0", "-1.5", "18446744073709551615", "1e308", "\"\"", R"("a\u0000\u0085\uffff")", R"("None")",
        R"("*")", R"("${__x:-%s}\\ {{ . }}")", "[]", "{}", "[[]]", "[{}]", R"({"": {"a": []}})",
        R"({"targets": ["*:1"], "name": "x", "bearer_token_file": "/etc/shadow"})"}) {
    values.push_back(json::parse(text));
  }
  values.emplace_back(std::string(100'000, 'x'));
  values.emplace_back(std::string(500, '\x7f'));
  return values;
}

void collect_pointers(const json& document, const std::string& here, std::vector<json::json_pointer>& into) {
  into.emplace_back(here);
  if (!document.is_structured()) return;
  for (const auto& item : document.items()) {
    json::json_pointer child(here);
    child /= item.key();
    const json::json_pointer typed = document.is_array() ? json::json_pointer(here + "/" + item.key()) : child;
    collect_pointers(item.value(), typed.to_string(), into);
  }
}

// The document with each of its nodes replaced by each wrong value.
std::vector<json> mutants_of(const json& document) {
  std::vector<json::json_pointer> pointers;
  collect_pointers(document, "", pointers);
  std::vector<json> mutants;
  for (const json::json_pointer& pointer : pointers) {
    for (const json& value : wrong_values()) {
      mutants.push_back(document);
      mutants.back()[pointer] = value;
    }
  }
  return mutants;
}

// Texts that are wrong before they are JSON, or by their mass.
const std::vector<std::string>& wrong_texts() {
  const auto repeated = [](std::size_t times, const std::string& part) {
    std::string text;
    for (std::size_t i = 0; i < times; ++i) text += part;
    return text;
  };
  static const std::vector<std::string> texts = {
      "\xff\xfe",
      "[{\"job_name\": \"\xc3\"}]",
      R"([{"job_name": "\ud800"}])",
      std::string("\0", 1),
      "1e400",
      "[{\"job_name\": 1e400}]",
      ",",
      "&a [*a]",
      "{",
      "[{\"job_name\": \"a\", \"job_name\": {}, \"static_configs\": 1, \"static_configs\": [{}, {}]}]",
      R"({"model": 1, "model": "m", "hostname": "t", "hostname": []})",
      repeated(100'000, "["),
      repeated(100'000, "[") + repeated(100'000, "]"),
      repeated(100'000, "{\"a\":"),
      repeated(100'000, "- "),
      repeated(100'000, "? "),
      repeated(100'000, "[{"),
      std::string(10'000'000, 'x'),
      "\"" + std::string(10'000'000, 'x') + "\"",
      "[{\"" + std::string(1'000'000, '/') + "\": 1, \"job_name\": \"" + std::string(1'000'000, 'x') + "\"}]",
      "[" + repeated(20'000, "{\"job_name\": 7},") + "{}]",
      "[{\"static_configs\": [" + repeated(20'000, "{},") + "{\"targets\": [" + repeated(20'000, "\"*\",") + "0]}]}]",
      "{\"groups\": [" + repeated(20'000, "{},") + "{}]}"};
  return texts;
}

std::string as_shown(const std::string& text) {
  return json(text.substr(0, 200)).dump(-1, ' ', true, json::error_handler_t::replace);
}

RelationState healthy() {
  RelationState relation = application(R"([{"job_name": "healthy", "scrape_interval": "2m"}, {}])", 2);
  relation.remote_application = "healthy";
  relation.remote_application_data["scrape_metadata"] =
      R"({"model": "dev", "model_uuid": "1234567890-uuid", "application": "healthy"})";
  relation.remote_application_data["alert_rules"] = good_rules.dump();
  relation.remote_units.clear();
  relation.remote_units["healthy/0"] = unit_bag("healthy/0", "10.2.0.1");
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

// What holds whatever one application says. The healthy one is asked last, as the younger relation.
Consumed check_the_rest_is_served(const RelationState& relation) {
  static const Consumed alone = consume(healthy());
  REQUIRE(alone.jobs.size() == 2);
  Consumed consumed = consume({relation, healthy()});
  check_names_and_text(consumed);
  REQUIRE(consumed.jobs.size() >= 2);
  CHECK(json(consumed.jobs.end()[-2]) == alone.jobs[0]);
  CHECK(json(consumed.jobs.end()[-1]) == alone.jobs[1]);
  for (const Problem& problem : consumed.problems) {
    if (problem.relation_id == 1 && problem.application == "app" && !problem.key.empty() && !problem.reason.empty())
      continue;
    FAIL_CHECK("a problem without its place: " << problem);
  }
  return consumed;
}

// A pointer leads to what is wrong or, where what is wrong is that it is absent, to where it would stand.
void check_pointers_resolve(const Consumed& consumed, const std::string& key, const json& document) {
  for (const Problem& problem : consumed.problems) {
    if (problem.key != key || problem.pointer.empty()) continue;
    INFO(problem);
    const json::json_pointer pointer(problem.pointer);
    CHECK((document.contains(pointer) || document.at(pointer.parent_pointer()).is_object()));
  }
}

}  // namespace

TEST_CASE("a text of an application that is wrong at any depth harms no other application") {
  const auto [key, good] = GENERATE(table<std::string, json>(
      {{"scrape_jobs", good_jobs}, {"scrape_metadata", good_metadata}, {"alert_rules", good_rules}}));
  CHECK(check_the_rest_is_served(hostile(key, good.dump())).places() == none);
  for (const json& mutant : mutants_of(good)) {
    INFO(key << " " << as_shown(mutant.dump()));
    check_pointers_resolve(check_the_rest_is_served(hostile(key, mutant.dump())), key, mutant);
  }
}

TEST_CASE("a wrong value at any depth of `scrape_jobs` is a problem, unless it means something there") {
  for (const json& mutant : mutants_of(good_jobs)) {
    const std::string text = mutant.dump();
    const Consumed consumed = consume_jobs(text);
    if (!consumed.problems.empty() || text == "[]") continue;
    INFO(as_shown(text));
    CHECK(consumed.jobs.size() == mutant.size());
  }
}

TEST_CASE("a text of an application that is no JSON, or enormous, harms no other application") {
  for (const char* key : {"scrape_jobs", "scrape_metadata", "alert_rules"}) {
    for (const std::string& text : wrong_texts()) {
      INFO(key << " " << text.size() << " bytes, first " << as_shown(text));
      CHECK_FALSE(check_the_rest_is_served(hostile(key, text)).problems.empty());
    }
  }
}

TEST_CASE("a unit's text that is wrong harms no other unit and no other application") {
  std::vector<std::string> texts = wrong_texts();
  for (const json& value : wrong_values()) texts.push_back(value.is_string() ? value.get<std::string>() : value.dump());
  for (const char* key : {"tempo_scrape_unit_name", "tempo_scrape_unit_address", "tempo_scrape_host"}) {
    for (const std::string& text : texts) {
      RelationState relation = application("[{}]");
      relation.remote_units["app/1"] = unit_bag("app/1", "10.1.0.2");
      relation.remote_units["app/1"][key] = text;
      if (std::string(key) == "tempo_scrape_host") relation.remote_units["app/1"].erase("tempo_scrape_unit_address");
      INFO(key << " " << text.size() << " bytes, first " << as_shown(text));
      const Consumed consumed = check_the_rest_is_served(relation);
      CHECK(consumed.targets().front() == "10.1.0.1:80");
      for (const Problem& problem : consumed.problems) CHECK(place_of(problem) == std::string("1 app/1 ") + key);
    }
  }
}

TEST_CASE("an application that says to be another takes none of its jobs away") {
  RelationState liar = healthy();
  liar.id = 1;
  liar.remote_application = "app";
  liar.remote_units.clear();
  liar.remote_units["app/0"] = unit_bag("healthy/0", "10.66.6.6");
  const Consumed consumed = consume({liar, healthy()});
  check_names_and_text(consumed);
  CHECK(consumed.targets() == Lines{"10.66.6.6:80", "10.66.6.6:80", "10.2.0.1:80", "10.2.0.1:80"});
}

TEST_CASE("Prometheus takes the configuration of all wrong applications at once") {
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

TEST_CASE("a Tempo's endpoint that is wrong at any depth is no endpoint or part of one, and another's is found") {
  std::vector<std::string> texts = wrong_texts();
  for (const json& mutant : mutants_of(good_endpoint)) texts.push_back(mutant.dump());
  for (const std::string& text : texts) {
    INFO(text.size() << " bytes, first " << as_shown(text));
    juju::testing::State state{.leader = true,
                               .relations = {tempo_says(text), tempo_says(R"({"hostname": "second"})", 2)}};
    const auto endpoint = endpoint_in(state);
    REQUIRE(endpoint);
    CHECK(juju::Address::parse(endpoint->hostname));
    state = juju::testing::run<Workload>(state, juju::testing::relation_changed(1), workload_metadata);
    CHECK(state.relation(2).local_application_data.contains("scrape_jobs"));
    for (const juju::testing::LogLine& line : state.log) {
      CHECK(line.message.starts_with("relation 1, tempo, tempo_endpoint"));
      CHECK(line.message.size() < 1000);
    }
    CHECK((endpoint->hostname != "second" || !state.log.empty()));
  }
}
