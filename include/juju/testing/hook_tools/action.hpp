// SPDX-License-Identifier: Apache-2.0
// action-get, action-set, action-fail, action-log.
#pragma once

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include <juju/testing/hook_tools/session.hpp>
#include <juju/testing/hook_tools/texts.hpp>

namespace juju::testing::detail {

inline void require_action(const ToolSession& session) {
  if (session.hook.kind != HookKind::action) throw ToolRefusal("not running an action");
}

inline nlohmann::json action_get(ToolSession& session, const ToolArguments& arguments, const std::string&) {
  require_action(session);
  const nlohmann::json* value = &session.written.action.parameters;
  std::string path = arguments.operand(0);  // "options.level"
  while (!path.empty()) {
    if (!value->is_object()) return nullptr;
    const std::size_t dot = std::min(path.find('.'), path.size());
    value = &member(*value, path.substr(0, dot).c_str());
    path.erase(0, dot + 1);
  }
  return *value;
}

inline nlohmann::json action_set(ToolSession& session, const ToolArguments& arguments, const std::string& input) {
  require_action(session);
  const StringMap texts = texts_of(arguments, input);
  for (const char* reserved : {"stdout", "stdout-encoding", "stderr", "stderr-encoding"}) {
    if (texts.contains(reserved)) throw ToolRefusal("cannot set reserved action key \"" + std::string(reserved) + "\"");
  }
  session.at_once([&](State& state) {
    for (const auto& [key, text] : texts) state.action.results.insert_or_assign(key, text);
  });
  return nothing();
}

inline nlohmann::json action_fail(ToolSession& session, const ToolArguments& arguments, const std::string&) {
  require_action(session);
  std::string message = joined(arguments.operands(), 0);
  if (message.empty()) message = "action failed without reason given, check action for errors";
  session.at_once([&](State& state) { state.action.failure = message; });
  return nothing();
}

inline nlohmann::json action_log(ToolSession& session, const ToolArguments& arguments, const std::string&) {
  require_action(session);
  session.at_once([&](State& state) { state.action.log.push_back(joined(arguments.operands(), 0)); });
  return nothing();
}

}  // namespace juju::testing::detail
