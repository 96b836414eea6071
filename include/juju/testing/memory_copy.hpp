// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <juju/hook_tools/cache.hpp>

namespace juju::testing {

/// Keeps a unit's copy of the model in memory. Time stands still.
class MemoryCopy final : public juju::hook_tools::CopyStore {
 public:
  std::optional<std::string> take() override { return std::exchange(text, std::nullopt); }
  void put(const std::string& next) override { text = next; }
  std::int64_t now() override { return 0; }

  std::optional<std::string> text = {};
};

}  // namespace juju::testing
