// SPDX-License-Identifier: Apache-2.0
// Says which seed was played when the whole process ended, or never came back.
#pragma once

#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

namespace simulated {

/// The command that replays a seed, but for that seed. Set before the first signal can come.
inline std::array<char, 4096> replay_command = {};

/// What a thread plays at the moment, and since when.
struct Playing {
  std::atomic<std::uint64_t> seed = 0;
  std::atomic<std::int64_t> since = 0;  ///< 0: nothing.

  static std::int64_t now() {
    const auto time = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::seconds>(time).count() + 1;
  }
  void start(std::uint64_t which) {
    seed = which;
    since = now();
  }
  bool hangs(std::int64_t patience) const { return since != 0 && now() - since > patience; }
};

inline thread_local const Playing* on_this_thread = nullptr;

/// Writes as a signal's handler may.
inline void write_text(const char* text) {
  for (std::size_t left = std::strlen(text); left > 0;) {
    const ssize_t written = write(STDOUT_FILENO, text, left);
    if (written <= 0) return;
    text += written;
    left -= static_cast<std::size_t>(written);
  }
}

inline void write_seed(std::uint64_t seed, const char* what) {
  std::array<char, 24> digits = {};
  std::size_t place = digits.size() - 1;
  do {
    digits[--place] = static_cast<char>('0' + seed % 10);
    seed /= 10;
  } while (seed > 0);
  const char* const number = &digits[place];
  write_text("\nseed ");
  write_text(number);
  write_text(what);
  write_text("; replay it with\n  ");
  write_text(replay_command.data());
  write_text(" --seed ");
  write_text(number);
  write_text("\n");
}

inline void on_fatal_signal(int signal) {
  if (on_this_thread != nullptr) write_seed(on_this_thread->seed, " ended the program");
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

inline void watch_signals(const std::string& command) {
  command.copy(replay_command.data(), replay_command.size() - 1);
  struct sigaction action = {};
  action.sa_handler = on_fatal_signal;
  action.sa_flags = SA_ONSTACK;
  for (const int signal : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL}) sigaction(signal, &action, nullptr);
}

/// Lets a signal's handler run on this thread where its stack has been used up.
class SignalStack {
 public:
  SignalStack() {
    const stack_t stack = {.ss_sp = bytes_.data(), .ss_flags = 0, .ss_size = bytes_.size()};
    sigaltstack(&stack, nullptr);
  }
  SignalStack(const SignalStack&) = delete;
  SignalStack& operator=(const SignalStack&) = delete;
  ~SignalStack() {
    const stack_t none = {.ss_sp = nullptr, .ss_flags = SS_DISABLE, .ss_size = 0};
    sigaltstack(&none, nullptr);
  }

 private:
  std::array<char, 65536> bytes_ = {};
};

}  // namespace simulated
