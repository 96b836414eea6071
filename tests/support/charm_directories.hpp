// SPDX-License-Identifier: Apache-2.0
// The built charms of examples/, and the scrape configurations that their units write in a model.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <juju/testing.hpp>
#include <string>
#include <vector>

namespace support {

/// A charm of examples/, such as "spring-music".
inline juju::testing::CharmDirectory built(const std::string& charm) {
  return juju::testing::CharmDirectory(std::filesystem::path(TEMPO_SCRAPE_CHARMS_DIRECTORY) / charm);
}

/// The metadata of a charm of examples/, in its source directory.
inline juju::Metadata metadata_of(const std::string& charm) {
  return juju::Metadata::load(std::filesystem::path(TEMPO_SCRAPE_EXAMPLES_DIRECTORY) / charm);
}

inline std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The scrape configs that a unit has written. Null if there is no file.
inline nlohmann::json scrape_configs(juju::testing::TestModel& model, const std::string& unit = "tempo/0",
                                     const std::string& file = "scrape_config.json") {
  const std::string text = text_of(model.unit(unit).charm_directory() / file);
  return text.empty() ? nlohmann::json() : nlohmann::json::parse(text).at("scrape_configs");
}

/// All targets in the scrape configs of a Tempo unit, in order.
inline std::vector<std::string> targets(juju::testing::TestModel& model, const std::string& unit = "tempo/0") {
  std::vector<std::string> targets;
  const nlohmann::json jobs = scrape_configs(model, unit);
  for (const nlohmann::json& job : jobs) {
    for (const nlohmann::json& config : job.at("static_configs")) {
      for (const nlohmann::json& target : config.at("targets")) targets.push_back(target.get<std::string>());
    }
  }
  return targets;
}

}  // namespace support
