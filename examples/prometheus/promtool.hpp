// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <string>
#include <system_error>

#include "../replace_file.hpp"

/// Runs `promtool check KIND` on a text.
///
/// promtool runs in `directory` and reads a file whose name is always the same, so that it prints the same about the
/// same text.
/// @param kind  "config" or "rules".
/// @returns why promtool refuses the text; nothing if it accepts the text or is not installed.
/// @throws std::system_error  if the file cannot be written or no process can be started.
inline std::optional<std::string> promtool_refusal(const std::string& directory, const std::string& kind,
                                                   const std::string& text) {
  const std::string name = "check-" + kind + ".json";
  replace_file(directory + "/" + name, text);
  std::array<int, 2> pipe{};
  if (::pipe(pipe.data()) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(pipe[1], STDOUT_FILENO);
    ::dup2(pipe[1], STDERR_FILENO);
    ::close(pipe[0]);
    if (::chdir(directory.c_str()) == 0) ::execlp("promtool", "promtool", "check", kind.c_str(), name.c_str(), nullptr);
    ::_exit(127);
  }
  ::close(pipe[1]);
  std::string output;
  std::array<char, 4096> part{};
  for (ssize_t count = 0; (count = ::read(pipe[0], part.data(), part.size())) > 0;) {
    output.append(part.data(), static_cast<std::size_t>(count));
  }
  ::close(pipe[0]);
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) < 0)
    throw std::system_error(errno, std::generic_category(), "promtool");
  const bool is_accepted = WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 127);
  if (is_accepted) return std::nullopt;
  const std::size_t failed = output.find("FAILED:");
  return failed == std::string::npos ? output : output.substr(output.find_first_not_of(" \n", failed + 7));
}
