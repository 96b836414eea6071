// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <utility>

namespace juju::testing {

/// A charm as Juju unpacks it: a directory with `dispatch` and `metadata.yaml`, of a charm in any language.
///
/// ```cpp
/// model.deploy("prometheus", CharmDirectory("charms/prometheus-k8s"));
/// ```
struct CharmDirectory {
  /// @param charm  the directory. It is only read: each unit gets a copy.
  explicit CharmDirectory(std::filesystem::path charm) : path(std::move(charm)) {}

  std::filesystem::path path;
  int timeout_ms = 60'000;  ///< How long a hook may take; then all its processes are killed.
};

}  // namespace juju::testing
