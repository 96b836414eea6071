// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>

/// Replaces a file at once: a reader finds the old text or the new one.
inline void replace_file(const std::string& file, const std::string& text) {
  const std::string beside = file + ".new";
  std::FILE* out = std::fopen(beside.c_str(), "wb");
  const bool is_written = out != nullptr && std::fwrite(text.data(), 1, text.size(), out) == text.size();
  const bool is_closed = out != nullptr && std::fclose(out) == 0;
  if (!is_written || !is_closed || std::rename(beside.c_str(), file.c_str()) != 0) {
    throw std::system_error(errno, std::generic_category(), "cannot write " + file);
  }
}
