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

/// A hook tool failed. Contains no values of data bags.
class HookToolError : public std::runtime_error {
 public:
  /// Why a tool failed.
  enum class Kind {
    relation_not_found,  ///< The relation does not exist, or has another endpoint.
    permission_denied,   ///< Juju refuses access to the data bag, as it does while a relation is being removed.
    no_network,          ///< The binding has no network.
    missing,             ///< This Juju has no such tool, or this process is not a hook.
    not_started,         ///< The tool exists, but the machine cannot run it.
    timed_out,
    killed,
    unreadable,  ///< The tool succeeded and printed something unexpected.
    other,
  };

  HookToolError(Kind why, std::string command, const CommandResult& result)
      : std::runtime_error(describe(why, command, result)),
        kind(why),
        command_line(std::move(command)),
        exit_status(result.exit_status),
        standard_error(result.errors) {}

  Kind kind;
  std::string command_line;  ///< Without standard input.
  int exit_status;           ///< -1 if the tool did not exit by itself.
  std::string standard_error;

 private:
  static std::string describe(Kind why, const std::string& command, const CommandResult& result) {
    const std::string first_line = printable(std::string_view(result.errors).substr(0, result.errors.find('\n')));
    const std::string what = command + ": ";
    switch (why) {
      case Kind::missing: return what + "no such hook tool; is this run by Juju?";
      case Kind::not_started: return what + "cannot be started: " + std::generic_category().message(result.not_started);
      case Kind::timed_out: return what + "took too long";
      case Kind::killed: return what + "was killed by signal " + std::to_string(result.signal);
      case Kind::unreadable: return what + "printed an unexpected text";
      default: break;
    }
    return what + "exit status " + std::to_string(result.exit_status) + (first_line.empty() ? "" : ": " + first_line);
  }
};

/// Why a command failed. This is the only place that interprets Juju's messages.
inline HookToolError::Kind classify(const CommandResult& result) {
  using Kind = HookToolError::Kind;
  if (result.not_started == ENOENT) return Kind::missing;
  if (result.not_started != 0) return Kind::not_started;
  if (result.timed_out) return Kind::timed_out;
  if (result.signal != 0) return Kind::killed;
  const auto says = [&](std::string_view text) { return result.errors.find(text) != std::string::npos; };
  if (says("relation not found")) return Kind::relation_not_found;
  if (says("permission denied")) return Kind::permission_denied;
  if (says("no network config found for binding")) return Kind::no_network;
  return Kind::other;
}

}  // namespace juju::hook_tools
