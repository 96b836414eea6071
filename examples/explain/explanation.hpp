// SPDX-License-Identifier: Apache-2.0
// Expands the relations of a dump with the library's own code.
#pragma once

#include <charms/tempo_k8s/v0/tempo_scrape/endpoint.hpp>
#include <cstddef>
#include <map>
#include <optional>
#include <scrape/alert_rules.hpp>
#include <scrape/application_reader.hpp>
#include <scrape/expansion.hpp>
#include <string>
#include <utility>
#include <vector>

#include "relations.hpp"
#include "scraper_event.hpp"

namespace explain {

using juju::Problem;
using scrape::LabelNames;

/// The settings of the scraper's charm.
struct Reader {
  scrape::OwnModel own_model = {};
  LabelNames label_names = LabelNames::utf8;
};

/// The result for one relation.
struct Explanation {
  const ScrapeRelation* relation;
  scrape::Application scraped = {};
  nlohmann::json jobs = nlohmann::json::array();  ///< Its part of the result of `jobs()`. It may have credentials.
  std::vector<Problem> problems = {};
  std::optional<tempo_scrape::TempoEndpoint> endpoint = {};  ///< Where Tempo listens.
  ScraperEvent event = {};
  std::size_t alert_groups = 0;
  std::size_t alert_rules = 0;

  std::size_t problem_count() const { return problems.size() + event.error_count(); }

  std::size_t target_count() const {
    std::size_t targets = 0;
    for (const nlohmann::json& job : jobs) {
      for (const nlohmann::json& config : job["static_configs"]) targets += config["targets"].size();
    }
    return targets;
  }
};

namespace detail {

inline void add_problems(Explanation& explanation, std::vector<Problem> problems, const std::string& application,
                         const char* key) {
  for (Problem& problem : problems) {
    problem.relation_id = explanation.relation->id;
    problem.application = application;
    problem.key = key;
    explanation.problems.push_back(std::move(problem));
  }
}

inline void count_alert_rules(Explanation& explanation, const juju::StringMap& bag) {
  const ScrapeRelation& relation = *explanation.relation;
  const scrape::Wire& wire = wire_of(relation.interface);
  const auto text = bag.find(wire.alert_rules);
  if (text == bag.end()) return;
  const bool adds_labels = relation.interface == Interface::tempo_scrape;
  scrape::AlertRules rules = adds_labels ? scrape::read_alert_rules(text->second, explanation.scraped.topology)
                                         : scrape::read_alert_rules(text->second, std::nullopt);
  add_problems(explanation, std::move(rules.problems), relation.workload, wire.alert_rules);
  explanation.alert_groups = rules.groups.size();
  for (const nlohmann::json& group : rules.groups) explanation.alert_rules += group["rules"].size();
}

inline void read_scraper_text(Explanation& explanation, const juju::StringMap& bag) {
  const ScrapeRelation& relation = *explanation.relation;
  if (!relation.scraper_text) return;
  std::vector<Problem> problems;
  if (relation.interface == Interface::prometheus_scrape) {
    const auto jobs = bag.find(wire_of(relation.interface).scrape_jobs);
    const scrape::Credentials credentials(
        jobs == bag.end() ? nlohmann::json() : juju::parse_json(jobs->second).value.value_or(nlohmann::json()));
    explanation.event = read_event(*relation.scraper_text, credentials, problems);
  } else if (!relation.shows_scraper()) {
    explanation.endpoint = tempo_scrape::parse_endpoint(*relation.scraper_text, problems);
  }
  add_problems(explanation, std::move(problems), relation.scraper, scraper_key(relation.interface));
}

inline scrape::JobRules job_rules(const scrape::Wire& wire, const Reader& reader) {
  scrape::JobRules rules = scrape::job_rules(wire);
  rules.file_keys = false;
  rules.proxy_url = false;
  rules.labels.names = reader.label_names;
  rules.scrape_interval_ms = scrape::parse_duration("1m");
  return rules;
}

inline Explanation read(const ScrapeRelation& relation, const Reader& reader) {
  const juju::StringMap bag = relation.workload_data.value_or(juju::StringMap());
  const scrape::Wire& wire = wire_of(relation.interface);
  scrape::ApplicationReader application(wire, relation.id, relation.workload);
  application.read_jobs(bag, job_rules(wire, reader));
  if (!application.application().jobs.empty() || bag.contains(wire.alert_rules)) {
    application.read_topology(bag, reader.own_model);
  }
  for (const auto& [unit, texts] : relation.units) application.read_unit(unit, texts);
  application.application().has_units = !relation.units.empty();
  Explanation explanation{
      .relation = &relation, .scraped = application.application(), .problems = application.problems()};
  count_alert_rules(explanation, bag);
  read_scraper_text(explanation, bag);
  return explanation;
}

}  // namespace detail

/// Explains the relations of one scraper.
inline std::vector<Explanation> explain(const std::vector<const ScrapeRelation*>& relations, const Reader& reader) {
  std::vector<Explanation> explanations;
  std::vector<scrape::Application> applications;
  std::map<juju::RelationId, std::size_t> places;
  for (const ScrapeRelation* relation : relations) {
    places[relation->id] = explanations.size();
    explanations.push_back(detail::read(*relation, reader));
    applications.push_back(explanations.back().scraped);
  }
  if (relations.empty()) return explanations;
  const scrape::Wire& wire = wire_of(relations.front()->interface);
  scrape::Expansion expansion = scrape::expand(std::move(applications), scrape::expansion_rules(wire));
  for (const scrape::ScrapeConfig& config : expansion.scrape_configs) {
    scrape::append_json(explanations[places.at(config.relation_id)].jobs, config);
  }
  for (Problem& problem : expansion.problems) {
    problem.key = wire.scrape_jobs;
    explanations[places.at(*problem.relation_id)].problems.push_back(std::move(problem));
  }
  for (Explanation& explanation : explanations) {
    if (explanation.relation->has_id) continue;
    for (Problem& problem : explanation.problems) problem.relation_id.reset();
  }
  return explanations;
}

}  // namespace explain
