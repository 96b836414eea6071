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
#include <set>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <vector>

#include <juju/charm.hpp>
#include <juju/hook_tools/cache.hpp>
#include <juju/hook_tools/deferred.hpp>
#include <juju/run_charm.hpp>
#include <juju/testing/consistency.hpp>
#include <juju/testing/events.hpp>
#include <juju/testing/memory_model.hpp>

namespace juju::testing {

/// A moment of a hook at which a test can make it fail.
enum class Moment {
  start,  ///< Before its process starts.
  apply,  ///< After its process has ended with 0, before Juju applies its writes.
};

/// Throw this at `Moment::apply`: Juju applies the writes to some relations, and the hook fails.
struct PartlyApplied : std::runtime_error {
  explicit PartlyApplied(std::set<RelationId> ids)
      : std::runtime_error("Juju applied the writes to some relations only"), relations(std::move(ids)) {}

  std::set<RelationId> relations;
};

/// Options of a hook run.
struct RunOptions {
  /// Runs before each hook tool call. Throw from it to make the call fail. For a charm directory it runs in another
  /// thread, and the text of the exception becomes the tool's error message.
  BeforeCall before_call = {};

  /// Throw from it to make the hook fail at this moment.
  std::function<void(Moment)> at_moment = {};

  /// Keeps what the hook reads for the next one. Null: the hook reads everything, and nothing is kept. A charm
  /// directory keeps it itself.
  juju::hook_tools::CopyStore* cache = nullptr;
};

/// The result of a hook.
struct Attempt {
  State after;  ///< After a failed hook, use only the parts that take effect at once and the `applied` relations.
  std::exception_ptr failure = {};    ///< The exception of the hook, if it failed.
  std::set<RelationId> applied = {};  ///< The relations to which the writes of a failed hook were applied.
};

/// Runs one hook of a charm on a state. `directory` is the unit's copy of a charm directory.
using CharmRunner = std::function<Attempt(State, const Hook&, const Metadata&, const RunOptions&,
                                          const std::filesystem::path& directory)>;

namespace detail {

inline void at(const RunOptions& options, Moment moment) {
  if (options.at_moment) options.at_moment(moment);
}

/// Juju's part after a hook that succeeded, which may fail.
inline void apply(const RunOptions& options, Attempt& attempt) {
  try {
    at(options, Moment::apply);
  } catch (const PartlyApplied& partly) {
    attempt.failure = std::current_exception();
    attempt.applied = partly.relations;
  } catch (...) {
    attempt.failure = std::current_exception();
  }
}

/// Runs a hook over hook tools: the stored events, the hook, and its writes.
template <typename Make>
void run_hook(juju::hook_tools::Tools& tools, const juju::hook_tools::Environment& environment,
              const Metadata& metadata, const Make& make) {
  juju::hook_tools::Model model(environment, metadata, tools);
  juju::hook_tools::DeferredEvents stored(tools, model.log());
  stored.save(run_charm(model, metadata, stored.load(), environment.hook, make));
  model.commit();
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
  MemoryTools tools(std::move(before), metadata, options.before_call);
  try {
    detail::at(options, Moment::start);
    const juju::hook_tools::Environment environment = detail::environment_of(tools.state(), hook);
    if (options.cache == nullptr) {
      detail::run_hook(tools, environment, metadata, make);
    } else {
      juju::hook_tools::Cache cache(tools, *options.cache, environment);
      detail::run_hook(cache, environment, metadata, make);
      cache.save();
    }
  } catch (...) {
    return {tools.end(), std::current_exception()};
  }
  Attempt attempt{tools.end()};
  detail::apply(options, attempt);
  detail::leave(attempt.after, hook);
  return attempt;
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
