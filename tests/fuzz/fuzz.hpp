// SPDX-License-Identifier: Apache-2.0
// What all fuzz targets share: how one is named and run, and what a broken promise looks like.
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
#include "memory_promises.hpp"

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

/// One kind of text from outside, and what must hold whatever it says.
struct Target {
  std::string name;
  void (*check)(std::string_view bytes);

  const MemoryPromise& memory() const {
    const auto* const promise = std::find_if(memory_promises.begin(), memory_promises.end(),
                                             [&](const MemoryPromise& those) { return those.target == name; });
    require(promise != memory_promises.end(), "a target promises to keep within a multiple of its input");
    return *promise;
  }
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

/// The most that an input has cost so far, in per cent of what is promised for its length.
inline std::size_t& most_of_the_promise() {
  static std::size_t per_cent = 0;
  return per_cent;
}

/// Runs a target on one input.
inline void run(const Target& target, std::string_view bytes) {
  static const bool is_counted = counts_a_probe();
  require(is_counted || !has_address_sanitizer, "memory is counted");
  const std::size_t most = target.memory().most_bytes(bytes.size());
  const AllocatedBytes allocated;
  target.check(bytes);
  const std::size_t peak = allocated.peak();
  if (peak > most) std::fprintf(stderr, "fuzz: %zu bytes, %zu at most\n", peak, most);
  require(peak <= most, "memory stays within the stated multiple of the input");
  most_of_the_promise() = std::max(most_of_the_promise(), peak * 100 / most);
}

/// Gets each scrape configuration that comes out with legacy label names; unset, nobody wants them.
inline std::function<void(const json& jobs)>& on_scrape_configs() {
  static std::function<void(const json&)> use;
  return use;
}

}  // namespace fuzz
