// SPDX-License-Identifier: Apache-2.0
// What can happen to a model, one thing after the other: plain values.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace juju::testing {

/// What can happen to a model.
enum class Act {
  deploy,
  remove_application,
  add_unit,
  remove_unit,
  integrate,
  remove_relation,
  set_leader,
  set_address,
  set_config,
  upgrade,
  update_status,
  fail,  ///< One hook runs in which something that the charm asks of Juju fails.
  skip,  ///< A hook that failed is resolved without a retry.
  run,   ///< Some of the pending hooks run.
};

/// Something that happens. To whom follows from the draw and from what is there at the time, so that a step stays what
/// it is when others are left out.
struct Step {
  Act act = Act::run;
  std::uint64_t draw = 0;

  bool operator==(const Step&) const = default;
};

namespace detail {

using Steps = std::vector<Step>;

/// Numbers by chance, the same from the same seed on every machine.
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : state_(seed) {}

  /// SplitMix64, see Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
  std::uint64_t next() {
    std::uint64_t bits = state_ += 0x9E3779B97F4A7C15U;
    bits = (bits ^ (bits >> 30U)) * 0xBF58476D1CE4E5B9U;
    bits = (bits ^ (bits >> 27U)) * 0x94D049BB133111EBU;
    return bits ^ (bits >> 31U);
  }

  /// @returns a number below `count`, which is not 0.
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(next() % count); }

  bool one_in(std::size_t count) { return below(count) == 0; }

  template <typename Values>
  const auto& of(const Values& values) {
    return values[below(values.size())];
  }

 private:
  std::uint64_t state_;
};

/// How often each act comes, among how many.
inline constexpr std::array<std::pair<Act, std::size_t>, 14> weights = {{{Act::deploy, 3},
                                                                         {Act::remove_application, 1},
                                                                         {Act::add_unit, 2},
                                                                         {Act::remove_unit, 2},
                                                                         {Act::integrate, 5},
                                                                         {Act::remove_relation, 2},
                                                                         {Act::set_leader, 2},
                                                                         {Act::set_address, 2},
                                                                         {Act::set_config, 3},
                                                                         {Act::upgrade, 1},
                                                                         {Act::update_status, 2},
                                                                         {Act::fail, 7},
                                                                         {Act::skip, 3},
                                                                         {Act::run, 14}}};

inline Act any_act(Draw& draw) {
  std::size_t all = 0;
  for (const auto& [act, weight] : weights) all += weight;
  std::size_t place = draw.below(all);
  for (const auto& [act, weight] : weights) {
    if (place < weight) return act;
    place -= weight;
  }
  return Act::run;
}

/// So many steps by chance, the same for the same seed. The first ones deploy and integrate, since nothing can happen
/// to a model with nothing in it.
inline Steps random_steps(std::uint64_t seed, std::size_t count) {
  constexpr std::array first = {Act::deploy, Act::deploy, Act::integrate, Act::deploy, Act::integrate};
  Draw draw(seed);
  Steps steps;
  for (std::size_t i = 0; i < count; ++i) {
    const Act act = i < first.size() ? first[i] : any_act(draw);
    steps.push_back({act, draw.next()});
  }
  return steps;
}

/// Whether Juju may refuse it, which is no mistake of whoever describes the charms.
inline bool may_be_refused(Act act) {
  switch (act) {
    case Act::deploy:
    case Act::set_address:
    case Act::set_config:
    case Act::fail:
    case Act::skip:
    case Act::run: return false;
    default: return true;
  }
}

}  // namespace detail

}  // namespace juju::testing
