// SPDX-License-Identifier: Apache-2.0
// README's programs, as they stand there (tests/structure/readme_test.cpp compares them).
#include <charms/tempo_k8s/v0/tempo_scrape.hpp>
#include <juju/testing.hpp>

#include <filesystem>

#include <support/catch.hpp>

namespace {

using namespace charms::tempo_k8s::v0::tempo_scrape;

class SpringMusic final : public juju::CharmBase {
 public:
  explicit SpringMusic(juju::Framework& framework) : CharmBase(framework) {
    framework.observe(tracing_.on().endpoint_changed, *this, &SpringMusic::on_endpoint_changed);
  }

 private:
  void on_endpoint_changed(EndpointChangedEvent& event) {
    unit().set_status(juju::ActiveStatus{"traces go to " + event.hostname});
  }

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
  }

  TracingEndpointConsumer<Tempo> scrape_{*this};
  TracingEndpointRequirer<Tempo> endpoint_{*this, {.hostname = "tempo.local", .otlp_grpc_port = 4317}};
};

const std::filesystem::path tempo_charm_directory = TEMPO_SCRAPE_EXAMPLES_DIRECTORY "/tempo";
const std::filesystem::path spring_music_charm_directory = TEMPO_SCRAPE_EXAMPLES_DIRECTORY "/spring-music";
const juju::Metadata metadata = juju::Metadata::load(spring_music_charm_directory);

}  // namespace

TEST_CASE("three units of spring-music are three targets of tempo") {
  juju::testing::Model model;
  model.deploy<Tempo>("tempo", juju::Metadata::load(tempo_charm_directory));
  model.deploy<SpringMusic>("spring-music", juju::Metadata::load(spring_music_charm_directory), {.units = 3});
  model.integrate("spring-music:tracing", "tempo:tracing");
  model.settle();
  const auto configs = model.unit("tempo/0").inspect<Tempo>([](Tempo& tempo) { return tempo.scrape_configs(); });
  REQUIRE(configs[0]["static_configs"].size() == 3);
}

TEST_CASE("the leader publishes its jobs as soon as there is a relation") {
  const juju::testing::State before{.leader = true,
                                    .relations = {{.id = 1, .endpoint = "tracing", .remote_application = "tempo"}}};
  const juju::testing::State after =
      juju::testing::run<SpringMusic>(before, juju::testing::relation_created(1), metadata);
  REQUIRE(after.relation(1).local_application_data.contains("scrape_jobs"));
}
