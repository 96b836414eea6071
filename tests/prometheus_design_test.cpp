// SPDX-License-Identifier: Apache-2.0
// The code of README.md that is not part of an example.
#include <juju/testing.hpp>

#include <filesystem>

#include <support/catch.hpp>
#include "../examples/music/music.hpp"

namespace {

class Prometheus final : public juju::CharmBase {
 public:
  explicit Prometheus(juju::Framework& framework) : CharmBase(framework) {
    framework.observe(metrics_.on().targets_changed, [this](prometheus_scrape::TargetsChangedEvent&) {
      for (const juju::Problem& problem : metrics_.problems()) log().warning(to_string(problem));
    });
  }
  nlohmann::json scrape_configs() { return metrics_.jobs(); }

 private:
  prometheus_scrape::MetricsEndpointConsumer<Prometheus> metrics_{*this};
};

const std::filesystem::path music_charm = TEMPO_SCRAPE_EXAMPLES_DIRECTORY "/music";
const std::filesystem::path prometheus_charm = TEMPO_SCRAPE_EXAMPLES_DIRECTORY "/prometheus";

}  // namespace

TEST_CASE("each unit of music becomes a job of prometheus") {
  juju::testing::TestModel model;
  model.deploy<Prometheus>("prometheus", juju::Metadata::load(prometheus_charm));
  model.deploy<Music>("music", juju::Metadata::load(music_charm), {.units = 3});
  model.integrate("music:metrics-endpoint", "prometheus:metrics-endpoint");
  model.settle();
  const auto jobs = model.unit("prometheus/0").inspect<Prometheus>([](auto& charm) { return charm.scrape_configs(); });
  REQUIRE(jobs.size() == 3);
}
