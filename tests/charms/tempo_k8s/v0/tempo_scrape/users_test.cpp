// SPDX-License-Identifier: Apache-2.0
// What users of the mirrored library suffered from, by the number that it has in the project's list.
#include <support/consumer.hpp>
#include <support/workload.hpp>

using namespace support;
using juju::testing::run;
using juju::testing::State;
using juju::testing::update_status;

namespace {

State workload_with(std::vector<RelationState> relations) {
  return {.leader = true, .relations = std::move(relations)};
}

RelationState to_tempo(juju::RelationId id) {
  RelationState relation{.id = id, .endpoint = "tracing", .remote_application = "tempo"};
  relation.remote_units["tempo/0"];
  return relation;
}

RelationState with_units(std::initializer_list<const char*> units) {
  RelationState relation = application("[{}]");
  relation.remote_units.clear();
  for (const std::string unit : units)
    relation.remote_units[unit] = unit_bag(unit, "h" + unit.substr(unit.find('/') + 1));
  return relation;
}

}  // namespace

TEST_CASE("users 5: no order of relations, units, keys or labels changes a byte of jobs()") {
  const char* one = R"([{"job_name": "j", "static_configs": [{"targets": ["*:1"], "labels": {"a": "1", "b": "2"}}]}])";
  const char* two = R"([{"static_configs": [{"labels": {"b": "2", "a": "1"}, "targets": ["*:1"]}], "job_name": "j"}])";
  const std::string first = consume({application(one, 9), application("[{}]", 10), application(two, 11)}).jobs.dump();
  CHECK(consume({application(one, 11), application(two, 9), application("[{}]", 10)}).jobs.dump() == first);
}

TEST_CASE("users 5: a second publication changes nothing, and a text that differs in form alone is left alone") {
  State state = run<Workload>(workload_with({to_tempo(1), to_tempo(2)}), update_status(), workload_metadata);
  CHECK(run<Workload>(state, update_status(), workload_metadata) == state);
  juju::StringMap& bag = state.relation(2).local_application_data;
  for (auto& [key, text] : bag) text = nlohmann::json::parse(text).dump(4) + "\n";
  CHECK(run<Workload>(state, update_status(), workload_metadata) == state);
}

TEST_CASE("users 6: names are unique over all relations, and identical jobs are one") {
  const Consumed consumed =
      consume({application(R"([{"job_name": "j"}, {"job_name": "j"}, {}, {}])", 1),
               application(R"([{"job_name": "j"}, {}, {"job_name": "j", "scrape_interval": "1s"}])", 2)});
  CHECK(consumed.names() == Lines{"dev_12345678_app_j", "dev_12345678_app", "dev_12345678_app_j_2",
                                  "dev_12345678_app_2", "dev_12345678_app_j_2_2"});
}

TEST_CASE("users 6: one job with two wildcard static configs stays one job") {
  const Consumed consumed =
      consume_jobs(R"([{"job_name": "j", "static_configs": [{"targets": ["*:1"]}, {"targets": ["*:2"]}]}])");
  CHECK(consumed.names() == Lines{"dev_12345678_app_j"});
  CHECK(consumed.targets() == Lines{"10.1.0.1:1", "10.1.0.1:2"});
}

TEST_CASE("users 7: no name changes with an address, a unit, or a younger relation") {
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

TEST_CASE("users 7: no name changes when an older relation loses its last unit") {
  RelationState older = application(R"([{"job_name": "j"}])", 1);
  const RelationState younger = application(R"([{"job_name": "j"}])", 2);
  const std::string name = consume({older, younger}).names().back();
  older.remote_units.clear();
  CHECK(consume({older, younger}).names() == Lines{name});
}

TEST_CASE("users 10: an IPv6 address is bracketed wherever it stands, and stays so") {
  RelationState relation = application(R"([{"static_configs": [{"targets": ["*:8000", "*", "[::1]:80"]}]}])");
  relation.remote_units["app/0"] = unit_bag("app/0", "fd00::1");
  relation.remote_units["app/1"] = unit_bag("app/1", "[fd00::2]");
  CHECK(consume(relation).targets() == Lines{"[::1]:80", "[fd00::1]:8000", "[fd00::1]", "[fd00::2]:8000", "[fd00::2]"});
  relation.remote_units["app/0"] = unit_bag("app/0", "fe80::1%eth0");
  CHECK(consume(relation).places() == Lines{"1 app/0 tempo_scrape_unit_address"});
}

TEST_CASE("users 10: the OTLP gRPC endpoint of an IPv6 Tempo has brackets") {
  const State state = workload_with({tempo_says(R"({"hostname": "fd00::9", "otlp_grpc_port": 4317})")});
  CHECK(juju::testing::inspect<Workload>(state, workload_metadata, [](Workload& charm) {
          return charm.tracing.otlp_grpc_endpoint();
        }) == "http://[fd00::9]:4317");
}

TEST_CASE("users 14: any subset of keys may be missing, empty, None or null") {
  const std::vector<const char*> wrong = {nullptr, "", "None", "null"};
  const auto spoil = [&](juju::StringMap& bag, const char* key, std::size_t way) {
    if (way == 0) return;  // as it should be
    bag.erase(key);
    if (wrong[way - 1] != nullptr) bag[key] = wrong[way - 1];
  };
  for (std::size_t choice = 0; choice < 5 * 5 * 5 * 5; ++choice) {
    RelationState relation = application("[{}]");
    spoil(relation.remote_application_data, "scrape_jobs", choice % 5);
    spoil(relation.remote_application_data, "scrape_metadata", choice / 5 % 5);
    spoil(relation.remote_units["app/0"], "tempo_scrape_unit_name", choice / 25 % 5);
    spoil(relation.remote_units["app/0"], "tempo_scrape_unit_address", choice / 125);
    const Consumed consumed = consume(relation);
    INFO("choice " << choice);
    CHECK(consumed.jobs.size() == (choice % 5 == 0 ? 1 : 0));
    CHECK(consumed.targets() == (choice % 5 == 0 && choice / 125 == 0 ? Lines{"10.1.0.1:80"} : none));
  }
}

TEST_CASE("users 14: a Tempo that has not told its endpoint yet is no endpoint, no error and no warning") {
  RelationState relation = to_tempo(1);
  const State state = run<Workload>(workload_with({relation}), juju::testing::relation_changed(1), workload_metadata);
  CHECK_FALSE(endpoint_in(state));
  for (const juju::testing::LogLine& line : state.log) CHECK(line.level == juju::LogLevel::debug);
}

TEST_CASE("users 15: without scrape_metadata jobs are sanitised and expanded all the same") {
  RelationState relation =
      application(R"([{"bearer_token_file": "/x"}, {"job_name": "j", "static_configs": [{"targets": ["*:1", ":"]}]}])");
  relation.remote_application_data.erase("scrape_metadata");
  const Consumed consumed = consume(relation);
  CHECK(consumed.names() == Lines{"app", "app_j"});
  CHECK(consumed.targets() == Lines{"10.1.0.1:80", "10.1.0.1:1"});
  CHECK(consumed.label("juju_application") == Lines{"app", "app"});
  CHECK(consumed.label("juju_unit") == Lines{"app/0", "app/0"});
  for (const char* unknown : {"juju_model", "juju_model_uuid", "juju_charm"})
    CHECK(consumed.label(unknown) == Lines{"-", "-"});
  CHECK_FALSE(consumed.jobs[0].contains("bearer_token_file"));
}

TEST_CASE("users 18: across models labels come from what is published, and two units of one name both stand") {
  RelationState relation = application("[{}]");
  relation.remote_application = "remote-f664";
  relation.remote_units.clear();
  relation.remote_units["remote-f664/8"] = unit_bag("app/8", "10.0.0.8");
  relation.remote_units["remote-f664/9"] = unit_bag("app/8", "10.0.0.9");
  RelationState other = relation;
  other.id = 2;
  const Consumed consumed = consume({relation, other});
  CHECK(consumed.label("juju_unit") == Lines{"app/8", "app/8", "app/8", "app/8"});
  CHECK(consumed.label("juju_application") == Lines{"app", "app", "app", "app"});
  CHECK(consumed.targets() == Lines{"10.0.0.8:80", "10.0.0.9:80", "10.0.0.8:80", "10.0.0.9:80"});
  CHECK(consumed.jobs.dump().find("remote-") == std::string::npos);
}

TEST_CASE("users 27: an accessor gives the same however often it is called, and changes nothing it was given") {
  const State before{.relations = {application(R"([{"a": 1}, {"job_name": "j"}, {}])"), application("[7]", 2)}};
  juju::testing::MemoryModel model(before, tempo_metadata);
  juju::Framework framework(model, tempo_metadata);
  Tempo tempo(framework);
  const nlohmann::json jobs = tempo.scrape.jobs();
  const std::vector<Problem> problems = tempo.scrape.problems();
  for (int i = 0; i < 3; ++i) {
    CHECK(tempo.scrape.jobs() == jobs);
    CHECK(tempo.scrape.problems() == problems);
    CHECK(tempo.scrape.alerts() == nlohmann::json::object());
  }
  model.commit();
  CHECK(model.take() == before);
}

TEST_CASE("users 28: only `*` and `*:PORT` stand for units") {
  const Consumed consumed =
      consume_jobs(R"([{"static_configs": [{"targets": ["*.example.com:80", "a*:80", "*", "*:80"]}]}])");
  CHECK(consumed.targets() == Lines{"10.1.0.1", "10.1.0.1:80"});
  CHECK(consumed.places().size() == 2);
}

TEST_CASE("users 28: without a wildcard no unit is a target") {
  const Consumed consumed = consume_jobs(R"([{"static_configs": [{"targets": ["a", "b:80"]}, {}]}])");
  CHECK(consumed.targets() == Lines{"a", "b:80"});
  CHECK(consumed.label("juju_unit") == Lines{"-"});
}

TEST_CASE("users 39: targets stand by unit number, jobs by relation number") {
  CHECK(consume(with_units({"app/10", "app/9", "app/0", "app/100", "app/2"})).targets() ==
        Lines{"h0:80", "h2:80", "h9:80", "h10:80", "h100:80"});
  CHECK(consume({application("[{}]", 10), application("[{}]", 9), application("[{}]", 100)}).names() ==
        Lines{"dev_12345678_app", "dev_12345678_app_10", "dev_12345678_app_100"});
}

TEST_CASE("users 40: what comes out does not depend on which unit wrote the metadata") {
  RelationState relation = application("[{}]");
  const Consumed before = consume(relation);
  const std::string unit = GENERATE(R"("app/7")", "null", "7", "\"\"", "[]");
  relation.remote_application_data["scrape_metadata"] =
      R"({"model": "dev", "model_uuid": "1234567890-uuid", "application": "app", "charm_name": "k8s", "unit": )" +
      unit + "}";
  CHECK(consume(relation).jobs == before.jobs);
  CHECK(consume(relation).places() == none);
}

TEST_CASE("users 40: a new leader that has nothing else to say writes nothing") {
  State state = run<Workload>(workload_with({to_tempo(1)}), update_status(), workload_metadata);
  const juju::StringMap published = state.relation(1).local_application_data;
  state.unit_name = "music/5";
  state = run<Workload>(state, juju::testing::leader_elected(), workload_metadata);
  CHECK(state.relation(1).local_application_data == published);
}

TEST_CASE("users 43: keys of Juju's and of the author are neither read nor changed nor removed") {
  const juju::StringMap foreign = {{"ingress-address", "{\"not"},
                                   {"private-address", "None"},
                                   {"egress-subnets", "10.0.0.0/8,::/0"},
                                   {"mine", "\xff"},
                                   {"tempo_scrape_extra", "["}};
  RelationState relation = application("[{}]");
  relation.remote_units["app/0"].insert(foreign.begin(), foreign.end());
  relation.remote_application_data.insert(foreign.begin(), foreign.end());
  CHECK(consume(relation).jobs == consume_jobs("[{}]").jobs);
  CHECK(consume(relation).places() == none);

  RelationState own = to_tempo(1);
  own.local_unit_data = foreign;
  own.local_application_data = foreign;
  const State after = run<Workload>(workload_with({own}), update_status(), workload_metadata);
  for (const auto& [key, text] : foreign) {
    CHECK(after.relation(1).local_unit_data.at(key) == text);
    CHECK(after.relation(1).local_application_data.at(key) == text);
  }
  CHECK(after.relation(1).local_unit_data.size() == foreign.size() + 2);
}

TEST_CASE("users 38: relation 0 and unit 0 of an endpoint with dashes and digits are scraped like any other") {
  juju::Metadata metadata = tempo_metadata;
  metadata.relations["my-tracing-2"] = metadata.relations.at("tracing");
  RelationState relation = application("[{}]", 0);
  relation.endpoint = "my-tracing-2";
  juju::testing::MemoryModel model(State{.relations = {relation}}, metadata);
  juju::Framework framework(model, metadata);
  Tempo tempo(framework, {.relation_name = "my-tracing-2"});
  CHECK(tempo.scrape.jobs().at(0).at("static_configs").at(0).at("labels").at("juju_unit") == "app/0");
}
