// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <juju/hook_tools/error.hpp>
#include <juju/log.hpp>
#include <juju/port.hpp>
#include <juju/relation_data_access.hpp>
#include <juju/status.hpp>
#include <juju/string_map.hpp>

namespace juju::hook_tools {

/// A relation as an argument of the tools: "tracing:3". Juju checks that the relation has this endpoint.
struct RelationName {
  std::string endpoint;
  RelationId id = 0;

  /// "tracing:3".
  std::string text() const { return endpoint + ":" + std::to_string(id); }
};

/// Whether Juju itself writes this key of a unit's data bag.
inline bool is_network_key(std::string_view key) {
  return key == "ingress-address" || key == "egress-subnets" || key == "private-address";
}

/// A tool's answer: a value, or the error.
template <typename Value>
struct Answer {
  std::optional<Value> value = {};
  std::optional<HookToolError> error = {};
};

/// Juju's hook tools in one hook: one function each, and two for what needs no tool.
///
/// Each function throws HookToolError if its tool is missing, fails, takes too long or prints something unexpected.
class Tools {
 public:
  Tools() = default;
  Tools(const Tools&) = delete;
  Tools& operator=(const Tools&) = delete;
  virtual ~Tools() = default;

  /// The ids of an endpoint's relations, in numerical order.
  virtual std::vector<RelationId> relation_ids(const std::string& endpoint) = 0;

  /// The other side's units, in natural order.
  virtual std::vector<std::string> relation_list(const RelationName& relation) = 0;

  /// The other side's application. Empty if unknown.
  virtual std::string relation_list_app(const RelationName& relation) = 0;

  /// The data bags of units or applications in one relation, in the order of `entities`. They are read in parallel, and
  /// a failure is in the answer: it is not thrown.
  virtual std::vector<Answer<StringMap>> relation_get(const RelationName& relation,
                                                      const std::vector<std::string>& entities) = 0;

  /// This unit's data bag without the keys that Juju writes, if it is known without a call.
  virtual std::optional<StringMap> known_own_texts(const RelationName& /*relation*/) { return std::nullopt; }

  /// Writes to the bag of this unit, or of its application. An empty text deletes the key.
  virtual void relation_set(const RelationName& relation, bool of_application, const StringMap& texts) = 0;

  /// Whether this unit is the leader.
  virtual bool is_leader() = 0;

  /// The first bind address of the binding's network for this relation; empty if it has none.
  virtual std::string network_get(const std::string& binding, const RelationName& relation) = 0;

  /// The options of the configuration that have a value: a JSON object.
  virtual nlohmann::json config_get() = 0;

  /// The open ports of this unit, without ranges. Changes of this hook are not included.
  virtual std::set<Port> opened_ports() = 0;

  /// Opens a port when the hook has succeeded.
  virtual void open_port(const Port& port) = 0;

  /// Closes a port when the hook has succeeded.
  virtual void close_port(const Port& port) = 0;

  /// Sets the workload's version, at once.
  virtual void application_version_set(const std::string& version) = 0;

  /// Sets the status of this unit, or of its application, at once.
  virtual void status_set(const Status& status, bool of_application) = 0;

  /// Adds a message to Juju's log.
  virtual void juju_log(LogLevel level, const std::string& message) = 0;

  /// The parameters of the running action: a JSON object.
  virtual nlohmann::json action_get() = 0;

  /// Adds results of the running action.
  virtual void action_set(const StringMap& results) = 0;

  /// Marks the running action as failed.
  virtual void action_fail(const std::string& message) = 0;

  /// Shows a message to the operator who runs the action.
  virtual void action_log(const std::string& message) = 0;

  /// The state that this unit keeps in the controller: a JSON object.
  virtual nlohmann::json state_get() = 0;

  /// Sets values of the unit's state, each of at most 64 KiB.
  virtual void state_set(const StringMap& texts) = 0;

  /// Removes a value of the unit's state.
  virtual void state_delete(const std::string& key) = 0;

  /// Writes a line to standard output, which Juju logs at DEBUG. Needs no tool.
  virtual void print(const std::string& line) = 0;

  /// The fully qualified domain name of this host. Empty if unknown. Needs no tool.
  virtual std::string fqdn() = 0;
};

}  // namespace juju::hook_tools
