// SPDX-License-Identifier: Apache-2.0
// What the tests of alert rules and of their files share.
#pragma once

#include <scrape/alert_rules.hpp>
#include <string>
#include <vector>

#include <support/promtool.hpp>

namespace support {

using Lines = std::vector<std::string>;

inline const juju::Topology topology{.model = "prod",
                                     .model_uuid = "12345678-90ab-cdef",
                                     .application = "music",
                                     .unit = "music/0",
                                     .charm_name = "spring-music"};
inline const std::string matchers =
    R"(juju_model="prod", juju_model_uuid="12345678-90ab-cdef", juju_application="music")";
inline const nlohmann::json known_labels = {{"juju_model", "prod"},
                                            {"juju_model_uuid", "12345678-90ab-cdef"},
                                            {"juju_application", "music"},
                                            {"juju_charm", "spring-music"}};

inline const std::string good_group = R"({"name": "g", "rules": [{"alert": "A", "expr": "up{%%juju_topology%%}"}]})";

/// Reads the groups of a JSON text.
inline scrape::AlertRules read(const std::string& text, const juju::Topology& whose = topology,
                               const scrape::AlertRuleOptions& options = {}) {
  return scrape::read_alert_rules(text, whose, options);
}

inline scrape::AlertRules read_group(const std::string& group, const scrape::AlertRuleOptions& options = {}) {
  return read(R"({"groups": [)" + group + "]}", topology, options);
}

/// Reads a group with these rules.
inline scrape::AlertRules read_rules(const std::string& rules) {
  return read_group(R"({"name": "g", "rules": [)" + rules + "]}");
}

inline Lines names_of(const nlohmann::json& groups) {
  Lines names;
  for (const nlohmann::json& group : groups) names.push_back(group["name"].get<std::string>());
  return names;
}

inline Lines lines_of(const std::vector<juju::Problem>& problems) {
  Lines lines;
  for (const juju::Problem& problem : problems) lines.push_back(to_string(problem));
  return lines;
}

/// What promtool prints if it refuses a file with these groups.
inline std::string refusal(const nlohmann::json& groups) {
  const Verdict verdict = promtool_check_rules(groups);
  return verdict.accepted ? "" : "refused: " + verdict.output;
}

}  // namespace support
