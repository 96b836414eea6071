// SPDX-License-Identifier: Apache-2.0
// `scrape_metadata` of another application: who it says to be.
#include <scrape/alert_rules.hpp>

#include "related.hpp"

namespace fuzz::scrape_metadata {
namespace {

const std::string good_rules =
    R"({"groups": [{"name": "g", "rules": [{"alert": "a", "expr": "up{%%juju_topology%%} == 0"}]}]})";

scrape::ApplicationReader read(const Reading& reading, const std::string& metadata) {
  return reading.read(1, {{"scrape_metadata", metadata}, {"scrape_jobs", good_jobs}}, good_units);
}

json printed(const juju::Topology& topology) {
  json metadata = {
      {"model", topology.model}, {"model_uuid", topology.model_uuid}, {"application", topology.application}};
  if (!topology.charm_name.empty()) metadata["charm_name"] = topology.charm_name;
  return metadata;
}

void check_topology(const Reading& reading, const juju::Topology& topology) {
  for (const std::string& name : {topology.model, topology.model_uuid, topology.application, topology.charm_name}) {
    require_shown_safely(name, "a topology's names are texts");
  }
  require(!topology.application.empty(), "an application has a name");
  require(topology.model.empty() == topology.model_uuid.empty(), "a model is known by both, or not at all");
  require(topology.identifier().find('/') == std::string::npos, "an identifier has no slash");
  if (topology.model.empty()) return;
  const scrape::ApplicationReader again = read(reading, juju::to_yaml_safe_json(printed(topology)));
  require(again.application().topology == topology && again.problems().empty(),
          "a topology that is printed reads the same");
}

void check_alert_rules(const Reading& reading, const juju::Topology& topology) {
  const auto read = [&](const std::string& text) {
    return scrape::read_alert_rules(text, topology, {.topology_labels = reading.spelling});
  };
  const scrape::AlertRules once = read(good_rules);
  require_reads_the_same(once.groups);
  require(once.problems.empty() != once.groups.empty(), "good rules are kept, or all are skipped");
  const scrape::AlertRules twice = read(juju::to_yaml_safe_json(json{{"groups", once.groups}}));
  require(twice.groups == once.groups && (twice.problems.empty() || !once.problems.empty()),
          "rules that are printed read the same");
}

void check(std::string_view bytes) {
  const Input input(bytes);
  const Reading reading(input);
  const scrape::ApplicationReader application = read(reading, input.text);
  require_well_told(application.problems(), input.text);
  check_topology(reading, application.application().topology);
  require_beside(reading, application.application(), Source(good_jobs));
  check_alert_rules(reading, application.application().topology);
}

const Registration registration({"scrape_metadata", check});

}  // namespace
}  // namespace fuzz::scrape_metadata
