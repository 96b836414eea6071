// SPDX-License-Identifier: Apache-2.0
// The two charms that the library is written for, tested as their authors would: the whole model, and one hook.
#include <charms/tempo_k8s/v0/tempo_scrape.hpp>
#include <juju/testing.hpp>

#include <filesystem>

#include <support/catch.hpp>
#include "../examples/spring-music/spring_music.hpp"
#include "../examples/tempo/tempo.hpp"

namespace {

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
