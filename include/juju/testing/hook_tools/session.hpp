// SPDX-License-Identifier: Apache-2.0
// The state of a hook, for the hook tools.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include <juju/hook_tools/answers.hpp>
#include <juju/testing/hook_effects.hpp>
#include <juju/testing/hook_tools/arguments.hpp>

namespace juju::testing::detail {

/// A running hook.
struct ToolSession {
  const Metadata& metadata;
  Hook hook;
  State kept = {};     ///< The result if the hook fails.
  State written = {};  ///< The result if the hook succeeds.

  /// Makes a change that takes effect at once.
  template <typename Change>
  void at_once(Change change) {
    change(kept);
    change(written);
  }

  /// The relation of `-r`, or of the hook.
  RelationState& relation_of(const ToolArguments& arguments) {
    const std::string name = arguments.option("r", "relation");
    if (name.empty() && !hook.relation_id) throw usage_error("no relation id specified");
    const auto refuse = [&](const char* why) -> ToolRefusal {
      return usage_error("invalid value \"" + name + "\" for option -r: " + why);
    };
    const std::optional<RelationId> id = name.empty() ? hook.relation_id : juju::hook_tools::answers::relation_id(name);
    if (!id) throw refuse("invalid relation id");
    for (RelationState& relation : written.relations) {
      const std::size_t colon = name.find(':');
      if (relation.id == *id && (colon == std::string::npos || name.substr(0, colon) == relation.endpoint)) {
        return relation;
      }
    }
    throw refuse("relation not found");
  }
};

/// The output of a tool that only writes.
inline nlohmann::json nothing() { return nlohmann::json(nlohmann::json::value_t::discarded); }

}  // namespace juju::testing::detail
