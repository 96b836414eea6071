// SPDX-License-Identifier: Apache-2.0
// Tempo's side: what the related applications want scraped.
#pragma once

#include <juju/charm.hpp>
#include <scrape/alert_rules.hpp>
#include <scrape/application_reader.hpp>
#include <scrape/expansion.hpp>
#include <string>
#include <utility>
#include <vector>

#include <charms/tempo_k8s/v0/tempo_scrape/events.hpp>

namespace charms::tempo_k8s::v0::tempo_scrape {

/// The options of a `TracingEndpointConsumer`.
struct TracingEndpointConsumerOptions {
  std::string relation_name = wire.relation_name;
  std::string relation_interface = wire.interface;  ///< As in metadata.yaml; "tracing" in older charms.
  LabelNames label_names = LabelNames::utf8;        ///< `legacy` for a Prometheus before 3.
  TopologyLabels topology_labels = TopologyLabels::library;
  std::string scrape_interval = "1m";  ///< The scraper's own; limits the timeout of jobs without an interval.

  /// Keeps `query_offset` in groups of alert rules. Set to false for a Prometheus before 2.53, which refuses the key.
  bool query_offset = true;

  /// The maximum number of bytes that the scrape configs of one relation are written as, and again its alert rules.
  /// What does not fit is skipped with everything after it, with a problem.
  std::size_t max_bytes_per_relation = scrape::default_max_bytes_per_relation;
};

/// The alert rules of one related application.
struct RelationAlerts {
  juju::RelationId relation_id = 0;
  std::string name = {};  ///< No other relation has it.
  nlohmann::json groups = juju::empty_array();
};

/// Everything that the related applications publish.
struct Published {
  std::vector<scrape::ScrapeConfig> scrape_configs = {};  ///< For their text see `scrape::to_yaml_safe_json`.
  std::vector<RelationAlerts> alerts = {};
  std::vector<Problem> problems = {};  ///< What was skipped, and why.
};

/// Turns what related applications publish into a scrape configuration. Mirrors `TracingEndpointConsumer`.
///
/// Invalid data from another charm never throws. The invalid part is skipped and reported by `problems()`.
class TracingEndpointConsumerBase {
 public:
  TracingEndpointConsumerBase(const TracingEndpointConsumerBase&) = delete;
  TracingEndpointConsumerBase& operator=(const TracingEndpointConsumerBase&) = delete;

  const MonitoringEvents& on() const { return on_; }

  /// Reads everything that the related applications publish, each text once.
  ///
  /// Applications without units are skipped. The data bags of units are read only if a job has a wildcard.
  Published read() { return read({.jobs = true, .alerts = true}); }

  /// The scrape configs of all related applications: a JSON array for a configuration's `scrape_configs`.
  nlohmann::json jobs() {
    nlohmann::json jobs = juju::empty_array();
    for (const scrape::ScrapeConfig& config : read({.jobs = true}).scrape_configs) to_json(jobs.emplace_back(), config);
    return jobs;
  }

  /// The alert rules of all related applications: a JSON object with `{"groups": [...]}` under each one's name. Write
  /// each to a file of its own, and leave out those that `promtool check rules` refuses.
  nlohmann::json alerts() {
    nlohmann::json alerts = juju::empty_object();
    for (RelationAlerts& one : read({.alerts = true}).alerts) alerts[one.name]["groups"] = std::move(one.groups);
    return alerts;
  }

  /// What `jobs()` and `alerts()` skip, and why.
  std::vector<Problem> problems() { return read().problems; }

 protected:
  TracingEndpointConsumerBase(const juju::Host& host, TracingEndpointConsumerOptions options)
      : host_(host), options_(std::move(options)), on_(options_.relation_name) {
    require_relation(host_.metadata, options_.relation_name, options_.relation_interface,
                     juju::RelationRole::requires_);
    settings_ = {options_.label_names, scrape::parse_duration(options_.scrape_interval)};
    if (!settings_.scrape_interval_ms) throw InvalidOptionError("scrape_interval", "not a duration such as 1m");
    if (options_.max_bytes_per_relation == 0) throw InvalidOptionError("max_bytes_per_relation", "must be above 0");
    const juju::RelationEvents relation_events = host_.framework.on()[options_.relation_name];
    host_.framework.observe(relation_events.relation_changed, *this, &TracingEndpointConsumerBase::on_change);
    host_.framework.observe(relation_events.relation_departed, *this, &TracingEndpointConsumerBase::on_change);
    host_.framework.observe(relation_events.relation_broken, *this, &TracingEndpointConsumerBase::on_change);
  }
  ~TracingEndpointConsumerBase() = default;

 private:
  /// What a call reads.
  struct Parts {
    bool jobs = false;
    bool alerts = false;
  };

  Published read(Parts parts) {
    const scrape::OwnModel own_model{host_.model.name(), host_.model.uuid()};
    std::vector<scrape::Application> applications;
    std::vector<Problem> alert_problems;
    Published published;
    for (juju::Relation* relation : host_.model.relations(options_.relation_name)) {
      if (relation->application().empty()) continue;
      const juju::StringMap& bag = relation->data(relation->application()).texts();
      scrape::ApplicationReader reader(wire, relation->id(), relation->application());
      const auto alert_rules = parts.alerts ? bag.find(wire.alert_rules) : bag.end();
      if (parts.jobs) reader.read_jobs(bag, settings_);
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
    scrape::Expansion expansion =
        expand(std::move(applications), options_.topology_labels, options_.max_bytes_per_relation);
    for (Problem& problem : expansion.problems) problem.key = wire.scrape_jobs;
    published.scrape_configs = std::move(expansion.scrape_configs);
    append(published.problems, std::move(expansion.problems));
    append(published.problems, std::move(alert_problems));
    return published;
  }

  static void read_units(juju::Relation& relation, scrape::ApplicationReader& reader) {
    const std::vector<std::string>& units = relation.units();
    reader.application().has_units = !units.empty();
    if (!reader.application().has_wildcard()) return;
    relation.prefetch(units);
    reader.application().units.reserve(units.size());
    for (const std::string& unit : units) reader.read_unit(unit, relation.data(unit).texts());
  }

  std::vector<Problem> read_alerts(const juju::Relation& relation, const std::string& text,
                                   const scrape::Application& application, std::vector<RelationAlerts>& alerts) const {
    scrape::AlertRules rules = scrape::read_alert_rules(text, application.topology,
                                                        {.topology_labels = options_.topology_labels,
                                                         .query_offset = options_.query_offset,
                                                         .max_bytes = options_.max_bytes_per_relation});
    for (Problem& problem : rules.problems) {
      problem.relation_id = application.relation_id;
      problem.application = application.application;
      problem.key = wire.alert_rules;
    }
    if (!rules.groups.empty()) {
      std::string name =
          application.topology.identifier() + "_" + relation.endpoint() + "_" + std::to_string(relation.id());
      alerts.push_back({relation.id(), std::move(name), std::move(rules.groups)});
    }
    return std::move(rules.problems);
  }

  static void append(std::vector<Problem>& problems, std::vector<Problem> more) {
    for (Problem& problem : more) problems.push_back(std::move(problem));
  }

  void on_change(const juju::RelationEvent& event) {
    if (event.relation != nullptr) host_.framework.emit(on_.targets_changed, TargetsChangedEvent(*event.relation));
  }

  juju::Host host_;
  TracingEndpointConsumerOptions options_;
  scrape::ScraperSettings settings_;
  MonitoringEvents on_;
};

/// A `TracingEndpointConsumerBase` in a charm.
///
/// ```cpp
/// TracingEndpointConsumer<Tempo> scrape_{*this};
/// ...
/// const Published published = scrape_.read();
/// for (const Problem& problem : published.problems) log().warning(to_string(problem));
/// file << scrape::to_yaml_safe_json(published.scrape_configs);
/// ```
template <typename Charm>
class TracingEndpointConsumer : public TracingEndpointConsumerBase {
 public:
  /// @throws RelationNotFoundError, RelationInterfaceMismatchError, RelationRoleMismatchError  if the endpoint is not
  ///   declared so in metadata.yaml.
  /// @throws InvalidOptionError  if `scrape_interval` is not a duration, or `max_bytes_per_relation` is 0.
  explicit TracingEndpointConsumer(Charm& charm, TracingEndpointConsumerOptions options = {})
      : TracingEndpointConsumerBase(juju::host(charm), std::move(options)) {}
};

}  // namespace charms::tempo_k8s::v0::tempo_scrape
