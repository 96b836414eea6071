// SPDX-License-Identifier: Apache-2.0
// Juju's hook tools on a State, for a charm in its own process.
#pragma once

#include <exception>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <juju/testing/call.hpp>
#include <juju/testing/hook_tools/action.hpp>
#include <juju/testing/hook_tools/network.hpp>
#include <juju/testing/hook_tools/relations.hpp>
#include <juju/testing/hook_tools/unit.hpp>
#include <juju/testing/stored_state.hpp>
#include <juju/testing/tool_call.hpp>

namespace juju::testing {

/// Juju's hook tools in one hook of one unit, with Juju's rules and messages.
///
/// Writes to data bags, ports and the unit's own state are kept only if the hook succeeds. Status, log, workload
/// version and an action's results take effect at once.
class HookTools {
 public:
  /// @param metadata     must outlive this.
  /// @param before_call  runs before each call. The text of its exception becomes the tool's error message.
  HookTools(State before, const Metadata& metadata, Hook hook, BeforeCall before_call = {})
      : session_{.metadata = metadata, .hook = std::move(hook)}, before_call_(std::move(before_call)) {
    before.unit_name = detail::unit_name_of(before, metadata);
    before.stored = detail::stored_texts(before);
    before.deferred.clear();
    session_.kept = before;
    session_.written = std::move(before);
  }

  /// Runs the tool.
  ToolAnswer call(const ToolCall& call) {
    try {
      const std::string& name = call.words.at(0);
      const auto tool = tools().find(name);
      if (tool == tools().end()) throw detail::ToolRefusal("bad request: unknown command: " + name);
      const detail::ToolArguments arguments(call.words);
      if (arguments.flag("help")) return {.output = "Usage: " + name + " [options] [arguments]\n"};
      if (before_call_) report(name, arguments);
      const nlohmann::json value = tool->second(session_, arguments, call.input);
      return {.output = value.is_discarded() ? "" : printed(value, arguments.option("format"))};
    } catch (const detail::ToolRefusal& refusal) {
      return {refusal.exit_status, "", "ERROR " + std::string(refusal.what()) + "\n"};
    } catch (const std::exception& error) {
      return {1, "", "ERROR " + std::string(error.what()) + "\n"};
    } catch (...) {
      return {1, "", "ERROR the test threw an exception that is not a std::exception\n"};
    }
  }

  /// The state in the hook, with the hook's writes.
  const State& state() const { return session_.written; }

  /// The state after the hook. Call it last.
  State end(bool succeeded) {
    State after = std::move(succeeded ? session_.written : session_.kept);
    detail::take_deferred(after);
    return after;
  }

 private:
  using Tool = nlohmann::json (*)(detail::ToolSession&, const detail::ToolArguments&, const std::string& input);

  static const std::map<std::string, Tool, std::less<>>& tools() {
    static const std::map<std::string, Tool, std::less<>> tools = {
        {"action-fail", detail::action_fail},
        {"action-get", detail::action_get},
        {"action-log", detail::action_log},
        {"action-set", detail::action_set},
        {"application-version-set", detail::application_version_set},
        {"close-port", detail::close_port},
        {"config-get", detail::config_get},
        {"goal-state", detail::goal_state},
        {"is-leader", detail::is_leader},
        {"juju-log", detail::juju_log},
        {"juju-reboot", detail::juju_reboot},
        {"network-get", detail::network_get},
        {"open-port", detail::open_port},
        {"opened-ports", detail::opened_ports},
        {"relation-get", detail::relation_get},
        {"relation-ids", detail::relation_ids},
        {"relation-list", detail::relation_list},
        {"relation-set", detail::relation_set},
        {"state-delete", detail::state_delete},
        {"state-get", detail::state_get},
        {"state-set", detail::state_set},
        {"status-get", detail::status_get},
        {"status-set", detail::status_set},
        {"unit-get", detail::unit_get}};
    return tools;
  }

  /// JSON, or Juju's "smart" format. A map is JSON in both, because JSON is YAML.
  static std::string printed(const nlohmann::json& value, const std::string& format) {
    if (format == "json") return value.dump() + "\n";
    if (value.is_null()) return "\n";
    if (value.is_boolean()) return value.get<bool>() ? "True\n" : "False\n";
    if (!value.is_array()) return (value.is_string() ? value.get_ref<const std::string&>() : value.dump()) + "\n";
    std::string lines;
    for (const nlohmann::json& item : value) lines += printed(item, format);
    return lines;
  }

  void report(const std::string& tool, const detail::ToolArguments& arguments) {
    const std::string name = arguments.option("r", "relation");
    const std::string& unit = session_.written.unit_name;
    std::string entity;
    if (tool == "relation-ids") entity = arguments.operand(0);
    if (tool == "relation-get") entity = arguments.operand(1);
    if (tool == "relation-list" && arguments.flag("app")) entity = "--app";
    if (tool == "relation-set") entity = arguments.flag("app") ? application_of(unit) : unit;
    std::optional<RelationId> id = juju::hook_tools::answers::relation_id(name);
    if (!id && tool.starts_with("relation-") && tool != "relation-ids") id = session_.hook.relation_id;
    before_call_({.tool = tool, .relation = id, .entity = entity});
  }

  detail::ToolSession session_;
  BeforeCall before_call_;
};

}  // namespace juju::testing
