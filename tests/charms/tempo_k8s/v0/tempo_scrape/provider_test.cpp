// SPDX-License-Identifier: Apache-2.0
#include <charms/tempo_k8s/v0/tempo_scrape.hpp>
#include <juju/testing.hpp>

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <type_traits>
#include <vector>

#include <support/catch.hpp>

namespace {

using namespace charms::tempo_k8s::v0::tempo_scrape;
using namespace juju::testing;
using nlohmann::json;

const juju::Metadata metadata = juju::Metadata::parse(R"({
  name: spring-music-k8s,
  provides: {tracing: {interface: tempo_scrape}},
  requires: {database: {interface: mysql}},
  containers: {music: {}, sidecar: {}}
})");

/// A workload whose options a test can vary by type.
template <TracingEndpointProviderOptions (*options)(juju::CharmBase&)>
class Workload final : public juju::CharmBase {
 public:
  explicit Workload(juju::Framework& framework) : CharmBase(framework), tracing(*this, options(*this)) {}

  TracingEndpointProvider<Workload> tracing;
};

TracingEndpointProviderOptions no_options(juju::CharmBase&) { return {}; }
TracingEndpointProviderOptions fixed_address(juju::CharmBase&) { return {.address = "music.example.org"}; }
TracingEndpointProviderOptions spaced_address(juju::CharmBase&) { return {.address = " 10.9.9.9 "}; }
TracingEndpointProviderOptions long_timeout(juju::CharmBase&) {
  return {.jobs = {{.job_name = "slow", .scrape_timeout = "2m"}}};
}
TracingEndpointProviderOptions bad_address(juju::CharmBase&) { return {.address = "http://music"}; }
TracingEndpointProviderOptions other_endpoint(juju::CharmBase&) { return {.relation_name = "database"}; }
TracingEndpointProviderOptions missing_endpoint(juju::CharmBase&) { return {.relation_name = "metrics"}; }
TracingEndpointProviderOptions older_interface(juju::CharmBase&) { return {.relation_interface = "tracing"}; }
TracingEndpointProviderOptions refreshed_on_start(juju::CharmBase& charm) {
  return {.refresh_events = {charm.on().start}};
}
TracingEndpointProviderOptions port_out_of_range(juju::CharmBase&) {
  return {.jobs = {{.job_name = "a"}, {.job_name = "b", .static_configs = {{.targets = {"*:80", "*:65536"}}}}}};
}
TracingEndpointProviderOptions two_of_one_name(juju::CharmBase&) {
  return {.jobs = {{.job_name = "a"}, {.job_name = "a"}}};
}
TracingEndpointProviderOptions two_without_name(juju::CharmBase&) { return {.jobs = {{}, {}}}; }
TracingEndpointProviderOptions not_utf8(juju::CharmBase&) { return {.jobs = {{.job_name = "a\xff"}}}; }
TracingEndpointProviderOptions named_after_unit(juju::CharmBase& charm) {
  return {.jobs = {{.job_name = "app-" + charm.unit().name()}}};
}
TracingEndpointProviderOptions from_json_with_other_keys(juju::CharmBase&) {
  const json jobs = {
      {{"job_name", "a"}, {"metrics_path", "/m"}, {"static_configs", {{{"targets", {"*:1"}}, {"x", 1}}}}},
      {{"job_name", "b"}, {"scheme", "https"}}};
  return {.jobs = jobs.get<std::vector<ScrapeJob>>()};
}

TracingEndpointProviderOptions rules_elsewhere(juju::CharmBase&) {
  return {.alert_rules_directory = std::filesystem::temp_directory_path() / ("rules-" + std::to_string(::getpid()))};
}
TracingEndpointProviderOptions timeouts_that_fit(juju::CharmBase&) {
  return {.jobs = {{.job_name = "a", .scrape_timeout = "1m"},
                   {.job_name = "b", .scrape_interval = "3m", .scrape_timeout = "2m"}}};
}

using Plain = Workload<no_options>;

/// Takes the text of its jobs from the configuration.
class Configured final : public juju::CharmBase {
 public:
  explicit Configured(juju::Framework& framework) : CharmBase(framework) {
    for (const Problem& problem : tracing_.set_jobs(ScrapeJob::parse(model().config().at("jobs").get<std::string>()))) {
      unit().set_status(juju::BlockedStatus{to_string(problem)});
    }
  }

 private:
  TracingEndpointProvider<Configured> tracing_{*this};
};

/// On start hears of a change in a relation that is gone, as of an event that comes late.
class Latecomer final : public juju::CharmBase {
 public:
  explicit Latecomer(juju::Framework& framework) : CharmBase(framework) {
    framework.observe(on().start, *this, &Latecomer::on_start);
    framework.observe(tracing_.on().endpoint_changed, *this, &Latecomer::on_endpoint_changed);
  }

 private:
  void on_start(juju::StartEvent&) { framework().emit(on()["tracing"].relation_changed, juju::RelationChangedEvent()); }
  void on_endpoint_changed(EndpointChangedEvent&) { log().info("endpoint changed"); }

  TracingEndpointProvider<Latecomer> tracing_{*this};
};

/// Sets its jobs when it starts.
class SetsJobsOnStart final : public juju::CharmBase {
 public:
  explicit SetsJobsOnStart(juju::Framework& framework) : CharmBase(framework) {
    framework.observe(on().start, [this](juju::Event&) {
      static_cast<void>(tracing_.set_jobs({.jobs = {{.job_name = "a", .static_configs = {{.targets = {"*:1"}}}}}}));
    });
  }

 private:
  TracingEndpointProvider<SetsJobsOnStart> tracing_{*this};
};

/// A unit that is related to Tempo, with one unit there.
State related(bool leader = true) {
  return {
      .leader = leader,
      .relations = {{.id = 3, .endpoint = "tracing", .remote_application = "tempo", .remote_units = {{"tempo/0", {}}}}},
      .unit_name = "spring-music/1",
      .address = "10.1.2.3"};
}

juju::StringMap unit_bag(const std::string& address = "10.1.2.3") {
  return {{"tempo_scrape_unit_name", "spring-music/1"}, {"tempo_scrape_unit_address", address}};
}

std::size_t warnings(const State& state) {
  return static_cast<std::size_t>(std::count_if(
      state.log.begin(), state.log.end(), [](const LogLine& line) { return line.level >= juju::LogLevel::warning; }));
}

template <typename Charm>
State join(const State& before) {
  return run<Charm>(before, relation_joined(3, "tempo/0"), metadata);
}

}  // namespace

TEST_CASE("a provider publishes on each of its events: every unit its own keys, the leader the application's too") {
  const auto event = GENERATE(as<EventRequest>{}, relation_created(3), relation_joined(3, "tempo/0"),
                              relation_changed(3, "tempo/0"), upgrade_charm(), leader_elected(), config_changed(),
                              update_status(), pebble_ready("music"), pebble_ready("sidecar"));
  CAPTURE(event.hook.name());
  const State leader = run<Plain>(related(), event, metadata);
  CHECK(leader.relation(3).local_unit_data == unit_bag());
  CHECK(json::parse(leader.relation(3).local_application_data.at("scrape_jobs")) ==
        json::parse(R"([{"static_configs": [{"targets": ["*:80"]}]}])"));
  CHECK(json::parse(leader.relation(3).local_application_data.at("scrape_metadata")) ==
        json{{"model", leader.model_name},
             {"model_uuid", leader.model_uuid},
             {"application", "spring-music"},
             {"unit", "spring-music/1"},
             {"charm_name", "spring-music-k8s"}});
  CHECK(!leader.relation(3).local_application_data.contains("alert_rules"));
  if (event.hook.kind == juju::HookKind::leader_elected) return;
  const State follower = run<Plain>(related(false), event, metadata);
  CHECK(follower.relation(3).local_unit_data == unit_bag());
  CHECK(follower.relation(3).local_application_data.empty());
}

TEST_CASE("a refresh event of the author's own is one more event to publish on") {
  CHECK(run<Plain>(related(), start(), metadata).relation(3).local_unit_data.empty());
  CHECK(run<Workload<refreshed_on_start>>(related(), start(), metadata).relation(3).local_unit_data == unit_bag());
}

TEST_CASE("users 2: an address that changed is published with update-status or relation-changed alone, everywhere") {
  const auto event = GENERATE(as<EventRequest>{}, update_status(), relation_changed(3, "tempo/0"));
  State before = related();
  before.relations.push_back({.id = 10, .endpoint = "tracing", .remote_application = "other"});
  for (RelationState& relation : before.relations) relation.local_unit_data = unit_bag("10.1.2.99");
  const State after = run<Plain>(before, event, metadata);
  CHECK(after.relation(3).local_unit_data == unit_bag());
  CHECK(after.relation(10).local_unit_data == unit_bag());
}

TEST_CASE("users 4: a unit that becomes leader publishes the application's keys, and again nothing if they stand") {
  const State follower = join<Plain>(related(false));
  REQUIRE(follower.relation(3).local_application_data.empty());
  State elected = follower;
  elected.leader = true;
  const State first = run<Plain>(elected, leader_elected(), metadata);
  CHECK(first.relation(3).local_application_data.size() == 2);

  State next = first;
  next.unit_name = "spring-music/2";
  next.relation(3).local_unit_data = {};
  const State second = run<Plain>(next, leader_elected(), metadata);
  CHECK(second.relation(3).local_application_data == first.relation(3).local_application_data);
}

TEST_CASE("a text that differs in form alone is left as it is") {
  State before = join<Plain>(related());
  const std::string spaced = R"( [ {"static_configs" : [ {"targets": [ "*:80" ]} ]} ] )";
  before.relation(3).local_application_data["scrape_jobs"] = spaced;
  CHECK(run<Plain>(before, update_status(), metadata).relation(3).local_application_data.at("scrape_jobs") == spaced);
}

TEST_CASE("a provider that is not to publish its jobs leaves those that stand, and publishes the rest") {
  juju::Metadata with_jobs = metadata;
  with_jobs.config["jobs"];
  State before = related();
  before.config["jobs"] = R"([{"job_name": "a", "static_configs": 1}])";
  before.relation(3).local_application_data["scrape_jobs"] = R"([{"job_name":"before"}])";
  const State after = run<Configured>(before, config_changed(), with_jobs);
  CHECK(after.relation(3).local_application_data.at("scrape_jobs") == R"([{"job_name":"before"}])");
  CHECK(after.relation(3).local_application_data.contains("scrape_metadata"));
  CHECK(after.relation(3).local_unit_data == unit_bag());
  CHECK(after.unit_status == juju::BlockedStatus{"/0/static_configs: not an array"});
  before.config["jobs"] = R"([{"job_name": "a"}])";
  CHECK(run<Configured>(before, config_changed(), with_jobs).relation(3).local_application_data.at("scrape_jobs") ==
        R"([{"job_name":"a","static_configs":[{"targets":["*:80"]}]}])");
}

TEST_CASE("provider: jobs that a handler sets are published at once") {
  const State after = run<SetsJobsOnStart>(related(), start(), metadata);
  CHECK(after.relation(3).local_application_data.at("scrape_jobs") ==
        R"([{"job_name":"a","static_configs":[{"targets":["*:1"]}]}])");
}

TEST_CASE("what cannot be read in one's own bag is written anew, and keys of others stay") {
  State before = related();
  before.relation(3).local_application_data = {{"scrape_jobs", "[{"}, {"scrape_metadata", "7"}, {"mine", "x"}};
  before.relation(3).local_unit_data = {{"egress-subnets", "10.1.2.3/32"}};
  const State after = run<Plain>(before, update_status(), metadata);
  CHECK(json::parse(after.relation(3).local_application_data.at("scrape_jobs")).size() == 1);
  CHECK(json::parse(after.relation(3).local_application_data.at("scrape_metadata")).size() == 5);
  CHECK(after.relation(3).local_application_data.at("mine") == "x");
  CHECK(after.relation(3).local_unit_data.at("egress-subnets") == "10.1.2.3/32");
}

TEST_CASE("scrape metadata that lack a key, or have one that is no text, are written anew") {
  const State joined = join<Plain>(related());
  const json complete = json::parse(joined.relation(3).local_application_data.at("scrape_metadata"));
  for (const auto& key : complete.items()) {
    for (const json& other : {json(nullptr), json(7)}) {
      json published = complete;
      published[key.key()] = other;
      if (other.is_null()) published.erase(key.key());
      State before = joined;
      before.relation(3).local_application_data["scrape_metadata"] = published.dump();
      const State after = run<Plain>(before, update_status(), metadata);
      INFO(published);
      CHECK(json::parse(after.relation(3).local_application_data.at("scrape_metadata")) == complete);
    }
  }
}

TEST_CASE("an address of the author's own stands in for the network's") {
  CHECK(join<Workload<fixed_address>>(related()).relation(3).local_unit_data == unit_bag("music.example.org"));
  CHECK(join<Workload<spaced_address>>(related()).relation(3).local_unit_data == unit_bag("10.9.9.9"));
  CHECK_THROWS_AS(join<Workload<bad_address>>(related()), InvalidOptionError);
}

TEST_CASE("each relation gets the address of its own network") {
  State before = related();
  before.relation(3).address = "fd00::3";
  CHECK(join<Plain>(before).relation(3).local_unit_data == unit_bag("fd00::3"));
}

TEST_CASE("users 19: all relations of the endpoint are published, in any number") {
  State before = related();
  before.relations.push_back({.id = 0, .endpoint = "tracing", .remote_application = "tempo-b"});
  before.relations.push_back({.id = 10, .endpoint = "tracing", .remote_application = "tempo-c"});
  const State after = run<Plain>(before, update_status(), metadata);
  for (const RelationState& relation : after.relations) {
    CAPTURE(relation.id);
    CHECK(relation.local_unit_data == unit_bag());
    CHECK(relation.local_application_data.contains("scrape_jobs"));
  }
}

TEST_CASE(
    "users 19: with several Tempos the endpoint is the oldest relation's that can be read, or a given relation's") {
  State state = related();
  state.relation(3).remote_application_data["tempo_endpoint"] = "hostname: [broken";
  state.relations.push_back({.id = 10, .endpoint = "tracing", .remote_application = "c"});
  state.relation(10).remote_application_data["tempo_endpoint"] = R"({"hostname": "ten", "otlp_grpc_port": 1})";
  state.relations.push_back({.id = 9, .endpoint = "tracing", .remote_application = "b"});
  state.relation(9).remote_application_data["tempo_endpoint"] = R"({"hostname": "nine"})";
  inspect<Plain>(state, metadata, [](Plain& charm) {
    CHECK(charm.tracing.endpoint()->hostname == "nine");
    CHECK(!charm.tracing.otlp_grpc_endpoint());
    juju::Relation& tenth = *charm.model().relation(10);
    CHECK(charm.tracing.endpoint(tenth)->hostname == "ten");
    CHECK(charm.tracing.otlp_grpc_endpoint(tenth) == "http://ten:1");
    CHECK(!charm.tracing.endpoint(*charm.model().relation(3)));
    return 0;
  });
}

TEST_CASE("users 21: a follower never touches its application's bag, and Juju's refusal is a typed error") {
  const State follower = related(false);
  CHECK_NOTHROW(join<Plain>(follower));
  inspect<Plain>(follower, metadata, [](Plain& charm) {
    juju::RelationDataBag& bag = charm.model().relation(3)->data("spring-music");
    try {
      bag.set("scrape_jobs", "[]");
      FAIL("a follower wrote its application's bag");
    } catch (const juju::RelationDataError& error) {
      CHECK(error.unit == "spring-music/1");
      CHECK(error.entity == "spring-music");
      CHECK(error.relation_id == 3);
      CHECK(error.access == "write");
    }
    CHECK_THROWS_AS(bag.texts(), juju::RelationDataError);
    return 0;
  });
}

TEST_CASE("an endpoint that is not there is told once at DEBUG, one that cannot be read once at WARNING") {
  State before = related();
  const State absent = run<Plain>(before, relation_changed(3, "tempo/0"), metadata);
  CHECK(warnings(absent) == 0);
  REQUIRE(absent.log.size() == 1);
  CHECK(absent.log[0].level == juju::LogLevel::debug);
  CHECK(absent.log[0].message == "no endpoint yet in relation 3");
  before.relation(3).remote_application_data["tempo_endpoint"] = "- 10.1.2.3";
  const State malformed = run<Plain>(before, relation_changed(3, "tempo/0"), metadata);
  REQUIRE(malformed.log.size() == 1);
  CHECK(malformed.log[0].level == juju::LogLevel::warning);
  CHECK(malformed.log[0].message == "relation 3, tempo, tempo_endpoint: not a map");
}

TEST_CASE("what is wrong with an endpoint is one line, and a Tempo that is silent beside another that tells is none") {
  State before = related();
  before.relation(3).remote_application_data["tempo_endpoint"] =
      R"({"hostname": "t", "tempo_port": 0, "zipkin_port": "x"})";
  const State ports = run<Plain>(before, relation_changed(3, "tempo/0"), metadata);
  REQUIRE(ports.log.size() == 1);
  CHECK(ports.log[0].message ==
        "relation 3, tempo, tempo_endpoint at /tempo_port: not a port from 1 to 65535; "
        "relation 3, tempo, tempo_endpoint at /zipkin_port: not a port from 1 to 65535");
  before.relation(3).remote_application_data.clear();
  before.relations.push_back({.id = 4, .endpoint = "tracing", .remote_application = "other"});
  before.relation(4).remote_application_data["tempo_endpoint"] = R"({"hostname": "t"})";
  juju::testing::MemoryModel model(before, metadata);
  juju::Framework framework(model, metadata);
  Plain charm(framework);
  CHECK(charm.tracing.endpoint()->hostname == "t");
  CHECK(charm.tracing.endpoint()->hostname == "t");
  CHECK(model.take().log.empty());
  juju::testing::MemoryModel lonely(State{}, metadata);
  juju::Framework another(lonely, metadata);
  Plain waiting(another);
  CHECK_FALSE(waiting.tracing.endpoint());
  CHECK_FALSE(waiting.tracing.endpoint());
  const State after = lonely.take();
  REQUIRE(after.log.size() == 1);
  CHECK(after.log[0].message == "no Tempo has published its endpoint yet");
}

TEST_CASE("a timeout of over a minute without an interval is warned of, since most scrapers leave it out") {
  const State after = join<Workload<long_timeout>>(related());
  REQUIRE(warnings(after) == 1);
  CHECK(after.log[0].message ==
        "the scrape job 'slow' has a timeout of over a minute, longer than the interval of most scrapers: give "
        "it a scrape_interval too");
}

TEST_CASE("the constructor checks the endpoint against metadata, and says what it found") {
  CHECK_THROWS_AS(join<Workload<missing_endpoint>>(related()), RelationNotFoundError);
  CHECK_THROWS_AS(join<Workload<older_interface>>(related()), RelationInterfaceMismatchError);
  juju::Metadata older = metadata;
  older.relations["tracing"].interface = "tracing";
  CHECK_NOTHROW(run<Workload<older_interface>>(related(), update_status(), older));
  juju::Metadata other_side = metadata;
  other_side.relations["tracing"].role = juju::RelationRole::requires_;
  try {
    run<Plain>(related(), update_status(), other_side);
    FAIL("the wrong side was accepted");
  } catch (const RelationRoleMismatchError& error) {
    CHECK(error.relation_name == "tracing");
    CHECK(error.expected_relation_role == juju::RelationRole::provides);
    CHECK(error.actual_relation_role == juju::RelationRole::requires_);
    CHECK(std::string(error.what()) ==
          "The 'tracing' relation has role 'requires' rather than the expected 'provides'");
  }
  try {
    join<Workload<other_endpoint>>(related());
    FAIL("another interface was accepted");
  } catch (const RelationInterfaceMismatchError& error) {
    CHECK(error.relation_name == "database");
    CHECK(error.expected_relation_interface == "tempo_scrape");
    CHECK(error.actual_relation_interface == "mysql");
    CHECK(std::string(error.what()) ==
          "The 'database' relation has 'mysql' as interface rather than the expected 'tempo_scrape'");
  }
}

TEST_CASE("a job that is none throws at construction, naming the job, the place and the reason") {
  try {
    join<Workload<port_out_of_range>>(related());
    FAIL("a port out of range was accepted");
  } catch (const InvalidScrapeJobError& error) {
    CHECK(error.job_index == 1);
    CHECK(error.pointer == "/1/static_configs/0/targets/1");
    CHECK(error.reason == "not HOST or HOST:PORT with a port from 1 to 65535");
  }
  try {
    join<Workload<two_of_one_name>>(related());
    FAIL("two jobs of one name were accepted");
  } catch (const InvalidScrapeJobError& error) {
    CHECK(error.job_index == 1);
    CHECK(error.pointer == "/1/job_name");
  }
  CHECK_THROWS_AS(join<Workload<two_without_name>>(related()), InvalidScrapeJobError);
  CHECK_THROWS_AS(join<Workload<not_utf8>>(related()), InvalidScrapeJobError);
}

TEST_CASE("keys that are no part of a scrape job are dropped with one warning that names them") {
  const State after = join<Workload<from_json_with_other_keys>>(related());
  CHECK(json::parse(after.relation(3).local_application_data.at("scrape_jobs")) ==
        json::parse(R"([{"job_name": "a", "static_configs": [{"targets": ["*:1"]}]},
                        {"job_name": "b", "static_configs": [{"targets": ["*:80"]}]}])"));
  REQUIRE(warnings(after) == 1);
  CHECK(after.log[0].message ==
        "keys of scrape jobs that are not published: /static_configs/0/x /metrics_path /scheme");
}

TEST_CASE("a job that is named after its unit is warned of") {
  const State after = join<Workload<named_after_unit>>(related());
  REQUIRE(warnings(after) == 1);
  CHECK(after.log[0].message ==
        "the scrape job 'app-spring-music/1' is named after a unit: its series will break when the leader changes");
}

TEST_CASE("a relation that is being broken is not written any more") {
  State before = related();
  before.relations.push_back({.id = 4, .endpoint = "tracing", .remote_application = "other"});
  const State after = run<Plain>(before, relation_broken(3), metadata);
  CHECK(after.relation(4).local_unit_data.empty());
  CHECK(warnings(after) == 0);
}

TEST_CASE("provider, consumer, requirer and CharmBase can be neither copied nor moved") {
  STATIC_REQUIRE(!std::is_copy_constructible_v<TracingEndpointProvider<Plain>>);
  STATIC_REQUIRE(!std::is_move_constructible_v<TracingEndpointProvider<Plain>>);
  STATIC_REQUIRE(!std::is_copy_constructible_v<TracingEndpointConsumer<Plain>>);
  STATIC_REQUIRE(!std::is_move_constructible_v<TracingEndpointConsumer<Plain>>);
  STATIC_REQUIRE(!std::is_copy_constructible_v<TracingEndpointRequirer<Plain>>);
  STATIC_REQUIRE(!std::is_move_constructible_v<TracingEndpointRequirer<Plain>>);
  STATIC_REQUIRE(!std::is_copy_constructible_v<Plain>);
  STATIC_REQUIRE(!std::is_move_constructible_v<Plain>);
}

TEST_CASE("a timeout of a minute, or within its job's interval, is not warned of") {
  CHECK(warnings(join<Workload<timeouts_that_fit>>(related())) == 0);
}

TEST_CASE("an address that is none is the author's mistake, and the message says so") {
  CHECK_THROWS_WITH(join<Workload<bad_address>>(related()), "option 'address': not a host name or an IP address");
}

TEST_CASE("an endpoint that cannot be read is told also after one that is not there, and each once") {
  State before = related();
  before.relations.push_back({.id = 4, .endpoint = "tracing", .remote_application = "other"});
  before.relation(4).remote_application_data["tempo_endpoint"] = "7";
  juju::testing::MemoryModel model(before, metadata);
  juju::Framework framework(model, metadata);
  Plain charm(framework);
  for (int i = 0; i < 2; ++i) {
    for (const juju::RelationId id : {3, 4}) CHECK_FALSE(charm.tracing.endpoint(*model.relation(id)));
  }
  const State after = model.take();
  REQUIRE(after.log.size() == 2);
  CHECK(after.log[0].message == "no endpoint yet in relation 3");
  CHECK(after.log[1].message == "relation 4, other, tempo_endpoint: not a map");
}

TEST_CASE("a leader publishes its charm's alert rules, leaves those that stand, and tells when they are gone") {
  juju::Metadata charm = metadata;
  charm.charm_directory = std::filesystem::temp_directory_path() / ("charm-" + std::to_string(::getpid()));
  const std::filesystem::path rules = charm.charm_directory + "/src/alert_rules";
  std::filesystem::create_directories(rules);
  const State without = run<Plain>(related(), update_status(), charm);
  CHECK_FALSE(without.relation(3).local_application_data.contains("alert_rules"));
  std::ofstream(rules / "up.rule") << "{alert: Down, expr: up == 0}";
  State after = run<Plain>(without, update_status(), charm);
  const std::string published = after.relation(3).local_application_data.at("alert_rules");
  CHECK(json::parse(published)["groups"][0]["rules"][0]["alert"] == "Down");
  CHECK(after.log.empty());
  const std::string in_another_form = json::parse(published).dump(2);
  after.relation(3).local_application_data["alert_rules"] = in_another_form;
  after = run<Plain>(after, update_status(), charm);
  CHECK(after.relation(3).local_application_data.at("alert_rules") == in_another_form);
  std::filesystem::remove_all(charm.charm_directory);
  after = run<Plain>(after, update_status(), charm);
  CHECK(after.relation(3).local_application_data.at("alert_rules") == R"({"groups":[]})");
}

TEST_CASE("what is wrong with a charm's alert rules is a warning in the leader's log") {
  const std::filesystem::path rules = std::filesystem::temp_directory_path() / ("rules-" + std::to_string(::getpid()));
  std::filesystem::create_directories(rules);
  std::ofstream(rules / "up.rule") << "{alert: Down}";
  State before = related();
  const State led = run<Workload<rules_elsewhere>>(before, update_status(), metadata);
  before.leader = false;
  const State followed = run<Workload<rules_elsewhere>>(before, update_status(), metadata);
  std::filesystem::remove_all(rules);
  REQUIRE(led.log.size() == 1);
  CHECK(led.log[0].level == juju::LogLevel::warning);
  CHECK(led.log[0].message.starts_with("up.rule"));
  CHECK(followed.log.empty());
}

TEST_CASE("a relation-changed of a relation that is gone publishes and tells no endpoint") {
  State before = related();
  before.relation(3).remote_application_data = {{"tempo_endpoint", R"({"hostname": "tempo.local"})"}};
  const State after = run<Latecomer>(before, start(), metadata);
  CHECK(after.relation(3).local_unit_data == unit_bag());
  CHECK(after.log.empty());
}

TEST_CASE("alert rules of a directory of its own need no charm's directory") {
  const std::filesystem::path rules = std::filesystem::temp_directory_path() / ("rules-" + std::to_string(::getpid()));
  std::filesystem::create_directories(rules);
  std::ofstream(rules / "up.rule") << "{alert: Down, expr: up == 0}";
  const State after = run<Workload<rules_elsewhere>>(related(), update_status(), metadata);
  std::filesystem::remove_all(rules);
  CHECK(json::parse(after.relation(3).local_application_data.at("alert_rules"))["groups"].size() == 1);
}
