// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cerrno>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <juju/hook_tools/process.hpp>
#include <juju/text.hpp>

namespace juju::hook_tools {

/// What a tool's failure means.
enum class Failure {
  relation_not_found,  ///< The relation is gone, or is of another endpoint.
  permission_denied,   ///< Juju keeps the data bag from this unit, as it does while a relation dies.
  no_network,          ///< There is no network for the binding.
  missing,             ///< This Juju has no such tool, or this is no hook.
  not_started,         ///< There is such a tool, and the machine cannot run it.
  timed_out,
  killed,
  unreadable,  ///< It ended well and printed what it should not.
  other,
};

/// A hook tool failed. Values of data bags are no part of it.
class HookToolError : public std::runtime_error {
 public:
  HookToolError(Failure kind, std::string command, const Outcome& outcome)
      : std::runtime_error(describe(kind, command, outcome)),
        failure(kind),
        command_line(std::move(command)),
        exit_status(outcome.exit_status),
        standard_error(outcome.errors) {}

  Failure failure;
  std::string command_line;  ///< Without what was on standard input.
  int exit_status;           ///< -1 where the tool did not exit by itself.
  std::string standard_error;

 private:
  static std::string describe(Failure kind, const std::string& command, const Outcome& outcome) {
    const std::string text = printable(first_line(outcome.errors));
    const std::string what = command + ": ";
    switch (kind) {
      case Failure::missing: return what + "no such hook tool; is this run by Juju?";
      case Failure::not_started:
        return what + "cannot be started: " + std::generic_category().message(outcome.not_started);
      case Failure::timed_out: return what + "took too long";
      case Failure::killed: return what + "was killed by signal " + std::to_string(outcome.signal);
      case Failure::unreadable: return what + "printed what cannot be read";
      default: break;
    }
    return what + "exit status " + std::to_string(outcome.exit_status) + (text.empty() ? "" : ": " + text);
  }

  static std::string_view first_line(std::string_view text) { return text.substr(0, text.find('\n')); }
};

/// The one place where Juju's texts become kinds.
inline Failure classify(const Outcome& outcome) {
  if (outcome.not_started == ENOENT) return Failure::missing;
  if (outcome.not_started != 0) return Failure::not_started;
  if (outcome.timed_out) return Failure::timed_out;
  if (outcome.signal != 0) return Failure::killed;
  const auto says = [&](std::string_view text) { return outcome.errors.find(text) != std::string::npos; };
  if (says("relation not found")) return Failure::relation_not_found;
  if (says("permission denied")) return Failure::permission_denied;
  if (says("no network config found for binding")) return Failure::no_network;
  return Failure::other;
}

}  // namespace juju::hook_tools
