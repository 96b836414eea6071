// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <juju/hook_tools/answers.hpp>
#include <juju/hook_tools/fqdn.hpp>
#include <juju/hook_tools/tools.hpp>
#include <juju/json.hpp>

namespace juju::hook_tools {

/// The hook tools of this process's hook: each call runs a program.
class ProcessTools final : public Tools {
 public:
  /// @param timeout_ms  for each call, in milliseconds; 0: no limit.
  explicit ProcessTools(int timeout_ms = 0) : timeout_ms_(timeout_ms) {}

  std::vector<RelationId> relation_ids(const std::string& endpoint) override {
    return ask({"relation-ids", "--format=json", endpoint}, answers::relation_ids);
  }

  std::vector<std::string> relation_list(const RelationName& relation) override {
    return ask({"relation-list", "--format=json", "-r", relation.text()}, answers::units);
  }

  std::string relation_list_app(const RelationName& relation) override {
    return ask({"relation-list", "--format=json", "-r", relation.text(), "--app"}, answers::application);
  }

  std::vector<Answer<StringMap>> relation_get(const RelationName& relation,
                                              const std::vector<std::string>& entities) override {
    std::vector<Command> commands;
    commands.reserve(entities.size());
    for (const std::string& entity : entities) commands.push_back({relation_get_command(relation, entity)});
    const std::vector<CommandResult> results = run_commands(commands, timeout_ms_);
    std::vector<Answer<StringMap>> bags(entities.size());
    for (std::size_t i = 0; i < entities.size(); ++i) {
      try {
        bags[i].value = read(commands[i].arguments, results[i], answers::bag);
      } catch (const HookToolError& error) {
        bags[i].error = error;
      }
    }
    return bags;
  }

  void relation_set(const RelationName& relation, bool of_application, const StringMap& texts) override {
    std::vector<std::string> command = {"relation-set", "-r", relation.text()};
    if (of_application) command.emplace_back("--app");
    command.insert(command.end(), {"--file", "-"});
    call(command, to_yaml_safe_json(json_strings(texts)));
  }

  bool is_leader() override { return ask({"is-leader", "--format=json"}, answers::leadership); }

  std::string network_get(const std::string& binding, const RelationName& relation) override {
    return ask({"network-get", "--format=json", binding, "-r", relation.text()}, answers::address);
  }

  nlohmann::json config_get() override { return ask({"config-get", "--format=json"}, answers::object); }

  std::set<Port> opened_ports() override { return ask({"opened-ports", "--format=json"}, answers::ports); }

  void open_port(const Port& port) override { call({"open-port", to_string(port)}); }

  void close_port(const Port& port) override { call({"close-port", to_string(port)}); }

  void application_version_set(const std::string& version) override {
    call({"application-version-set", "--", argument(version)});
  }

  void status_set(const Status& status, bool of_application) override {
    std::vector<std::string> command = {"status-set"};
    if (of_application) command.emplace_back("--application=true");
    command.insert(command.end(), {"--", status.name, argument(status.message)});
    call(command);
  }

  void juju_log(LogLevel level, const std::string& message) override {
    call({"juju-log", "-l", std::string(to_string(level)), "--", argument(message)});
  }

  nlohmann::json action_get() override { return ask({"action-get", "--format=json"}, answers::object); }

  void action_set(const StringMap& results) override {
    std::vector<std::string> command = {"action-set"};
    for (const auto& [key, text] : results) command.push_back(key + "=" + text);
    call(command);
  }

  void action_fail(const std::string& message) override { call({"action-fail", "--", argument(message)}); }

  void action_log(const std::string& message) override { call({"action-log", "--", argument(message)}); }

  nlohmann::json state_get() override { return ask({"state-get", "--format=json"}, answers::object); }

  void state_set(const StringMap& texts) override {
    call({"state-set", "--file", "-"}, to_yaml_safe_json(json_strings(texts)));
  }

  void state_delete(const std::string& key) override { call({"state-delete", key}); }

  void print(const std::string& line) override {
    std::fputs((line + "\n").c_str(), stdout);
    std::fflush(stdout);  // in order with the lines of juju-log
  }
  std::string fqdn() override { return hook_tools::fqdn(); }

 private:
  /// A message for a person, cut to a length that the kernel takes as one argument (128 KiB).
  static std::string argument(const std::string& text) {
    constexpr std::size_t max_bytes = std::size_t{64} * 1024;
    return text.size() <= max_bytes ? text : text.substr(0, max_bytes) + "...";
  }

  static std::vector<std::string> relation_get_command(const RelationName& relation, const std::string& entity) {
    std::vector<std::string> command = {"relation-get", "--format=json", "-r", relation.text(), "-", entity};
    if (entity.find('/') == std::string::npos) command.emplace_back("--app");
    return command;
  }

  /// The command line for an error message. The results of an action may be secret: only their keys are shown.
  static std::string line_of(const std::vector<std::string>& command) {
    const bool has_values = command.front() == "action-set";
    std::string line;
    for (const std::string& argument : command) {
      const std::size_t end = has_values ? argument.find('=') : std::string::npos;
      line += (line.empty() ? "" : " ") + printable(std::string_view(argument).substr(0, end));
    }
    return line;
  }

  /// What the tool printed, if it succeeded.
  static const std::string& require_success(const std::vector<std::string>& command, const CommandResult& result) {
    if (result.exit_status != 0) throw HookToolError(classify(result), line_of(command), result);
    return result.output;
  }

  void call(const std::vector<std::string>& command, std::string input = {}) const {
    require_success(command, run_commands({{command, std::move(input)}}, timeout_ms_).front());
  }

  /// Reads the output of a tool with one of `answers`.
  template <typename Value>
  static Value read(const std::vector<std::string>& command, const CommandResult& result,
                    std::optional<Value> (*reader)(std::string_view)) {
    std::optional<Value> value = reader(require_success(command, result));
    if (!value) throw HookToolError(HookToolError::Kind::unreadable, line_of(command), {.exit_status = 0});
    return *std::move(value);
  }

  template <typename Value>
  Value ask(const std::vector<std::string>& command, std::optional<Value> (*reader)(std::string_view)) const {
    return read(command, run_commands({Command{command}}, timeout_ms_).front(), reader);
  }

  int timeout_ms_;
};

}  // namespace juju::hook_tools
