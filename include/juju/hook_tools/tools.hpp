// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <juju/hook_tools/answers.hpp>
#include <juju/hook_tools/error.hpp>
#include <juju/json.hpp>
#include <juju/log.hpp>
#include <juju/status.hpp>

namespace juju::hook_tools {

/// A relation as an argument of the tools: "tracing:3". Juju checks that the relation has this endpoint.
struct RelationName {
  std::string endpoint;
  RelationId id = 0;

  /// "tracing:3".
  std::string text() const { return endpoint + ":" + std::to_string(id); }
};

/// A tool's answer: a value, or the error.
template <typename Value>
struct Answer {
  std::optional<Value> value = {};
  std::optional<HookToolError> error = {};
};

/// Juju's hook tools for the hook of this process: one function each. No result is cached.
///
/// Each function throws HookToolError if its tool is missing, fails, takes too long or prints something unexpected.
class Tools {
 public:
  /// @param timeout_ms  for each call, in milliseconds; 0: no limit.
  explicit Tools(int timeout_ms = 0) : timeout_ms_(timeout_ms) {}

  /// The ids of an endpoint's relations, in numerical order.
  std::vector<RelationId> relation_ids(const std::string& endpoint) const {
    return ask({"relation-ids", "--format=json", endpoint}, answers::relation_ids);
  }

  /// The other side's units, in natural order.
  std::vector<std::string> relation_list(const RelationName& relation) const {
    return ask({"relation-list", "--format=json", "-r", relation.text()}, answers::units);
  }

  /// The other side's application. Empty if unknown.
  std::string relation_list_app(const RelationName& relation) const {
    return ask({"relation-list", "--format=json", "-r", relation.text(), "--app"}, answers::application);
  }

  /// The data bags of units or applications in one relation, in the order of `entities`. They are read in parallel, and
  /// a failure is in the answer: it is not thrown.
  std::vector<Answer<StringMap>> relation_get(const RelationName& relation,
                                              const std::vector<std::string>& entities) const {
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

  /// Writes to the bag of this unit, or of its application. An empty text deletes the key.
  void relation_set(const RelationName& relation, bool of_application, const StringMap& texts) const {
    std::vector<std::string> command = {"relation-set", "-r", relation.text()};
    if (of_application) command.emplace_back("--app");
    command.insert(command.end(), {"--file", "-"});
    call(command, to_yaml_safe_json(json_strings(texts)));
  }

  /// Whether this unit is the leader.
  bool is_leader() const { return ask({"is-leader", "--format=json"}, answers::leadership); }

  /// The first bind address of the binding's network for this relation; empty if it has none.
  std::string network_get(const std::string& binding, const RelationName& relation) const {
    return ask({"network-get", "--format=json", binding, "-r", relation.text()}, answers::address);
  }

  /// The options of the configuration that have a value: a JSON object.
  nlohmann::json config_get() const { return ask({"config-get", "--format=json"}, answers::object); }

  /// The open ports of this unit, without ranges. Changes of this hook are not included.
  std::set<Port> opened_ports() const { return ask({"opened-ports", "--format=json"}, answers::ports); }

  /// Opens a port when the hook has succeeded.
  void open_port(const Port& port) const { call({"open-port", to_string(port)}); }

  /// Closes a port when the hook has succeeded.
  void close_port(const Port& port) const { call({"close-port", to_string(port)}); }

  /// Sets the workload's version, at once.
  void application_version_set(const std::string& version) const {
    call({"application-version-set", "--", argument(version)});
  }

  /// Sets the status of this unit, or of its application, at once.
  void status_set(const Status& status, bool of_application) const {
    std::vector<std::string> command = {"status-set"};
    if (of_application) command.emplace_back("--application=true");
    command.insert(command.end(), {"--", status.name, argument(status.message)});
    call(command);
  }

  /// Adds a message to Juju's log.
  void juju_log(LogLevel level, const std::string& message) const {
    call({"juju-log", "-l", std::string(to_string(level)), "--", argument(message)});
  }

  /// The parameters of the running action: a JSON object.
  nlohmann::json action_get() const { return ask({"action-get", "--format=json"}, answers::object); }

  /// Adds results to the running action.
  void action_set(const StringMap& results) const {
    std::vector<std::string> command = {"action-set"};
    for (const auto& [key, text] : results) command.push_back(key + "=" + text);
    call(command);
  }

  /// Marks the running action as failed.
  void action_fail(const std::string& message) const { call({"action-fail", "--", argument(message)}); }

  /// Shows a message to the operator who runs the action.
  void action_log(const std::string& message) const { call({"action-log", "--", argument(message)}); }

  /// The state that this unit keeps in the controller: a JSON object.
  nlohmann::json state_get() const { return ask({"state-get", "--format=json"}, answers::object); }

  /// Sets values of the unit's state, each of at most 64 KiB.
  void state_set(const StringMap& texts) const {
    call({"state-set", "--file", "-"}, to_yaml_safe_json(json_strings(texts)));
  }

  /// Removes a value of the unit's state.
  void state_delete(const std::string& key) const { call({"state-delete", key}); }

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
