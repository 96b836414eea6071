// SPDX-License-Identifier: Apache-2.0
// Hook tools with fixed answers: shell scripts on PATH that record their calls.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace support {

/// The answer of a tool.
struct ToolAnswer {
  std::string output = {};
  std::string errors = {};
  int exit_status = 0;
  std::string also = {};  ///< Further shell commands, run before it ends.
};

/// A directory of hook tools. It is first in PATH while this object exists.
class StandInTools {
 public:
  StandInTools() {
    directory_ = std::filesystem::temp_directory_path() /
                 ("stand-in-tools-" + std::to_string(::getpid()) + "-" + std::to_string(++count()));
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_);
    path_before_ = std::getenv("PATH");
    ::setenv("PATH", (directory_.string() + ":" + path_before_).c_str(), 1);
    for (const char* tool : {"relation-set", "status-set", "juju-log", "state-set", "state-delete", "action-fail"})
      on(tool, {});
    on("relation-ids", {"[]"});
    on("state-get", {"{}"});
    on("config-get", {"{}"});
    on("is-leader", {"false"});
  }
  StandInTools(const StandInTools&) = delete;
  StandInTools& operator=(const StandInTools&) = delete;
  ~StandInTools() {
    ::setenv("PATH", path_before_.c_str(), 1);
    std::filesystem::remove_all(directory_);
  }

  /// Sets the answer to any arguments.
  void on(const std::string& tool, ToolAnswer answer) {
    answers_[tool]["*"] = std::move(answer);
    write(tool);
  }

  /// Sets the answer to these arguments, which are joined with blanks.
  void on(const std::string& tool, const std::string& arguments, ToolAnswer answer) {
    answers_[tool]["\"" + arguments + "\""] = std::move(answer);
    write(tool);
  }

  void remove(const std::string& tool) { std::filesystem::remove(directory_ / tool); }

  /// Makes the tool a file that cannot be executed.
  void replace_by_text(const std::string& tool) {
    remove(tool);
    std::ofstream(directory_ / tool) << "not a program";
  }

  /// All command lines, in order.
  std::vector<std::string> calls() const {
    std::ifstream file(directory_ / "calls");
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
  }

  /// The number of calls of this tool.
  std::size_t calls_of(const std::string& tool) const {
    const std::vector<std::string> all = calls();
    return static_cast<std::size_t>(
        std::count_if(all.begin(), all.end(), [&](const std::string& call) { return call.starts_with(tool + " "); }));
  }

  /// The standard input of all calls with `--file -`.
  std::string input() const {
    std::ifstream file(directory_ / "input");
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  static int& count() {
    static int count = 0;
    return count;
  }

  void write(const std::string& tool) {
    std::ostringstream script;
    script << "#!/bin/sh\necho \"" << tool << " $*\" >> " << directory_ / "calls"
           << "\n"
           << "case \"$*\" in *'--file -'*) cat >> " << directory_ / "input"
           << " ;; esac\n"
           << "case \"$*\" in\n";
    int number = 0;
    for (const auto& [arguments, answer] : answers_[tool]) {
      const std::filesystem::path stem = directory_ / (tool + "-" + std::to_string(number++));
      std::ofstream(stem.string() + ".out") << answer.output;
      std::ofstream(stem.string() + ".err") << answer.errors;
      script << arguments << ") cat " << stem << ".out; cat " << stem << ".err >&2; " << answer.also << "\n exit "
             << answer.exit_status << " ;;\n";
    }
    script << "esac\nexit 0\n";
    const std::filesystem::path file = directory_ / tool;
    std::ofstream(file) << script.str();
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
  }

  std::filesystem::path directory_;
  std::string path_before_;
  std::map<std::string, std::map<std::string, ToolAnswer>> answers_;  // a quoted pattern sorts before "*"
};

}  // namespace support
