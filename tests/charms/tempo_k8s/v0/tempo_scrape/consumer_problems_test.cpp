// SPDX-License-Identifier: Apache-2.0
#include <support/consumer.hpp>

using namespace support;
using nlohmann::json;

namespace {

/// `application("[{}]")` whose unit has this text under this key.
RelationState with_unit(const std::string& key, const std::string& text) {
  RelationState relation = application("[{}]");
  relation.remote_units["app/0"][key] = text;
  return relation;
}

}  // namespace

TEST_CASE("consumer problems: the message says what is wrong and where") {
  const auto [key, text, message] = GENERATE(table<std::string, std::string, std::string>({
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
      {"scrape_metadata", R"({"model": 3, "model_uuid": "u", "application": "a"})",
       "scrape_metadata at /model: not a text of at most 1024 bytes; labelled with Juju's names"},
      {"scrape_metadata", R"({"model": "m", "model_uuid": "", "application": "a"})",
       "scrape_metadata at /model_uuid: not a text of at most 1024 bytes; labelled with Juju's names"},
      {"scrape_metadata", R"({"model": "m", "model_uuid": "u"})",
       "scrape_metadata at /application: not a text of at most 1024 bytes; labelled with Juju's names"},
      {"scrape_metadata", R"({"model": "m", "model_uuid": "u", "application": "a", "charm_name": 3})",
       "scrape_metadata at /charm_name: not a text of at most 1024 bytes"},
      {"alert_rules", "[1,]", "alert_rules: not JSON (byte 4)"},
  }));
  CHECK(consume(application_with(key, text)).messages() == Lines{"relation 1, app, " + message});
}

TEST_CASE("consumer problems: the message says that the metadata is absent") {
  CHECK(consume(application_without_metadata()).messages() ==
        Lines{"relation 1, app, scrape_metadata: absent; labelled with Juju's names"});
}

TEST_CASE("consumer problems: the message names the unit with an invalid address") {
  CHECK(consume(with_unit("tempo_scrape_unit_address", "None")).messages() ==
        Lines{"relation 1, app/0, tempo_scrape_unit_address: not a usable address"});
}

TEST_CASE("consumer problems: the message names the unit with an invalid name") {
  const Consumed consumed = consume(with_unit("tempo_scrape_unit_name", GENERATE("a\xff", "a\n", "\x7f")));
  CHECK(consumed.messages() ==
        Lines{"relation 1, app/0, tempo_scrape_unit_name: not a text of at most 1024 bytes; Juju's name is used"});
  CHECK(consumed.label("juju_unit") == Lines{"app/0"});
}

TEST_CASE("consumer problems: no value and no control character is in a message") {
  const std::string secret = "/etc/shadow-5ecret";
  const auto with_secret = [&](std::string text) {
    for (std::size_t at = text.find("SECRET"); at != std::string::npos; at = text.find("SECRET")) {
      text.replace(at, 6, secret);
    }
    return text;
  };
  const std::string name = R"("a\u001b[2J\u202e\u2066\u200f\u0085\n")";
  RelationState relation = application(with_secret(R"([{"job_name": ["SECRET"]},
    {)" + name + R"(: "SECRET", "scrape_interval": "SECRET", "scrape_timeout": "SECRET"},
    {"static_configs": [{"targets": ["SECRET", "a:1"], "labels": {)" +
                                                   name + R"(: "SECRET", "b": ["SECRET"]}}]}])"));
  relation.remote_application_data["alert_rules"] = with_secret(R"({"groups": [{"name": "g", "rules": [
    {"alert": ["SECRET"]}, {)" + name + R"(: "SECRET", "expr": "SECRET"}]}]})");
  relation.remote_units["app/0"]["tempo_scrape_unit_address"] = secret;
  relation.remote_units["app/0"]["tempo_scrape_unit_name"] = secret + "\n";
  for (const std::string metadata : {R"({"model": ["SECRET"]})", "SECRET", "\"SECRET",
                                     R"({"model": "m", "model_uuid": "u", "application": "SECRET\n"})"}) {
    relation.remote_application_data["scrape_metadata"] = with_secret(metadata);
    const Consumed consumed = consume(relation);
    CHECK(consumed.problems.size() == 13);
    for (const Problem& problem : consumed.problems) {
      const std::string line = to_string(problem);
      INFO(line);
      CHECK(line.find(secret) == std::string::npos);
      CHECK(juju::is_text(line));
      for (const char* character : {"\u202e", "\u2066", "\u200f"}) CHECK(line.find(character) == std::string::npos);
    }
  }
}
