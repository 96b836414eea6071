// SPDX-License-Identifier: Apache-2.0
// Several texts in one input.
#pragma once

#include <juju/relation_data_bag.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace fuzz {

inline std::vector<std::string> parts_of(std::string_view text, std::string_view separator) {
  std::vector<std::string> parts;
  for (std::size_t at = text.find(separator); at != std::string_view::npos; at = text.find(separator)) {
    parts.emplace_back(text.substr(0, at));
    text.remove_prefix(at + separator.size());
  }
  parts.emplace_back(text);
  return parts;
}

/// Lines of KEY=TEXT. The last of several equal keys stands.
inline juju::Texts texts_in(std::string_view text) {
  juju::Texts texts;
  for (const std::string& line : parts_of(text, "\n")) {
    const std::size_t sign = line.find('=');
    if (sign != std::string::npos) texts[line.substr(0, sign)] = line.substr(sign + 1);
  }
  return texts;
}

}  // namespace fuzz
