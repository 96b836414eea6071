// SPDX-License-Identifier: Apache-2.0
// Which of the hooks that could run next does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <random>

namespace juju::testing {

/// Chooses among so many hooks: gives a number below that. They stand by unit, and of each unit in Juju's order.
using Order = std::function<std::size_t(std::size_t)>;

/// Always the first: one unit after the other.
inline Order in_order() {
  return [](std::size_t) -> std::size_t { return 0; };
}

/// Any, by chance; the same seed makes the same choices.
inline Order shuffled(std::uint64_t seed) {
  return [engine = std::mt19937_64(seed)](std::size_t hooks) mutable {
    return static_cast<std::size_t>(engine() % hooks);
  };
}

}  // namespace juju::testing
