// SPDX-License-Identifier: Apache-2.0
// Shared by all fuzz targets: how to name and run a target, and how to check a property.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "memory.hpp"
#include "memory_limits.hpp"

namespace fuzz {

using nlohmann::json;

/// Ends the process with a message unless the property holds. The input is then a finding.
inline void require(bool holds, const char* property) {
  if (holds) return;
  std::fprintf(stderr, "fuzz: this property does not hold: %s\n", property);
  std::abort();
}

/// The first byte of an input selects a variant. The rest is the text to read.
struct Input {
  explicit Input(std::string_view bytes)
      : variant(bytes.empty() ? 0U : static_cast<unsigned char>(bytes.front())),
        text(bytes.substr(bytes.empty() ? 0 : 1)) {}

  bool has(unsigned bit) const { return (variant >> bit & 1U) != 0; }

  unsigned variant;
  std::string text;
};

/// Checks one kind of untrusted text. The properties must hold for any text.
struct Target {
  std::string name;
  void (*check)(std::string_view bytes);

  const MemoryLimit& memory() const {
    const auto* const limit = std::find_if(memory_limits.begin(), memory_limits.end(),
                                           [&](const MemoryLimit& candidate) { return candidate.target == name; });
    require(limit != memory_limits.end(), "a target has a memory limit");
    return *limit;
  }
};

/// The targets in this program.
inline std::vector<Target>& targets() {
  static std::vector<Target> all;
  return all;
}

/// Registers a target. Each target file has a constant of this type.
struct Registration {
  explicit Registration(Target target) { targets().push_back(std::move(target)); }
};

/// The highest memory use of an input so far, in per cent of the limit for its length.
inline std::size_t& max_memory_per_cent() {
  static std::size_t per_cent = 0;
  return per_cent;
}

/// Runs a target on one input.
inline void run(const Target& target, std::string_view bytes) {
  static const bool is_counted = counts_a_probe();
  require(is_counted || !has_address_sanitizer, "memory is counted");
  const std::size_t limit = target.memory().max_bytes(bytes.size());
  const AllocatedBytes allocated;
  target.check(bytes);
  const std::size_t peak = allocated.peak();
  if (peak > limit) std::fprintf(stderr, "fuzz: %zu bytes; the limit is %zu\n", peak, limit);
  require(peak <= limit, "memory stays within the limit for the input");
  max_memory_per_cent() = std::max(max_memory_per_cent(), peak * 100 / limit);
}

/// Called with each scrape configuration that has legacy label names, if set.
inline std::function<void(const json& jobs)>& on_scrape_configs() {
  static std::function<void(const json&)> use;
  return use;
}

}  // namespace fuzz
