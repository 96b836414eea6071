// SPDX-License-Identifier: Apache-2.0
// Juju's hook tools, one function each, named as they are. Stateless: what to remember of a hook is the model's to say.
#pragma once

#include <algorithm>
#include <charconv>
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

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
    const std::vector<std::string> command = {"relation-ids", "--format=json", endpoint};
    std::vector<RelationId> ids;
    for (const std::string& name : texts_of(command)) {
      const std::size_t number = name.rfind(':') + 1;
      RelationId id = 0;
      const auto [end, failed] = std::from_chars(name.data() + number, name.data() + name.size(), id);
      if (failed != std::errc{} || end != name.data() + name.size()) throw unreadable(command);
      ids.push_back(id);
    }
    std::sort(ids.begin(), ids.end());
    return ids;
  }

  /// The other side's units, in natural order.
  std::vector<std::string> relation_list(const RelationName& relation) const {
    std::vector<std::string> units = texts_of({"relation-list", "--format=json", "-r", relation.text()});
    std::sort(units.begin(), units.end(), UnitOrder());
    return units;
  }

  /// The other side's application; empty where Juju does not tell.
  std::string relation_list_app(const RelationName& relation) const {
    const std::vector<std::string> command = {"relation-list", "--format=json", "-r", relation.text(), "--app"};
    const nlohmann::json printed = json_of(command);
    if (printed.is_null()) return {};
    if (!printed.is_string()) throw unreadable(command);
    return printed.get<std::string>();
  }

  /// The data bags of units or applications in one relation, read side by side, in their order. Does not throw
  /// HookToolError: each bag is answered for itself.
  std::vector<Answer<Texts>> relation_get(const RelationName& relation,
                                          const std::vector<std::string>& entities) const {
    std::vector<Command> commands;
    commands.reserve(entities.size());
    for (const std::string& entity : entities) commands.push_back({relation_get_command(relation, entity)});
    const std::vector<Outcome> outcomes = run(commands, timeout_);
    std::vector<Answer<Texts>> answers(entities.size());
    for (std::size_t i = 0; i < entities.size(); ++i) {
      try {
        answers[i].value = bag_of(commands[i].arguments, outcomes[i]);
      } catch (const HookToolError& error) {
        answers[i].error = error;
      }
    }
    return answers;
  }

  /// Writes to this unit's bag, or its application's. An empty text deletes the key.
  void relation_set(const RelationName& relation, bool of_application, const Texts& texts) const {
    std::vector<std::string> command = {"relation-set", "-r", relation.text()};
    if (of_application) command.emplace_back("--app");
    command.insert(command.end(), {"--file", "-"});
    call(command, to_yaml_safe_json(texts));
  }

  bool is_leader() const {
    const std::vector<std::string> command = {"is-leader", "--format=json"};
    const nlohmann::json printed = json_of(command);
    if (!printed.is_boolean()) throw unreadable(command);
    return printed.get<bool>();
  }

  /// The first bind address of the binding's network for this relation; empty where it has none.
  std::string network_get(const std::string& binding, const RelationName& relation) const {
    const nlohmann::json printed = json_of({"network-get", "--format=json", binding, "-r", relation.text()});
    const nlohmann::json* interface = first_of(printed, "bind-addresses");
    const nlohmann::json* address = interface == nullptr ? nullptr : first_of(*interface, "addresses");
    for (const char* key : {"value", "address"}) {  // Juju's name of it differs from version to version
      if (address == nullptr || !address->is_object() || !address->contains(key)) continue;
      if (const nlohmann::json& text = (*address)[key]; text.is_string()) return text.get<std::string>();
    }
    return {};
  }

  /// The options that have a value.
  nlohmann::json config_get() const { return object_of({"config-get", "--format=json"}); }

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
  nlohmann::json state_get() const { return object_of({"state-get", "--format=json"}); }
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

  static HookToolError unreadable(const std::vector<std::string>& command) {
    return {Failure::unreadable, line_of(command), {.exit_status = 0}};
  }

  /// What the tool printed, if it ended well.
  static const std::string& require_success(const std::vector<std::string>& command, const Outcome& outcome) {
    if (outcome.exit_status != 0) throw HookToolError(classify(outcome), line_of(command), outcome);
    return outcome.output;
  }

  std::string call(const std::vector<std::string>& command, std::string input = {}) const {
    return require_success(command, run({{command, std::move(input)}}, timeout_).front());
  }

  static nlohmann::json parsed(const std::vector<std::string>& command, const std::string& printed) {
    Parsed<nlohmann::json> value = parse_json(printed);
    if (!value) throw unreadable(command);
    return *std::move(value.value);
  }

  nlohmann::json json_of(const std::vector<std::string>& command) const { return parsed(command, call(command)); }

  /// An object; empty where the tool prints null.
  nlohmann::json object_of(const std::vector<std::string>& command) const {
    nlohmann::json printed = json_of(command);
    if (printed.is_null()) return nlohmann::json::object();
    if (!printed.is_object()) throw unreadable(command);
    return printed;
  }

  std::vector<std::string> texts_of(const std::vector<std::string>& command) const {
    const nlohmann::json printed = json_of(command);
    std::vector<std::string> texts;
    if (printed.is_null()) return texts;
    if (!printed.is_array()) throw unreadable(command);
    for (const nlohmann::json& text : printed) {
      if (!text.is_string()) throw unreadable(command);
      texts.push_back(text.get<std::string>());
    }
    return texts;
  }

  static Texts bag_of(const std::vector<std::string>& command, const Outcome& outcome) {
    const nlohmann::json printed = parsed(command, require_success(command, outcome));
    Texts texts;
    if (printed.is_null()) return texts;
    if (!printed.is_object()) throw unreadable(command);
    for (const auto& [key, text] : printed.items()) {
      if (!text.is_string()) throw unreadable(command);
      texts.emplace(key, text.get<std::string>());
    }
    return texts;
  }

  static const nlohmann::json* first_of(const nlohmann::json& object, const char* key) {
    if (!object.is_object() || !object.contains(key) || !object[key].is_array() || object[key].empty()) return nullptr;
    return &object[key].front();
  }

  std::optional<std::chrono::milliseconds> timeout_;
};

}  // namespace juju::hook_tools
