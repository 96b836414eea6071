// SPDX-License-Identifier: Apache-2.0
#include <set>
#include <support/consumer.hpp>

using namespace support;
using nlohmann::json;

namespace {

/// An application that Juju and its metadata call `name`, with a unit at this address.
RelationState named(const std::string& name, juju::RelationId id, const json& jobs, const std::string& address) {
  json metadata = json::parse(app_metadata.at("scrape_metadata"));
  metadata["application"] = name;
  RelationState relation = application_with("scrape_metadata", metadata.dump(), jobs.dump());
  relation.id = id;
  relation.remote_application = name;
  relation.remote_units = {{name + "/0", unit_bag(name + "/0", address)}};
  return relation;
}

json jobs_at(const std::string& address, const json& jobs) {
  json found = json::array();
  for (const json& job : jobs) {
    if (job.dump().find(address) != std::string::npos) found.push_back(job);
  }
  return found;
}

}  // namespace

TEST_CASE("consumer job names: an absent, null or empty name is no name") {
  const std::string job = GENERATE("{}", R"({"job_name": null})", R"({"job_name": ""})");
  const Consumed consumed = consume_jobs("[" + job + "]");
  INFO(job);
  CHECK(consumed.names() == Lines{"dev_12345678_app"});
  CHECK(consumed.places() == none);
}

TEST_CASE("consumer job names: a number or boolean is used as text") {
  const auto [given, name] =
      GENERATE(table<std::string, std::string>({{"0", "0"},
                                                {"-7", "-7"},
                                                {"1.5", "1.5"},
                                                {"true", "true"},
                                                {"false", "false"},
                                                {"18446744073709551615", "18446744073709551615"}}));
  const Consumed consumed = consume_jobs(R"([{"job_name": )" + given + "}]");
  CHECK(consumed.names() == Lines{"dev_12345678_app_" + name});
  CHECK(consumed.places() == none);
}

TEST_CASE("consumer job names: a job with another value is skipped") {
  const std::string name = GENERATE("[]", "{}", R"(["a"])", R"("a\nb")", R"("\u0000")", R"("\u007f")", R"("\u0080")",
                                    R"("\ufffe")", R"("\uffff")");
  const Consumed consumed = consume_jobs(R"([{"job_name": )" + name + R"(}, {"job_name": "b"}])");
  INFO(name);
  CHECK(consumed.names() == Lines{"dev_12345678_app_b"});
  CHECK(consumed.places() == Lines{in_jobs("/0/job_name")});
}

TEST_CASE("consumer job names: an identical job is dropped") {
  const Consumed consumed = consume_jobs(R"([{"job_name": "a", "static_configs": [{"targets": ["*:80"]}]}, {},
      {"job_name": "a"}, {"static_configs": [{"targets": [" * : 080 "], "labels": {}}], "job_name": "a"}])");
  CHECK(consumed.names() == Lines{"dev_12345678_app_a", "dev_12345678_app"});
  CHECK(consumed.places() == Lines{in_jobs("/2"), in_jobs("/3")});
}

TEST_CASE("consumer job names: jobs that differ in invalid parts are identical") {
  const Consumed consumed = consume_jobs(R"([{"job_name": "a"}, {"job_name": "a", "scheme": "https"},
      {"job_name": "a", "scrape_interval": "soon"}, {"job_name": "a", "static_configs": [7, {"targets": ["*:80"]}]}])");
  CHECK(consumed.names() == Lines{"dev_12345678_app_a"});
}

TEST_CASE("consumer job names: a used name gets the relation's id, then a place") {
  const Consumed consumed = consume(
      {application(R"([{"job_name": "a"}, {"job_name": "a_2"}, {"job_name": "a_2_1"}, {"job_name": "a_2_2"}])", 1),
       application(R"([{"job_name": "b"}, {"job_name": "a"}])", 2)});
  CHECK(consumed.names() == Lines{"dev_12345678_app_a", "dev_12345678_app_a_2", "dev_12345678_app_a_2_1",
                                  "dev_12345678_app_a_2_2", "dev_12345678_app_b", "dev_12345678_app_a_2_3"});
  CHECK(consumed.places() == Lines{"2 app scrape_jobs /1"});
}

TEST_CASE("consumer job names: do not depend on units or newer relations") {
  const char* jobs = R"([{"job_name": "j"}, {"job_name": "j", "scrape_interval": "1s"}, {"job_name": "j_1"}])";
  const Lines names = consume({application(jobs, 1), application(jobs, 2)}).names();
  RelationState moved = application(jobs, 1);
  moved.remote_units["app/0"] = unit_bag("app/0", "10.9.9.9");
  moved.remote_units["app/1"];
  CHECK(consume({moved, application(jobs, 2)}).names() == names);
  moved.remote_units["app/0"].clear();
  CHECK(consume({moved, application(jobs, 2)}).names() == names);
  Lines more = consume({application(jobs, 1), application(jobs, 2), application(jobs, 3)}).names();
  more.resize(names.size());
  CHECK(more == names);
}

TEST_CASE("consumer job names: an application cannot remove another's jobs") {
  const json jobs = json::parse(R"([{}, {"job_name": "j"}, {"job_name": "j", "scrape_interval": "2m"}])");
  const auto victim = [&](juju::RelationId id) { return named("victim", id, jobs, "10.1.0.1"); };
  json hostile_jobs = json::array({json::object()});
  for (const char* name : {"j", "j_5", "j_5_0", "j_5_1", "j_5_2", "j_5_3", "5", "5_0", "_j"}) {
    hostile_jobs.push_back({{"job_name", name}});
    hostile_jobs.push_back({{"job_name", name}, {"scrape_interval", "3m"}});
  }
  std::vector<RelationState> others;
  for (const char* name : {"victim", "victim_j", "dev", "victim_j_5"}) {
    const auto id = static_cast<juju::RelationId>(others.size());
    others.push_back(named(name, id < 2 ? id : id + 4, hostile_jobs, "10.6.6.6"));
  }
  const json expected = consume(victim(5)).jobs;
  for (std::size_t chosen = 0; chosen < 16; ++chosen) {
    std::vector<RelationState> relations = {victim(5)};
    bool has_older = false;
    for (std::size_t i = 0; i < others.size(); ++i) {
      if ((chosen >> i & 1U) == 0) continue;
      relations.push_back(others[i]);
      has_older |= others[i].id < 5;
    }
    const Consumed consumed = consume(relations);
    const Lines names = consumed.names();
    CHECK(std::set<std::string>(names.begin(), names.end()).size() == names.size());
    json found = jobs_at("10.1.0.1", consumed.jobs);
    INFO(chosen);
    REQUIRE(found.size() == expected.size());
    if (!has_older) CHECK(found == expected);
    for (std::size_t i = 0; i < found.size(); ++i) {
      CHECK(found[i]["job_name"].get<std::string>().starts_with(expected[i]["job_name"].get<std::string>()));
      found[i]["job_name"] = expected[i]["job_name"];
    }
    CHECK(found == expected);
  }
}

TEST_CASE("consumer job names: another model's application cannot remove jobs") {
  const json jobs = json::parse(R"([{"job_name": "j", "static_configs": [{"targets": ["*:1"]}]}])");
  RelationState hostile = named("victim", 1, jobs, "10.6.6.6");
  hostile.remote_application = "remote-f66400";
  hostile.remote_units = {{"remote-f66400/0", unit_bag("victim/0", "10.6.6.6")}};
  const RelationState victim = named("victim", 2, jobs, "10.1.0.1");
  const Consumed consumed = consume({hostile, victim});
  CHECK(consumed.targets() == Lines{"10.6.6.6:1", "10.1.0.1:1"});
  CHECK(consumed.label("juju_application") == Lines{"victim", "victim"});
  CHECK(consumed.label("juju_unit") == Lines{"victim/0", "victim/0"});
  CHECK(consumed.names() == Lines{"dev_12345678_victim_j", "dev_12345678_victim_j_2"});
}
