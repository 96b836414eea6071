// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <juju/hook.hpp>

namespace juju::testing {

/// A test describes a situation that is not possible in Juju. Do not catch this error: correct the test.
class ConsistencyError : public std::logic_error {
 public:
  explicit ConsistencyError(std::vector<std::string> broken_rules)
      : std::logic_error(text_of(broken_rules)), problems(std::move(broken_rules)) {}

  std::vector<std::string> problems;  ///< Each has the rule and what to change.

 private:
  static std::string text_of(const std::vector<std::string>& problems) {
    std::string text = "not possible in Juju:";
    for (const std::string& problem : problems) text += "\n- " + problem;
    return text;
  }
};

/// A hook that has run.
struct HookRecord {
  std::string unit = {};
  Hook hook = {};
  bool wrote = false;        ///< Whether a data bag changed.
  std::string failure = {};  ///< Why it failed; empty if it succeeded.

  bool operator==(const HookRecord&) const = default;
};

/// A hook of a unit failed. Its exception is nested (see std::rethrow_if_nested): DispatchFailed for a charm directory.
/// The data bags, ports and state do not change.
class HookFailed : public std::runtime_error {
 public:
  HookFailed(std::string failed_unit, Hook failed_hook, std::string reason)
      : std::runtime_error(failed_hook.name() + " of " + failed_unit + " failed: " + reason),
        unit(std::move(failed_unit)),
        hook(std::move(failed_hook)),
        message(std::move(reason)) {}

  std::string unit;
  Hook hook;
  std::string message;                 ///< The text of the exception.
  std::vector<HookRecord> trace = {};  ///< The hooks that ran before it.
};

/// A model does not settle: hooks always cause further hooks.
class UnsettledError : public std::runtime_error {
 public:
  explicit UnsettledError(std::vector<std::string> repeating)
      : std::runtime_error(text_of(repeating)), hooks(std::move(repeating)) {}

  std::vector<std::string> hooks;  ///< The repeating hooks, such as "tempo/0 tracing-relation-changed", each once.

 private:
  static std::string text_of(const std::vector<std::string>& hooks) {
    std::string text = "the model does not settle; these hooks keep on:";
    for (const std::string& hook : hooks) text += "\n- " + hook;
    return text;
  }
};

}  // namespace juju::testing
