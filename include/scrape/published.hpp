// SPDX-License-Identifier: Apache-2.0
// What the related applications publish: the part of a consumer that the libraries share.
#pragma once

#include <juju/model.hpp>
#include <juju/relation_errors.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <scrape/alert_rules.hpp>
#include <scrape/application_reader.hpp>
#include <scrape/expansion.hpp>

namespace scrape {

/// The alert rules of one related application.
struct RelationAlerts {
  juju::RelationId relation_id = 0;
  std::string name = {};  ///< No other relation has it.
  nlohmann::json groups = juju::empty_array();
};

/// The alert rules as a JSON object, with `{"groups": [...]}` under each relation's name.
inline nlohmann::json alert_rules_of(std::vector<RelationAlerts> alerts) {
  nlohmann::json rules = juju::empty_object();
  for (RelationAlerts& of_relation : alerts) rules[of_relation.name]["groups"] = std::move(of_relation.groups);
  return rules;
}

/// Everything that the related applications publish.
struct Published {
  std::vector<ScrapeConfig> scrape_configs = {};  ///< For their text see `scrape::to_yaml_safe_json`.
  std::vector<RelationAlerts> alerts = {};
  std::vector<juju::Problem> problems = {};  ///< What was skipped, and why.

  /// The scrape configs as a JSON array.
  nlohmann::json jobs() const { return nlohmann::json(scrape_configs); }
};

/// Reads what the applications related over one endpoint publish.
class PublishedReader {
 public:
  /// What a call reads.
  struct Parts {
    bool jobs = false;
    bool alerts = false;
  };

  /// @param options  of a consumer: `label_names`, `topology_labels`, `scrape_interval`, `query_offset` and
  ///   `max_bytes_per_relation`.
  /// @param jobs  what the library and the scraper accept, without these options.
  /// @throws juju::InvalidOptionError  if `scrape_interval` is not a duration, or `max_bytes_per_relation` is 0.
  template <typename Options>
  PublishedReader(const Wire& wire, const Options& options, JobRules jobs, std::string fallback_scrape_protocol = {})
      : wire_(wire), jobs_(jobs), expansion_(expansion_rules(wire)) {
    jobs_.labels.names = options.label_names;
    jobs_.scrape_interval_ms = parse_duration(options.scrape_interval);
    if (!jobs_.scrape_interval_ms) throw juju::InvalidOptionError("scrape_interval", "not a duration such as 1m");
    if (options.max_bytes_per_relation == 0) {
      throw juju::InvalidOptionError("max_bytes_per_relation", "must be above 0");
    }
    expansion_.topology_labels = options.topology_labels;
    expansion_.max_bytes_per_relation = options.max_bytes_per_relation;
    expansion_.fallback_scrape_protocol = std::move(fallback_scrape_protocol);
    alerts_ = {options.topology_labels, options.query_offset, options.max_bytes_per_relation};
  }

  /// Reads each text once. Applications without units are skipped. The data bags of units are read only if a job needs
  /// their addresses.
  Published read(juju::Model& model, const std::string& relation_name, Parts parts) const {
    const OwnModel own_model{model.name(), model.uuid()};
    std::vector<Application> applications;
    std::vector<juju::Problem> alert_problems;
    Published published;
    for (juju::Relation* relation : model.relations(relation_name)) {
      if (relation->application().empty()) continue;
      const juju::StringMap& bag = relation->data(relation->application()).texts();
      ApplicationReader reader(wire_, relation->id(), relation->application());
      const auto alert_rules = parts.alerts ? bag.find(wire_.alert_rules) : bag.end();
      if (parts.jobs) reader.read_jobs(bag, jobs_);
      if (!reader.application().jobs.empty() || alert_rules != bag.end()) reader.read_topology(bag, own_model);
      read_units(*relation, reader);
      if (reader.application().has_units) {
        append(published.problems, reader.problems());
        if (alert_rules != bag.end()) {
          append(alert_problems, read_alerts(*relation, alert_rules->second, reader.application(), published.alerts));
        }
      }
      applications.push_back(std::move(reader.application()));
    }
    Expansion expansion = expand(std::move(applications), expansion_);
    for (juju::Problem& problem : expansion.problems) problem.key = wire_.scrape_jobs;
    published.scrape_configs = std::move(expansion.scrape_configs);
    append(published.problems, std::move(expansion.problems));
    append(published.problems, std::move(alert_problems));
    return published;
  }

 private:
  void read_units(juju::Relation& relation, ApplicationReader& reader) const {
    const std::vector<std::string>& units = relation.units();
    Application& application = reader.application();
    application.has_units = !units.empty();
    if (!application.has_wildcard() && !(wire_.one_job_per_unit && application.has_host())) return;
    relation.prefetch(units);
    application.units.reserve(units.size());
    for (const std::string& unit : units) reader.read_unit(unit, relation.data(unit).texts());
  }

  std::vector<juju::Problem> read_alerts(const juju::Relation& relation, const std::string& text,
                                         const Application& application, std::vector<RelationAlerts>& alerts) const {
    AlertRules rules = wire_.labels_alert_rules ? read_alert_rules(text, application.topology, alerts_)
                                                : read_alert_rules(text, std::nullopt, alerts_);
    for (juju::Problem& problem : rules.problems) {
      problem.relation_id = application.relation_id;
      problem.application = application.application;
      problem.key = wire_.alert_rules;
    }
    if (!rules.groups.empty()) {
      const std::optional<std::string> of_rules =
          wire_.labels_alert_rules ? std::nullopt : identifier_of_rules(rules.groups);
      std::string name = of_rules.value_or(application.topology.identifier()) + "_" + relation.endpoint() + "_" +
                         std::to_string(relation.id());
      alerts.push_back({relation.id(), std::move(name), std::move(rules.groups)});
    }
    return std::move(rules.problems);
  }

  static void append(std::vector<juju::Problem>& problems, std::vector<juju::Problem> more) {
    for (juju::Problem& problem : more) problems.push_back(std::move(problem));
  }

  const Wire& wire_;
  JobRules jobs_;
  ExpansionRules expansion_;
  AlertRuleOptions alerts_;
};

}  // namespace scrape
