// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include <juju/hook_tools/model.hpp>
#include <juju/testing/memory_tools.hpp>

namespace juju::testing {

namespace detail {

/// The environment of a hook of this unit.
inline juju::hook_tools::Environment environment_of(const State& state, const Hook& hook) {
  return {.unit_name = state.unit_name,
          .model_name = state.model_name,
          .model_uuid = state.model_uuid,
          .is_hook = hook.kind != HookKind::action,
          .hook = hook};
}

/// Constructs the tools before the model that uses them.
struct OwnTools {
  MemoryTools tools;
};

}  // namespace detail

/// The Juju model during one hook, on a state.
class MemoryModel final : private detail::OwnTools, public juju::hook_tools::Model {
 public:
  /// @param metadata  must outlive this.
  MemoryModel(State state, const Metadata& metadata, const Hook& hook = {}, BeforeCall before_call = {})
      : OwnTools{MemoryTools(std::move(state), metadata, std::move(before_call))},
        Model(detail::environment_of(tools.state(), hook), metadata, tools) {}

  /// The state with all committed changes. Do not use the model afterwards.
  State take() { return tools.end(); }
};

}  // namespace juju::testing
