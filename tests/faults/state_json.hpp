// SPDX-License-Identifier: Apache-2.0
// A State as JSON, to compare two states part by part.
#pragma once

#include <juju/testing.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace juju {
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Status, name, message)
NLOHMANN_JSON_SERIALIZE_ENUM(LogLevel, {{LogLevel::debug, "DEBUG"},
                                        {LogLevel::info, "INFO"},
                                        {LogLevel::warning, "WARNING"},
                                        {LogLevel::error, "ERROR"}})
}  // namespace juju

namespace juju::testing {
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(LogLine, level, message)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(RelationState, id, endpoint, remote_application, remote_units,
                                   remote_application_data, local_application_data, local_unit_data, departed_units,
                                   address)
}  // namespace juju::testing

namespace faults {

/// The state without actions, ports and workload version: the scenarios do not use them. "state" includes the deferred
/// events.
inline nlohmann::json to_json(const juju::testing::State& state) {
  return {{"leader", state.leader},
          {"relations", state.relations},
          {"config", state.config},
          {"model_name", state.model_name},
          {"model_uuid", state.model_uuid},
          {"unit_name", state.unit_name},
          {"address", state.address},
          {"fqdn", state.fqdn},
          {"state", juju::testing::detail::stored_texts(state)},
          {"unit_status", state.unit_status},
          {"application_status", state.application_status},
          {"log", state.log}};
}

inline juju::testing::State from_json(const nlohmann::json& json) {
  juju::testing::State state{.leader = json.at("leader").get<bool>(),
                             .relations = json.at("relations").get<std::vector<juju::testing::RelationState>>(),
                             .config = json.at("config"),
                             .model_name = json.at("model_name").get<std::string>(),
                             .model_uuid = json.at("model_uuid").get<std::string>(),
                             .unit_name = json.at("unit_name").get<std::string>(),
                             .address = json.at("address").get<std::string>(),
                             .fqdn = json.at("fqdn").get<std::string>(),
                             .stored = json.at("state").get<juju::StringMap>(),
                             .unit_status = json.at("unit_status").get<juju::Status>(),
                             .application_status = json.at("application_status").get<juju::Status>(),
                             .log = json.at("log").get<std::vector<juju::testing::LogLine>>()};
  juju::testing::detail::take_deferred(state);
  return state;
}

}  // namespace faults
