// SPDX-License-Identifier: Apache-2.0
// Runs programs: arguments as a vector and text on standard input, no shell in between.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace juju::hook_tools {

/// A program to run, found on PATH.
struct Command {
  std::vector<std::string> arguments;  ///< The first is the program.
  std::string input = {};              ///< Its standard input.
};

/// What became of it.
struct Outcome {
  int exit_status = -1;     ///< -1 where it did not exit by itself.
  int signal = 0;           ///< What killed it; 0 where nothing did.
  int not_started = 0;      ///< The error number, where the machine could not start it: ENOENT, there is none.
  bool timed_out = false;   ///< It was killed because it took too long.
  std::string output = {};  ///< Its standard output.
  std::string errors = {};  ///< Its standard error.
};

namespace detail {

/// A file descriptor that is closed when it goes.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() { close(); }

  int number() const { return number_; }
  bool is_open() const { return number_ >= 0; }
  void close() {
    if (is_open()) ::close(std::exchange(number_, -1));
  }

 private:
  int number_;
};

/// Two connected ends. A socket, since writing to a reader that is gone is then no signal but an error.
inline std::pair<Descriptor, Descriptor> connected_pair() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    throw std::system_error(errno, std::generic_category(), "socketpair");
  }
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

/// One program while it runs.
class Process {
 public:
  using Clock = std::chrono::steady_clock;

  Process(const Command& command, std::optional<std::chrono::milliseconds> timeout) : input_(command.input) {
    if (timeout) deadline_ = Clock::now() + *timeout;
    start(command);
  }
  Process(Process&&) = delete;
  ~Process() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      reap();
    }
  }

  bool is_running() const { return pid_ > 0; }
  /// It has nothing more to say, and may not have ended.
  bool is_silent() const { return is_running() && !out_.is_open() && !err_.is_open(); }
  std::optional<Clock::time_point> deadline() const { return deadline_; }
  Outcome take() { return std::move(outcome_); }

  /// What to wait for.
  void wants(std::vector<pollfd>& polled) const {
    if (in_.is_open()) polled.push_back({in_.number(), POLLOUT, 0});
    if (out_.is_open()) polled.push_back({out_.number(), POLLIN, 0});
    if (err_.is_open()) polled.push_back({err_.number(), POLLIN, 0});
  }

  /// Writes and reads what can be without waiting, and notes the end.
  void advance() {
    if (!is_running()) return;
    write_some();
    read_some(out_, outcome_.output);
    read_some(err_, outcome_.errors);
    if (is_silent() && (!deadline_ || has_ended())) return reap();
    if (!deadline_ || Clock::now() < *deadline_) return;
    outcome_.timed_out = true;
    ::kill(pid_, SIGKILL);
    reap();
  }

 private:
  void start(const Command& command) {
    auto [in, child_in] = connected_pair();
    auto [out, child_out] = connected_pair();
    auto [err, child_err] = connected_pair();
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, child_in.number(), STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, child_out.number(), STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, child_err.number(), STDERR_FILENO);
    std::vector<char*> arguments;
    for (const std::string& argument : command.arguments) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    const int failed = ::posix_spawnp(&pid_, arguments[0], &actions, nullptr, arguments.data(), ::environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) {
      pid_ = -1;
      outcome_.not_started = failed;
      return;
    }
    in_ = std::move(in);
    out_ = std::move(out);
    err_ = std::move(err);
    write_some();
  }

  void write_some() {
    while (in_.is_open() && written_ < input_.size()) {
      const ssize_t sent = ::send(in_.number(), input_.data() + written_, input_.size() - written_, MSG_NOSIGNAL);
      if (sent > 0) {
        written_ += static_cast<std::size_t>(sent);
      } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
        return;
      } else if (errno != EINTR) {
        break;
      }
    }
    in_.close();
  }

  static void read_some(Descriptor& from, std::string& into) {
    std::array<char, 65536> buffer;
    while (from.is_open()) {
      const ssize_t got = ::read(from.number(), buffer.data(), buffer.size());
      if (got > 0) {
        into.append(buffer.data(), static_cast<std::size_t>(got));
      } else if (got < 0 && errno == EINTR) {
        continue;
      } else if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
        return;
      } else {
        from.close();
      }
    }
  }

  bool has_ended() const {
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid_;
  }

  void reap() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    if (WIFEXITED(status)) outcome_.exit_status = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) outcome_.signal = WTERMSIG(status);
  }

  const std::string& input_;
  std::size_t written_ = 0;
  std::optional<Clock::time_point> deadline_;
  pid_t pid_ = -1;
  Descriptor in_, out_, err_;
  Outcome outcome_;
};

/// How long poll may wait: until the first deadline, or for ever; hardly at all for one that is about to end.
inline int patience(const std::deque<Process>& running) {
  std::optional<Process::Clock::time_point> first;
  for (const Process& process : running) {
    if (process.is_silent()) return 1;
    if (process.is_running() && process.deadline() && (!first || *process.deadline() < *first))
      first = process.deadline();
  }
  if (!first) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*first - Process::Clock::now());
  return static_cast<int>(std::max<std::chrono::milliseconds::rep>(left.count(), 0));
}

}  // namespace detail

/// Runs commands, a few at a time.
/// @param timeout  for each; nothing: as long as it takes.
/// @returns what became of each, in the order of the commands.
/// @throws std::system_error  if the machine has no descriptors left.
inline std::vector<Outcome> run(const std::vector<Command>& commands, std::optional<std::chrono::milliseconds> timeout,
                                std::size_t most_at_once = 4) {
  std::vector<Outcome> outcomes(commands.size());
  std::deque<detail::Process> running;
  std::deque<std::size_t> places;
  std::size_t next = 0;
  while (next < commands.size() || !running.empty()) {
    while (next < commands.size() && running.size() < most_at_once) {
      running.emplace_back(commands[next], timeout);
      places.push_back(next++);
    }
    std::vector<pollfd> polled;
    for (const detail::Process& process : running) process.wants(polled);
    const int patience = detail::patience(running);
    if (!polled.empty() || patience >= 0) ::poll(polled.data(), polled.size(), patience);
    for (detail::Process& process : running) process.advance();
    while (!running.empty() && !running.front().is_running()) {
      outcomes[places.front()] = running.front().take();
      running.pop_front();
      places.pop_front();
    }
  }
  return outcomes;
}

}  // namespace juju::hook_tools
