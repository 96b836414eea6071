// SPDX-License-Identifier: Apache-2.0
// What Juju says to a hook in its environment.
#pragma once

#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <juju/hook.hpp>

namespace juju::hook_tools {

/// Looks a variable up: its text, or nothing. Juju sets many variables and leaves them empty, so empty is nothing too.
using Lookup = std::function<std::optional<std::string>(const char*)>;

/// This process's own environment.
inline std::optional<std::string> environment_variable(const char* name) {
  const char* text = std::getenv(name);
  if (text == nullptr || *text == '\0') return std::nullopt;
  return text;
}

/// Who runs, where, and why.
struct Environment {
  std::string dispatch_path = {};  ///< "hooks/tracing-relation-joined", "actions/backup"; empty outside Juju.
  std::string unit_name = {};
  std::string model_name = {};
  std::string model_uuid = {};
  std::filesystem::path charm_directory = {};
  Hook hook = {};

  bool is_action() const { return dispatch_path.starts_with("actions/"); }

  static Environment read(const Lookup& look_up = environment_variable) {
    const auto text = [&](const char* name) { return look_up(name).value_or(""); };
    Environment environment{.dispatch_path = text("JUJU_DISPATCH_PATH"),
                            .unit_name = text("JUJU_UNIT_NAME"),
                            .model_name = text("JUJU_MODEL_NAME"),
                            .model_uuid = text("JUJU_MODEL_UUID"),
                            .charm_directory = look_up("JUJU_CHARM_DIR").value_or(".")};
    environment.hook = {.name = std::filesystem::path(environment.dispatch_path).filename().string(),
                        .relation_id = relation_id(text("JUJU_RELATION_ID")),
                        .endpoint = text("JUJU_RELATION"),
                        .remote_application = text("JUJU_REMOTE_APP"),
                        .remote_unit = text("JUJU_REMOTE_UNIT"),
                        .departing_unit = text("JUJU_DEPARTING_UNIT"),
                        .workload = text("JUJU_WORKLOAD_NAME")};
    return environment;
  }

 private:
  /// 3 of "tracing:3".
  static std::optional<RelationId> relation_id(std::string_view name) {
    name.remove_prefix(name.rfind(':') + 1);
    RelationId id = 0;
    const auto [end, failed] = std::from_chars(name.data(), name.data() + name.size(), id);
    if (failed != std::errc{} || end != name.data() + name.size() || id < 0) return std::nullopt;
    return id;
  }
};

}  // namespace juju::hook_tools
