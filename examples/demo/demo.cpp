// SPDX-License-Identifier: Apache-2.0
// demo: both sides of the relation, with the charms of ../spring-music and ../tempo, in memory.
#include <unistd.h>

#include <filesystem>
#include <iomanip>
#include <iostream>
#include <juju/testing.hpp>
#include <string>

#include "../spring-music/spring_music.hpp"
#include "../tempo/tempo.hpp"

namespace {

/// For what the charms write.
const std::filesystem::path scratch =
    std::filesystem::temp_directory_path() / ("tempo-scrape-demo-" + std::to_string(::getpid()));

juju::Metadata metadata_of(const std::string& charm) {
  juju::Metadata metadata = juju::Metadata::load(std::string(TEMPO_SCRAPE_EXAMPLES_DIRECTORY "/") + charm);
  metadata.charm_directory = scratch / charm;
  std::filesystem::create_directories(metadata.charm_directory);
  return metadata;
}

nlohmann::json jobs_of_tempo(juju::testing::TestModel& model) {
  return model.unit("tempo/0").inspect<Tempo>([](Tempo& tempo) { return tempo.scrape_configs(); });
}

void print(const nlohmann::json& jobs) {
  std::cout << "tempo now scrapes\n";
  for (const nlohmann::json& job : jobs) {
    std::cout << "  job " << job["job_name"].get<std::string>() << "\n";
    for (const nlohmann::json& config : job["static_configs"]) {
      std::cout << "    " << std::left << std::setw(16) << config["labels"]["juju_unit"].get<std::string>();
      for (const nlohmann::json& target : config["targets"]) std::cout << "  " << target.get<std::string>();
      std::cout << "\n";
    }
  }
  std::cout << "\n";
}

}  // namespace

int main() {
  std::cout << "Two charms in a model in memory: no Juju, no network, the very code that a hook would run.\n\n"
               "$ juju deploy tempo\n"
               "$ juju deploy spring-music --num-units 3\n"
               "$ juju integrate spring-music:tracing tempo:tracing\n";
  juju::testing::TestModel model({.name = "demo"});
  model.deploy<Tempo>("tempo", metadata_of("tempo"));
  model.deploy<SpringMusic>("spring-music", metadata_of("spring-music"), {.units = 3});
  model.integrate("spring-music:tracing", "tempo:tracing");
  std::cout
      << model.settle().size() << " hooks ran, until no unit had anything more to say.\n\n"
      << "The author of spring-music wrote two targets, \"*:8000\" and \"*:8081\". Every unit stands in for the *:\n";
  print(jobs_of_tempo(model));

  std::cout << "The other way round each unit has learnt where Tempo listens. spring-music/0 is "
            << model.unit("spring-music/0").status().name << ": \"" << model.unit("spring-music/0").status().message
            << "\".\n\n"
               "$ juju remove-unit spring-music/1\n";
  model.remove_unit("spring-music/1");
  std::cout << model.settle().size() << " hooks later, and in the first of tempo's already, the unit is no target:\n";
  print(jobs_of_tempo(model));

  std::cout << "In full, as it goes into a configuration's scrape_configs:\n"
            << juju::to_yaml_safe_json(jobs_of_tempo(model), 2) << "\n";
  std::filesystem::remove_all(scratch);
  return 0;
}
