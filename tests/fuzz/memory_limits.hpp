// SPDX-License-Identifier: Apache-2.0
// The memory limit of each target, as a multiple of its input's size.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace fuzz {

/// The output limit for each related application.
inline constexpr std::size_t max_bytes_per_relation = std::size_t{8} * 1024;

/// The memory that a target may use at the same time: the library and the checks, which read, print and read again.
struct MemoryLimit {
  std::string_view target;
  std::size_t base_kib;                  ///< For an input of any length.
  std::size_t bytes_per_input_byte;      ///< For each byte of the input.
  std::size_t bytes_per_limit_byte = 0;  ///< For each byte of a relation's limit, if the target reads a relation.

  constexpr std::size_t max_bytes(std::size_t input_bytes) const {
    return base_kib * 1024 + bytes_per_input_byte * input_bytes + bytes_per_limit_byte * max_bytes_per_relation;
  }
};

/// 1.5 times the measured maximum, for expensive texts of up to 64 KiB (`prometheus_jobs` and `scrape_jobs`: 16 KiB). A
/// YAML parser takes 67 KiB. A short text of aliases may copy `juju::max_yaml_copies` bytes.
inline constexpr std::array memory_limits = {
    MemoryLimit{"alert_rules", 70000, 360},    MemoryLimit{"deferred_events", 10, 80},
    MemoryLimit{"environment", 2, 75},         MemoryLimit{"hook_tools", 2, 70},
    MemoryLimit{"metadata", 12000, 360},       MemoryLimit{"prometheus_jobs", 60, 1400, 30},
    MemoryLimit{"relation_cache", 40, 120},    MemoryLimit{"scrape_jobs", 40, 1000, 6},
    MemoryLimit{"scrape_metadata", 80, 80, 6}, MemoryLimit{"show_unit", 120, 530},
    MemoryLimit{"tempo_endpoint", 120, 360},   MemoryLimit{"tracing_receivers", 40, 90},
    MemoryLimit{"unit_keys", 76, 60, 6}};

}  // namespace fuzz
