// SPDX-License-Identifier: Apache-2.0
// Charms written in shell, to test the environment of a charm's process.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include <support/temporary_directory.hpp>

namespace support {

/// A charm directory whose `dispatch` is a shell script.
class ShellCharm {
 public:
  explicit ShellCharm(const std::string& script, const std::string& metadata = default_metadata) {
    write("metadata.yaml", metadata);
    write("config.yaml", "options:\n  port: {type: int, default: 80}\n  name: {type: string}\n");
    write("dispatch", "#!/bin/sh\n" + script + "\n");
    std::filesystem::permissions(path() / "dispatch", std::filesystem::perms::owner_all);
  }

  const std::filesystem::path& path() const { return directory_.path(); }

  void write(const std::string& file, const std::string& text) const { std::ofstream(path() / file) << text; }

  static constexpr const char* default_metadata =
      "name: shell\nprovides: {up: {interface: i}}\nrequires: {down: {interface: i}}\npeers: {crew: {interface: c}}\n";

 private:
  TemporaryDirectory directory_;
};

}  // namespace support
