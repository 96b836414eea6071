// SPDX-License-Identifier: Apache-2.0
// The scrape configuration that a model should lead to, written once more from the description of the wire alone.
#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace simulated {

using nlohmann::json;

/// A related application as it truly is.
struct TrueApplication {
  int relation = 0;
  std::string model, uuid, application, charm;
  json jobs;
  std::vector<std::pair<std::string, std::string>> units;  ///< Name and address.
};

inline std::string claim(std::set<std::string>& taken, const std::string& name, int relation, std::size_t place) {
  if (taken.insert(name).second) return name;
  std::string other = name + "_" + std::to_string(relation);
  if (taken.insert(other).second) return other;
  while (!taken.insert(other + "_" + std::to_string(place)).second) ++place;
  return other + "_" + std::to_string(place);
}

inline void expand_static_config(json& configs, const TrueApplication& of, const json& given) {
  json labels = given.value("labels", json::object());
  labels.update(json{{"juju_model", of.model}, {"juju_model_uuid", of.uuid}});
  labels.update(json{{"juju_application", of.application}, {"juju_charm", of.charm}});
  json fixed = json::array();
  std::vector<std::string> ports;
  for (const json& target : given.value("targets", json::array())) {
    const auto text = target.get<std::string>();
    if (text.front() == '*') ports.push_back(text.substr(1));
    if (text.front() != '*') fixed.push_back(text);
  }
  if (!fixed.empty()) configs.push_back({{"targets", fixed}, {"labels", labels}});
  for (const auto& [name, address] : of.units) {
    if (ports.empty()) break;
    json targets = json::array();
    const bool is_ipv6 = address.find(':') != std::string::npos;
    for (const std::string& port : ports) targets.push_back((is_ipv6 ? "[" + address + "]" : address) + port);
    configs.push_back({{"targets", targets}, {"labels", labels}});
    configs.back()["labels"]["juju_unit"] = name;
  }
}

inline json expand(const std::vector<TrueApplication>& applications) {
  json expanded = json::array();
  std::set<std::string> taken;
  for (const TrueApplication& of : applications) {
    const std::string identifier = of.model + "_" + of.uuid.substr(0, 8) + "_" + of.application;
    for (std::size_t place = 0; place < of.jobs.size(); ++place) {
      json job = of.jobs[place];
      const std::string name =
          job.contains("job_name") ? identifier + "_" + job["job_name"].get<std::string>() : identifier;
      job["job_name"] = claim(taken, name, of.relation, place);
      json configs = json::array();
      for (const json& config : job.value("static_configs", json::parse(R"([{"targets": ["*:80"]}])"))) {
        expand_static_config(configs, of, config);
      }
      json sources = {"juju_model", "juju_model_uuid", "juju_application"};
      for (const json& config : configs) {
        if (config["labels"].contains("juju_unit") && sources.size() == 3) sources.push_back("juju_unit");
      }
      json rule = {{"source_labels", sources}, {"separator", "_"}, {"target_label", "instance"}, {"regex", "(.*)"}};
      job["static_configs"] = configs;
      job["relabel_configs"] = json::array({rule});
      if (!of.units.empty()) expanded.push_back(job);
    }
  }
  return expanded;
}

}  // namespace simulated
