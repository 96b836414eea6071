// SPDX-License-Identifier: Apache-2.0
// The labels that say where in Juju a sample comes from.
#pragma once

#include <juju/string_map.hpp>
#include <juju/text.hpp>
#include <juju/topology.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace scrape {

/// Label values under label names.
using Labels = juju::StringMap;

/// Two spellings of the topology labels. The mirrored library writes `juju_model` and `juju_application`, and
/// dashboards select on them. Its published documentation calls them `juju_model_name` and `juju_application_name`.
enum class TopologyLabels { library, documented };

/// Whether Prometheus gives the label a meaning of its own.
inline bool is_prometheus_label(std::string_view name) {
  return name.starts_with("__") || juju::is_one_of(name, {"job", "instance"});
}

/// Whether the label is Prometheus's own, or the topology's in either spelling.
inline bool is_reserved_label(std::string_view name) {
  return is_prometheus_label(name) ||
         juju::is_one_of(name, {"juju_model", "juju_model_uuid", "juju_application", "juju_charm", "juju_unit",
                                "juju_model_name", "juju_application_name"});
}

/// "juju_model" or "juju_model_name".
inline std::string model_label(TopologyLabels spelling) {
  return spelling == TopologyLabels::library ? "juju_model" : "juju_model_name";
}

/// "juju_application" or "juju_application_name".
inline std::string application_label(TopologyLabels spelling) {
  return spelling == TopologyLabels::library ? "juju_application" : "juju_application_name";
}

/// Name and value of each label of a topology, the model's first. Empty values are left out, and so is `juju_unit`.
inline std::vector<std::pair<std::string, std::string>> topology_labels(const juju::Topology& topology,
                                                                        TopologyLabels spelling) {
  std::vector<std::pair<std::string, std::string>> labels;
  const auto add = [&](const std::string& name, const std::string& value) {
    if (!value.empty()) labels.emplace_back(name, value);
  };
  add(model_label(spelling), topology.model);
  add("juju_model_uuid", topology.model_uuid);
  add(application_label(spelling), topology.application);
  add("juju_charm", topology.charm_name);
  return labels;
}

}  // namespace scrape
