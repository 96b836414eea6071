// SPDX-License-Identifier: Apache-2.0
// Selects the next hook.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <random>

namespace juju::testing {

/// Chooses the next hook: takes the number of pending hooks, and returns a smaller number. The hooks are sorted by
/// unit, and for each unit in Juju's order.
using Order = std::function<std::size_t(std::size_t)>;

/// Always chooses the first: one unit after the other.
inline Order in_order() {
  return [](std::size_t) -> std::size_t { return 0; };
}

/// Chooses at random. The same seed gives the same choices.
inline Order shuffled(std::uint64_t seed) {
  return [engine = std::mt19937_64(seed)](std::size_t hooks) mutable {
    return static_cast<std::size_t>(engine() % hooks);
  };
}

}  // namespace juju::testing
