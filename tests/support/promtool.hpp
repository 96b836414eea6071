// SPDX-License-Identifier: Apache-2.0
// Checks a configuration or alert rules with promtool.
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

/// Runs `promtool check KIND` on a file with `document`. Without promtool, the result is not accepted.
inline Verdict promtool_check(const std::string& kind, const nlohmann::json& document) {
  const std::filesystem::path file =
      std::filesystem::temp_directory_path() / ("promtool-" + std::to_string(::getpid()) + ".json");
  std::ofstream(file) << juju::to_yaml_safe_json(document);
  Verdict verdict;
  FILE* pipe = ::popen(("promtool check " + kind + " '" + file.string() + "' 2>&1").c_str(), "r");
  if (pipe == nullptr) return verdict;
  std::array<char, 4096> part{};
  while (std::fgets(part.data(), static_cast<int>(part.size()), pipe) != nullptr) verdict.output += part.data();
  verdict.accepted = ::pclose(pipe) == 0;
  std::filesystem::remove(file);
  return verdict;
}

/// Runs `promtool check config` on `{"scrape_configs": [...]}`.
inline Verdict promtool_check(const nlohmann::json& scrape_configs) {
  nlohmann::json config = nlohmann::json::object();
  config["scrape_configs"] = scrape_configs;
  return promtool_check("config", config);
}

/// Runs `promtool check rules` on `{"groups": [...]}`.
inline Verdict promtool_check_rules(const nlohmann::json& groups) {
  nlohmann::json rules = nlohmann::json::object();
  rules["groups"] = groups;
  return promtool_check("rules", rules);
}

}  // namespace support
