// SPDX-License-Identifier: Apache-2.0
// Splits an input into several texts.
#pragma once

#include <algorithm>
#include <juju/relation_data_bag.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace fuzz {

inline std::vector<std::string_view> parts_of(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> parts;
  for (std::size_t at = text.find(separator); at != std::string_view::npos; at = text.find(separator)) {
    parts.push_back(text.substr(0, at));
    text.remove_prefix(at + separator.size());
  }
  parts.push_back(text);
  return parts;
}

/// Reads lines of KEY=TEXT. Uses the last of several equal keys.
inline juju::StringMap texts_in(std::string_view text) {
  juju::StringMap texts;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const std::size_t sign = line.find('=');
    if (sign != std::string_view::npos) texts[std::string(line.substr(0, sign))] = line.substr(sign + 1);
  }
  return texts;
}

}  // namespace fuzz
