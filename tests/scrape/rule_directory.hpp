// SPDX-License-Identifier: Apache-2.0
// A temporary directory of rule files.
#pragma once

#include <filesystem>
#include <fstream>
#include <optional>
#include <scrape/alert_rule_files.hpp>
#include <string>
#include <support/temporary_directory.hpp>

#include "read_alert_rules.hpp"

namespace support {

class Directory {
 public:
  std::filesystem::path path() const { return directory_.path(); }

  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((path() / name).parent_path());
    std::ofstream(path() / name, std::ios::binary) << text;
  }

  scrape::AlertRuleFiles load(const scrape::AlertRuleFileOptions& options = {}) const {
    return scrape::load_alert_rules(path(), topology, options);
  }

  scrape::AlertRuleFiles load_without_topology(const scrape::AlertRuleFileOptions& options = {}) const {
    return scrape::load_alert_rules(path(), std::nullopt, options);
  }

 private:
  TemporaryDirectory directory_;
};

}  // namespace support
