// SPDX-License-Identifier: Apache-2.0
// One hook on a value: state in, event, state out.
#pragma once

#include <concepts>
#include <functional>
#include <type_traits>
#include <utility>

#include <juju/charm.hpp>
#include <juju/testing/consistency.hpp>
#include <juju/testing/events.hpp>
#include <juju/testing/memory_model.hpp>

namespace juju::testing {

/// A charm's type, forgotten: runs one of its hooks on a state.
using CharmRunner = State (*)(State, const Hook&, const Metadata&);

/// Runs a hook without asking whether Juju would.
/// @param hook  completed with its endpoint.
template <typename CharmType>
State run_unchecked(State before, const Hook& hook, const Metadata& metadata) {
  static_assert(std::constructible_from<CharmType, Framework&>,
                "a charm is built from a juju::Framework&: give it such a constructor");
  detail::arrive(before, hook);
  std::vector<Notice> deferred = std::exchange(before.deferred, {});
  MemoryModel model(std::move(before), metadata, detail::breaks(hook) ? hook.relation_id : std::nullopt);
  Framework framework(model, metadata, std::move(deferred));
  {
    CharmType charm(framework);
    framework.run(hook);
  }
  model.commit();
  State after = model.take();
  after.deferred = framework.deferred();
  if (detail::breaks(hook)) std::erase_if(after.relations, [&](const auto& it) { return it.id == *hook.relation_id; });
  return after;
}

/// Runs one hook of a freshly built charm, as Juju does, and gives the state that it leaves. What the charm throws
/// comes out as it is.
/// @throws ConsistencyError  if Juju would never run this hook on this state.
template <typename CharmType>
State run(State before, Hook hook, const Metadata& metadata) {
  const Hook complete = detail::completed(std::move(hook), before, metadata);
  check_consistency(before, complete, metadata);
  return run_unchecked<CharmType>(std::move(before), complete, metadata);
}

/// Builds the charm as a hook would, with no event, and gives what `look` says of it. Nothing is kept.
template <typename CharmType, typename Look>
auto inspect(State state, const Metadata& metadata, Look&& look) {
  static_assert(!std::is_reference_v<std::invoke_result_t<Look, CharmType&>>,
                "what inspect gives must outlive the charm: return by value");
  std::vector<Notice> deferred = std::exchange(state.deferred, {});
  MemoryModel model(std::move(state), metadata);
  Framework framework(model, metadata, std::move(deferred));
  CharmType charm(framework);
  return std::invoke(std::forward<Look>(look), charm);
}

}  // namespace juju::testing
