// SPDX-License-Identifier: Apache-2.0
// network-get and goal-state.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include <juju/testing/hook_tools/session.hpp>

namespace juju::testing::detail {

inline nlohmann::json network_get(ToolSession& session, const ToolArguments& arguments, const std::string&) {
  const std::string binding = arguments.operand(0);
  const bool has_relation = !arguments.option("r", "relation").empty() || session.hook.endpoint == binding;
  const RelationState* relation = has_relation ? &session.relation_of(arguments) : nullptr;
  const std::string& address =
      relation == nullptr || relation->address.empty() ? session.written.address : relation->address;
  if (address.empty() || (binding != "juju-info" && !session.metadata.relations.contains(binding))) {
    throw ToolRefusal("no network config found for binding \"" + binding + "\"");
  }
  const StringMap texts = network_texts(address);
  for (const char* flag : {"bind-address", "ingress-address", "primary-address"}) {
    if (arguments.flag(flag)) return address;
  }
  nlohmann::json network;
  network["bind-addresses"][0]["interface-name"] = "eth0";
  network["bind-addresses"][0]["mac-address"] = "";
  nlohmann::json& bound = network["bind-addresses"][0]["addresses"][0];
  bound["hostname"] = "";
  bound["value"] = address;
  bound["cidr"] = "";
  network["ingress-addresses"].push_back(address);
  const auto subnets = texts.find("egress-subnets");
  network["egress-subnets"] = nlohmann::json::array();
  if (subnets != texts.end()) network["egress-subnets"].push_back(subnets->second);
  return arguments.flag("egress-subnets") ? network["egress-subnets"] : network;
}

/// The units and relations of the state. No further ones are expected.
inline nlohmann::json goal_state(ToolSession& session, const ToolArguments&, const std::string&) {
  const auto entry = [](const char* status) {
    nlohmann::json goal;
    goal["status"] = status;
    goal["since"] = "2000-01-01 00:00:00Z";
    return goal;
  };
  nlohmann::json goal;
  goal["units"][session.written.unit_name] = entry("active");
  goal["relations"] = nlohmann::json::object();
  for (const RelationState& relation : session.written.relations) {
    const bool is_peer = is_peer_endpoint(session.metadata, relation.endpoint);
    nlohmann::json& goals = is_peer ? goal["units"] : goal["relations"][relation.endpoint];
    if (!is_peer) goals[relation.remote_application] = entry("joined");
    for (const auto& [unit, bag] : relation.remote_units) goals[unit] = entry(is_peer ? "active" : "joined");
  }
  return goal;
}

}  // namespace juju::testing::detail
