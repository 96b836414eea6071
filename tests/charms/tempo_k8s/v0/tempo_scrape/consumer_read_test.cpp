// SPDX-License-Identifier: Apache-2.0
#include <sstream>
#include <support/consumer.hpp>

using namespace support;
using nlohmann::json;

namespace {

/// What `read()` returns for these relations.
tempo_scrape::Published read(std::vector<RelationState> relations) {
  juju::testing::State state{.relations = std::move(relations)};
  state.model_uuid = "another-model";
  juju::testing::MemoryModel model(state, tempo_metadata);
  juju::Framework framework(model, tempo_metadata);
  return Tempo(framework).scrape.read();
}

RelationState with_rules(juju::RelationId id) {
  RelationState relation =
      application_with("alert_rules", R"({"groups": [{"name": "g", "rules": [{"alert": "A", "expr": "up"}, 7]}]})",
                       R"([{"job_name": "a"}, {"job_name": "b", "static_configs": 7}])");
  relation.id = id;
  return relation;
}

}  // namespace

TEST_CASE("consumer read: returns jobs and alerts by relation, and problems") {
  const tempo_scrape::Published published = read({with_rules(3), with_rules(7)});
  REQUIRE(published.scrape_configs.size() == 2);
  CHECK(published.scrape_configs[0].relation_id == 3);
  CHECK(published.scrape_configs[0].job_name == "dev_12345678_app_a");
  CHECK(published.scrape_configs[1].relation_id == 7);
  REQUIRE(published.alerts.size() == 2);
  CHECK(published.alerts[1].relation_id == 7);
  CHECK(published.alerts[1].name == "dev_12345678_app_tracing_7");
  CHECK(published.alerts[1].groups[0]["name"] == "g");
  Lines places;
  for (const Problem& problem : published.problems) places.push_back(place_of(problem));
  CHECK(places == Lines{"3 app scrape_jobs /1/static_configs", "7 app scrape_jobs /1/static_configs",
                        "7 app scrape_jobs /0", "3 app alert_rules /groups/0/rules/1",
                        "7 app alert_rules /groups/0/rules/1"});
}

TEST_CASE("consumer read: jobs, alerts and problems return its parts each time") {
  const juju::testing::State before{.relations = {with_rules(3)}};
  juju::testing::MemoryModel model(before, tempo_metadata);
  juju::Framework framework(model, tempo_metadata);
  Tempo tempo(framework);
  const tempo_scrape::Published published = tempo.scrape.read();
  for (int i = 0; i < 3; ++i) {
    CHECK(tempo.scrape.jobs() == json(published.scrape_configs));
    CHECK(tempo.scrape.alerts() == json{{published.alerts[0].name, {{"groups", published.alerts[0].groups}}}});
    CHECK(tempo.scrape.problems() == published.problems);
  }
  model.commit();
  CHECK(model.take() == before);
}

TEST_CASE("consumer read: the text of scrape configs is that of their JSON") {
  RelationState relation = application(
      R"([{"job_name": "é \"\\\u2028 ", "scrape_interval": "1m", "scrape_timeout": "1s",
           "static_configs": [{"targets": ["*:1", "h:2", "*"], "labels": {"a\"": "\\ \u2029", "z": ""}},
                              {"targets": ["*"]}, {"targets": ["[::1]:1"], "labels": {"juju_z": "1"}}]},
          {"job_name": "none", "static_configs": []}])");
  relation.remote_units["app/1"] = unit_bag("name \" of \\ \xe2\x80\xa8", "fd00::1");
  relation.remote_units["app/2"] = unit_bag("app/2", "");
  for (const std::vector<RelationState>& relations : {std::vector{relation}, std::vector<RelationState>()}) {
    const tempo_scrape::Published published = read(relations);
    const std::string text = scrape::to_yaml_safe_json(published.scrape_configs);
    CHECK(text == juju::to_yaml_safe_json(json(published.scrape_configs)));
    std::ostringstream stream;
    scrape::write_yaml_safe_json(stream, published.scrape_configs);
    CHECK(stream.str() == text);
  }
}
