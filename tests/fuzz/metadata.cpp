// SPDX-License-Identifier: Apache-2.0
// metadata.yaml or charmcraft.yaml and, after a line of `=`, config.yaml.
#include <juju/charm.hpp>
#include <juju/relation_errors.hpp>

#include "properties.hpp"
#include "texts.hpp"

namespace fuzz::metadata {
namespace {

using juju::Metadata;

std::string printed(const Metadata& metadata) {
  json document = {{"name", metadata.name}, {"containers", json::object()}, {"config", {{"options", json::object()}}}};
  for (const auto& [endpoint, relation] : metadata.relations) {
    const std::string role =
        relation.role == juju::RelationRole::peer ? "peers" : std::string(to_string(relation.role));
    json& declared = document[role][endpoint];
    declared["interface"] = relation.interface;
    declared["scope"] = to_string(relation.scope);
    declared["optional"] = relation.optional;
    if (relation.limit) declared["limit"] = *relation.limit;
  }
  for (const std::string& container : metadata.containers) document["containers"][container] = json::object();
  for (const auto& [name, option] : metadata.config) {
    json& given = document["config"]["options"][name] = {{"type", option.type}};
    if (!option.default_value.is_null()) given["default"] = option.default_value;
  }
  return juju::to_yaml_safe_json(document);
}

void check_metadata(const Metadata& metadata) {
  require(!metadata.name.empty(), "a charm has a name");
  require(Metadata::parse(printed(metadata)) == metadata, "printed metadata is read as the same metadata");
  const juju::CharmEvents events(metadata);
  for (const std::string& container : metadata.containers) events.pebble_ready(container);
  for (const auto& [endpoint, relation] : metadata.relations) {
    require(events[endpoint].relation_changed.name() == endpoint + "-relation-changed", "an endpoint has its events");
  }
}

void check(std::string_view bytes) {
  std::vector<std::string_view> files = parts_of(bytes, "\n=\n");
  files.resize(2);
  try {
    check_metadata(Metadata::parse(files[0], files[1]));
  } catch (const juju::MetadataError& error) {
    require_text(error.what(), "the message of a metadata error is text");
    require_short(error.what(), "the message of a metadata error is short");
  }
}

const Registration registration({"metadata", check});

}  // namespace
}  // namespace fuzz::metadata
