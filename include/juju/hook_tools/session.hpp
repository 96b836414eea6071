// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <juju/hook_tools/environment.hpp>
#include <juju/hook_tools/tools.hpp>
#include <juju/log.hpp>

namespace juju::hook_tools {

/// Juju's log. Messages at DEBUG are printed, which needs no tool. In an action they are dropped, because there Juju
/// adds standard output to the results.
class JujuLog final : public Log {
 public:
  JujuLog(Tools& tools, bool is_action) : tools_(tools), is_action_(is_action) {}

  void write(LogLevel level, const std::string& message) override {
    if (level != LogLevel::debug) return tools_.juju_log(level, message);
    if (!is_action_) tools_.print(message);
  }

 private:
  Tools& tools_;
  bool is_action_;
};

/// Shared by the objects of one hook: the environment, the tools, the log, and values that are read once.
class Session {
 public:
  /// @param tools  must outlive this.
  Session(Environment environment, Tools& tools)
      : environment_(std::move(environment)), tools_(tools), log_(tools_, hook().kind == HookKind::action) {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  const Environment& environment() const { return environment_; }
  const Hook& hook() const { return environment_.hook; }
  Tools& tools() { return tools_; }
  Log& log() { return log_; }

  /// Whether this unit is the leader.
  bool is_leader() {
    if (!is_leader_) is_leader_ = tools_.is_leader();
    return *is_leader_;
  }

  /// Tolerates a relation that is being removed, with one warning for each relation and kind of failure.
  /// @throws HookToolError  for any other failure.
  void tolerate(const HookToolError& error, const RelationName& relation) {
    const bool is_being_removed =
        error.kind == HookToolError::Kind::relation_not_found || error.kind == HookToolError::Kind::permission_denied;
    if (!is_being_removed) throw error;
    warn_once(relation, error.kind, "is skipped", error.what());
  }

  /// Also tolerates a relation without a network: this unit's address is then the host's name.
  /// @throws HookToolError  for any other failure.
  void tolerate_no_network(const HookToolError& error, const RelationName& relation) {
    if (error.kind != HookToolError::Kind::no_network) return tolerate(error, relation);
    warn_of_host_name(relation, error.what());
  }

  /// Tolerates a relation whose network has no address: this unit's address is then the host's name.
  void tolerate_no_address(const RelationName& relation) {
    warn_of_host_name(relation, "network-get returned no address");
  }

 private:
  void warn_of_host_name(const RelationName& relation, const std::string& reason) {
    warn_once(relation, HookToolError::Kind::no_network, "gets the host's name as this unit's address", reason);
  }

  void warn_once(const RelationName& relation, HookToolError::Kind kind, const std::string& consequence,
                 const std::string& reason) {
    const std::pair warning(relation.id, kind);
    if (std::find(warned_.begin(), warned_.end(), warning) != warned_.end()) return;
    warned_.push_back(warning);
    log_.warning("relation " + relation.text() + " " + consequence + ": " + reason);
  }

  Environment environment_;
  Tools& tools_;
  JujuLog log_;
  std::optional<bool> is_leader_;
  std::vector<std::pair<RelationId, HookToolError::Kind>> warned_;
};

}  // namespace juju::hook_tools
