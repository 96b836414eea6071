// SPDX-License-Identifier: Apache-2.0
// The multiples of its input that each target keeps within: the one place where they are stated.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace fuzz {

/// The limit that each related application is read with.
inline constexpr std::size_t max_bytes_per_relation = std::size_t{8} * 1024;

/// What a target may hold at once: the library and the checks together, which read, print and read again.
struct MemoryPromise {
  std::string_view target;
  std::size_t kib_at_rest;           ///< What any input may cost, however short it is.
  std::size_t bytes_a_byte;          ///< The multiple of the input.
  std::size_t bytes_of_a_limit = 0;  ///< The multiple of a relation's limit, where the target reads a relation.

  constexpr std::size_t most_bytes(std::size_t input_bytes) const {
    return kib_at_rest * 1024 + bytes_a_byte * input_bytes + bytes_of_a_limit * max_bytes_per_relation;
  }
};

/// One and a half times the worst that was seen, in texts of up to 64 KiB (`scrape_jobs`: 16 KiB) that
/// are made to cost much. A parser of YAML takes 67 KiB. A short text of aliases may copy `juju::max_yaml_copies`
/// bytes.
inline constexpr std::array memory_promises = {
    MemoryPromise{"alert_rules", 70000, 360},    MemoryPromise{"deferred_events", 10, 80},
    MemoryPromise{"environment", 2, 75},         MemoryPromise{"hook_tools", 2, 70},
    MemoryPromise{"metadata", 12000, 360},       MemoryPromise{"scrape_jobs", 40, 1000, 6},
    MemoryPromise{"scrape_metadata", 80, 80, 6}, MemoryPromise{"show_unit", 120, 530},
    MemoryPromise{"tempo_endpoint", 120, 360},   MemoryPromise{"tracing_receivers", 40, 90},
    MemoryPromise{"unit_keys", 76, 60, 6}};

}  // namespace fuzz
