// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace juju::hook_tools {

/// This host's name, completed from the hosts file where that knows more: what a resolver would say, without a resolver
/// call, which a static executable cannot make.
inline std::string fqdn(const std::filesystem::path& hostname_file = "/proc/sys/kernel/hostname",
                        const std::filesystem::path& hosts_file = "/etc/hosts") {
  std::string hostname;
  std::ifstream(hostname_file) >> hostname;
  std::ifstream hosts(hosts_file);
  for (std::string line; std::getline(hosts, line);) {
    std::istringstream words(line.substr(0, line.find('#')));
    const std::vector<std::string> names{std::istream_iterator<std::string>(words), {}};
    if (names.empty() || std::find(names.begin() + 1, names.end(), hostname) == names.end()) continue;
    for (std::size_t i = 1; i < names.size(); ++i) {
      if (names[i].find('.') != std::string::npos) return names[i];
    }
  }
  return hostname;
}

}  // namespace juju::hook_tools
