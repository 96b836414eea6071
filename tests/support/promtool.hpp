// SPDX-License-Identifier: Apache-2.0
// Prometheus's own verdict on a configuration.
#pragma once

#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include <juju/json.hpp>

namespace support {

struct Verdict {
  bool accepted = false;
  std::string output = {};
};

/// Runs `promtool check config` on `{"scrape_configs": [...]}`. Where there is no promtool nothing is accepted.
inline Verdict promtool_check(const nlohmann::json& scrape_configs) {
  const std::filesystem::path file =
      std::filesystem::temp_directory_path() / ("promtool-" + std::to_string(::getpid()) + ".json");
  nlohmann::json config = nlohmann::json::object();
  config["scrape_configs"] = scrape_configs;
  std::ofstream(file) << juju::to_yaml_safe_json(config);
  Verdict verdict;
  FILE* pipe = ::popen(("promtool check config '" + file.string() + "' 2>&1").c_str(), "r");
  if (pipe == nullptr) return verdict;
  std::array<char, 4096> part{};
  while (std::fgets(part.data(), static_cast<int>(part.size()), pipe) != nullptr) verdict.output += part.data();
  verdict.accepted = ::pclose(pipe) == 0;
  std::filesystem::remove(file);
  return verdict;
}

}  // namespace support
