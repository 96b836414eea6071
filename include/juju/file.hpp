// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>

namespace juju {

/// The bytes of a file, or nothing if it cannot be read. Costs a static executable less than <fstream> does.
inline std::optional<std::string> read_file(const std::string& path) {
  std::FILE* const file = std::fopen(path.c_str(), "rbe");
  if (file == nullptr) return std::nullopt;
  std::string bytes;
  std::array<char, 4096> buffer;
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), file)) bytes.append(buffer.data(), got);
  const bool is_whole = std::ferror(file) == 0;
  std::fclose(file);
  return is_whole ? std::optional(std::move(bytes)) : std::nullopt;
}

}  // namespace juju
