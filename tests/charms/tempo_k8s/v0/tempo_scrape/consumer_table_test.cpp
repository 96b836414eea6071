// SPDX-License-Identifier: Apache-2.0
// The design's table of what the consumer makes of what it reads, line by line: relation, metadata and units.
#include <support/consumer.hpp>

using namespace support;

TEST_CASE("scrape_jobs absent: no jobs and no problem") {
  RelationState relation = application("[]");
  relation.remote_application_data.erase("scrape_jobs");
  const Consumed consumed = consume(relation);
  CHECK(consumed.jobs == nlohmann::json::array());
  CHECK(consumed.places() == none);
}

TEST_CASE("scrape_jobs an empty list: no jobs and no problem") {
  const Consumed consumed = consume_jobs(" [ ] ");
  CHECK(consumed.jobs == nlohmann::json::array());
  CHECK(consumed.places() == none);
}

TEST_CASE("scrape_jobs {}, null, 0, false or empty: no jobs, and a problem") {
  const std::string text = GENERATE("{}", "null", "0", "false", "");
  const Consumed consumed = consume_jobs(text);
  INFO(text);
  CHECK(consumed.jobs == nlohmann::json::array());
  CHECK(consumed.places() == Lines{"1 app scrape_jobs"});
}

TEST_CASE("scrape_jobs not JSON, or another non-array: no jobs, and a problem") {
  const std::string text = GENERATE("[", "nonsense", "[1e400]", "\"[]\"", "3.5", "{\"0\": {}}", "[]]", "[{}] x");
  const Consumed consumed = consume_jobs(text);
  INFO(text);
  CHECK(consumed.jobs == nlohmann::json::array());
  CHECK(consumed.places() == Lines{"1 app scrape_jobs"});
}

TEST_CASE("no remote unit: nothing, fully qualified targets included") {
  RelationState relation = application(R"([{"static_configs": [{"targets": ["10.0.0.9:1"]}]}])");
  relation.remote_units.clear();
  CHECK(consume(relation).jobs == nlohmann::json::array());
  CHECK(consume(relation).places() == none);
}

TEST_CASE("scrape_metadata that cannot be used: the topology is what Juju itself tells, and a problem") {
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
  RelationState relation = application("[{}]");
  relation.remote_application_data["scrape_metadata"] = text;
  const Consumed consumed = consume(relation);
  INFO(text);
  CHECK(consumed.places() == Lines{"1 app scrape_metadata" + place});
  CHECK(consumed.names() == Lines{"app"});
  CHECK(consumed.jobs[0]["static_configs"][0]["labels"] ==
        nlohmann::json({{"juju_application", "app"}, {"juju_unit", "app/0"}}));
}

TEST_CASE("scrape_metadata absent: Juju's name, its labels, and the relabelling rule unchanged") {
  RelationState relation = application("[{}]");
  relation.remote_application_data.erase("scrape_metadata");
  const Consumed consumed = consume(relation);
  CHECK(consumed.places() == Lines{"1 app scrape_metadata"});
  CHECK(consumed.names() == Lines{"app"});
  CHECK(consumed.label("juju_application") == Lines{"app"});
  CHECK(consumed.label("juju_model") == Lines{"-"});
  CHECK(consumed.jobs[0]["relabel_configs"] == consume_jobs("[{}]").jobs[0]["relabel_configs"]);
}

TEST_CASE("a model's UUID is any text") {
  RelationState relation = application("[{}]");
  relation.remote_application_data["scrape_metadata"] = R"({"model": "m", "model_uuid": "é/0", "application": "a/b"})";
  const Consumed consumed = consume(relation);
  CHECK(consumed.places() == none);
  CHECK(consumed.names() == Lines{"m_é_0_a_b"});
  CHECK(consumed.label("juju_model_uuid") == Lines{"é/0"});
}

TEST_CASE("a charm's name that is empty or absent has no label, and is no problem") {
  const std::string charm = GENERATE("", R"(, "charm_name": null)", R"(, "charm_name": "")");
  RelationState relation = application("[{}]");
  relation.remote_application_data["scrape_metadata"] =
      R"({"model": "m", "model_uuid": "u", "application": "a")" + charm + "}";
  const Consumed consumed = consume(relation);
  INFO(charm);
  CHECK(consumed.label("juju_charm") == Lines{"-"});
  CHECK(consumed.places() == none);
}

TEST_CASE("a charm's name that is no text: no label, and a problem") {
  RelationState relation = application("[{}]");
  relation.remote_application_data["scrape_metadata"] =
      R"({"model": "m", "model_uuid": "u", "application": "a", "charm_name": ["x"]})";
  const Consumed consumed = consume(relation);
  CHECK(consumed.label("juju_charm") == Lines{"-"});
  CHECK(consumed.places() == Lines{"1 app scrape_metadata /charm_name"});
}

TEST_CASE("metadata with Tempo's own model UUID: Juju's names stand, and a difference is a problem") {
  RelationState relation = application("[{}]");
  relation.remote_application_data["scrape_metadata"] =
      R"({"model": "liar", "model_uuid": "1234567890-uuid", "application": "victim"})";
  relation.remote_units["app/0"]["tempo_scrape_unit_name"] = "victim/7";
  const Consumed consumed = consume({.relations = {relation}, .model_name = "home", .model_uuid = support::model_uuid});
  CHECK(consumed.names() == Lines{"home_12345678_app"});
  CHECK(consumed.label("juju_model") == Lines{"home"});
  CHECK(consumed.label("juju_application") == Lines{"app"});
  CHECK(consumed.label("juju_unit") == Lines{"app/0"});
  CHECK(consumed.places() ==
        Lines{"1 app scrape_metadata /model", "1 app scrape_metadata /application", "1 app/0 tempo_scrape_unit_name"});
}

TEST_CASE("metadata with Tempo's own model UUID that says the same as Juju is no problem") {
  const Consumed consumed =
      consume({.relations = {application("[{}]")}, .model_name = "dev", .model_uuid = support::model_uuid});
  CHECK(consumed.names() == Lines{"dev_12345678_app"});
  CHECK(consumed.places() == none);
}

TEST_CASE("across models the published names stand, Juju's alias does not") {
  RelationState relation = application("[{}]");
  relation.remote_application = "remote-f66400";
  relation.remote_units.clear();
  relation.remote_units["remote-f66400/8"] = unit_bag("app/3", "10.1.0.3");
  const Consumed consumed = consume(relation);
  CHECK(consumed.names() == Lines{"dev_12345678_app"});
  CHECK(consumed.label("juju_application") == Lines{"app"});
  CHECK(consumed.label("juju_unit") == Lines{"app/3"});
  CHECK(consumed.places() == none);
}

TEST_CASE("unit name absent or empty: Juju's name of the unit") {
  const std::string name = GENERATE("", "(absent)");
  RelationState relation = application("[{}]");
  relation.remote_units["app/0"]["tempo_scrape_unit_name"] = name;
  if (name == "(absent)") relation.remote_units["app/0"].erase("tempo_scrape_unit_name");
  CHECK(consume(relation).label("juju_unit") == Lines{"app/0"});
  CHECK(consume(relation).places() == none);
}

TEST_CASE("unit address absent or empty: the older writer's key") {
  RelationState relation = application("[{}]");
  relation.remote_units["app/0"] = {{"tempo_scrape_unit_address", ""}, {"tempo_scrape_host", "10.1.0.7"}};
  relation.remote_units["app/1"] = {{"tempo_scrape_host", "10.1.0.8"}};
  CHECK(consume(relation).targets() == Lines{"10.1.0.7:80", "10.1.0.8:80"});
  CHECK(consume(relation).places() == none);
}

TEST_CASE("no unit address under either key: the unit is left out, without a problem") {
  RelationState relation = application("[{}]");
  relation.remote_units["app/1"] = {{"tempo_scrape_unit_name", "app/1"}};
  relation.remote_units["app/2"] = {{"tempo_scrape_unit_address", ""}, {"tempo_scrape_host", ""}};
  CHECK(consume(relation).targets() == Lines{"10.1.0.1:80"});
  CHECK(consume(relation).places() == none);
}

TEST_CASE("unit address not usable: the unit is left out, and a problem") {
  const std::string address =
      GENERATE("None", "null", "10.0.0.1:80", "[fd00::1]:80", "10.0.0.1 10.0.0.2", "fe80::1%eth0", "[fe80::1%1]",
               "10.0.0.1\n", "a\tb", " ", "*", "http://a", "a/b", "\xff", "a\x7f", "::1::", "[10.0.0.1]", "[]");
  RelationState relation = application("[{}]");
  relation.remote_units["app/1"] = unit_bag("app/1", address);
  const Consumed consumed = consume(relation);
  INFO(address);
  CHECK(consumed.targets() == Lines{"10.1.0.1:80"});
  CHECK(consumed.places() == Lines{"1 app/1 tempo_scrape_unit_address"});
}

TEST_CASE("unit address with a NUL inside: the unit is left out, and a problem") {
  RelationState relation = application("[{}]");
  relation.remote_units["app/1"] = unit_bag("app/1", std::string("fd00::1\0evil", 12));
  relation.remote_units["app/2"] = unit_bag("app/2", std::string("10.0.0.1\0", 9));
  const Consumed consumed = consume(relation);
  CHECK(consumed.targets() == Lines{"10.1.0.1:80"});
  CHECK(consumed.places() == Lines{"1 app/1 tempo_scrape_unit_address", "1 app/2 tempo_scrape_unit_address"});
}

TEST_CASE("an older writer's address that is not usable is a problem of its own key") {
  RelationState relation = application("[{}]");
  relation.remote_units["app/0"] = {{"tempo_scrape_host", "None"}};
  CHECK(consume(relation).places() == Lines{"1 app/0 tempo_scrape_host"});
}

TEST_CASE("two units of one published name: one config each") {
  RelationState relation = application("[{}]");
  relation.remote_units["app/1"] = unit_bag("app/0", "10.1.0.2");
  const Consumed consumed = consume(relation);
  CHECK(consumed.targets() == Lines{"10.1.0.1:80", "10.1.0.2:80"});
  CHECK(consumed.label("juju_unit") == Lines{"app/0", "app/0"});
  CHECK(consumed.places() == none);
}
