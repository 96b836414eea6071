// SPDX-License-Identifier: Apache-2.0
// Lets anything happen to models of real charms, and holds what they come to against the truth.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <iostream>
#include <mutex>
#include <optional>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "truth.hpp"

namespace {

using namespace juju::testing;

struct Outcome {
  std::string failure = {};  ///< Empty where all was as it should be.
  std::string trace = {};
  std::size_t hooks = 0;
  std::size_t faults = 0;
};

template <typename WorkloadType>
void come_to_rest(Simulation& simulation, std::uint64_t seed) {
  simulation.settle(shuffled(seed));
  if (simulation.skipped() == 0) simulated::check_events(simulation.model());
  simulation.update_status();
  simulated::check_events(simulation.model());
  simulated::check<WorkloadType>(simulation.model(), seed % 100 == 0);
  simulated::require(simulation.model().settle().empty(), "a second settle ran a hook");
  simulated::require(!simulation.update_status(), "a second update-status wrote");
  simulated::require(simulation.model().settle().empty(), "a third settle ran a hook");
}

/// Plays these steps, and tells what came of it.
template <typename WorkloadType>
Outcome play(const Steps& steps, std::uint64_t seed) {
  static const std::vector<Part> parts = simulated::parts<WorkloadType>();
  Simulation simulation(parts);
  Outcome outcome;
  try {
    for (const Step& step : steps) simulation.play(step);
    come_to_rest<WorkloadType>(simulation, seed);
  } catch (const std::exception& error) {
    outcome.failure = error.what();
  }
  outcome.trace = simulation.trace();
  outcome.hooks = simulation.hooks();
  outcome.faults = simulation.faults();
  return outcome;
}

Steps chosen(const Steps& steps, const std::vector<std::size_t>& places) {
  Steps some;
  for (const std::size_t place : places) some.push_back(steps.at(place));
  return some;
}

using Player = Outcome (*)(const Steps&, std::uint64_t);

/// What is asked on the command line.
struct Request {
  std::uint64_t first = 1;
  std::uint64_t schedules = 10'000;
  std::size_t length = 40;
  unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
  std::optional<std::uint64_t> seed = {};
  std::vector<std::size_t> steps = {};
  bool forgetful = false;
  bool trace = false;

  Player player() const { return forgetful ? play<simulated::ForgetfulWorkload> : play<simulated::Workload>; }
};

/// One seed, or some of its steps.
int replay(const Request& request) {
  const Steps all = random_steps(*request.seed, request.length);
  const Outcome outcome = request.player()(request.steps.empty() ? all : chosen(all, request.steps), *request.seed);
  if (request.trace) std::cout << outcome.trace;
  std::cout << (outcome.failure.empty() ? "all is as it should be" : outcome.failure) << "\n";
  return outcome.failure.empty() ? 0 : 1;
}

/// Many seeds, shared out among threads.
class Campaign {
 public:
  Campaign(const Request& request, std::string program) : request_(request), program_(std::move(program)) {}

  int run() {
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < request_.jobs; ++i) threads.emplace_back([this] { work(); });
    show_progress();
    for (std::thread& thread : threads) thread.join();
    if (failed_seed_) return tell_failure();
    std::cout << done_ << " schedules, " << hooks_ << " hooks, " << faults_ << " faults, " << twice_
              << " schedules played twice, " << request_.schedules / 100
              << " held against an independent expansion, in " << seconds() << " s: nothing is lost\n";
    return 0;
  }

 private:
  void work() {
    while (!failed_seed_found_) {
      const std::uint64_t number = next_++;
      if (number >= request_.schedules) return;
      const std::uint64_t seed = request_.first + number;
      const Steps steps = random_steps(seed, request_.length);
      Outcome outcome = request_.player()(steps, seed);
      if (outcome.failure.empty() && seed % 10 == 0) {
        ++twice_;
        const bool is_same = request_.player()(steps, seed).trace == outcome.trace;
        if (!is_same) outcome.failure = "the same seed gave another trace";
      }
      hooks_ += outcome.hooks;
      faults_ += outcome.faults;
      ++done_;
      if (!outcome.failure.empty()) return note_failure(seed);
    }
  }

  void note_failure(std::uint64_t seed) {
    const std::lock_guard lock(mutex_);
    if (!failed_seed_) failed_seed_ = seed;
    failed_seed_found_ = true;
  }

  void show_progress() const {
    if (isatty(STDERR_FILENO) == 0) return;
    while (!failed_seed_found_ && done_ < request_.schedules) {
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
      std::cerr << "\r" << done_ << " of " << request_.schedules << " schedules, " << seconds() << " s " << std::flush;
    }
    std::cerr << "\n";
  }

  int tell_failure() const {
    const Steps steps = random_steps(*failed_seed_, request_.length);
    const auto fails = [&](const std::vector<std::size_t>& places) {
      return !request_.player()(chosen(steps, places), *failed_seed_).failure.empty();
    };
    const std::vector<std::size_t> places = shortened(steps.size(), fails);
    const Outcome outcome = request_.player()(chosen(steps, places), *failed_seed_);
    std::cout << outcome.trace << outcome.failure << "\n\nseed " << *failed_seed_ << " failed; replay it with\n  "
              << program_ << (request_.forgetful ? " --forgetful" : "") << " --length " << request_.length << " --trace"
              << " --seed " << *failed_seed_ << " --steps ";
    for (std::size_t i = 0; i < places.size(); ++i) std::cout << (i == 0 ? "" : ",") << places[i];
    std::cout << "\n";
    return 1;
  }

  std::int64_t seconds() const {
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - start_).count();
  }

  const Request& request_;
  std::string program_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::atomic<std::uint64_t> next_ = 0;
  std::atomic<std::uint64_t> done_ = 0;
  std::atomic<std::uint64_t> hooks_ = 0;
  std::atomic<std::uint64_t> faults_ = 0;
  std::atomic<std::uint64_t> twice_ = 0;
  std::atomic<bool> failed_seed_found_ = false;
  std::mutex mutex_;
  std::optional<std::uint64_t> failed_seed_;
};

}  // namespace

int main(int argc, char* argv[]) {
  CLI::App app{"Lets anything happen to models of real charms, and holds what they come to against the truth."};
  Request request;
  app.add_option("--schedules", request.schedules, "How many seeds to play.");
  app.add_option("--first", request.first, "The first of them.");
  app.add_option("--length", request.length, "The steps of a schedule.");
  app.add_option("--jobs", request.jobs, "How many at a time.");
  app.add_option("--seed", request.seed, "Play this one alone.");
  app.add_option("--steps", request.steps, "Of that seed these steps alone, \"0,3,7\".")
      ->delimiter(',')
      ->needs("--seed");
  app.add_flag("--trace", request.trace, "Print all that happens.");
  app.add_flag("--forgetful", request.forgetful, "Deploy a workload with a mistake, which is to be found.");
  CLI11_PARSE(app, argc, argv);
  return request.seed ? replay(request) : Campaign(request, argv[0]).run();
}
