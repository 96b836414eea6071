// SPDX-License-Identifier: Apache-2.0
// What can happen to a model, one thing after the other: plain values.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include <juju/testing/schedule.hpp>

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

/// What happens, in its order.
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

namespace detail {

/// How often each act comes, among how many.
inline constexpr std::array<std::pair<Act, std::size_t>, 14> weights = {{{Act::deploy, 3},
                                                                         {Act::remove_application, 1},
                                                                         {Act::add_unit, 3},
                                                                         {Act::remove_unit, 3},
                                                                         {Act::integrate, 5},
                                                                         {Act::remove_relation, 2},
                                                                         {Act::set_leader, 2},
                                                                         {Act::set_address, 3},
                                                                         {Act::set_config, 3},
                                                                         {Act::upgrade, 1},
                                                                         {Act::update_status, 2},
                                                                         {Act::fail, 4},
                                                                         {Act::skip, 2},
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

}  // namespace detail

/// So many steps by chance, the same for the same seed. The first ones deploy and integrate, since nothing can happen
/// to a model with nothing in it.
inline Steps random_steps(std::uint64_t seed, std::size_t count) {
  constexpr std::array first = {Act::deploy, Act::deploy, Act::integrate, Act::deploy, Act::integrate};
  Draw draw(seed);
  Steps steps;
  for (std::size_t i = 0; i < count; ++i) {
    const Act act = i < first.size() ? first[i] : detail::any_act(draw);
    steps.push_back({act, draw.next()});
  }
  return steps;
}

/// Leaves out what a failure does not need.
/// @param count  of the steps that fail.
/// @param fails  says of places in rising order whether those steps alone fail, too.
/// @returns the places that are left: none of them can be left out without the failure going away.
template <typename Fails>
std::vector<std::size_t> shortened(std::size_t count, Fails fails) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < count; ++i) places.push_back(i);
  for (std::size_t width = std::max<std::size_t>(count / 2, 1); width > 0;) {
    bool is_shorter = false;
    for (std::size_t start = 0; start < places.size();) {
      const auto from = places.begin() + static_cast<std::ptrdiff_t>(start);
      const auto to = from + static_cast<std::ptrdiff_t>(std::min(width, places.size() - start));
      std::vector<std::size_t> rest(places.begin(), from);
      rest.insert(rest.end(), to, places.end());
      if (fails(std::as_const(rest))) {
        places = std::move(rest);
        is_shorter = true;
      } else {
        start += width;
      }
    }
    if (!is_shorter || width > 1) width /= 2;
  }
  return places;
}

}  // namespace juju::testing
