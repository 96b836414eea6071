// SPDX-License-Identifier: Apache-2.0
// What the consumer says of what it left out, word by word: it is what an operator reads.
#include <support/consumer.hpp>

using namespace support;

namespace {

Lines said(const Consumed& consumed) {
  Lines lines;
  for (const Problem& problem : consumed.problems) lines.push_back(to_string(problem));
  return lines;
}

RelationState with(const std::string& key, const std::string& text) {
  RelationState relation = application("[{}]");
  relation.remote_application_data[key] = text;
  return relation;
}

RelationState with_unit(const std::string& key, const std::string& text) {
  RelationState relation = application("[{}]");
  relation.remote_units["app/0"][key] = text;
  return relation;
}

}  // namespace

TEST_CASE("the reason tells what is wrong with an application's texts") {
  const auto [key, text, line] = GENERATE(table<std::string, std::string, std::string>({
      {"scrape_jobs", "[{}, 1", "scrape_jobs: not JSON (byte 7)"},
      {"scrape_jobs", "{}", "scrape_jobs: not an array"},
      {"scrape_jobs", R"([{"scheme": "https"}])",
       "scrape_jobs at /0/scheme: not a key that a scrape job may have here"},
      {"scrape_jobs", R"([{"static_configs": [{}]}, {"static_configs": [{}]}])",
       "scrape_jobs at /1: the same as an earlier job"},
      {"scrape_jobs", R"([{}, {"static_configs": []}])",
       "scrape_jobs at /1: its name is taken; the relation's id is appended"},
      {"scrape_metadata", "[", "scrape_metadata: not JSON (byte 2); labelled with Juju's names"},
      {"scrape_metadata", "[]", "scrape_metadata: not an object; labelled with Juju's names"},
  }));
  CHECK(said(consume(with(key, text))) == Lines{"relation 1, app, " + line});
}

TEST_CASE("metadata that is absent is told in as many words") {
  RelationState relation = application("[{}]");
  relation.remote_application_data.erase("scrape_metadata");
  CHECK(said(consume(relation)) == Lines{"relation 1, app, scrape_metadata: absent; labelled with Juju's names"});
}

TEST_CASE("the reason tells what is wrong with an address that a unit published") {
  CHECK(said(consume(with_unit("tempo_scrape_unit_address", "None"))) ==
        Lines{"relation 1, app/0, tempo_scrape_unit_address: not a usable address"});
}

TEST_CASE("within Tempo's own model the reason tells that Juju's names are taken") {
  RelationState relation = application("[{}]");
  relation.remote_application_data["scrape_metadata"] =
      R"({"model": "liar", "model_uuid": "1234567890-uuid", "application": "victim"})";
  relation.remote_units["app/0"]["tempo_scrape_unit_name"] = "victim/7";
  const Consumed consumed = consume({.relations = {relation}, .model_name = "home", .model_uuid = support::model_uuid});
  const std::string reason = ": not Juju's name for it; Juju's name is used";
  CHECK(said(consumed) == Lines{"relation 1, app, scrape_metadata at /model" + reason,
                                "relation 1, app, scrape_metadata at /application" + reason,
                                "relation 1, app/0, tempo_scrape_unit_name" + reason});
}

TEST_CASE("where Juju does not tell the model's name the published one stands") {
  const Consumed consumed =
      consume({.relations = {application("[{}]")}, .model_name = "", .model_uuid = support::model_uuid});
  CHECK(consumed.names() == Lines{"dev_12345678_app"});
  CHECK(said(consumed) == none);
}

TEST_CASE("the reason tells what became of a label's name that an older scraper cannot take") {
  const Consumed consumed = consume_jobs(
      R"([{"static_configs": [{"targets": ["*"], "labels": {"a-b": "1", "a.b": "2", "a_c": "3", "a-c": "4"}}]}])",
      {.label_names = tempo_scrape::LabelNames::legacy});
  const std::string place = "relation 1, app, scrape_jobs at /0/static_configs/0/labels/";
  CHECK(said(consumed) == Lines{place + "a-b: not a legacy label name; written with _ instead",
                                place + "a-c: its legacy spelling is another label's name",
                                place + "a.b: its legacy spelling is another label's name"});
  CHECK(consumed.label("a_b") == Lines{"1"});
  CHECK(consumed.label("a_c") == Lines{"3"});
}

TEST_CASE("an option of the consumer that is no duration is the author's mistake, and the message says so") {
  CHECK_THROWS_WITH(consume_jobs("[]", {.scrape_interval = "x"}),
                    "option 'scrape_interval': not a duration such as 1m");
}

TEST_CASE("the reason tells which name in the metadata is none") {
  const auto [metadata, pointer] = GENERATE(table<std::string, std::string>({
      {R"({"model": 3, "model_uuid": "u", "application": "a"})", "/model"},
      {R"({"model": "m", "model_uuid": "", "application": "a"})", "/model_uuid"},
      {R"({"model": "m", "model_uuid": "u"})", "/application"},
  }));
  CHECK(said(consume(with("scrape_metadata", metadata))) ==
        Lines{"relation 1, app, scrape_metadata at " + pointer +
              ": not a text of at most 1024 bytes; labelled with Juju's names"});
}

TEST_CASE("the reason tells that a name of a charm or a unit is none") {
  const std::string metadata = R"({"model": "m", "model_uuid": "u", "application": "a", "charm_name": 3})";
  CHECK(said(consume(with("scrape_metadata", metadata))) ==
        Lines{"relation 1, app, scrape_metadata at /charm_name: not a text of at most 1024 bytes"});
  const std::string name = GENERATE("a\xff", "a\n", "\x7f");
  const Consumed consumed = consume(with_unit("tempo_scrape_unit_name", name));
  CHECK(said(consumed) == Lines{"relation 1, app/0, tempo_scrape_unit_name: not a text of at most 1024 bytes; Juju's "
                                "name is used"});
  CHECK(consumed.label("juju_unit") == Lines{"app/0"});
}

TEST_CASE("a published name may have 1024 bytes") {
  const auto named = [](std::size_t bytes) {
    return consume(with_unit("tempo_scrape_unit_name", std::string(bytes, 'u')));
  };
  CHECK(named(1024).label("juju_unit") == Lines{std::string(1024, 'u')});
  CHECK(named(1025).label("juju_unit") == Lines{"app/0"});
}

TEST_CASE("of an application without units no problem is told, whatever it published") {
  RelationState relation = with("scrape_jobs", R"([{"scheme": "https"}, 7])");
  relation.remote_application_data["alert_rules"] = "[";
  relation.remote_units.clear();
  CHECK(said(consume(relation)) == none);
  CHECK(consume(relation).jobs.empty());
}

TEST_CASE("a problem of alert rules has the place of an application's text") {
  CHECK(said(consume(with("alert_rules", "[1,]"))) == Lines{"relation 1, app, alert_rules: not JSON (byte 4)"});
}

TEST_CASE("alert rules stand under a name of the relation's own, also where there are no jobs") {
  RelationState relation =
      with("alert_rules", R"({"groups": [{"name": "g", "rules": [{"alert": "A", "expr": "1"}]}]})");
  RelationState without_rules = application("[{}]", 2);
  without_rules.remote_application_data["alert_rules"] = R"({"groups": []})";
  RelationState without_units = relation;
  without_units.id = 3;
  without_units.remote_units.clear();
  relation.remote_application_data.erase("scrape_jobs");
  juju::testing::MemoryModel model({.relations = {relation, without_rules, without_units}}, tempo_metadata);
  juju::Framework framework(model, tempo_metadata);
  Tempo tempo(framework);
  const nlohmann::json alerts = tempo.scrape.alerts();
  REQUIRE(alerts.size() == 1);
  REQUIRE(alerts.contains("dev_12345678_app_tracing_1"));
  CHECK(alerts["dev_12345678_app_tracing_1"]["groups"][0]["rules"][0]["labels"]["juju_application"] == "app");
}

TEST_CASE("the characters of an older scraper's label names are letters and digits, to the last of each") {
  for (const char* name : {"az", "AZ", "x09", "_"}) {
    const Consumed consumed =
        consume_jobs(R"([{"static_configs": [{"targets": ["*"], "labels": {")" + std::string(name) + R"(": "v"}}]}])",
                     {.label_names = tempo_scrape::LabelNames::legacy});
    CHECK(said(consumed) == none);
    CHECK(consumed.label(name) == Lines{"v"});
  }
  for (const char* sign : {"`", "{", "@", "[", "/", ":", "-", "é"}) {
    const Consumed consumed =
        consume_jobs(R"([{"static_configs": [{"targets": ["*"], "labels": {"x)" + std::string(sign) + R"(y": "v"}}]}])",
                     {.label_names = tempo_scrape::LabelNames::legacy});
    CHECK(consumed.label("x_y") == Lines{"v"});
  }
  const Consumed digit = consume_jobs(R"([{"static_configs": [{"targets": ["*"], "labels": {"9": "v", "0a": "w"}}]}])",
                                      {.label_names = tempo_scrape::LabelNames::legacy});
  CHECK(digit.label("_9") == Lines{"v"});
  CHECK(digit.label("_0a") == Lines{"w"});
}

TEST_CASE("a label's name that is respelt and then refused is told once, for what is wrong with it") {
  const auto [label, reason] = GENERATE(table<std::string, std::string>({
      {R"("a-b": [])", "a-b: not a text"},
      {R"("juju-unit": "x")", "juju-unit: a label that a job may not set"},
      {R"("-\u0001": "x")", "-\\u0001: not a label name"},
      {R"("": "x")", ": not a label name"},
      {"\"-" + std::string(500, 'a') + "\": \"x\"", "-" + std::string(500, 'a') + ": a label name of over 500 bytes"},
  }));
  const Consumed consumed = consume_jobs(R"([{"static_configs": [{"targets": ["*"], "labels": {)" + label + "}}]}]",
                                         {.label_names = tempo_scrape::LabelNames::legacy});
  REQUIRE(consumed.problems.size() == 1);
  CHECK(juju::detail::escape_controls(consumed.problems[0].pointer + ": " + consumed.problems[0].reason) ==
        "/0/static_configs/0/labels/" + reason);
}
