// SPDX-License-Identifier: Apache-2.0
// The labels that say where in Juju's world a sample comes from.
#pragma once

#include <algorithm>
#include <array>
#include <juju/topology.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace scrape {

/// Two spellings of the topology labels. The mirrored library writes `juju_model` and `juju_application`, and
/// dashboards select on them; its published page calls the same two `juju_model_name` and `juju_application_name`.
enum class TopologyLabels { library, page };

namespace detail {

/// Label names that are not a job's to set: the scraper's own, and the topology's in either spelling.
inline bool is_reserved_label(std::string_view name) {
  constexpr std::array<std::string_view, 9> reserved = {
      "job",        "instance",  "juju_model",      "juju_model_uuid",      "juju_application",
      "juju_charm", "juju_unit", "juju_model_name", "juju_application_name"};
  return name.starts_with("__") || std::find(reserved.begin(), reserved.end(), name) != reserved.end();
}

inline std::string model_label(TopologyLabels spelling) {
  return spelling == TopologyLabels::library ? "juju_model" : "juju_model_name";
}

inline std::string application_label(TopologyLabels spelling) {
  return spelling == TopologyLabels::library ? "juju_application" : "juju_application_name";
}

/// Name and value of each label that is known, those of the model first; not the unit's, which is each target's own.
inline std::vector<std::pair<std::string, std::string>> topology_labels(const juju::Topology& topology,
                                                                        TopologyLabels spelling) {
  std::vector<std::pair<std::string, std::string>> labels = {{model_label(spelling), topology.model},
                                                             {"juju_model_uuid", topology.model_uuid},
                                                             {application_label(spelling), topology.application},
                                                             {"juju_charm", topology.charm_name}};
  std::erase_if(labels, [](const auto& label) { return label.second.empty(); });
  return labels;
}

}  // namespace detail
}  // namespace scrape
