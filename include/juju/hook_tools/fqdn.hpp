// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <juju/file.hpp>

namespace juju::hook_tools {

namespace detail {

inline std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = text.find_first_not_of(separators); begin != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_of(separators, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = text.find_first_not_of(separators, end);
  }
  return parts;
}

}  // namespace detail

/// This host's name, completed from the hosts file. A static executable cannot call the resolver.
inline std::string fqdn(const std::string& hostname_file = "/proc/sys/kernel/hostname",
                        const std::string& hosts_file = "/etc/hosts") {
  constexpr std::size_t max_bytes = std::size_t{1024} * 1024;
  constexpr const char* blanks = " \t\r\n";
  const std::string own = read_file(hostname_file, max_bytes).value_or("");
  const std::vector<std::string_view> own_names = detail::split(own, blanks);
  const std::string hostname(own_names.empty() ? std::string_view() : own_names.front());
  const std::string hosts = read_file(hosts_file, max_bytes).value_or("");
  for (const std::string_view line : detail::split(hosts, "\n")) {
    const std::vector<std::string_view> names = detail::split(line.substr(0, line.find('#')), blanks);
    if (names.empty() || std::find(names.begin() + 1, names.end(), hostname) == names.end()) continue;
    for (std::size_t i = 1; i < names.size(); ++i) {
      if (names[i].find('.') != std::string_view::npos) return std::string(names[i]);
    }
  }
  return hostname;
}

}  // namespace juju::hook_tools
