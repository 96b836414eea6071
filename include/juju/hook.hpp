// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include <juju/relation_data_bag.hpp>

namespace juju {

/// One run of a charm by Juju: what happened, and to what.
struct Hook {
  std::string name = {};  ///< Juju's: "config-changed", "tracing-relation-joined", "music-pebble-ready".
  std::optional<RelationId> relation_id = {};
  std::string endpoint = {};            ///< This side's endpoint of the relation.
  std::string remote_application = {};  ///< Empty where Juju does not tell.
  std::string remote_unit = {};         ///< Empty where the event is of no single unit.
  std::string departing_unit = {};      ///< Of relation-departed: the unit that leaves, which may be this one.
  std::string workload = {};            ///< Of pebble-ready: the container.

  bool operator==(const Hook&) const = default;

  /// What the hook's event is restored from (see event.hpp): what is not known is left out.
  nlohmann::json snapshot() const {
    nlohmann::json snapshot = nlohmann::json::object();
    if (relation_id) snapshot["relation_id"] = *relation_id;
    if (!endpoint.empty()) snapshot["relation_name"] = endpoint;
    if (!remote_application.empty()) snapshot["app"] = remote_application;
    if (!remote_unit.empty()) snapshot["unit"] = remote_unit;
    if (!departing_unit.empty()) snapshot["departing_unit"] = departing_unit;
    if (!workload.empty()) snapshot["workload"] = workload;
    return snapshot;
  }
};

}  // namespace juju
