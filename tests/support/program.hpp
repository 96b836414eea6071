// SPDX-License-Identifier: Apache-2.0
// Runs a program and captures its output.
#pragma once

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace support {

/// The result of a program.
struct ProgramRun {
  int status = -1;  ///< Its exit status; -1 if a signal ended it.
  std::string output = {};
  std::string errors = {};
};

namespace detail {

/// A temporary file without a name. A pipe could block one side.
class Scratch {
 public:
  explicit Scratch(const std::string& text = {}) {
    std::fwrite(text.data(), 1, text.size(), file_.get());
    std::rewind(file_.get());
  }

  int descriptor() const { return fileno(file_.get()); }

  std::string text() const {
    std::string text;
    std::rewind(file_.get());
    for (int c = std::fgetc(file_.get()); c != EOF; c = std::fgetc(file_.get())) text += static_cast<char>(c);
    return text;
  }

 private:
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_{std::tmpfile(), &std::fclose};
};

}  // namespace detail

/// Runs `program` with these arguments and this standard input, and waits until it ends.
inline ProgramRun run_program(const std::string& program, const std::vector<std::string>& arguments,
                              const std::string& input = {}) {
  const detail::Scratch in(input);
  const detail::Scratch out;
  const detail::Scratch err;
  std::vector<char*> argv = {const_cast<char*>(program.c_str())};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.descriptor(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out.descriptor(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err.descriptor(), STDERR_FILENO);
  pid_t child = 0;
  const int failure = posix_spawn(&child, program.c_str(), &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) throw std::runtime_error(program + " cannot be started");
  int status = 0;
  waitpid(child, &status, 0);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, out.text(), err.text()};
}

}  // namespace support
