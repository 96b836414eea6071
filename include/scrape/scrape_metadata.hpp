// SPDX-License-Identifier: Apache-2.0
// The JSON object with which an application publishes its topology.
#pragma once

#include <array>
#include <juju/json.hpp>
#include <juju/topology.hpp>
#include <string>

namespace scrape {

/// A member of `scrape_metadata`.
struct MetadataMember {
  const char* key;
  std::string juju::Topology::*text;
  bool required;  ///< Whether a reader refuses metadata without it.
};

inline constexpr std::array<MetadataMember, 5> metadata_members = {
    {{"model", &juju::Topology::model, true},
     {"model_uuid", &juju::Topology::model_uuid, true},
     {"application", &juju::Topology::application, true},
     {"unit", &juju::Topology::unit, false},
     {"charm_name", &juju::Topology::charm_name, false}}};

/// The JSON object of a topology.
inline nlohmann::json scrape_metadata(const juju::Topology& topology) {
  nlohmann::json metadata = juju::empty_object();
  for (const MetadataMember& member : metadata_members) metadata[member.key] = juju::json_string(topology.*member.text);
  return metadata;
}

}  // namespace scrape
