// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>

#include <juju/hook_tools/environment.hpp>
#include <juju/hook_tools/tools.hpp>
#include <juju/log.hpp>

namespace juju::hook_tools {

/// Juju's log. A line below INFO would cost a process and help nobody: it is dropped.
class JujuLog final : public Log {
 public:
  explicit JujuLog(const Tools& tools) : tools_(tools) {}
  void write(LogLevel level, const std::string& message) override {
    if (level >= LogLevel::info) tools_.juju_log(level, message);
  }

 private:
  const Tools& tools_;
};

/// What everything in one hook shares: who runs, the tools, the log, and what was asked once.
class Session {
 public:
  Session(Environment environment, Tools tools) : environment_(std::move(environment)), tools_(tools), log_(tools_) {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  const Environment& environment() const { return environment_; }
  const Tools& tools() const { return tools_; }
  Log& log() { return log_; }

  bool is_leader() {
    if (!is_leader_) is_leader_ = tools_.is_leader();
    return *is_leader_;
  }

  /// Lets a relation die without harm to the others: one warning for each relation and kind. Any other failure is
  /// thrown.
  void tolerate(const HookToolError& error, const RelationName& relation) {
    const bool is_dying = error.failure == Failure::relation_not_found || error.failure == Failure::permission_denied;
    if (!is_dying) throw error;
    warn_once(relation.text(), error.failure, "is passed over", error.what());
  }

  /// A relation without a network of its own gets the host's name instead. Any other failure is thrown.
  void tolerate_no_network(const HookToolError& error, const RelationName& relation) {
    if (error.failure != Failure::no_network) return tolerate(error, relation);
    warn_of_host_name(relation, error.what());
  }

  /// So does one whose network has no address.
  void tolerate_no_address(const RelationName& relation) {
    warn_of_host_name(relation, "network-get gives no address");
  }

 private:
  void warn_of_host_name(const RelationName& relation, const std::string& reason) {
    warn_once(relation.text(), Failure::no_network, "is given the host's name as this unit's address", reason);
  }

  void warn_once(const std::string& relation, Failure kind, const std::string& consequence, const std::string& reason) {
    if (!warned_.emplace(relation, kind).second) return;
    log_.warning("relation " + relation + " " + consequence + ": " + reason);
  }

  Environment environment_;
  Tools tools_;
  JujuLog log_;
  std::optional<bool> is_leader_;
  std::set<std::pair<std::string, Failure>> warned_;
};

}  // namespace juju::hook_tools
