// SPDX-License-Identifier: Apache-2.0
#include <support/consumer.hpp>

using namespace support;

TEST_CASE("consumer jobs: the order of relations, keys and labels has no effect") {
  const char* one = R"([{"job_name": "j", "static_configs": [{"targets": ["*:1"], "labels": {"a": "1", "b": "2"}}]}])";
  const char* two = R"([{"static_configs": [{"labels": {"b": "2", "a": "1"}, "targets": ["*:1"]}], "job_name": "j"}])";
  const std::string first = consume({application(one, 9), application("[{}]", 10), application(two, 11)}).jobs.dump();
  CHECK(consume({application(one, 11), application(two, 9), application("[{}]", 10)}).jobs.dump() == first);
}

TEST_CASE("consumer jobs: relations are in the order of their ids") {
  CHECK(consume({application("[{}]", 10), application("[{}]", 9), application("[{}]", 100)}).names() ==
        Lines{"dev_12345678_app", "dev_12345678_app_10", "dev_12345678_app_100"});
}

TEST_CASE("consumer jobs: relation 0 and an endpoint with dashes are valid") {
  juju::Metadata metadata = tempo_metadata;
  metadata.relations["my-tracing-2"] = metadata.relations.at("tracing");
  RelationState relation = application("[{}]", 0);
  relation.endpoint = "my-tracing-2";
  juju::testing::MemoryModel model({.relations = {relation}}, metadata);
  juju::Framework framework(model, metadata);
  Tempo tempo(framework, {.relation_name = "my-tracing-2"});
  CHECK(tempo.scrape.jobs().at(0).at("static_configs").at(0).at("labels").at("juju_unit") == "app/0");
}

TEST_CASE("consumer jobs: absent or empty scrape_jobs are no problem") {
  RelationState absent = application("[]");
  absent.remote_application_data.erase("scrape_jobs");
  for (const RelationState& relation : {absent, application(" [ ] ")}) {
    const Consumed consumed = consume(relation);
    CHECK(consumed.jobs == nlohmann::json::array());
    CHECK(consumed.places() == none);
  }
}

TEST_CASE("consumer jobs: scrape_jobs other than a JSON array is a problem") {
  const std::string text = GENERATE("{}", "null", "0", "false", "", "[", "nonsense", "[1e400]", "\"[]\"", "3.5",
                                    "{\"0\": {}}", "[]]", "[{}] x");
  const Consumed consumed = consume_jobs(text);
  INFO(text);
  CHECK(consumed.jobs == nlohmann::json::array());
  CHECK(consumed.places() == Lines{"1 app scrape_jobs"});
}

TEST_CASE("consumer jobs: without units there are no jobs and no problems") {
  RelationState relation = application_with(
      "alert_rules", "[", R"([{"static_configs": [{"targets": ["10.0.0.9:1"]}]}, {"scheme": "https"}, 7])");
  relation.remote_units.clear();
  CHECK(consume(relation).jobs == nlohmann::json::array());
  CHECK(consume(relation).places() == none);
}

TEST_CASE("consumer jobs: a job that is not an object is skipped") {
  const std::string given = GENERATE("null", "true", "7", "\"x\"", "[]", "[{}]");
  const Consumed consumed = consume_jobs("[" + given + R"(, {"job_name": "b"}])");
  INFO(given);
  CHECK(consumed.names() == Lines{"dev_12345678_app_b"});
  CHECK(consumed.places() == Lines{in_jobs("/0")});
}

TEST_CASE("consumer jobs: a job with invalid static_configs is skipped") {
  const std::string given = GENERATE("null", "true", "7", "\"x\"", "{}");
  const Consumed consumed = consume_jobs(R"([{"static_configs": )" + given + R"(}, {"job_name": "b"}])");
  INFO(given);
  CHECK(consumed.names() == Lines{"dev_12345678_app_b"});
  CHECK(consumed.places() == Lines{in_jobs("/0/static_configs")});
}

TEST_CASE("consumer jobs: a job without static_configs scrapes port 80") {
  const Consumed consumed = consume_jobs(R"([{"job_name": "a"}])");
  CHECK(consumed.targets() == Lines{"10.1.0.1:80"});
  CHECK(consumed.places() == none);
}

TEST_CASE("consumer jobs: a job with empty static_configs stays, without targets") {
  const Consumed consumed = consume_jobs(R"([{"job_name": "a", "static_configs": []}])");
  CHECK(consumed.names() == Lines{"dev_12345678_app_a"});
  CHECK(consumed.jobs[0]["static_configs"] == nlohmann::json::array());
  CHECK(consumed.places() == none);
}

TEST_CASE("consumer jobs: a static config that is not an object is skipped") {
  const std::string given = GENERATE("null", "true", "7", "\"x\"", "[]");
  const Consumed consumed = consume_jobs(R"([{"static_configs": [)" + given + R"(, {"targets": ["*:1"]}]}])");
  INFO(given);
  CHECK(consumed.targets() == Lines{"10.1.0.1:1"});
  CHECK(consumed.places() == Lines{in_jobs("/0/static_configs/0")});
}

TEST_CASE("consumer jobs: a static config with invalid targets is skipped") {
  const std::string given = GENERATE("null", "true", "7", "\"*:80\"", "{}");
  const Consumed consumed =
      consume_jobs(R"([{"static_configs": [{"targets": )" + given + R"(}, {"targets": ["*:1"]}]}])");
  INFO(given);
  CHECK(consumed.targets() == Lines{"10.1.0.1:1"});
  CHECK(consumed.places() == Lines{in_jobs("/0/static_configs/0/targets")});
}

TEST_CASE("consumer jobs: a static config without targets is dropped, no problem") {
  const Consumed consumed =
      consume_jobs(R"([{"static_configs": [{}, {"targets": []}, {"labels": {"a": "b"}}, {"targets": ["*:1"]}]}])");
  CHECK(consumed.targets() == Lines{"10.1.0.1:1"});
  CHECK(consumed.jobs[0]["static_configs"].size() == 1);
  CHECK(consumed.places() == none);
}

TEST_CASE("consumer jobs: a job with only invalid targets is skipped") {
  const auto [configs, place] = GENERATE(table<std::string, std::string>(
      {{"[7]", "/0/static_configs/0"},
       {R"([{"targets": 7}, {}])", "/0/static_configs/0/targets"},
       {R"([{"targets": [":80"]}, {"targets": []}])", "/0/static_configs/0/targets/0"}}));
  const Consumed consumed = consume_jobs(R"([{"static_configs": )" + configs + "}]");
  INFO(configs);
  CHECK(consumed.jobs == nlohmann::json::array());
  CHECK(consumed.places() == Lines{in_jobs(place), in_jobs("/0")});
}

TEST_CASE("consumer jobs: a job stays while no unit has an address") {
  RelationState relation = application(R"([{"job_name": "a", "static_configs": [{"targets": ["*:1", ":"]}]}])");
  relation.remote_units["app/0"].clear();
  const Consumed consumed = consume(relation);
  CHECK(consumed.names() == Lines{"dev_12345678_app_a"});
  CHECK(consumed.jobs[0]["static_configs"] == nlohmann::json::array());
  CHECK(consumed.places() == Lines{in_jobs("/0/static_configs/0/targets/1")});
}

TEST_CASE("consumer jobs: one job with two wildcard static configs stays one job") {
  const Consumed consumed =
      consume_jobs(R"([{"job_name": "j", "static_configs": [{"targets": ["*:1"]}, {"targets": ["*:2"]}]}])");
  CHECK(consumed.names() == Lines{"dev_12345678_app_j"});
  CHECK(consumed.targets() == Lines{"10.1.0.1:1", "10.1.0.1:2"});
}

TEST_CASE("consumer jobs: an unknown key of a job is dropped with a problem") {
  const std::string key = GENERATE("bearer_token_file", "relabel_configs", "Job_Name", "");
  const Consumed consumed = consume_jobs(R"([{"job_name": "j", ")" + key + R"(": "/etc/shadow"}])");
  INFO(key);
  CHECK(consumed.jobs == consume_jobs(R"([{"job_name": "j"}])").jobs);
  CHECK(consumed.places() == Lines{in_jobs("/0/" + key)});
}

TEST_CASE("consumer jobs: an unknown key of a static config is dropped") {
  const Consumed consumed = consume_jobs(R"([{"static_configs": [{}, {"targets": ["*:1"], "files~/": ["/etc"]}]}])");
  CHECK(consumed.targets() == Lines{"10.1.0.1:1"});
  CHECK(consumed.places() == Lines{in_jobs("/0/static_configs/1/files~0~1")});
}

TEST_CASE("consumer jobs: keys of Juju and of the other charm are ignored") {
  const juju::StringMap foreign = {{"ingress-address", "{\"not"}, {"private-address", "None"}, {"mine", "\xff"}};
  RelationState relation = application("[{}]");
  relation.remote_units["app/0"].insert(foreign.begin(), foreign.end());
  relation.remote_application_data.insert(foreign.begin(), foreign.end());
  CHECK(consume(relation).jobs == consume_jobs("[{}]").jobs);
  CHECK(consume(relation).places() == none);
}

TEST_CASE("consumer jobs: the last of duplicate keys is used") {
  const Consumed consumed = consume_jobs(R"([{"job_name": "a", "job_name": "b", "static_configs": 7,
      "static_configs": [{"targets": ["a:1"], "labels": {"k": [], "k": "v"}}]}])");
  CHECK(consumed.names() == Lines{"dev_12345678_app_b"});
  CHECK(consumed.label("k") == Lines{"v"});
  CHECK(consumed.places() == none);
}
