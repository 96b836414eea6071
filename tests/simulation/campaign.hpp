// SPDX-License-Identifier: Apache-2.0
// Plays many seeds, shared out among threads.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <iostream>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "rest.hpp"
#include "watch.hpp"

namespace simulated {

/// What is asked on the command line.
struct Request {
  std::uint64_t first = 1;
  std::uint64_t schedules = 10'000;
  std::size_t length = 24;
  unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
  std::int64_t patience = 120;
  std::optional<std::vector<std::size_t>> steps = {};
  std::string mistake = {};
  bool trace = false;

  juju::testing::Search search(std::uint64_t seed, bool twice) const {
    return {.first = seed, .seeds = 1, .length = length, .twice_one_in = twice ? 1U : 10U, .steps = steps};
  }
};

/// How many schedules came to something, and of 100 at least how many must, so that a campaign that compares nothing is
/// noticed.
struct Share {
  const char* name;
  std::uint64_t least;
  std::uint64_t schedules = 0;
};

/// What the schedules came to.
struct Tally {
  std::uint64_t schedules = 0;
  std::uint64_t hooks = 0;
  std::uint64_t faults = 0;
  std::uint64_t independent = 0;
  std::array<Share, 5> shares = {{{"with jobs", 60},
                                  {"with an endpoint", 60},
                                  {"across models", 25},
                                  {"with a skip", 12},
                                  {"with a deferral", 35}}};

  void add(juju::testing::Simulation& simulation, const Compared& compared) {
    ++schedules;
    hooks += simulation.hooks();
    faults += simulation.faults();
    independent += compared.independently ? 1U : 0U;
    const std::array<bool, 5> came = {compared.jobs, compared.endpoint, compared.cross_model, simulation.skipped() > 0,
                                      simulation.deferrals() > 0};
    for (std::size_t i = 0; i < came.size(); ++i) shares[i].schedules += came[i] ? 1U : 0U;
  }

  void add(const Tally& other) {
    schedules += other.schedules;
    hooks += other.hooks;
    faults += other.faults;
    independent += other.independent;
    for (std::size_t i = 0; i < shares.size(); ++i) shares[i].schedules += other.shares[i].schedules;
  }

  std::string text() const {
    std::string text = std::to_string(schedules) + " schedules, " + std::to_string(hooks) + " hooks, " +
                       std::to_string(faults) + " faults;";
    for (const Share& share : shares) {
      text += " " + std::to_string(share.schedules * 100 / schedules) + " % " + share.name + ",";
    }
    return text + " " + std::to_string(independent) + " with jobs held against an independent expansion";
  }

  /// What there was too little of for a whole campaign; empty if nothing.
  std::string lack() const {
    constexpr std::uint64_t whole = 1000;
    if (schedules < whole) return {};
    for (const Share& share : shares) {
      if (share.schedules * 100 >= schedules * share.least) continue;
      return "too few schedules " + std::string(share.name) + ": they are to be " + std::to_string(share.least) + " %";
    }
    return independent * 400 >= schedules ? std::string() : "too few schedules held against an independent expansion";
  }
};

class Campaign {
 public:
  Campaign(const Request& request, const std::string& program)
      : request_(request), replay_(program), playing_(request.jobs) {
    if (!request.mistake.empty()) replay_ += " --mistake " + request.mistake;
    watch_signals(replay_ + " --trace --length " + std::to_string(request.length));
  }

  int run() {
    std::vector<std::thread> threads;
    running_ = request_.jobs;
    for (Playing& playing : playing_) threads.emplace_back([&] { work(playing); });
    watch();
    for (std::thread& thread : threads) thread.join();
    if (failure_) return tell_failure();
    const std::string lack = tally_.lack();
    std::cout << tally_.text() << ", in " << seconds() << " s: " << (lack.empty() ? "nothing is lost" : lack) << "\n";
    return lack.empty() ? 0 : 1;
  }

 private:
  void work(Playing& playing) {
    const SignalStack stack;
    on_this_thread = &playing;
    const std::vector<juju::testing::Part> all = parts();
    Tally tally;
    while (!has_failed_) {
      const std::uint64_t number = next_++;
      if (number >= request_.schedules) break;
      const std::uint64_t seed = request_.first + number;
      playing.start(seed);
      Tally one;
      const auto check = [&](juju::testing::Simulation& simulation) {
        const Compared compared = check_rest(simulation, seed);
        one = {};
        one.add(simulation, compared);
      };
      std::optional<juju::testing::Failure> failure =
          juju::testing::find_failure(all, request_.search(seed, false), check);
      if (failure) note(std::move(*failure));
      tally.add(one);
      ++done_;
    }
    playing.since = 0;
    const std::lock_guard lock(mutex_);
    tally_.add(tally);
    --running_;
    stopped_.notify_one();
  }

  void note(juju::testing::Failure failure) {
    const std::lock_guard lock(mutex_);
    if (!failure_) failure_ = std::move(failure);
    has_failed_ = true;
  }

  /// Shows progress on a terminal, and ends a program that hangs.
  void watch() {
    const bool on_terminal = isatty(STDERR_FILENO) != 0;
    std::unique_lock lock(mutex_);
    while (!stopped_.wait_for(lock, std::chrono::milliseconds(200), [&] { return running_ == 0; })) {
      for (const Playing& playing : playing_) {
        if (!playing.hangs(request_.patience)) continue;
        write_seed(playing.seed, " never came back");
        _exit(1);
      }
      if (!on_terminal) continue;
      std::cerr << "\r" << done_ << " of " << request_.schedules << " schedules, " << seconds() << " s " << std::flush;
    }
    if (on_terminal) std::cerr << "\n";
  }

  int tell_failure() const {
    std::cout << failure_->trace << failure_->message << "\n\nseed " << failure_->seed << " failed; replay it with\n  "
              << replay_ << " --trace --seed " << failure_->seed << " --length "
              << (failure_->steps.empty() ? 0 : request_.length);
    for (std::size_t i = 0; i < failure_->steps.size(); ++i) {
      std::cout << (i == 0 ? " --steps " : ",") << failure_->steps[i];
    }
    std::cout << "\n";
    return 1;
  }

  std::int64_t seconds() const {
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - start_).count();
  }

  const Request& request_;
  std::string replay_;
  std::deque<Playing> playing_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::atomic<std::uint64_t> next_ = 0;
  std::atomic<std::uint64_t> done_ = 0;
  std::atomic<bool> has_failed_ = false;
  std::mutex mutex_;
  std::condition_variable stopped_;
  unsigned running_ = 0;
  Tally tally_;
  std::optional<juju::testing::Failure> failure_;
};

}  // namespace simulated
