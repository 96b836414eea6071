// SPDX-License-Identifier: Apache-2.0
// Runs one hook on a State.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include <juju/charm.hpp>
#include <juju/run_charm.hpp>
#include <juju/testing/consistency.hpp>
#include <juju/testing/events.hpp>
#include <juju/testing/memory_model.hpp>

namespace juju::testing {

/// Options of a hook run.
struct RunOptions {
  /// Runs before each hook tool call. Throw from it to make the call fail. For a charm directory it runs in another
  /// thread, and the text of the exception becomes the tool's error message.
  BeforeCall before_call = {};
};

/// The result of a hook.
struct Attempt {
  State after;                      ///< After a failed hook, use only the parts that take effect at once.
  std::exception_ptr failure = {};  ///< The exception of the hook, if it failed.
};

/// Runs one hook of a charm on a state. `directory` is the unit's copy of a charm directory.
using CharmRunner = std::function<Attempt(State, const Hook&, const Metadata&, const RunOptions&,
                                          const std::filesystem::path& directory)>;

namespace detail {

/// Reports the calls that store the deferred events: state-set and state-delete, and juju-log if the queue grew.
inline void report_deferred(const std::vector<Notice>& before, const std::vector<Notice>& after, const Calls& calls) {
  const auto replaced = static_cast<std::ptrdiff_t>(std::min(before.size(), after.size()));
  if (after.size() > before.size()) calls.write({"juju-log"});
  if (!std::equal(after.begin(), after.end(), before.begin(), before.begin() + replaced)) calls.write({"state-set"});
  for (std::size_t place = after.size(); place < before.size(); ++place) calls.write({"state-delete"});
}

/// The requested hook.
/// @throws ConsistencyError  if this hook on this state is not possible in Juju.
inline Hook prepare(State& before, const EventRequest& event, const Metadata& metadata) {
  Hook hook = hook_in(before, event, metadata);
  check_consistency(before, hook, metadata);
  if (hook.kind == HookKind::action) before.action = {.parameters = event.parameters};
  return hook;
}

}  // namespace detail

/// Runs a hook. Does not check whether it is possible in Juju.
/// @param make  constructs the charm, and returns a pointer that owns it.
template <typename Make>
Attempt attempt(State before, const Hook& hook, const Metadata& metadata, const RunOptions& options, const Make& make) {
  detail::arrive(before, hook);
  const std::vector<Notice> deferred = std::exchange(before.deferred, {});
  MemoryModel model(std::move(before), metadata, hook, Calls(options.before_call));
  const Calls calls(options.before_call);
  try {
    calls.write({"state-get"});
    std::vector<Notice> deferred_again = run_charm(model, metadata, deferred, hook, make);
    detail::report_deferred(deferred, deferred_again, calls);
    model.commit();
    State after = model.take();
    after.deferred = std::move(deferred_again);
    detail::leave(after, hook);
    return {std::move(after)};
  } catch (...) {
    return {model.take(), std::current_exception()};
  }
}

/// Runs one hook of a new charm object, as Juju does, and returns the state after it. Exceptions of the charm are
/// rethrown.
/// @param make  constructs the charm:
///   `[](juju::Framework& framework) { return std::make_unique<MyCharm>(framework, my_options); }`
/// @throws ConsistencyError  if this hook on this state is not possible in Juju.
template <std::invocable<Framework&> Make>
State run(State before, const EventRequest& event, const Metadata& metadata, const Make& make,
          const RunOptions& options = {}) {
  const Hook hook = detail::prepare(before, event, metadata);
  Attempt made = attempt(std::move(before), hook, metadata, options, make);
  if (made.failure) std::rethrow_exception(made.failure);
  return std::move(made.after);
}

/// Runs one hook of a charm that is constructed from only the framework.
template <typename CharmType>
State run(State before, const EventRequest& event, const Metadata& metadata, const RunOptions& options = {}) {
  return run(std::move(before), event, metadata, make_charm<CharmType>, options);
}

/// Constructs the charm as in a hook, but without an event, and returns `look(charm)`. All writes are dropped.
template <typename CharmType, typename Make, typename Look>
auto inspect(State state, const Metadata& metadata, const Make& make, Look&& look) {
  static_assert(!std::is_reference_v<std::invoke_result_t<Look, CharmType&>>,
                "what inspect gives must outlive the charm: return by value");
  std::vector<Notice> deferred = std::exchange(state.deferred, {});
  MemoryModel model(std::move(state), metadata);
  Framework framework(model, metadata, std::move(deferred));
  const std::unique_ptr<CharmType> charm = make(framework);
  return std::invoke(std::forward<Look>(look), *charm);
}

/// The same for a charm that is constructed from only the framework.
template <typename CharmType, typename Look>
auto inspect(State state, const Metadata& metadata, Look&& look) {
  return inspect<CharmType>(std::move(state), metadata, make_charm<CharmType>, std::forward<Look>(look));
}

}  // namespace juju::testing
