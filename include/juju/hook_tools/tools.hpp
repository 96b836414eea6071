// SPDX-License-Identifier: Apache-2.0
// Juju's hook tools, one function each, named as they are. Stateless: what to remember of a hook is the model's to say.
#pragma once

#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <juju/hook_tools/answers.hpp>
#include <juju/hook_tools/error.hpp>
#include <juju/json.hpp>
#include <juju/log.hpp>
#include <juju/relation.hpp>
#include <juju/status.hpp>

namespace juju::hook_tools {

/// A relation as the tools take it: "tracing:3", so that Juju itself checks that the two belong together.
struct RelationName {
  std::string endpoint;
  RelationId id = 0;

  std::string text() const { return endpoint + ":" + std::to_string(id); }
};

/// What a tool gave: a value, or why there is none.
template <typename Value>
struct Answer {
  std::optional<Value> value = {};
  std::optional<HookToolError> error = {};
};

/// The tools of the hook that this process runs in. Each function throws HookToolError when its tool is missing, fails,
/// dies, takes too long, or prints what it should not.
class Tools {
 public:
  /// @param timeout  for each call; nothing: the tools wait for the controller as long as it takes.
  explicit Tools(std::optional<std::chrono::milliseconds> timeout = {}) : timeout_(timeout) {}

  /// The ids of an endpoint's relations, in numerical order.
  std::vector<RelationId> relation_ids(const std::string& endpoint) const {
    return ask({"relation-ids", "--format=json", endpoint}, answers::relation_ids);
  }

  /// The other side's units, in natural order.
  std::vector<std::string> relation_list(const RelationName& relation) const {
    return ask({"relation-list", "--format=json", "-r", relation.text()}, answers::units);
  }

  /// The other side's application; empty where Juju does not tell.
  std::string relation_list_app(const RelationName& relation) const {
    return ask({"relation-list", "--format=json", "-r", relation.text(), "--app"}, answers::application);
  }

  /// The data bags of units or applications in one relation, read side by side, in their order. Does not throw
  /// HookToolError: each bag is answered for itself.
  std::vector<Answer<Texts>> relation_get(const RelationName& relation,
                                          const std::vector<std::string>& entities) const {
    std::vector<Command> commands;
    commands.reserve(entities.size());
    for (const std::string& entity : entities) commands.push_back({relation_get_command(relation, entity)});
    const std::vector<Outcome> outcomes = run(commands, timeout_);
    std::vector<Answer<Texts>> bags(entities.size());
    for (std::size_t i = 0; i < entities.size(); ++i) {
      try {
        bags[i].value = read(commands[i].arguments, outcomes[i], answers::bag);
      } catch (const HookToolError& error) {
        bags[i].error = error;
      }
    }
    return bags;
  }

  /// Writes to this unit's bag, or its application's. An empty text deletes the key.
  void relation_set(const RelationName& relation, bool of_application, const Texts& texts) const {
    std::vector<std::string> command = {"relation-set", "-r", relation.text()};
    if (of_application) command.emplace_back("--app");
    command.insert(command.end(), {"--file", "-"});
    call(command, to_yaml_safe_json(texts));
  }

  bool is_leader() const { return ask({"is-leader", "--format=json"}, answers::leadership); }

  /// The first bind address of the binding's network for this relation; empty where it has none.
  std::string network_get(const std::string& binding, const RelationName& relation) const {
    return ask({"network-get", "--format=json", binding, "-r", relation.text()}, answers::address);
  }

  /// The options that have a value.
  nlohmann::json config_get() const { return ask({"config-get", "--format=json"}, answers::object); }

  void status_set(const Status& status, bool of_application) const {
    std::vector<std::string> command = {"status-set"};
    if (of_application) command.emplace_back("--application=true");
    command.insert(command.end(), {"--", status.name, argument(status.message)});
    call(command);
  }

  void juju_log(LogLevel level, const std::string& message) const {
    call({"juju-log", "-l", std::string(to_string(level)), "--", argument(message)});
  }

  /// All that this unit keeps in the controller.
  nlohmann::json state_get() const { return ask({"state-get", "--format=json"}, answers::object); }
  void state_set(const Texts& texts) const { call({"state-set", "--file", "-"}, to_yaml_safe_json(texts)); }
  void state_delete(const std::string& key) const { call({"state-delete", key}); }

 private:
  /// What a person reads, no longer than the kernel takes one argument to be (128 KiB).
  static std::string argument(const std::string& text) {
    constexpr std::size_t most = std::size_t{64} * 1024;
    return text.size() <= most ? text : text.substr(0, most) + "...";
  }

  static std::vector<std::string> relation_get_command(const RelationName& relation, const std::string& entity) {
    std::vector<std::string> command = {"relation-get", "--format=json", "-r", relation.text(), "-", entity};
    if (entity.find('/') == std::string::npos) command.emplace_back("--app");
    return command;
  }

  static std::string line_of(const std::vector<std::string>& command) {
    std::string line;
    for (const std::string& argument : command) line += (line.empty() ? "" : " ") + printable(argument);
    return line;
  }

  /// What the tool printed, if it ended well.
  static const std::string& require_success(const std::vector<std::string>& command, const Outcome& outcome) {
    if (outcome.exit_status != 0) throw HookToolError(classify(outcome), line_of(command), outcome);
    return outcome.output;
  }

  void call(const std::vector<std::string>& command, std::string input = {}) const {
    require_success(command, run({{command, std::move(input)}}, timeout_).front());
  }

  /// What a tool answered, by one of `answers`.
  template <typename Value>
  static Value read(const std::vector<std::string>& command, const Outcome& outcome,
                    std::optional<Value> (*reader)(std::string_view)) {
    std::optional<Value> value = reader(require_success(command, outcome));
    if (!value) throw HookToolError(Failure::unreadable, line_of(command), {.exit_status = 0});
    return *std::move(value);
  }

  template <typename Value>
  Value ask(const std::vector<std::string>& command, std::optional<Value> (*reader)(std::string_view)) const {
    return read(command, run({Command{command}}, timeout_).front(), reader);
  }

  std::optional<std::chrono::milliseconds> timeout_;
};

}  // namespace juju::hook_tools
