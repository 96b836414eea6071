// SPDX-License-Identifier: Apache-2.0
// What becomes of each relation: the library's own core, asked about bags from a dump.
#pragma once

#include <scrape/alert_rules.hpp>
#include <charms/tempo_k8s/v0/tempo_scrape/related_application.hpp>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "relations.hpp"

namespace explain {

using charms::tempo_k8s::v0::tempo_scrape::LabelNames;
using charms::tempo_k8s::v0::tempo_scrape::OwnModel;
using charms::tempo_k8s::v0::tempo_scrape::Problem;

/// What the Tempo charm would know or have been told.
struct Reader {
  OwnModel own_model = {};
  LabelNames label_names = LabelNames::utf8;
};

/// What becomes of one relation.
struct Explanation {
  const ScrapeRelation* relation;
  charms::tempo_k8s::v0::tempo_scrape::ScrapedApplication scraped = {};
  nlohmann::json jobs = nlohmann::json::array();  ///< Its part of what `jobs()` returns.
  std::vector<Problem> problems = {};
  std::size_t alert_groups = 0;
  std::size_t alert_rules = 0;
};

namespace detail {

namespace tempo_scrape = charms::tempo_k8s::v0::tempo_scrape;

inline void count_alert_rules(Explanation& explanation, const juju::StringMap& bag) {
  const auto text = bag.find(wire::alert_rules);
  if (text == bag.end()) return;
  std::vector<Problem> problems;
  const nlohmann::json rules = tempo_scrape::read_alert_rules(text->second, explanation.scraped.topology,
                                                              tempo_scrape::TopologyLabels::library, problems);
  for (Problem& problem : problems) {
    problem.relation_id = explanation.relation->id;
    problem.application = explanation.relation->workload;
    problem.key = wire::alert_rules;
    explanation.problems.push_back(std::move(problem));
  }
  explanation.alert_groups = rules["groups"].size();
  for (const nlohmann::json& group : rules["groups"]) explanation.alert_rules += group["rules"].size();
}

inline Explanation read(const ScrapeRelation& relation, const Reader& reader) {
  const juju::StringMap bag = relation.workload_data.value_or(juju::StringMap());
  OwnModel own_model = reader.own_model;
  if (own_model.name.empty()) own_model.name = text_of_member(bag, wire::scrape_metadata, "model");
  tempo_scrape::RelatedApplication application(relation.id, relation.workload, bag, own_model,
                                               {reader.label_names, tempo_scrape::parse_duration("1m")});
  for (const auto& [unit, texts] : relation.units) application.read_unit(unit, texts);
  Explanation explanation{.relation = &relation, .scraped = application.scraped(), .problems = application.problems()};
  count_alert_rules(explanation, bag);
  return explanation;
}

/// Gives each relation its part of the configuration. What is of one relation stands together there, and how many jobs
/// that are is up to the relation alone.
inline void share_out(const tempo_scrape::ScrapeConfiguration& configuration, std::vector<Explanation>& explanations) {
  auto job = configuration.jobs.begin();
  auto problem = configuration.problems.begin();
  for (Explanation& explanation : explanations) {
    if (explanation.relation->units.empty()) continue;
    const std::size_t count = tempo_scrape::scrape_configuration({explanation.scraped}).jobs.size();
    for (std::size_t i = 0; i < count; ++i) explanation.jobs.push_back(*job++);
    while (problem != configuration.problems.end() && problem->relation_id == explanation.relation->id) {
      explanation.problems.push_back(*problem++);
    }
  }
}

}  // namespace detail

/// Explains the relations of one Tempo.
inline std::vector<Explanation> explain(const std::vector<const ScrapeRelation*>& relations, const Reader& reader) {
  std::vector<Explanation> explanations;
  std::vector<detail::tempo_scrape::ScrapedApplication> with_units;
  for (const ScrapeRelation* relation : relations) {
    explanations.push_back(detail::read(*relation, reader));
    if (!relation->units.empty()) with_units.push_back(explanations.back().scraped);
  }
  detail::share_out(detail::tempo_scrape::scrape_configuration(with_units), explanations);
  for (Explanation& explanation : explanations) {
    if (explanation.relation->id_is_told) continue;
    for (Problem& problem : explanation.problems) problem.relation_id.reset();
  }
  return explanations;
}

}  // namespace explain
