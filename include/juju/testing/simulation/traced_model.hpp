// SPDX-License-Identifier: Apache-2.0
// Runs hooks of a model, and notes each.
#pragma once

#include <algorithm>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <juju/testing/test_model.hpp>
#include <juju/testing/simulation/trace.hpp>

namespace juju::testing {

/// What a simulation lets fail.
class InjectedFault : public std::runtime_error {
 public:
  explicit InjectedFault(const std::string& tool) : std::runtime_error("simulated: " + tool + " failed") {}
};

/// A hook went on although something that it asked of Juju had failed.
class SwallowedFault : public std::logic_error {
 public:
  explicit SwallowedFault(const HookRecord& hook)
      : std::logic_error(hook.hook.name() + " of " + hook.unit + " ended well although a call had failed") {}
};

namespace detail {

/// Whether it is, or has nested, what the simulation let fail.
inline bool is_injected(const std::exception& error) {
  if (dynamic_cast<const InjectedFault*>(&error) != nullptr) return true;
  try {
    std::rethrow_if_nested(error);
  } catch (const std::exception& nested) {
    return is_injected(nested);
  } catch (...) {
    return false;
  }
  return false;
}

/// A model, and all that happened to it, line by line.
class TracedModel {
 public:
  TestModel model = {};
  std::string trace = {};
  std::size_t hooks = 0;      ///< That ran well.
  std::size_t deferrals = 0;  ///< Hooks after which a unit kept an event for later.
  std::size_t faults = 0;     ///< That let a hook fail.

  void note(std::string_view line) { trace.append(line) += '\n'; }

  /// Runs at most so many hooks.
  std::vector<HookRecord> run(std::size_t most, const SettleOptions& options) {
    std::vector<HookRecord> ran;
    while (ran.size() < most) {
      std::optional<HookRecord> hook = run_one(options);
      if (!hook) break;
      ran.push_back(std::move(*hook));
    }
    return ran;
  }

  /// Runs hooks until nothing is pending.
  /// @throws UnsettledError  when that never comes.
  std::vector<HookRecord> run_all(const SettleOptions& options) {
    std::vector<HookRecord> ran = run(options.max_hooks, options);
    if (ran.size() == options.max_hooks) throw UnsettledError(latest_hooks(ran));
    return ran;
  }

  /// Runs a hook whose so-manieth call fails, if it makes so many.
  /// @throws SwallowedFault  when the hook ends well for all that.
  void run_failing(std::size_t calls_before, Order order) {
    bool failed = false;
    const auto before_call = [&](const Call& call) {
      if (failed || calls_before-- > 0) return;
      failed = true;
      throw InjectedFault(std::string(call.tool));
    };
    try {
      const std::optional<HookRecord> hook = run_one({.order = std::move(order), .before_call = before_call});
      if (hook && failed) throw SwallowedFault(*hook);
    } catch (const HookFailed& error) {
      if (!is_injected(error)) throw;
      ++faults;
    }
  }

 private:
  std::optional<HookRecord> run_one(const SettleOptions& options) {
    try {
      const std::vector<HookRecord> ran = model.advance(1, options);
      if (ran.empty()) return std::nullopt;
      ++hooks;
      note_hook(ran.front());
      return ran.front();
    } catch (const HookFailed& error) {
      note(error.what());
      throw;
    }
  }

  void note_hook(const HookRecord& record) {
    std::string line = "  " + line_of(record);
    const bool is_gone = record.hook.kind == HookKind::remove;
    if (record.wrote && !is_gone) line += " (wrote " + digest_of_bags(model.unit(record.unit).state()) + ")";
    const std::vector<Notice> deferred = is_gone ? std::vector<Notice>() : model.unit(record.unit).deferred();
    if (!deferred.empty()) {
      ++deferrals;
      line += " (defers " + digest_of(deferred) + ")";
    }
    note(line);
  }
};

}  // namespace detail

}  // namespace juju::testing
