// SPDX-License-Identifier: Apache-2.0
// Lets anything happen to models of your charms, and finds the schedule after which they are not as they should be.
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <typeinfo>
#include <utility>
#include <vector>

#include <juju/testing/simulation/shortened.hpp>
#include <juju/testing/simulation/simulation.hpp>

namespace juju::testing {

/// Which schedules are played.
struct Search {
  std::uint64_t first = 1;          ///< The first seed.
  std::uint64_t seeds = 200;        ///< How many.
  std::size_t length = 30;          ///< The steps of a schedule.
  std::uint64_t twice_one_in = 10;  ///< One seed in so many is played twice, and must give the same trace; 0: none.
  std::optional<std::vector<std::size_t>> steps = {};  ///< Of each schedule these alone, as a `Failure` names them.
  SimulationOptions simulation = {};
};

/// A schedule after which something is not as it should be.
struct Failure {
  std::uint64_t seed = 0;
  std::vector<std::size_t> steps = {};  ///< The places of those steps that the failure needs.
  std::string trace = {};               ///< Of those.
  std::string message = {};             ///< What was thrown.
};

/// The trace, the message, and the seed with its steps.
inline std::string to_string(const Failure& failure) {
  std::string text = failure.trace + failure.message + "\nseed " + std::to_string(failure.seed) + " with the steps";
  for (const std::size_t place : failure.steps) text += " " + std::to_string(place);
  return text;
}

/// Throws where a model that has come to rest is not as it should be.
using Check = std::function<void(Simulation&)>;

namespace detail {

/// What came of a schedule.
struct Outcome {
  std::string trace = {};
  std::string failure = {};  ///< Which kind of failure; empty where there is none.
  std::string message = {};
};

/// "HookFailed" with what is nested in it: two failures of one kind are held to be the same.
inline std::string kind_of(const std::exception& error) {
  const std::string kind = typeid(error).name();
  try {
    std::rethrow_if_nested(error);
  } catch (const std::exception& nested) {
    return kind + " " + kind_of(nested);
  } catch (...) {
    return kind + " and something";
  }
  return kind;
}

class Player {
 public:
  Player(const std::vector<Part>& parts, const Search& search, const Check& check, std::uint64_t seed)
      : parts_(parts), search_(search), check_(check), seed_(seed), steps_(random_steps(seed, search.length)) {}

  std::vector<std::size_t> all_places() const {
    std::vector<std::size_t> places;
    for (std::size_t place = 0; place < steps_.size(); ++place) places.push_back(place);
    return places;
  }

  Outcome play(const std::vector<std::size_t>& places, bool twice) const {
    Outcome outcome = play(places);
    if (!twice || !outcome.failure.empty() || play(places).trace == outcome.trace) return outcome;
    outcome.failure = another_trace;
    outcome.message = "the same steps gave another trace";
    return outcome;
  }

  /// @param found  what came of these places.
  Failure shortest(const std::vector<std::size_t>& places, const Outcome& found) const {
    const bool twice = found.failure == another_trace;
    const auto fails = [&](const std::vector<std::size_t>& some) { return play(some, twice).failure == found.failure; };
    std::vector<std::size_t> needed = shortened(places, fails);
    Outcome outcome = needed == places ? found : play(needed, twice);
    return {seed_, std::move(needed), std::move(outcome.trace), std::move(outcome.message)};
  }

 private:
  static constexpr const char* another_trace = "another trace";

  Outcome play(const std::vector<std::size_t>& places) const {
    Simulation simulation(parts_, search_.simulation);
    Outcome outcome;
    try {
      for (const std::size_t place : places) simulation.play(steps_.at(place));
      simulation.settle(shuffled(seed_));
      check_(simulation);
    } catch (const std::exception& error) {
      outcome.failure = kind_of(error);
      outcome.message = error.what();
    } catch (...) {
      outcome.failure = outcome.message = "something was thrown that is no std::exception";
    }
    outcome.trace = simulation.trace();
    return outcome;
  }

  const std::vector<Part>& parts_;
  const Search& search_;
  const Check& check_;
  std::uint64_t seed_;
  Steps steps_;
};

}  // namespace detail

/// Plays schedules of what can happen to these charms, lets each come to rest and calls `check`, until something is
/// thrown. The same arguments give the same result.
/// @returns the first failure, with no more steps than it needs; nothing where all is as it should be.
/// @throws std::invalid_argument  for a part that cannot be deployed, or a step that a schedule does not have.
inline std::optional<Failure> find_failure(const std::vector<Part>& parts, const Search& search, const Check& check) {
  for (const std::size_t place : search.steps.value_or(std::vector<std::size_t>())) {
    if (place < search.length) continue;
    throw std::invalid_argument("a schedule of " + std::to_string(search.length) + " steps has no step " +
                                std::to_string(place) + ": they count from 0");
  }
  for (std::uint64_t seed = search.first; seed - search.first < search.seeds; ++seed) {
    const detail::Player player(parts, search, check, seed);
    const std::vector<std::size_t> places = search.steps.value_or(player.all_places());
    const bool twice = search.twice_one_in != 0 && seed % search.twice_one_in == 0;
    const detail::Outcome outcome = player.play(places, twice);
    if (!outcome.failure.empty()) return player.shortest(places, outcome);
  }
  return std::nullopt;
}

}  // namespace juju::testing
