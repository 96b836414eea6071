// SPDX-License-Identifier: Apache-2.0
// The alert rules that every scraped application gets.
#pragma once

#include <juju/json.hpp>
#include <juju/topology.hpp>
#include <string_view>
#include <vector>

#include <scrape/alert_rule_reader.hpp>

namespace scrape {

/// A group of two alerts with the labels of a topology. `HostDown` fires if a target cannot be scraped for 5 minutes,
/// `HostMetricsMissing` if the application has had no target for 5 minutes.
inline nlohmann::json generic_alert_rules(const juju::Topology& topology) {
  constexpr std::string_view text = R"j({"groups": [{"name": "HostHealth", "rules": [
    {"alert": "HostDown", "expr": "up{%%juju_topology%%} < 1", "for": "5m", "labels": {"severity": "critical"},
     "annotations": {
       "summary": "{{ $labels.instance }} cannot be scraped.",
       "description": "Scrapes of {{ $labels.instance }} in model {{ $labels.juju_model }} have failed for 5 minutes."}},
    {"alert": "HostMetricsMissing", "expr": "absent(up{%%juju_topology%%})", "for": "5m",
     "labels": {"severity": "warning"},
     "annotations": {
       "summary": "{{ $labels.juju_application }} has no metrics.",
       "description": "No unit of {{ $labels.juju_application }} in model {{ $labels.juju_model }} has been scraped for 5 minutes."}}
  ]}]})j";
  std::vector<juju::Problem> none;
  nlohmann::json group = detail::AlertRuleReader(&topology, {}, none).read_groups(*juju::parse_json(text))[0];
  group["name"] = juju::json_string(topology.identifier() + "_HostHealth_rules");
  return group;
}

}  // namespace scrape
