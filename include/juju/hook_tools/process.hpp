// SPDX-License-Identifier: Apache-2.0
// Runs programs without a shell.
#pragma once

#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <juju/hook_tools/descriptor.hpp>

namespace juju::hook_tools {

/// A program to run, found on PATH.
struct Command {
  std::vector<std::string> arguments;                        ///< The first is the program.
  std::string input = {};                                    ///< Its standard input.
  std::string directory = {};                                ///< The working directory. Empty: that of this process.
  std::optional<std::vector<std::string>> environment = {};  ///< "NAME=value" each. If not set, that of this process.
  bool is_group = false;                                     ///< It starts a process group, which is killed with it.
};

/// The result of a command.
struct CommandResult {
  int exit_status = -1;     ///< -1 if it did not exit by itself.
  int signal = 0;           ///< The signal that killed it, or 0.
  int not_started = 0;      ///< The error number if it could not be started, or 0: ENOENT if there is no such program.
  bool timed_out = false;   ///< It was killed because it took too long.
  std::string output = {};  ///< Its standard output.
  std::string errors = {};  ///< Its standard error.
};

namespace detail {

/// Milliseconds of a clock that is never set back.
inline std::int64_t now_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

/// A running program.
class Process {
 public:
  Process(const Command& command, int timeout_ms) : input_(command.input), is_group_(command.is_group) {
    if (timeout_ms > 0) deadline_ = now_ms() + timeout_ms;
    start(command);
  }
  Process(Process&&) = delete;
  ~Process() {
    if (pid_ > 0) kill_and_reap();
  }

  bool is_running() const { return pid_ > 0; }
  /// Whether it has closed its output. It may still run.
  bool is_silent() const { return is_running() && !out_.is_open() && !err_.is_open(); }
  bool is_group() const { return is_running() && is_group_; }
  std::optional<std::int64_t> deadline() const { return deadline_; }
  CommandResult take() { return std::move(result_); }

  /// Adds the descriptors to wait for.
  void wants(std::vector<pollfd>& polled) const {
    if (in_.is_open()) polled.push_back({in_.number(), POLLOUT, 0});
    if (out_.is_open()) polled.push_back({out_.number(), POLLIN, 0});
    if (err_.is_open()) polled.push_back({err_.number(), POLLIN, 0});
  }

  /// Writes and reads without waiting, and checks for the end of the program.
  void advance() {
    if (!is_running()) return;
    write_some();
    const bool is_last = is_group_ && has_ended();  // another process of the group may still have its output
    read_some(out_, result_.output, is_last);
    read_some(err_, result_.errors, is_last);
    const bool may_wait = !deadline_ && !is_group_;
    if (is_last || (is_silent() && (may_wait || has_ended()))) return reap();
    if (!deadline_ || now_ms() < *deadline_) return;
    result_.timed_out = true;
    kill_and_reap();
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
    if (!command.directory.empty()) ::posix_spawn_file_actions_addchdir_np(&actions, command.directory.c_str());
    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    if (command.is_group) ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    const std::vector<char*> arguments = pointers(command.arguments);
    const std::vector<char*> variables = command.environment ? pointers(*command.environment) : std::vector<char*>();
    char* const* const environment = command.environment ? variables.data() : ::environ;
    const int failed = ::posix_spawnp(&pid_, arguments[0], &actions, &attributes, arguments.data(), environment);
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) {
      pid_ = -1;
      result_.not_started = failed;
      return;
    }
    in_ = std::move(in);
    out_ = std::move(out);
    err_ = std::move(err);
    write_some();
  }

  /// Pointers to the texts, in the form of `execve`.
  static std::vector<char*> pointers(const std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    pointers.reserve(texts.size() + 1);
    for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
    pointers.push_back(nullptr);
    return pointers;
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

  /// Reads available output: all, or one buffer, so that a program with endless output is stopped at its deadline.
  static void read_some(Descriptor& from, std::string& into, bool all) {
    std::array<char, 65536> buffer;
    while (from.is_open()) {
      const ssize_t got = ::read(from.number(), buffer.data(), buffer.size());
      if (got > 0) {
        into.append(buffer.data(), static_cast<std::size_t>(got));
        if (!all) return;
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
    if (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) != 0) return errno == ECHILD;
    return info.si_pid == pid_;
  }

  void kill_and_reap() {
    ::kill(pid_, SIGKILL);
    reap();
  }

  void reap() {
    if (is_group_) ::kill(-pid_, SIGKILL);
    int status = 0;
    pid_t ended = -1;
    do ended = ::waitpid(pid_, &status, 0);
    while (ended < 0 && errno == EINTR);
    const bool is_known = ended == std::exchange(pid_, -1);  // false if this process ignores SIGCHLD
    if (!is_known) return;
    if (WIFEXITED(status)) result_.exit_status = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) result_.signal = WTERMSIG(status);
  }

  const std::string& input_;
  const bool is_group_;
  std::size_t written_ = 0;
  std::optional<std::int64_t> deadline_;
  pid_t pid_ = -1;
  Descriptor in_, out_, err_;
  CommandResult result_;
};

/// The milliseconds that poll may wait: until the first deadline, or -1 without a deadline, or 1 if a program is about
/// to end.
inline int poll_timeout(const std::deque<Process>& running) {
  std::optional<std::int64_t> first;
  for (const Process& process : running) {
    if (process.is_silent()) return 1;
    if (process.is_group()) first = std::min(first.value_or(INT64_MAX), now_ms() + 50);  // to notice its end
    if (process.is_running() && process.deadline()) first = std::min(first.value_or(INT64_MAX), *process.deadline());
  }
  return first ? static_cast<int>(std::max<std::int64_t>(*first - now_ms() + 1, 0)) : -1;
}

}  // namespace detail

/// Runs commands, a few at a time.
/// @param timeout_ms   for each command, in milliseconds; 0: no limit.
/// @param max_at_once  the number of commands that run at the same time.
/// @returns the results in the order of the commands.
/// @throws std::system_error  if the machine has no file descriptors left.
inline std::vector<CommandResult> run_commands(const std::vector<Command>& commands, int timeout_ms,
                                               std::size_t max_at_once = 4) {
  std::vector<CommandResult> results(commands.size());
  std::deque<detail::Process> running;
  std::size_t next = 0;   // to start
  std::size_t first = 0;  // of those that run
  while (next < commands.size() || !running.empty()) {
    while (next < commands.size() && running.size() < max_at_once) running.emplace_back(commands[next++], timeout_ms);
    std::vector<pollfd> polled;
    for (const detail::Process& process : running) process.wants(polled);
    const int timeout = detail::poll_timeout(running);
    if (!polled.empty() || timeout >= 0) ::poll(polled.data(), polled.size(), timeout);
    for (detail::Process& process : running) process.advance();
    while (!running.empty() && !running.front().is_running()) {
      results[first++] = running.front().take();
      running.pop_front();
    }
  }
  return results;
}

}  // namespace juju::hook_tools
