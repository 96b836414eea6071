// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <juju/hook.hpp>
#include <juju/hook_tools/answers.hpp>

namespace juju::hook_tools {

/// Looks up an environment variable. Juju leaves many variables empty, so an empty variable counts as unset.
using Lookup = std::function<std::optional<std::string>(const char*)>;

/// A variable of this process's environment.
inline std::optional<std::string> environment_variable(const char* name) {
  const char* text = std::getenv(name);
  if (text == nullptr || *text == '\0') return std::nullopt;
  return text;
}

/// The environment variables of a hook.
struct Environment {
  std::string dispatch_path = {};  ///< "hooks/tracing-relation-joined", "actions/backup"; empty outside Juju.
  std::string unit_name = {};
  std::string model_name = {};
  std::string model_uuid = {};
  std::string charm_directory = {};
  std::string juju_version = {};  ///< "3.6.4".
  bool is_hook = true;            ///< False in an action, and in `juju exec`.
  Hook hook = {};

  /// Reads the environment of this process, or the one that `look_up` describes.
  static Environment read(const Lookup& look_up = environment_variable) {
    const auto text = [&](const char* name) { return look_up(name).value_or(""); };
    Environment environment{.dispatch_path = text("JUJU_DISPATCH_PATH"),
                            .unit_name = text("JUJU_UNIT_NAME"),
                            .model_name = text("JUJU_MODEL_NAME"),
                            .model_uuid = text("JUJU_MODEL_UUID"),
                            .charm_directory = look_up("JUJU_CHARM_DIR").value_or("."),
                            .juju_version = text("JUJU_VERSION"),
                            .is_hook = !text("JUJU_HOOK_NAME").empty()};
    environment.hook = read_hook(environment.dispatch_path, look_up);
    return environment;
  }

 private:
  static Hook read_hook(const std::string& dispatch_path, const Lookup& look_up) {
    const auto text = [&](const char* name) { return look_up(name).value_or(""); };
    const std::string name = dispatch_path.substr(dispatch_path.rfind('/') + 1);
    if (dispatch_path.starts_with("actions/")) return {.kind = HookKind::action, .subject = name};
    const HookKind kind = hook_kind(name);
    const std::size_t suffix = 1 + to_string(kind).size();
    if (kind == HookKind::pebble_ready) return {.kind = kind, .subject = name.substr(0, name.size() - suffix)};
    if (!is_relation_kind(kind)) return {.kind = kind, .subject = kind == HookKind::other ? name : ""};
    const std::optional<RelationId> id = answers::relation_id(text("JUJU_RELATION_ID"));
    if (!id) return {.subject = name};  // not set by Juju
    return {.kind = kind,
            .relation_id = id,
            .endpoint = name.substr(0, name.size() - suffix),
            .remote_application = text("JUJU_REMOTE_APP"),
            .remote_unit = text("JUJU_REMOTE_UNIT"),
            .departing_unit = text("JUJU_DEPARTING_UNIT")};
  }
};

}  // namespace juju::hook_tools
