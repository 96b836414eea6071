// SPDX-License-Identifier: Apache-2.0
// What all fuzz targets share: how one is named and run, and what a broken promise looks like.
#pragma once

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

namespace fuzz {

using nlohmann::json;

/// Ends the process with a sentence unless the promise holds, so that the input becomes a finding.
inline void require(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "fuzz: it does not hold that %s\n", promise);
  std::abort();
}

/// The low bits of an input's first byte pick among variants, the rest is a text from outside.
struct Input {
  explicit Input(std::string_view bytes)
      : variant(bytes.empty() ? 0U : static_cast<unsigned char>(bytes.front())),
        text(bytes.substr(bytes.empty() ? 0 : 1)) {}

  bool has(unsigned bit) const { return (variant >> bit & 1U) != 0; }

  unsigned variant;
  std::string text;
};

/// The limit that each related application is read with.
inline constexpr std::size_t most_bytes_per_relation = std::size_t{8} * 1024;

/// One kind of text from outside, and what must hold whatever it says.
struct Target {
  std::string name;
  void (*check)(std::string_view bytes);
  /// What the library and the checks may hold at once, for each byte of the input and of a relation's limit.
  std::size_t bytes_a_byte;
};

/// The targets that are linked in.
inline std::vector<Target>& targets() {
  static std::vector<Target> all;
  return all;
}

/// A target makes itself known by a constant of this type.
struct Registration {
  explicit Registration(Target target) { targets().push_back(std::move(target)); }
};

/// Runs a target on one input.
inline void run(const Target& target, std::string_view bytes) {
  const AllocatedBytes allocated;
  target.check(bytes);
  const std::size_t most = bytes_at_rest + target.bytes_a_byte * (bytes.size() + most_bytes_per_relation);
  if (allocated.peak() > most) std::fprintf(stderr, "fuzz: %zu bytes, %zu at most\n", allocated.peak(), most);
  require(allocated.peak() <= most, "memory stays within the stated multiple of the input");
}

/// Gets each scrape configuration that comes out with legacy label names; unset, nobody wants them.
inline std::function<void(const json& jobs)>& on_scrape_configs() {
  static std::function<void(const json&)> use;
  return use;
}

}  // namespace fuzz
