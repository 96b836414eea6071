// SPDX-License-Identifier: Apache-2.0
// `scrape_metadata` of another application.
#include <scrape/alert_rules.hpp>

#include "related.hpp"

namespace fuzz::scrape_metadata {
namespace {

const std::string valid_rules =
    R"({"groups": [{"name": "g", "rules": [{"alert": "a", "expr": "up{%%juju_topology%%} == 0"}]}]})";

scrape::ApplicationReader read(const Reading& reading, const std::string& metadata) {
  return reading.read(1, {{"scrape_metadata", metadata}, {"scrape_jobs", valid_jobs}}, valid_units);
}

json printed(const juju::Topology& topology) {
  json metadata = {
      {"model", topology.model}, {"model_uuid", topology.model_uuid}, {"application", topology.application}};
  if (!topology.charm_name.empty()) metadata["charm_name"] = topology.charm_name;
  return metadata;
}

void check_topology(const Reading& reading, const juju::Topology& topology) {
  for (const std::string& name : {topology.model, topology.model_uuid, topology.application, topology.charm_name}) {
    require_text(name, "a topology's names are texts");
  }
  require(!topology.application.empty(), "an application has a name");
  require(topology.model.empty() == topology.model_uuid.empty(), "a model has a name and a UUID, or neither");
  require(topology.identifier().find('/') == std::string::npos, "an identifier has no slash");
  if (topology.model.empty()) return;
  const scrape::ApplicationReader again = read(reading, juju::to_yaml_safe_json(printed(topology)));
  require(again.application().topology == topology && again.problems().empty(),
          "a printed topology is read as the same topology");
}

void check_alert_rules(const Reading& reading, const juju::Topology& topology) {
  const auto read = [&](const std::string& text) {
    return scrape::read_alert_rules(text, topology, {.topology_labels = reading.spelling});
  };
  const scrape::AlertRules once = read(valid_rules);
  require_round_trip(once.groups);
  require(once.problems.empty() != once.groups.empty(), "valid rules are all kept or all skipped");
  const scrape::AlertRules twice = read(juju::to_yaml_safe_json(json{{"groups", once.groups}}));
  require(twice.groups == once.groups && (twice.problems.empty() || !once.problems.empty()),
          "printed rules are read as the same rules");
}

void check(std::string_view bytes) {
  const Input input(bytes);
  const Reading reading(input);
  const scrape::ApplicationReader application = read(reading, input.text);
  require_valid_problem(application.problems(), input.text);
  check_topology(reading, application.application().topology);
  require_independent(reading, application.application(), Source(valid_jobs));
  check_alert_rules(reading, application.application().topology);
}

const Registration registration({"scrape_metadata", check});

}  // namespace
}  // namespace fuzz::scrape_metadata
