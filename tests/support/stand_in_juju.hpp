// SPDX-License-Identifier: Apache-2.0
// Juju for one unit of a charm that runs in this process or in a child process. The test kit's hook tools are on PATH,
// and a test can make calls fail.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <juju/testing.hpp>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <support/temporary_directory.hpp>

namespace support {

/// Sets environment variables of this process. The destructor restores them.
class EnvironmentVariables {
 public:
  explicit EnvironmentVariables(const std::map<std::string, std::string>& variables) {
    for (const auto& [name, text] : variables) {
      const char* before = std::getenv(name.c_str());
      before_.emplace_back(name, before == nullptr ? std::nullopt : std::optional<std::string>(before));
      ::setenv(name.c_str(), text.c_str(), 1);
    }
  }
  EnvironmentVariables(const EnvironmentVariables&) = delete;
  EnvironmentVariables& operator=(const EnvironmentVariables&) = delete;
  ~EnvironmentVariables() {
    for (const auto& [name, text] : before_) {
      if (text) ::setenv(name.c_str(), text->c_str(), 1);
      if (!text) ::unsetenv(name.c_str());
    }
  }

 private:
  std::vector<std::pair<std::string, std::optional<std::string>>> before_;
};

/// How a call of a hook tool fails.
struct ToolFault {
  bool works = false;                      ///< It has its normal effect and output first.
  bool is_cut = false;                     ///< It prints half of its output.
  std::optional<std::string> output = {};  ///< It prints this text.
  std::string errors = {};
  int exit_status = 0;
  int signal = 0;
  bool hangs = false;
};

/// Juju for one unit. `flush` keeps what a hook wrote, and `drop` drops it.
class StandInJuju {
 public:
  using State = juju::testing::State;
  using StringMap = juju::StringMap;

  StandInJuju(State state, juju::Metadata metadata) : metadata_(std::move(metadata)), kept_(std::move(state)) {
    kept_.unit_name = juju::testing::detail::unit_name_of(kept_, metadata_);
    for (const auto& entry : std::filesystem::directory_iterator(TEMPO_SCRAPE_HOOK_TOOLS)) {
      if (entry.is_symlink()) put_back(entry.path().filename());
    }
    begin();
  }

  /// The state after the successful hooks.
  State state() { return kept_; }

  /// The unit's state in the controller, as `state-get` prints it.
  StringMap unit_state() { return juju::testing::detail::stored_texts(kept_); }

  /// Sets the next hook.
  void set_hook(juju::Hook hook) {
    hook_ = std::move(hook);
    begin();
  }

  /// Changes the state between two hooks.
  template <typename Change>
  void change(Change change_state) {
    change_state(kept_);
    begin();
  }

  /// Ends a hook that succeeded: keeps its writes.
  void flush() { end(true); }

  /// Ends a hook that failed: drops its writes.
  void drop() { end(false); }

  /// Returns to an earlier state, and removes all answers and failures.
  void go_back(State kept) {
    kept_ = std::move(kept);
    answers_.clear();
    fault_.reset();
    forget_calls();
    begin();
  }

  /// Answers each call whose command line begins with `beginning`. The longest such beginning counts.
  void answer(const std::string& beginning, juju::testing::ToolAnswer answer) {
    answers_[beginning] = std::move(answer);
  }

  /// Makes each call fail whose command line begins with `beginning`. The call prints "ERROR " and `text`.
  void fail(const std::string& beginning, const std::string& text) {
    answer(beginning, {.exit_status = 1, .errors = "ERROR " + text + "\n"});
  }

  /// Makes one call of this command line fail. `number` counts from 1 after `forget_calls`.
  void fail_call(const std::string& command_line, int number, ToolFault fault) {
    fault_ = {command_line, number, std::move(fault)};
  }

  /// Removes the tool, replaces it by a file that cannot be executed, or by a shell script, until `put_back`.
  void take_away(const std::string& tool) const { std::filesystem::remove(directory_.path() / tool); }
  void replace_by_text(const std::string& tool) const {
    take_away(tool);
    std::ofstream(directory_.path() / tool) << "not a program";
  }
  void replace_by_script(const std::string& tool, const std::string& script) const {
    replace_by_text(tool);
    std::ofstream(directory_.path() / tool) << "#!/bin/sh\n" << script << "\n";
    std::filesystem::permissions(directory_.path() / tool, std::filesystem::perms::owner_all);
  }
  void put_back(const std::string& tool) const {
    take_away(tool);
    std::filesystem::create_symlink(TEMPO_SCRAPE_HOOK_TOOLS "/hook-tool", directory_.path() / tool);
  }

  /// All command lines that begin with `tool`, in order.
  std::vector<std::string> calls(const std::string& tool = {}) const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> lines;
    for (const std::string& line : calls_) {
      if (line.starts_with(tool)) lines.push_back(line);
    }
    return lines;
  }

  /// The standard input of the latest call that had one.
  std::string latest_input() const {
    const std::lock_guard lock(mutex_);
    return latest_input_;
  }

  void forget_calls() {
    const std::lock_guard lock(mutex_);
    calls_.clear();
  }

 private:
  struct FailingCall {
    std::string line;
    int number;
    ToolFault fault;
  };

  /// One hook: its tools, their agent and its environment variables.
  struct Session {
    Session(const StandInJuju& juju, std::function<juju::testing::ToolAnswer(const juju::testing::ToolCall&)> answer)
        : tools(juju.kept_, juju.metadata_, juju.hook_),
          agent(std::move(answer)),
          variables({{"JUJU_CONTEXT_ID", agent.context()}, {"JUJU_AGENT_SOCKET_ADDRESS", agent.address()}}) {}

    juju::testing::HookTools tools;
    juju::testing::detail::AgentSocket agent;
    EnvironmentVariables variables;
  };

  void begin() {
    session_.reset();
    session_ =
        std::make_unique<Session>(*this, [this](const juju::testing::ToolCall& call) { return answer_to(call); });
  }

  void end(bool succeeded) {
    kept_ = session_->tools.end(succeeded);
    begin();
  }

  juju::testing::ToolAnswer answer_to(const juju::testing::ToolCall& call) {
    const std::lock_guard lock(mutex_);
    std::string line;
    for (const std::string& word : call.words) line += (line.empty() ? "" : " ") + word;
    calls_.push_back(line);
    if (!call.input.empty()) latest_input_ = call.input;
    const auto number = std::count(calls_.begin(), calls_.end(), line);
    if (fault_ && fault_->line == line && fault_->number == number) return fail(call, fault_->fault);
    for (auto fixed = answers_.rbegin(); fixed != answers_.rend(); ++fixed) {
      if (line.starts_with(fixed->first)) return fixed->second;
    }
    return session_->tools.call(call);
  }

  juju::testing::ToolAnswer fail(const juju::testing::ToolCall& call, const ToolFault& fault) {
    juju::testing::ToolAnswer answer;
    if (fault.works) answer = session_->tools.call(call);
    if (fault.is_cut) answer.output.resize(answer.output.size() / 2);
    if (fault.output) answer.output = *fault.output;
    answer.errors = fault.errors;
    answer.exit_status = fault.exit_status;
    answer.signal = fault.signal;
    answer.hangs = fault.hangs;
    return answer;
  }

  TemporaryDirectory directory_;
  EnvironmentVariables path_{{{"PATH", directory_.path().string() + ":" + std::getenv("PATH")}}};
  juju::Metadata metadata_;
  State kept_;
  juju::Hook hook_ = {};
  std::map<std::string, juju::testing::ToolAnswer> answers_;
  std::optional<FailingCall> fault_;
  mutable std::mutex mutex_;  ///< The agent's thread adds calls.
  std::vector<std::string> calls_;
  std::string latest_input_;
  std::unique_ptr<Session> session_;
};

}  // namespace support
