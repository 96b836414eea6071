// SPDX-License-Identifier: Apache-2.0
// The two charms of README, tested as their authors would: the whole model, and one hook.
#include <charms/tempo_k8s/v0/tempo_scrape.hpp>
#include <juju/testing.hpp>
#include <juju/testing/simulation.hpp>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include <support/catch.hpp>

using namespace charms::tempo_k8s::v0::tempo_scrape;

namespace {

class SpringMusic final : public juju::CharmBase {
 public:
  explicit SpringMusic(juju::Framework& framework) : CharmBase(framework) {
    framework.observe(tracing_.on().endpoint_changed, *this, &SpringMusic::on_endpoint_changed);
    framework.observe(on().config_changed, *this, &SpringMusic::on_config_changed);
    framework.observe(on().pebble_ready("music"), *this, &SpringMusic::on_pebble_ready);
  }

 private:
  void on_endpoint_changed(EndpointChangedEvent& event) {
    unit().set_status(juju::ActiveStatus{"traces go to " + event.hostname});
  }
  void on_config_changed(juju::ConfigChangedEvent&) {
    if (!tracing_.endpoint()) unit().set_status(juju::WaitingStatus{"no Tempo to send traces to yet"});
  }
  void on_pebble_ready(juju::PebbleReadyEvent& event) { log().info("container " + event.workload + " is ready"); }

  TracingEndpointProvider<SpringMusic> tracing_{*this,
                                                {.jobs = {{.static_configs = {{.targets = {"*:8000", "*:8081"}}}}}}};
};

class Tempo final : public juju::CharmBase {
 public:
  explicit Tempo(juju::Framework& framework) : CharmBase(framework) {
    framework.observe(scrape_.on().targets_changed, *this, &Tempo::on_targets_changed);
  }
  nlohmann::json scrape_configs() { return scrape_.jobs(); }

 private:
  void on_targets_changed(TargetsChangedEvent&) {
    for (const Problem& problem : scrape_.problems()) log().warning(to_string(problem));
    unit().set_status(juju::ActiveStatus{"scrape jobs: " + std::to_string(scrape_configs().size())});
  }

  TracingEndpointConsumer<Tempo> scrape_{*this};
  TracingEndpointRequirer<Tempo> endpoint_{*this,
                                           {.hostname = "tempo.local",
                                            .tempo_port = 3200,
                                            .otlp_grpc_port = 4317,
                                            .otlp_http_port = 4318,
                                            .zipkin_port = 9411}};
};

const std::filesystem::path tempo_charm_directory = TEMPO_SCRAPE_EXAMPLES_DIRECTORY "/tempo";
const std::filesystem::path spring_music_charm_directory = TEMPO_SCRAPE_EXAMPLES_DIRECTORY "/spring-music";
const juju::Metadata metadata = juju::Metadata::load(spring_music_charm_directory);

}  // namespace

TEST_CASE("each unit of spring-music becomes a target of tempo") {
  juju::testing::Model model;
  model.deploy<Tempo>("tempo", juju::Metadata::load(tempo_charm_directory));
  model.deploy<SpringMusic>("spring-music", juju::Metadata::load(spring_music_charm_directory), {.units = 3});
  model.integrate("spring-music:tracing", "tempo:tracing");
  model.settle();
  const auto configs = model.unit("tempo/0").inspect<Tempo>([](Tempo& tempo) { return tempo.scrape_configs(); });
  REQUIRE(configs[0]["static_configs"].size() == 3);
}

TEST_CASE("whatever happens leaves nothing that takes an update-status to mend") {
  using namespace juju::testing;
  const std::vector<Part> parts = {
      {.name = "tempo", .builds = {Build::of<Tempo>(juju::Metadata::load(tempo_charm_directory))}},
      {.name = "spring-music", .builds = {Build::of<SpringMusic>(metadata)}}};
  const auto failure = find_failure(parts, {.seeds = 100, .length = 30}, [](Simulation& simulation) {
    const bool is_whole = simulation.skipped() == 0;
    if (is_whole && simulation.update_status()) throw std::runtime_error("a data bag or a hook was still to come");
  });
  if (failure) FAIL(to_string(*failure));
}

TEST_CASE("a leader publishes its jobs") {
  const juju::testing::State before{.leader = true,
                                    .relations = {{.id = 1, .endpoint = "tracing", .remote_application = "tempo"}}};
  const juju::testing::State after =
      juju::testing::run<SpringMusic>(before, juju::testing::relation_created(1), metadata);
  REQUIRE(after.relation(1).local_application_data.contains("scrape_jobs"));
}

TEST_CASE("the two charms say how they are") {
  juju::testing::Model model;
  model.deploy<SpringMusic>("spring-music", metadata);
  model.settle();
  CHECK(model.unit("spring-music/0").status() == juju::WaitingStatus("no Tempo to send traces to yet"));
  model.deploy<Tempo>("tempo", juju::Metadata::load(tempo_charm_directory));
  model.integrate("spring-music", "tempo");
  model.settle();
  CHECK(model.unit("spring-music/0").status() == juju::ActiveStatus("traces go to tempo.local"));
  CHECK(model.unit("tempo/0").status() == juju::ActiveStatus("scrape jobs: 1"));
}
