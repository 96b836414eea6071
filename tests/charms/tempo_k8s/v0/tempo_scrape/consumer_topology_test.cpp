// SPDX-License-Identifier: Apache-2.0
#include <support/consumer.hpp>

using namespace support;
using nlohmann::json;

namespace {

/// The result for a Tempo in the model of `application()`, which Juju calls `model_name`.
Consumed consume_in_own_model(RelationState relation, std::string model_name = "home") {
  return consume(
      {.relations = {std::move(relation)}, .model_name = std::move(model_name), .model_uuid = support::model_uuid});
}

}  // namespace

TEST_CASE("consumer topology: without metadata only Juju's names are labels") {
  const Consumed consumed = consume(application_without_metadata(
      R"([{"bearer_token_file": "/x"}, {"job_name": "j", "static_configs": [{"targets": ["*:1", ":"]}]}])"));
  CHECK(consumed.names() == Lines{"app", "app_j"});
  CHECK(consumed.targets() == Lines{"10.1.0.1:80", "10.1.0.1:1"});
  CHECK(consumed.label("juju_application") == Lines{"app", "app"});
  CHECK(consumed.label("juju_unit") == Lines{"app/0", "app/0"});
  for (const char* unknown : {"juju_model", "juju_model_uuid", "juju_charm"})
    CHECK(consumed.label(unknown) == Lines{"-", "-"});
  CHECK_FALSE(consumed.jobs[0].contains("bearer_token_file"));
  CHECK(consumed.jobs[0]["relabel_configs"] == consume_jobs("[{}]").jobs[0]["relabel_configs"]);
  CHECK(consume(application_without_metadata()).places() == Lines{"1 app scrape_metadata"});
}

TEST_CASE("consumer topology: for invalid metadata Juju's names are used") {
  const auto [text, place] = GENERATE(table<std::string, std::string>({
      {"nonsense", ""},
      {"[]", ""},
      {"null", ""},
      {R"({"model_uuid": "u", "application": "a"})", " /model"},
      {R"({"model": 3, "model_uuid": "u", "application": "a"})", " /model"},
      {R"({"model": "", "model_uuid": "u", "application": "a"})", " /model"},
      {R"({"model": "m", "model_uuid": null, "application": "a"})", " /model_uuid"},
      {R"({"model": "m", "model_uuid": "u", "application": "a\u0000"})", " /application"},
      {R"({"model": "m\u009f", "model_uuid": "u", "application": "a"})", " /model"},
      {"{\"model\": \"m\xff\", \"model_uuid\": \"u\", \"application\": \"a\"}", ""},
  }));
  const Consumed consumed = consume(application_with("scrape_metadata", text));
  INFO(text);
  CHECK(consumed.places() == Lines{"1 app scrape_metadata" + place});
  CHECK(consumed.names() == Lines{"app"});
  CHECK(consumed.jobs[0]["static_configs"][0]["labels"] ==
        nlohmann::json({{"juju_application", "app"}, {"juju_unit", "app/0"}}));
}

TEST_CASE("consumer topology: the UUID of a model may be any text") {
  const Consumed consumed =
      consume(application_with("scrape_metadata", R"({"model": "m", "model_uuid": "é/0", "application": "a/b"})"));
  CHECK(consumed.places() == none);
  CHECK(consumed.names() == Lines{"m_é_0_a_b"});
  CHECK(consumed.label("juju_model_uuid") == Lines{"é/0"});
}

TEST_CASE("consumer topology: without a charm name there is no juju_charm") {
  const auto [charm, places] =
      GENERATE(table<std::string, Lines>({{"", {}},
                                          {R"(, "charm_name": null)", {}},
                                          {R"(, "charm_name": "")", {}},
                                          {R"(, "charm_name": ["x"])", {"1 app scrape_metadata /charm_name"}}}));
  const Consumed consumed = consume(
      application_with("scrape_metadata", R"({"model": "m", "model_uuid": "u", "application": "a")" + charm + "}"));
  INFO(charm);
  CHECK(consumed.label("juju_charm") == Lines{"-"});
  CHECK(consumed.places() == places);
}

TEST_CASE("consumer topology: the unit in the metadata has no effect") {
  RelationState relation = application("[{}]");
  const Consumed before = consume(relation);
  const std::string unit = GENERATE(R"("app/7")", "null", "7", "\"\"", "[]");
  relation.remote_application_data["scrape_metadata"] =
      R"({"model": "dev", "model_uuid": "1234567890-uuid", "application": "app", "charm_name": "k8s", "unit": )" +
      unit + "}";
  CHECK(consume(relation).jobs == before.jobs);
  CHECK(consume(relation).places() == none);
}

TEST_CASE("consumer topology: in Tempo's own model Juju's names are used") {
  RelationState relation = application_with(
      "scrape_metadata", R"({"model": "hostile", "model_uuid": "1234567890-uuid", "application": "victim"})");
  relation.remote_units["app/0"]["tempo_scrape_unit_name"] = "victim/7";
  const Consumed consumed = consume_in_own_model(relation);
  CHECK(consumed.names() == Lines{"home_12345678_app"});
  CHECK(consumed.label("juju_model") == Lines{"home"});
  CHECK(consumed.label("juju_application") == Lines{"app"});
  CHECK(consumed.label("juju_unit") == Lines{"app/0"});
  const std::string reason = ": not Juju's name for it; Juju's name is used";
  CHECK(consumed.messages() == Lines{"relation 1, app, scrape_metadata at /model" + reason,
                                     "relation 1, app, scrape_metadata at /application" + reason,
                                     "relation 1, app/0, tempo_scrape_unit_name" + reason});
}

TEST_CASE("consumer topology: a published model name is used if Juju has none") {
  const Consumed consumed = consume_in_own_model(application("[{}]"), GENERATE("dev", ""));
  CHECK(consumed.names() == Lines{"dev_12345678_app"});
  CHECK(consumed.places() == none);
}

TEST_CASE("consumer topology: an application cannot use another's labels") {
  RelationState hostile = application(R"([{"static_configs": [{"targets": ["*:1", "a:1"],
    "labels": {"juju_application": "victim", "juju_unit": "victim/0"}}]}])");
  hostile.remote_application = "hostile";
  hostile.remote_units = {{"hostile/0", unit_bag("victim/0", "10.6.6.6")}};
  const auto publish = [&](const json& metadata) {
    hostile.remote_application_data["scrape_metadata"] = metadata.dump();
  };
  const std::vector<json> claims = {
      {{"model", "home"}, {"model_uuid", support::model_uuid}, {"application", "victim"}, {"unit", "victim/0"}},
      {{"model", "other"}, {"model_uuid", support::model_uuid}, {"application", "victim"}},
      {{"application", "victim"}},
      {{"model", "home"}, {"model_uuid", ""}, {"application", "victim"}},
      json::array({"victim"}),
      "victim",
      nullptr};
  for (const json& claim : claims) {
    publish(claim);
    const Consumed consumed = consume_in_own_model(hostile);
    INFO(claim);
    CHECK(consumed.jobs.size() == 1);
    CHECK(consumed.jobs.dump().find("victim") == std::string::npos);
    CHECK(consumed.label("juju_application") == Lines{"hostile", "hostile"});
    CHECK(consumed.label("juju_unit") == Lines{"-", "hostile/0"});
  }
  publish({{"model", "home"}, {"model_uuid", "another"}, {"application", "victim"}});
  const Consumed from_another_model = consume_in_own_model(hostile);
  CHECK(from_another_model.label("juju_application") == Lines{"victim", "victim"});
  CHECK(from_another_model.label("juju_model_uuid") == Lines{"another", "another"});
}

TEST_CASE("consumer topology: another model's published names are used") {
  RelationState relation = application("[{}]");
  relation.remote_application = "remote-f664";
  relation.remote_units = {{"remote-f664/8", unit_bag("app/8", "10.0.0.8")},
                           {"remote-f664/9", unit_bag("app/8", "10.0.0.9")}};
  RelationState other = relation;
  other.id = 2;
  const Consumed consumed = consume({relation, other});
  CHECK(consumed.names() == Lines{"dev_12345678_app", "dev_12345678_app_2"});
  CHECK(consumed.label("juju_unit") == Lines{"app/8", "app/8", "app/8", "app/8"});
  CHECK(consumed.label("juju_application") == Lines{"app", "app", "app", "app"});
  CHECK(consumed.targets() == Lines{"10.0.0.8:80", "10.0.0.9:80", "10.0.0.8:80", "10.0.0.9:80"});
  CHECK(consumed.jobs.dump().find("remote-") == std::string::npos);
  CHECK(consume(relation).places() == none);
}

TEST_CASE("consumer topology: without a published unit name Juju's is used") {
  const std::string name = GENERATE("", "(absent)");
  RelationState relation = application("[{}]");
  relation.remote_units["app/0"]["tempo_scrape_unit_name"] = name;
  if (name == "(absent)") relation.remote_units["app/0"].erase("tempo_scrape_unit_name");
  CHECK(consume(relation).label("juju_unit") == Lines{"app/0"});
  CHECK(consume(relation).places() == none);
}
