// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <utility>

namespace juju::testing {

namespace detail {

/// The directory of the hook tools. Empty if the program is not linked with `tempo_scrape::testing`.
#ifdef TEMPO_SCRAPE_HOOK_TOOLS
constexpr const char* hook_tools_of_target = TEMPO_SCRAPE_HOOK_TOOLS;
#else
constexpr const char* hook_tools_of_target = "";
#endif

}  // namespace detail

/// A charm as Juju unpacks it: a directory with `dispatch` and `metadata.yaml`, of a charm in any language.
///
/// ```cpp
/// model.deploy("prometheus", CharmDirectory("charms/prometheus-k8s"));
/// ```
struct CharmDirectory {
  /// @param charm  the directory. It is only read: each unit gets a copy.
  explicit CharmDirectory(std::filesystem::path charm, std::filesystem::path tools = detail::hook_tools_of_target)
      : path(std::move(charm)), hook_tools(std::move(tools)) {}

  std::filesystem::path path;
  std::filesystem::path hook_tools;  ///< The directory with the hook tools, a program for each.
  int timeout_ms = 60'000;  ///< The time limit of a hook. After it, all processes of the hook are killed. 0: no limit.
};

}  // namespace juju::testing
