// SPDX-License-Identifier: Apache-2.0
// Expands the relations of a dump with the library's own code.
#pragma once

#include <cstddef>
#include <scrape/alert_rules.hpp>
#include <scrape/application_reader.hpp>
#include <scrape/expansion.hpp>
#include <string>
#include <utility>
#include <vector>

#include "relations.hpp"

namespace explain {

using charms::tempo_k8s::v0::tempo_scrape::LabelNames;
using charms::tempo_k8s::v0::tempo_scrape::Problem;

/// The settings of the Tempo charm.
struct Reader {
  scrape::OwnModel own_model = {};
  LabelNames label_names = LabelNames::utf8;
};

/// The result for one relation.
struct Explanation {
  const ScrapeRelation* relation;
  scrape::Application scraped = {};
  nlohmann::json jobs = nlohmann::json::array();  ///< Its part of the result of `jobs()`.
  std::vector<Problem> problems = {};
  std::size_t alert_groups = 0;
  std::size_t alert_rules = 0;
};

namespace detail {

namespace tempo_scrape = charms::tempo_k8s::v0::tempo_scrape;

inline void count_alert_rules(Explanation& explanation, const juju::StringMap& bag) {
  const auto text = bag.find(wire.alert_rules);
  if (text == bag.end()) return;
  scrape::AlertRules rules = scrape::read_alert_rules(text->second, explanation.scraped.topology);
  for (Problem& problem : rules.problems) {
    problem.relation_id = explanation.relation->id;
    problem.application = explanation.relation->workload;
    problem.key = wire.alert_rules;
    explanation.problems.push_back(std::move(problem));
  }
  explanation.alert_groups = rules.groups.size();
  for (const nlohmann::json& group : rules.groups) explanation.alert_rules += group["rules"].size();
}

inline Explanation read(const ScrapeRelation& relation, const Reader& reader) {
  const juju::StringMap bag = relation.workload_data.value_or(juju::StringMap());
  scrape::OwnModel own_model = reader.own_model;
  if (own_model.name.empty()) own_model.name = text_of_member(bag, wire.scrape_metadata, "model");
  scrape::ApplicationReader application(wire, relation.id, relation.workload);
  application.read_jobs(bag, {.further_keys = false,
                              .labels = {reader.label_names, false},
                              .scrape_interval_ms = scrape::parse_duration("1m")});
  if (!application.application().jobs.empty() || bag.contains(wire.alert_rules)) {
    application.read_topology(bag, own_model);
  }
  for (const auto& [unit, texts] : relation.units) application.read_unit(unit, texts);
  application.application().has_units = !relation.units.empty();
  Explanation explanation{
      .relation = &relation, .scraped = application.application(), .problems = application.problems()};
  count_alert_rules(explanation, bag);
  return explanation;
}

/// Assigns the scrape configs and the problems to their relations. Both are in the order of the relations.
inline void assign_configs(const scrape::Expansion& expansion, std::vector<Explanation>& explanations) {
  auto config = expansion.scrape_configs.begin();
  auto problem = expansion.problems.begin();
  for (Explanation& explanation : explanations) {
    const juju::RelationId id = explanation.relation->id;
    const std::size_t max_jobs = explanation.scraped.has_units ? explanation.scraped.jobs.size() : 0;
    for (; config != expansion.scrape_configs.end() && config->relation_id == id; ++config) {
      if (explanation.jobs.size() == max_jobs) break;
      append_json(explanation.jobs, *config);
    }
    for (; problem != expansion.problems.end() && problem->relation_id == id; ++problem) {
      explanation.problems.push_back(*problem);
      explanation.problems.back().key = wire.scrape_jobs;
    }
  }
}

}  // namespace detail

/// Explains the relations of one Tempo.
inline std::vector<Explanation> explain(const std::vector<const ScrapeRelation*>& relations, const Reader& reader) {
  std::vector<Explanation> explanations;
  std::vector<scrape::Application> applications;
  for (const ScrapeRelation* relation : relations) {
    explanations.push_back(detail::read(*relation, reader));
    applications.push_back(explanations.back().scraped);
  }
  detail::assign_configs(scrape::expand(applications), explanations);
  for (Explanation& explanation : explanations) {
    if (explanation.relation->has_id) continue;
    for (Problem& problem : explanation.problems) problem.relation_id.reset();
  }
  return explanations;
}

}  // namespace explain
