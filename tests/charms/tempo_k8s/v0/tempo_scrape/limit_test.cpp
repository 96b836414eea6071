// SPDX-License-Identifier: Apache-2.0
// The limit of what comes out of one relation, however much its data multiply.
#include <algorithm>
#include <support/consumer.hpp>
#include <utility>

using namespace support;
using nlohmann::json;
using scrape::default_max_bytes_per_relation;

namespace {

std::string repeated(std::size_t times, const std::string& part) {
  std::string text;
  text.reserve(times * part.size());
  for (std::size_t i = 0; i < times; ++i) text += part;
  return text;
}

std::string job_of_wildcards(std::size_t count) {
  return R"([{"static_configs": [{"targets": [)" + repeated(count - 1, "\"*\",") + "\"*\"]}]}]";
}

void add_units(RelationState& relation, int count) {
  relation.remote_units.clear();
  for (int i = 0; i < count; ++i) {
    const std::string unit = relation.remote_application + "/" + std::to_string(i);
    relation.remote_units[unit] = unit_bag(unit, "10.1.0." + std::to_string(i + 1));
  }
}

// What the core makes of these jobs and of so many units.
struct Expanded {
  json jobs;
  std::vector<Problem> problems;
};

Expanded expanded(const std::string& scrape_jobs, int units) {
  RelationState relation = application(scrape_jobs);
  add_units(relation, units);
  scrape::ApplicationReader read(tempo_scrape::wire, 1, "app");
  read.read_jobs(relation.remote_application_data, {});
  read.read_topology(relation.remote_application_data, {});
  for (const auto& [unit, bag] : relation.remote_units) read.read_unit(unit, bag);
  const scrape::Expansion expansion = scrape::expand({read.application()});
  return {expansion.scrape_configs, expansion.problems};
}

// A few jobs of each kind, for two units, with texts that are long and others that are short.
RelationState mixed(juju::RelationId id = 1) {
  json jobs = json::parse(R"([{}, {"job_name": "a", "static_configs": [
    {"targets": ["*:1", "b:2", "*:3"], "labels": {"k\"\\": "v\"\\é"}}, {"targets": ["c:4"]}, {}]},
    {"job_name": "a"}, {"job_name": "n", "static_configs": []}, {"job_name": "e", "static_configs": []}])");
  jobs[1]["static_configs"][0]["targets"].push_back(std::string(300, 'h'));
  jobs[2]["scrape_interval"] = std::string(1500, '0') + "30s";
  jobs[2]["scrape_timeout"] = std::string(1500, '0') + "10s";
  jobs[3]["job_name"] = std::string(3000, 'n');
  RelationState relation = application(jobs.dump(), id);
  add_units(relation, 2);
  relation.remote_units["app/1"] = unit_bag(std::string(1000, 'u'), "10.1.0.2");
  return relation;
}

Problem only_limit(const Consumed& consumed) {
  std::vector<Problem> found;
  for (const Problem& problem : consumed.problems) {
    if (problem.reason.find("limit") != std::string::npos) found.push_back(problem);
  }
  REQUIRE(found.size() == 1);
  return found.front();
}

json alerts_of(RelationState relation, std::size_t most_bytes, std::vector<Problem>& problems) {
  const scrape::AlertRules rules = scrape::read_alert_rules(
      relation.remote_application_data.at("alert_rules"),
      {.model = "dev", .model_uuid = "1234567890-uuid", .application = "app"}, {.max_bytes = most_bytes});
  problems.insert(problems.end(), rules.problems.begin(), rules.problems.end());
  return rules.groups;
}

}  // namespace

TEST_CASE("what comes out of a relation is at every limit a beginning of what there is and never more than the limit") {
  const Consumed all = consume(mixed());
  const Lines targets = all.targets();
  std::size_t before = 0;
  for (std::size_t most = 1; most < 20'000; most += 101) {
    const Consumed cut = consume(mixed(), {.max_bytes_per_relation = most});
    const Lines left = cut.targets();
    INFO(most);
    CHECK(cut.jobs.dump().size() <= most + 2);
    REQUIRE(left.size() <= targets.size());
    CHECK(std::equal(left.begin(), left.end(), targets.begin()));
    CHECK(left.size() >= before);
    before = left.size();
    if (cut.jobs == all.jobs) continue;
    const Problem problem = only_limit(cut);
    CHECK(place_of(problem).starts_with("1 app scrape_jobs /"));
    CHECK(problem.reason.find(" " + std::to_string(most) + " bytes") != std::string::npos);
    const std::size_t next = cut.jobs.size();
    CHECK((problem.pointer == "/" + std::to_string(next) || problem.pointer == "/" + std::to_string(next - 1)));
  }
  CHECK(before == targets.size());
}

TEST_CASE("a limit of what comes out and a little for each job cuts nothing, and one below it does") {
  RelationState many = mixed();
  add_units(many, 200);
  for (const RelationState& relation : {mixed(), many}) {
    const json all = consume(relation).jobs;
    const std::size_t bytes = all.dump().size();
    const std::size_t for_jobs = 64 * all.size();
    const auto is_cut_at = [&](std::size_t most) {
      return consume(relation, {.max_bytes_per_relation = most}).jobs != all;
    };
    CHECK(is_cut_at(bytes - 2));
    CHECK_FALSE(is_cut_at(bytes + for_jobs));
  }
}

TEST_CASE("a relation that meets its limit changes no other relation") {
  RelationState greedy = application(job_of_wildcards(1000), 0);
  add_units(greedy, 20);
  const json alone = consume(mixed()).jobs;
  Consumed both = consume({greedy, mixed()}, {.max_bytes_per_relation = 20'000});
  CHECK(place_of(only_limit(both)) == "0 app scrape_jobs /0");
  REQUIRE(both.jobs.size() == alone.size() + 1);
  CHECK(both.jobs[0]["static_configs"].size() == 1);
  for (std::size_t i = 0; i < alone.size(); ++i)
    CHECK(both.jobs[i + 1]["static_configs"] == alone[i]["static_configs"]);
}

TEST_CASE("the names of jobs depend on no unit and no address where a limit is met") {
  const auto names_of_the_younger = [](RelationState older) {
    const Lines names = consume({std::move(older), mixed(2)}, {.max_bytes_per_relation = 20'000}).names();
    return Lines(names.end() - 5, names.end());
  };
  RelationState older = mixed(0);
  const Lines names = names_of_the_younger(older);
  CHECK(names[0] == "dev_12345678_app_2");
  CHECK(names[4] == "dev_12345678_app_e_2");
  for (const int units : {0, 1, 200}) {
    add_units(older, units);
    CHECK(names_of_the_younger(older) == names);
  }
}

TEST_CASE("a relation claims no more names than the limit has room for") {
  std::string jobs = "[{}";
  for (int i = 0; i < 1000; ++i) jobs += R"(,{"job_name": ")" + std::to_string(i) + R"("})";
  RelationState older = application(jobs + "]", 0);
  RelationState younger = application(R"([{"job_name": "10"}, {"job_name": "900"}])");
  for (const int units : {0, 1}) {
    add_units(older, units);
    const Lines names = consume({older, younger}, {.max_bytes_per_relation = 4096}).names();
    CHECK(Lines(names.end() - 2, names.end()) == Lines{"dev_12345678_app_10_1", "dev_12345678_app_900"});
  }
  CHECK(place_of(only_limit(consume(older, {.max_bytes_per_relation = 40}))) == "0 app scrape_jobs /0");
}

TEST_CASE("a million wildcards for twenty units come out within the limit that is stated") {
  const Expanded configuration = expanded(job_of_wildcards(1'000'000), 20);
  REQUIRE(configuration.problems.size() == 1);
  CHECK(configuration.problems[0].reason.find(" 16777216 bytes") != std::string::npos);
  REQUIRE(configuration.jobs.size() == 1);
  CHECK(configuration.jobs[0]["static_configs"].size() == 1);
  CHECK(configuration.jobs[0]["static_configs"][0]["targets"].size() == 1'000'000);
  CHECK(configuration.jobs.dump().size() <= default_max_bytes_per_relation);
}

TEST_CASE("ten times the targets or static configs give ten times as much and a job or a label said twice nothing") {
  const auto bytes_of = [](const std::string& part, std::size_t count, const std::string& before,
                           const std::string& after) {
    return expanded(before + repeated(count - 1, part + ",") + part + after, 2).jobs.dump().size();
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
  CHECK(bytes_of(label, 100'000, R"([{"static_configs": [{"targets": ["*"], "labels": {)", "}}]}]") ==
        bytes_of(label, 1, R"([{"static_configs": [{"targets": ["*"], "labels": {)", "}}]}]"));
}

TEST_CASE("a limit is told even where a hundred problems are told before it") {
  RelationState relation = application("[" + repeated(300, R"({"job_name": "a"},)") + R"({"job_name": "b"}])");
  const Consumed consumed = consume(relation, {.max_bytes_per_relation = 700});
  REQUIRE(consumed.problems.size() == 100);
  CHECK(only_limit(consumed).pointer == "/300");
  CHECK(consumed.problems[97].pointer == "/98");
  CHECK(consumed.problems[98].reason == "more problems than are reported here");
}

TEST_CASE("a published name or address of over a kilobyte is not taken") {
  for (const std::size_t bytes : {std::size_t{1024}, std::size_t{1025}, std::size_t{1'000'000}}) {
    const bool taken = bytes == 1024;
    const std::string text(bytes, 'x');
    RelationState relation = application("[{}]");
    for (const char* key : {"model", "model_uuid", "application", "charm_name"}) {
      json metadata = json::parse(app_metadata.at("scrape_metadata"));
      metadata[key] = text;
      relation.remote_application_data["scrape_metadata"] = metadata.dump();
      const Consumed consumed = consume(relation);
      INFO(key << " " << bytes);
      CHECK((consumed.jobs.dump().find(text) != std::string::npos) == taken);
      CHECK(consumed.places() == (taken ? none : Lines{std::string("1 app scrape_metadata /") + key}));
    }
    relation.remote_application_data["scrape_metadata"] = app_metadata.at("scrape_metadata");
    relation.remote_units["app/0"] = unit_bag(text, "10.1.0.1");
    CHECK(consume(relation).label("juju_unit") == Lines{taken ? text : "app/0"});
    relation.remote_units["app/0"] = unit_bag("app/0", text);
    CHECK(consume(relation).targets() == (taken ? Lines{text + ":80"} : none));
  }
}

TEST_CASE("alert rules of a relation stay within the limit and the rule where it is met is told") {
  RelationState relation = application("[]");
  const auto with = [&](const std::string& rule, std::size_t count) {
    relation.remote_application_data["alert_rules"] = R"({"groups": [{"name": "g", "rules": [)" +
                                                      repeated(count - 1, rule + ",") + rule +
                                                      "]}, {\"name\": \"h\", " + "\"rules\": [" + rule + "]}]}";
  };
  with(R"({"alert": "A", "expr": "up{%%juju_topology%%}"})", 10);
  std::vector<Problem> problems;
  const json all = alerts_of(relation, default_max_bytes_per_relation, problems);
  REQUIRE(all.size() == 2);
  CHECK(problems.empty());
  for (std::size_t most = 1; most < all.dump().size(); most += 11) {
    problems.clear();
    const json cut = alerts_of(relation, most, problems);
    INFO(most);
    CHECK(cut.dump().size() <= most + 2);
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].reason.find(" " + std::to_string(most) + " bytes") != std::string::npos);
    const std::size_t rules = cut.empty() ? 0 : cut[0]["rules"].size();
    CHECK((rules == 10 || problems[0].pointer == "/groups/0" ||
           problems[0].pointer == "/groups/0/rules/" + std::to_string(rules)));
  }
  relation.remote_application_data["alert_rules"] =
      R"({"groups": [{"name": ")" + std::string(500, 'n') +
      R"(", "rules": []}, {"name": "g", "rules": [{"alert": "A", "expr": "1"}]}]})";
  problems.clear();
  CHECK(alerts_of(relation, 300, problems).size() == 1);
  CHECK(problems.empty());
  with(R"({"alert": "A", "expr": ")" + repeated(3000, "%%juju_topology%%") + "\"}", 200);
  problems.clear();
  CHECK(alerts_of(relation, default_max_bytes_per_relation, problems).empty());
  CHECK(problems.size() == 100);
  std::size_t exactly = 0;
  for (json group : all) {
    for (const json& rule : std::exchange(group["rules"], json::array())) exactly += rule.dump().size() + 1;
    exactly += group.dump().size() + 1;
  }
  with(R"({"alert": "A", "expr": "up{%%juju_topology%%}"})", 10);
  problems.clear();
  CHECK(alerts_of(relation, exactly, problems) == all);
  CHECK(problems.empty());
  CHECK(alerts_of(relation, exactly - 1, problems) != all);
  with(R"({"alert": "A", "expr": "1"})", 10'000);
  const Consumed consumed = consume(relation, {.max_bytes_per_relation = 5000});
  CHECK(place_of(only_limit(consumed)).starts_with("1 app alert_rules /groups/0/rules/"));
}

TEST_CASE("a limit of no bytes is a mistake of the author's") {
  CHECK_THROWS_WITH(consume(mixed(), {.max_bytes_per_relation = 0}),
                    "option 'max_bytes_per_relation': must be above 0");
  CHECK(consume(mixed(), {.max_bytes_per_relation = 1}).jobs == json::array());
}
