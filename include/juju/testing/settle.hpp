// SPDX-License-Identifier: Apache-2.0
// Runs hooks until nothing is pending.
#pragma once

#include <algorithm>
#include <cstddef>
#include <exception>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <juju/testing/progress.hpp>
#include <juju/testing/schedule.hpp>
#include <juju/testing/view.hpp>

namespace juju::testing {

/// Options of `TestModel::settle`.
struct SettleOptions {
  Order order = in_order();
  std::size_t max_hooks = 10'000;  ///< With more, `settle` throws UnsettledError.
  bool stop_at_failure =
      true;  ///< If false, the other units continue, as in Juju. The failure is in the hook's record.
  BeforeCall before_call = {};                 ///< As in `RunOptions`.
  std::function<void(Moment)> at_moment = {};  ///< As in `RunOptions`.
};

namespace detail {

/// All hooks that could run now.
class Agenda {
 public:
  explicit Agenda(const World& world) { rebuild(world); }

  std::size_t size() const { return size_; }

  /// @param place  below `size()`.
  std::pair<std::string, Hook> at(std::size_t place) const {
    for (const auto& [unit, hooks] : hooks_) {
      if (place < hooks.size()) return {unit, hooks[place]};
      place -= hooks.size();
    }
    throw ConsistencyError({"an order chooses among the hooks there are: give a number below their count"});
  }

  void rebuild(const World& world) {
    hooks_.clear();
    size_ = 0;
    for (const auto& [name, unit] : world.units) refresh(world, unit);
  }

  /// Removes a unit whose hook failed.
  void set_aside(const std::string& unit) { aside_.insert(unit); }

  void refresh(const World& world, const UnitRecord& unit) {
    std::vector<Hook> hooks = aside_.contains(unit.name) ? std::vector<Hook>() : next_hooks(world, unit);
    const auto known = hooks_.find(unit.name);
    if (known != hooks_.end()) {
      size_ -= known->second.size();
      hooks_.erase(known);
    }
    size_ += hooks.size();
    if (!hooks.empty()) hooks_.emplace(unit.name, std::move(hooks));
  }

  /// Refreshes the units of this application and of those it is related to.
  void refresh_around(const World& world, const std::string& application) {
    std::set<std::string> around = {application};
    for (const auto& [id, relation] : world.relations) {
      if (relation.is_of(application)) around.insert(relation.other_side(application).application);
    }
    for (const auto& [name, unit] : world.units) {
      if (around.contains(unit.application)) refresh(world, unit);
    }
  }

 private:
  std::map<std::string, std::vector<Hook>, UnitOrder> hooks_;
  std::set<std::string> aside_;
  std::size_t size_ = 0;
};

/// Runs one hook of the charm. If it fails, only log, status and other immediate changes are kept.
/// @returns whether a data bag changed.
/// @throws HookFailed  with the exception of the hook nested.
inline bool run_unit_hook(World& world, UnitRecord& unit, const Hook& hook, RunOptions options) {
  if (world.cache) options.cache = &unit.copy;
  const ApplicationRecord& application = world.application(unit.application);
  const std::filesystem::path directory = unit.directory ? unit.directory->path() : std::filesystem::path();
  Attempt made = application.charm.run(view(world, unit, hook), hook, application.metadata, options, directory);
  if (!made.failure) {
    unit.failed.reset();
    return merge(world, unit, std::move(made.after));
  }
  unit.failed = hook;
  merge_relations(world, unit, made.after, made.applied);
  merge_at_once(world, unit, made.after);
  try {
    std::rethrow_exception(made.failure);
  } catch (const std::exception& error) {
    std::throw_with_nested(HookFailed(unit.name, hook, error.what()));
  } catch (...) {
    std::throw_with_nested(HookFailed(unit.name, hook, "it threw what is no std::exception"));
  }
}

inline std::vector<std::string> latest_hooks(const std::vector<HookRecord>& trace) {
  constexpr std::size_t max_records = 100;
  std::set<std::string> names;
  for (std::size_t i = trace.size() - std::min(max_records, trace.size()); i < trace.size(); ++i) {
    names.insert(trace[i].unit + " " + trace[i].hook.name());
  }
  return {names.begin(), names.end()};
}

/// Runs the hook that the order chooses, and updates the agenda.
inline HookRecord run_next(World& world, Agenda& agenda, const SettleOptions& options) {
  auto [name, hook] = agenda.at(options.order(agenda.size()));
  UnitRecord& unit = world.unit(name);
  const std::string application = unit.application;
  HookRecord record{.unit = std::move(name), .hook = std::move(hook)};
  try {
    record.wrote = run_unit_hook(world, unit, record.hook, {options.before_call, options.at_moment});
  } catch (const HookFailed& failed) {
    if (options.stop_at_failure) throw;
    record.failure = failed.message;
    agenda.set_aside(record.unit);
    agenda.refresh(world, unit);
    return record;
  }
  if (hook_ran(world, unit, record.hook)) {
    agenda.rebuild(world);
  } else if (record.wrote) {
    agenda.refresh_around(world, application);
  } else {
    agenda.refresh(world, unit);
  }
  return record;
}

/// Runs at most `hooks` hooks.
/// @returns whether more are pending.
inline bool advance(World& world, std::size_t hooks, const SettleOptions& options, std::vector<HookRecord>& trace) {
  Agenda agenda(world);
  try {
    while (trace.size() < hooks && agenda.size() > 0) trace.push_back(run_next(world, agenda, options));
  } catch (HookFailed& failed) {
    failed.trace = std::move(trace);
    throw;
  }
  return agenda.size() > 0;
}

inline std::vector<HookRecord> settle(World& world, const SettleOptions& options) {
  std::vector<HookRecord> trace;
  if (advance(world, options.max_hooks, options, trace)) throw UnsettledError(latest_hooks(trace));
  return trace;
}

}  // namespace detail

}  // namespace juju::testing
