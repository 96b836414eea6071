// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <juju/model.hpp>
#include <juju/notice.hpp>
#include <juju/testing/errors.hpp>

namespace juju::testing {

/// The data bags of units, in the units' natural order.
using UnitTexts = std::map<std::string, StringMap, UnitOrder>;

/// One relation, as one unit sees it.
struct RelationState {
  RelationId id = 0;
  std::string endpoint = {};            ///< This side's endpoint.
  std::string remote_application = {};  ///< In a peer relation: this application, or empty.
  UnitTexts remote_units = {};          ///< The listed units, with their bags.
  StringMap remote_application_data = {};
  StringMap local_application_data = {};
  StringMap local_unit_data = {};
  UnitTexts departed_units = {};  ///< No longer listed; their bags can still be read.
  std::string address = {};       ///< This unit's address in the relation's network. Empty: `State::address`.

  bool operator==(const RelationState&) const = default;
};

/// A line that the charm logged.
struct LogLine {
  LogLevel level = LogLevel::info;
  std::string message = {};

  bool operator==(const LogLine&) const = default;
};

/// An action: the operator's parameters, and the charm's answer.
struct ActionState {
  nlohmann::json parameters = nlohmann::json::object();
  StringMap results = {};                   ///< A nested result has a key with dots: "outfile.size".
  std::optional<std::string> failure = {};  ///< The message, if the action failed.
  std::vector<std::string> log = {};        ///< The messages that the operator saw.

  bool operator==(const ActionState&) const = default;
};

/// Everything that one unit sees in Juju, and everything that it has written.
struct State {
  bool leader = false;
  std::vector<RelationState> relations = {};
  nlohmann::json config =
      nlohmann::json::object();  ///< The options that the operator set, without the declared defaults.
  std::string model_name = "test-model";
  std::string model_uuid = "6ba7b810-9dad-41d1-80b4-00c04fd430c8";
  std::string unit_name = {};  ///< Empty: "{metadata.name}/0".
  std::string address = "10.1.0.1";
  std::string fqdn = {};              ///< The name of the unit's machine. Empty: the address.
  std::string principal = {};         ///< The principal unit of a subordinate.
  std::vector<Notice> deferred = {};  ///< Oldest first.
  StringMap stored = {};              ///< Other data of the unit in the controller, written with `state-set`.
  Status unit_status = {};
  Status application_status = {};
  std::vector<LogLine> log = {};
  std::set<Port> opened_ports = {};
  std::string workload_version = {};
  ActionState action = {};  ///< The action that ran last.

  bool operator==(const State&) const = default;

  /// @throws ConsistencyError  if there is no such relation.
  const RelationState& relation(RelationId id) const {
    const auto found = std::find_if(relations.begin(), relations.end(),
                                    [&](const RelationState& candidate) { return candidate.id == id; });
    if (found == relations.end()) throw ConsistencyError({"the state has no relation " + std::to_string(id)});
    return *found;
  }
  RelationState& relation(RelationId id) { return const_cast<RelationState&>(std::as_const(*this).relation(id)); }
};

/// Juju's own keys in the bag of a unit with this address.
inline StringMap network_texts(const std::string& address) {
  StringMap texts = {{"ingress-address", address}, {"private-address", address}};
  if (address.find(':') != std::string::npos) {
    texts["egress-subnets"] = address + "/128";
  } else if (address.find_first_not_of("0123456789.") == std::string::npos) {
    texts["egress-subnets"] = address + "/32";
  }
  return texts;
}

}  // namespace juju::testing
