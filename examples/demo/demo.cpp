// SPDX-License-Identifier: Apache-2.0
// demo: the charms of the other directories on both sides of their relations, in a model in memory.
#include <unistd.h>

#include <filesystem>
#include <iomanip>
#include <iostream>
#include <juju/testing.hpp>
#include <string>

#include "../music/music.hpp"
#include "../prometheus/prometheus.hpp"
#include "../spring-music/spring_music.hpp"
#include "../tempo/tempo.hpp"

namespace {

/// The charms write here.
const std::filesystem::path scratch =
    std::filesystem::temp_directory_path() / ("tempo-scrape-demo-" + std::to_string(::getpid()));

juju::Metadata metadata_of(const std::string& charm) {
  return juju::Metadata::load(std::string(TEMPO_SCRAPE_EXAMPLES_DIRECTORY "/") + charm);
}

/// The metadata of a charm that writes files.
juju::Metadata scratch_metadata_of(const std::string& charm) {
  juju::Metadata metadata = metadata_of(charm);
  metadata.charm_directory = scratch / charm;
  std::filesystem::create_directories(metadata.charm_directory);
  return metadata;
}

template <typename Charm>
nlohmann::json jobs_of(juju::testing::TestModel& model, const std::string& unit) {
  return model.unit(unit).inspect<Charm>([](Charm& charm) { return charm.scrape_configs(); });
}

void print(const std::string& scraper, const nlohmann::json& jobs) {
  std::cout << scraper << " scrapes\n";
  for (const nlohmann::json& job : jobs) {
    std::cout << "  job " << job["job_name"].get<std::string>() << "\n";
    for (const nlohmann::json& config : job["static_configs"]) {
      std::cout << "    " << std::left << std::setw(16) << config["labels"]["juju_unit"].get<std::string>();
      for (const nlohmann::json& target : config["targets"]) {
        std::cout << "  " << target.get<std::string>() << job.value("metrics_path", "");
      }
      std::cout << "\n";
    }
  }
  std::cout << "\n";
}

void print_status(juju::testing::TestModel& model, const std::string& unit) {
  const juju::Status status = model.unit(unit).status();
  std::cout << unit << " is " << status.name << ": \"" << status.message << "\"\n";
}

/// A tracing backend with one receiver.
class Collector final : public juju::CharmBase {
 public:
  explicit Collector(juju::Framework& framework) : CharmBase(framework) {
    framework.observe(tracing_.on().request, [this](tracing::RequestEvent&) {
      if (unit().is_leader()) tracing_.publish_receivers({{"otlp_http", "http://collector.local:4318"}});
    });
  }

 private:
  tracing::TracingEndpointProvider<Collector> tracing_{*this};
};

void show_prometheus() {
  std::cout << "1. prometheus_scrape and tracing\n\n"
               "$ juju deploy prometheus\n"
               "$ juju deploy collector\n"
               "$ juju deploy music --num-units 3\n"
               "$ juju integrate music:metrics-endpoint prometheus:metrics-endpoint\n"
               "$ juju integrate music:tracing collector:tracing\n";
  juju::testing::TestModel model({.name = "demo"});
  model.deploy<Prometheus>("prometheus", scratch_metadata_of("prometheus"));
  model.deploy<Collector>("collector",
                          juju::Metadata::parse("{name: collector, provides: {tracing: {interface: tracing}}}"));
  model.deploy<Music>("music", metadata_of("music"), {.units = 3});
  model.integrate("music:metrics-endpoint", "prometheus:metrics-endpoint");
  model.integrate("music:tracing", "collector:tracing");
  std::cout << model.settle().size() << " hooks ran. The charm music has the target \"*:8000\".\n\n";
  print("prometheus", jobs_of<Prometheus>(model, "prometheus/0"));
  print_status(model, "music/0");
  print_status(model, "prometheus/0");
  std::cout << "\n$ juju remove-unit music/1\n";
  model.remove_unit("music/1");
  std::cout << model.settle().size() << " hooks ran.\n\n";
  print("prometheus", jobs_of<Prometheus>(model, "prometheus/0"));
  std::cout << "One of these jobs, as prometheus.json contains it:\n"
            << juju::to_yaml_safe_json(jobs_of<Prometheus>(model, "prometheus/0").at(0), 2) << "\n\n";
}

void show_tempo() {
  std::cout << "2. tempo_scrape\n\n"
               "$ juju deploy tempo\n"
               "$ juju deploy spring-music --num-units 2\n"
               "$ juju integrate spring-music:tracing tempo:tracing\n";
  juju::testing::TestModel model({.name = "demo"});
  model.deploy<Tempo>("tempo", scratch_metadata_of("tempo"));
  model.deploy<SpringMusic>("spring-music", metadata_of("spring-music"), {.units = 2});
  model.integrate("spring-music:tracing", "tempo:tracing");
  std::cout << model.settle().size()
            << " hooks ran. The charm spring-music has the targets \"*:8000\" and \"*:8081\".\n\n";
  print("tempo", jobs_of<Tempo>(model, "tempo/0"));
  print_status(model, "spring-music/0");
  std::cout << "\n";
}

}  // namespace

int main() {
  std::cout << "Charms in a model in memory, without Juju and network. The code is the same as in a hook.\n\n";
  show_prometheus();
  show_tempo();
  std::filesystem::remove_all(scratch);
  return 0;
}
