// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <support/consumer.hpp>
#include <support/repeated.hpp>

using namespace support;
using nlohmann::json;
using scrape::default_max_bytes_per_relation;

namespace {

std::string job_of_wildcards(std::size_t count) {
  return R"([{"static_configs": [{"targets": [)" + repeated("\"*\",", count - 1) + "\"*\"]}]}]";
}

void set_units(RelationState& relation, int count) {
  relation.remote_units.clear();
  for (int i = 0; i < count; ++i) {
    const std::string unit = relation.remote_application + "/" + std::to_string(i);
    relation.remote_units[unit] = unit_bag(unit, "10.1.0." + std::to_string(i + 1));
  }
}

Consumed consume_with_units(const std::string& scrape_jobs, int units) {
  RelationState relation = application(scrape_jobs);
  set_units(relation, units);
  return consume(relation);
}

/// Jobs of each kind for two units, with short and long texts.
RelationState mixed(juju::RelationId id = 1) {
  json jobs = json::parse(R"([{}, {"job_name": "a", "static_configs": [
    {"targets": ["*:1", "b:2", "*:3"], "labels": {"k\"\\": "v\"\\é"}}, {"targets": ["c:4"]}, {}]},
    {"job_name": "a"}, {"job_name": "n", "static_configs": []}, {"job_name": "e", "static_configs": []}])");
  jobs[1]["static_configs"][0]["targets"].push_back(std::string(300, 'h'));
  jobs[2]["scrape_interval"] = std::string(1500, '0') + "30s";
  jobs[2]["scrape_timeout"] = std::string(1500, '0') + "10s";
  jobs[3]["job_name"] = std::string(3000, 'n');
  RelationState relation = application(jobs.dump(), id);
  set_units(relation, 2);
  relation.remote_units["app/1"] = unit_bag(std::string(1000, 'u'), "10.1.0.2");
  return relation;
}

/// The only problem that says that the limit is met.
Problem limit_problem(const Consumed& consumed) {
  std::vector<Problem> found;
  for (const Problem& problem : consumed.problems) {
    if (problem.reason.find("limit") != std::string::npos) found.push_back(problem);
  }
  REQUIRE(found.size() == 1);
  return found.front();
}

}  // namespace

TEST_CASE("consumer limits: at every limit the first jobs stay within the limit") {
  const Consumed all = consume(mixed());
  const Lines targets = all.targets();
  std::size_t before = 0;
  for (std::size_t max_bytes = 1; max_bytes < 20'000; max_bytes += 101) {
    const Consumed cut = consume(mixed(), {.max_bytes_per_relation = max_bytes});
    const Lines left = cut.targets();
    INFO(max_bytes);
    CHECK(cut.jobs.dump().size() <= max_bytes + 2);
    REQUIRE(left.size() <= targets.size());
    CHECK(std::equal(left.begin(), left.end(), targets.begin()));
    CHECK(left.size() >= before);
    before = left.size();
    if (cut.jobs == all.jobs) continue;
    const Problem problem = limit_problem(cut);
    CHECK(place_of(problem).starts_with("1 app scrape_jobs /"));
    CHECK(problem.reason.find(" " + std::to_string(max_bytes) + " bytes") != std::string::npos);
    const std::size_t next = cut.jobs.size();
    CHECK((problem.pointer == "/" + std::to_string(next) || problem.pointer == "/" + std::to_string(next - 1)));
  }
  CHECK(before == targets.size());
}

TEST_CASE("consumer limits: jobs that fit the limit are complete") {
  RelationState many = mixed();
  set_units(many, 200);
  for (const RelationState& relation : {mixed(), many}) {
    const json all = consume(relation).jobs;
    const std::size_t bytes = all.dump().size();
    const std::size_t for_jobs = 64 * all.size();
    const auto is_cut_at = [&](std::size_t max_bytes) {
      return consume(relation, {.max_bytes_per_relation = max_bytes}).jobs != all;
    };
    CHECK(is_cut_at(bytes - 2));
    CHECK_FALSE(is_cut_at(bytes + for_jobs));
  }
}

TEST_CASE("consumer limits: the limit of a relation changes no other relation") {
  RelationState large = application(job_of_wildcards(1000), 0);
  set_units(large, 20);
  const json expected = consume(mixed()).jobs;
  Consumed both = consume({large, mixed()}, {.max_bytes_per_relation = 20'000});
  CHECK(place_of(limit_problem(both)) == "0 app scrape_jobs /0");
  REQUIRE(both.jobs.size() == expected.size() + 1);
  CHECK(both.jobs[0]["static_configs"].size() == 1);
  for (std::size_t i = 0; i < expected.size(); ++i)
    CHECK(both.jobs[i + 1]["static_configs"] == expected[i]["static_configs"]);
}

TEST_CASE("consumer limits: units of an older relation change no job name") {
  const auto names_of_newer = [](RelationState older) {
    const Lines names = consume({std::move(older), mixed(2)}, {.max_bytes_per_relation = 20'000}).names();
    return Lines(names.end() - 5, names.end());
  };
  RelationState older = mixed(0);
  const Lines names = names_of_newer(older);
  CHECK(names[0] == "dev_12345678_app_2");
  CHECK(names[4] == "dev_12345678_app_e_2");
  for (const int units : {0, 1, 200}) {
    set_units(older, units);
    CHECK(names_of_newer(older) == names);
  }
}

TEST_CASE("consumer limits: the limit also limits the names of a relation") {
  std::string jobs = "[{}";
  for (int i = 0; i < 1000; ++i) jobs += R"(,{"job_name": ")" + std::to_string(i) + R"("})";
  RelationState older = application(jobs + "]", 0);
  RelationState newer = application(R"([{"job_name": "10"}, {"job_name": "900"}])");
  for (const int units : {0, 1}) {
    set_units(older, units);
    const Lines names = consume({older, newer}, {.max_bytes_per_relation = 4096}).names();
    CHECK(Lines(names.end() - 2, names.end()) == Lines{"dev_12345678_app_10_1", "dev_12345678_app_900"});
  }
  CHECK(place_of(limit_problem(consume(older, {.max_bytes_per_relation = 40}))) == "0 app scrape_jobs /0");
}

TEST_CASE("consumer limits: wildcards times units stay within 16 MiB") {
  const Consumed consumed = consume_with_units(job_of_wildcards(100'000), 20);
  CHECK(limit_problem(consumed).reason.find(" 16777216 bytes") != std::string::npos);
  REQUIRE(consumed.jobs.size() == 1);
  const json& configs = consumed.jobs[0]["static_configs"];
  CHECK(configs.size() < 20);
  CHECK(configs.at(0)["targets"].size() == 100'000);
  const std::size_t bytes = consumed.jobs.dump().size();
  CHECK(bytes <= default_max_bytes_per_relation);
  CHECK(bytes > default_max_bytes_per_relation * 3 / 4);
}

TEST_CASE("consumer limits: output grows linearly, and not with duplicates") {
  const auto bytes_of = [](const std::string& part, std::size_t count, const std::string& before,
                           const std::string& after) {
    return consume_with_units(before + repeated(part + ",", count - 1) + part + after, 2).jobs.dump().size();
  };
  const auto check = [&](const std::string& part, const std::string& before, const std::string& after) {
    const std::size_t hundred = bytes_of(part, 100, before, after);
    const std::size_t thousand = bytes_of(part, 1000, before, after);
    INFO(part);
    CHECK(thousand <= 10 * hundred);
    CHECK(thousand >= 8 * hundred);
  };
  check(R"("10.0.0.1:8000")", R"([{"static_configs": [{"targets": [)", "]}]}]");
  check(R"("*")", R"([{"static_configs": [{"targets": [)", "]}]}]");
  check(R"({"targets": ["*"], "labels": {"a": "b"}})", R"([{"static_configs": [)", "]}]");
  for (const char* same : {R"({"job_name": "a"})", R"({"job_name": "b", "job_name": "a", "scheme": 1})"}) {
    CHECK(bytes_of(same, 10'000, "[", "]") == bytes_of(same, 1, "[", "]"));
  }
  const std::string label = R"("a": "1")";
  CHECK(bytes_of(label, 10'000, R"([{"static_configs": [{"targets": ["*"], "labels": {)", "}}]}]") ==
        bytes_of(label, 1, R"([{"static_configs": [{"targets": ["*"], "labels": {)", "}}]}]"));
}

TEST_CASE("consumer limits: the limit is reported even after 100 problems") {
  RelationState relation = application("[" + repeated(R"({"job_name": "a"},)", 300) + R"({"job_name": "b"}])");
  const Consumed consumed = consume(relation, {.max_bytes_per_relation = 700});
  REQUIRE(consumed.problems.size() == 100);
  CHECK(limit_problem(consumed).pointer == "/300");
  CHECK(consumed.problems[97].pointer == "/98");
  CHECK(consumed.problems[98].reason == "more problems than are reported here");
}

TEST_CASE("consumer limits: a name or address has at most 1024 bytes") {
  for (const std::size_t bytes : {std::size_t{1024}, std::size_t{1025}, std::size_t{100'000}}) {
    const bool used = bytes == 1024;
    const std::string text(bytes, 'x');
    RelationState relation = application("[{}]");
    for (const char* key : {"model", "model_uuid", "application", "charm_name"}) {
      json metadata = json::parse(app_metadata.at("scrape_metadata"));
      metadata[key] = text;
      relation.remote_application_data["scrape_metadata"] = metadata.dump();
      const Consumed consumed = consume(relation);
      INFO(key << " " << bytes);
      CHECK((consumed.jobs.dump().find(text) != std::string::npos) == used);
      CHECK(consumed.places() == (used ? none : Lines{std::string("1 app scrape_metadata /") + key}));
    }
    relation.remote_application_data["scrape_metadata"] = app_metadata.at("scrape_metadata");
    relation.remote_units["app/0"] = unit_bag(text, "10.1.0.1");
    CHECK(consume(relation).label("juju_unit") == Lines{used ? text : "app/0"});
    relation.remote_units["app/0"] = unit_bag("app/0", text);
    CHECK(consume(relation).targets() == (used ? Lines{text + ":80"} : none));
  }
}

TEST_CASE("consumer limits: an invalid option throws") {
  CHECK_THROWS_WITH(consume(mixed(), {.max_bytes_per_relation = 0}),
                    "option 'max_bytes_per_relation': must be above 0");
}
