// SPDX-License-Identifier: Apache-2.0
// Forms of words that several parts of the report have.
#pragma once

#include <cstddef>
#include <juju/text.hpp>
#include <string>

namespace explain::detail {

/// "1 job", "2 jobs".
inline std::string counted(std::size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

/// Untrusted names, in printable form.
template <typename Names>
std::string listed(const Names& names, const char* separator) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : separator) + juju::printable(std::string(name));
  return text;
}

inline std::string name_or(const std::string& name, const std::string& otherwise) {
  return name.empty() ? otherwise : name;
}

/// "spring-music, billing and gateway".
template <typename Names>
std::string enumerated(const Names& names) {
  std::string text;
  std::size_t left = names.size();
  for (const auto& name : names) {
    if (!text.empty()) text += left == 1 ? " and " : ", ";
    text += name;
    --left;
  }
  return text;
}

}  // namespace explain::detail
