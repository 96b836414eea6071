// SPDX-License-Identifier: Apache-2.0
// One hook on a value: state in, event, state out.
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

/// How a hook is run.
struct RunOptions {
  /// Is called before each call of a hook tool, and can make it fail by throwing. For a charm directory it is called in
  /// another thread, and the text of what it throws becomes the tool's error message.
  BeforeCall before_call = {};
};

/// What became of a hook.
struct Attempt {
  State after;                      ///< Of a hook that failed: only for what takes effect at once.
  std::exception_ptr failure = {};  ///< What the hook threw.
};

/// Runs one hook of a charm on a state. `directory` is the unit's, for a charm that is one.
using CharmRunner = std::function<Attempt(State, const Hook&, const Metadata&, const RunOptions&,
                                          const std::filesystem::path& directory)>;

namespace detail {

/// Each deferred event stands in the unit's state under its place. Where more of them wait than before, the log is
/// told.
inline void tell_of_deferred(const std::vector<Notice>& before, const std::vector<Notice>& after, const Calls& calls) {
  const auto replaced = static_cast<std::ptrdiff_t>(std::min(before.size(), after.size()));
  if (after.size() > before.size()) calls.write({"juju-log"});
  if (!std::equal(after.begin(), after.end(), before.begin(), before.begin() + replaced)) calls.write({"state-set"});
  for (std::size_t place = after.size(); place < before.size(); ++place) calls.write({"state-delete"});
}

/// The hook that a test requests.
/// @throws ConsistencyError  if Juju would never run it on this state.
inline Hook prepare(State& before, const EventRequest& event, const Metadata& metadata) {
  Hook hook = hook_in(before, event, metadata);
  check_consistency(before, hook, metadata);
  if (hook.kind == HookKind::action) before.action = {.parameters = event.parameters};
  return hook;
}

}  // namespace detail

/// Runs a hook without asking whether Juju would.
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
    detail::tell_of_deferred(deferred, deferred_again, calls);
    model.commit();
    State after = model.take();
    after.deferred = std::move(deferred_again);
    detail::leave(after, hook);
    return {std::move(after)};
  } catch (...) {
    return {model.take(), std::current_exception()};
  }
}

/// Runs one hook of a new charm, as Juju does, and gives the state that it leaves. What the charm throws comes out as
/// it is.
/// @param make  constructs the charm:
///   `[](juju::Framework& framework) { return std::make_unique<MyCharm>(framework, my_options); }`
/// @throws ConsistencyError  if Juju would never run this hook on this state.
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

/// Constructs the charm as a hook would, with no event, and gives what `look` says of it. Nothing is kept.
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
