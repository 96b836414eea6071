// SPDX-License-Identifier: Apache-2.0
// The code of the documents that is not part of an example.
#include <charms/tempo_k8s/v0/tempo_scrape.hpp>
#include <juju/testing.hpp>

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include <support/catch.hpp>

using namespace charms::tempo_k8s::v0::tempo_scrape;

namespace {

class SpringMusic final : public juju::CharmBase {
 public:
  explicit SpringMusic(juju::Framework& framework) : CharmBase(framework) {
    framework.observe(tracing_.on().endpoint_changed, [this](EndpointChangedEvent& event) {
      unit().set_status(juju::ActiveStatus{"traces go to " + event.hostname});
    });
  }

 private:
  TracingEndpointProvider<SpringMusic> tracing_{*this,
                                                {.jobs = {{.static_configs = {{.targets = {"*:8000", "*:8081"}}}}}}};
};

class Tempo final : public juju::CharmBase {
 public:
  explicit Tempo(juju::Framework& framework) : CharmBase(framework) {
    framework.observe(scrape_.on().targets_changed, [this](TargetsChangedEvent&) {
      for (const Problem& problem : scrape_.problems()) log().warning(to_string(problem));
    });
  }
  nlohmann::json scrape_configs() { return scrape_.jobs(); }

 private:
  TracingEndpointConsumer<Tempo> scrape_{*this};
  TracingEndpointRequirer<Tempo> endpoint_{*this, {.hostname = "tempo.local", .otlp_grpc_port = 4317}};
};

class Music final : public juju::CharmBase {
 public:
  explicit Music(juju::Framework& framework) : CharmBase(framework) {
    framework.observe(on().pebble_ready("music"), *this, &Music::on_pebble_ready);
    framework.observe({on().config_changed, on().update_status}, [this](juju::Event&) { show_status(); });
    framework.observe(on().action("restart"), *this, &Music::on_restart);
  }

 private:
  void on_pebble_ready(juju::PebbleReadyEvent& event) {
    log().info("container " + event.workload + " is ready");
    unit().set_workload_version("1.2");
  }
  void show_status() {
    unit().open_port("tcp", config<int>("port"));
    unit().set_status(juju::ActiveStatus{"ready"});
  }
  void on_restart(juju::ActionEvent& event) {
    if (!event.parameters().value("force", false)) return event.fail("the server is busy; use force=true");
    event.set_results({{"restarted", true}});
  }
};

const std::filesystem::path tempo_charm_directory = TEMPO_SCRAPE_EXAMPLES_DIRECTORY "/tempo";
const std::filesystem::path spring_music_charm_directory = TEMPO_SCRAPE_EXAMPLES_DIRECTORY "/spring-music";
const juju::Metadata metadata = juju::Metadata::load(spring_music_charm_directory);

}  // namespace

TEST_CASE("a leader publishes its jobs") {
  const juju::testing::State before{.leader = true,
                                    .relations = {{.id = 1, .endpoint = "tracing", .remote_application = "tempo"}}};
  const juju::testing::State after =
      juju::testing::run<SpringMusic>(before, juju::testing::relation_created(1), metadata);
  REQUIRE(after.relation(1).local_application_data.contains("scrape_jobs"));
}

TEST_CASE("any order of hooks leads to the same targets") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    juju::testing::TestModel model;
    model.deploy<Tempo>("tempo", juju::Metadata::load(tempo_charm_directory));
    model.deploy<SpringMusic>("spring-music", metadata, {.units = 3});
    model.integrate("spring-music", "tempo");
    model.advance(seed, {.order = juju::testing::shuffled(seed)});
    model.set_address("spring-music/0", "10.9.9.9");
    model.set_leader("spring-music/1");
    model.settle({.order = juju::testing::shuffled(seed)});
    const auto configs = model.unit("tempo/0").inspect<Tempo>([](Tempo& tempo) { return tempo.scrape_configs(); });
    REQUIRE(configs[0]["static_configs"].size() == 3);
    CHECK(configs[0]["static_configs"][0]["targets"][0] == "10.9.9.9:8000");
  }
}

TEST_CASE("the two charms set a status and log no problem") {
  juju::testing::TestModel model;
  model.deploy<SpringMusic>("spring-music", metadata);
  model.deploy<Tempo>("tempo", juju::Metadata::load(tempo_charm_directory));
  model.integrate("spring-music", "tempo");
  model.settle();
  CHECK(model.unit("spring-music/0").status() == juju::ActiveStatus("traces go to tempo.local"));
  CHECK(model.unit("tempo/0").log().empty());
}

TEST_CASE("a charm opens a port, sets its version and answers an action") {
  using namespace juju::testing;
  const State configured = run<Music>({}, config_changed(), metadata);
  CHECK(configured.opened_ports == std::set<juju::Port>{{"tcp", 8000}});
  CHECK(configured.unit_status == juju::ActiveStatus("ready"));
  CHECK(run<Music>({}, pebble_ready("music"), metadata).workload_version == "1.2");
  CHECK(run<Music>({}, action("restart"), metadata).action.failure == "the server is busy; use force=true");
  const State restarted = run<Music>({}, action("restart", {{"force", true}}), metadata);
  CHECK(restarted.action.results == juju::StringMap{{"restarted", "true"}});
}

TEST_CASE("a problem in a text of jobs names its place") {
  const ScrapeJobs jobs = ScrapeJob::parse(R"([{"static_configs": [{"targets": ["http://h:80"]}]}])");
  CHECK(jobs.jobs.empty());
  CHECK(to_string(jobs.problems.front()) ==
        "/0/static_configs/0/targets/0: not HOST or HOST:PORT with a port from 1 to 65535");
}

TEST_CASE("jobs expand without Juju") {
  scrape::Application music{.relation_id = 3, .application = "music"};
  music.topology = {.model = "prod", .model_uuid = "9c2b3b3a-51ff-4b9c-8d6f-1f27a9a5c0d1", .application = "music"};
  music.jobs = {{0, {.job_name = "web", .static_configs = {{.targets = {"*:8000"}}}}}};
  music.units = {{"music/0", *juju::Address::parse("10.0.0.2")}, {"music/1", *juju::Address::parse("fd00::17")}};
  const nlohmann::json configs = scrape::expand({music}).scrape_configs;
  CHECK(configs[0]["job_name"] == "prod_9c2b3b3a_music_web");
  CHECK(configs[0]["static_configs"][1]["targets"][0] == "[fd00::17]:8000");
}
