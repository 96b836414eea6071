// SPDX-License-Identifier: Apache-2.0
// Tempo's side: what the related applications want scraped.
#pragma once

#include <juju/charm.hpp>
#include <string>
#include <utility>
#include <vector>

#include <charms/tempo_k8s/v0/tempo_scrape/events.hpp>
#include <charms/tempo_k8s/v0/tempo_scrape/related_application.hpp>

namespace charms::tempo_k8s::v0::tempo_scrape {

/// What an author may say to a `TracingEndpointConsumer`.
struct TracingEndpointConsumerOptions {
  std::string relation_name = wire::default_relation_name;
  std::string relation_interface = wire::relation_interface;  ///< What metadata says, "tracing" in older charms.
  LabelNames label_names = LabelNames::utf8;                  ///< `legacy` for a scraper before Prometheus 3.
  TopologyLabels topology_labels = TopologyLabels::library;
  std::string scrape_interval = "1m";  ///< The scraper's own, which bounds the timeout of jobs that have none.

  /// The most bytes of JSON that come out of one relation, in `jobs()` and again in `alerts()`. What does not fit, and
  /// all that follows it there, is left out with a problem.
  std::size_t most_bytes_per_relation = default_most_bytes_per_relation;
};

/// Turns what related applications publish into a scrape configuration. Mirrors `TracingEndpointConsumer`.
///
/// What another charm wrote never throws here: what cannot be used is left out and told by `problems()`.
template <typename Charm>
class TracingEndpointConsumer {
 public:
  /// @throws RelationNotFoundError, RelationInterfaceMismatchError, RelationRoleMismatchError  if metadata does not
  ///   declare the relation so.
  /// @throws InvalidOptionError  if `scrape_interval` is no duration, or `most_bytes_per_relation` is 0.
  explicit TracingEndpointConsumer(Charm& charm, TracingEndpointConsumerOptions options = {})
      : host_(juju::host(charm)), options_(std::move(options)), on_(options_.relation_name) {
    require_relation(host_.metadata, options_.relation_name, options_.relation_interface,
                     juju::RelationRole::requires_);
    grammar_ = {options_.label_names, parse_duration(options_.scrape_interval)};
    if (!grammar_.scrape_interval) throw InvalidOptionError("scrape_interval", "not a duration such as 1m");
    if (options_.most_bytes_per_relation == 0) {
      throw InvalidOptionError("most_bytes_per_relation", "nothing comes out of no bytes");
    }
    const juju::RelationEvents relation_events = host_.framework.on()[options_.relation_name];
    host_.framework.observe(relation_events.relation_changed, *this, &TracingEndpointConsumer::on_changed);
    host_.framework.observe(relation_events.relation_departed, *this, &TracingEndpointConsumer::on_departed);
    host_.framework.observe(relation_events.relation_broken, *this, &TracingEndpointConsumer::on_broken);
  }
  TracingEndpointConsumer(const TracingEndpointConsumer&) = delete;
  TracingEndpointConsumer& operator=(const TracingEndpointConsumer&) = delete;

  const MonitoringEvents& on() const { return on_; }

  /// The jobs of all related applications: an array that can be put into a configuration's `scrape_configs` as it is.
  nlohmann::json jobs() { return scrape().jobs; }

  /// The alert rules of all related applications: an object of `{"groups": [...]}` under a name that is the relation's
  /// alone. PromQL and templates are checked for strings, brackets and blocks alone: write each entry to a file of its
  /// own, and leave out those that `promtool check rules` refuses.
  nlohmann::json alerts() {
    std::vector<Problem> ignored;
    return alerts(ignored);
  }

  /// What was left out of `jobs()` and `alerts()`, with its place. Applications without units are passed over, and
  /// units' texts where no job has a wildcard: nothing of them is used.
  std::vector<Problem> problems() {
    std::vector<Problem> problems = scrape().problems;
    alerts(problems);
    return problems;
  }

 private:
  /// Calls `use(relation, application)` with what each related application published, by relation id. One that
  /// Juju does not name is passed over.
  template <typename Use>
  void for_each_application(Use use) {
    const OwnModel own_model{host_.model.name(), host_.model.uuid()};
    for (juju::Relation* relation : host_.model.relations(options_.relation_name)) {
      if (relation->application().empty()) continue;
      const juju::StringMap& bag = relation->data(relation->application()).texts();
      use(*relation, RelatedApplication(relation->id(), relation->application(), bag, own_model, grammar_));
    }
  }

  ScrapeConfiguration scrape() {
    std::vector<ScrapedApplication> applications;
    std::vector<Problem> problems;
    for_each_application([&](juju::Relation& relation, RelatedApplication application) {
      if (application.scraped().has_wildcard()) {
        relation.prefetch(relation.units());
        for (const std::string& unit : relation.units()) application.read_unit(unit, relation.data(unit).texts());
      }
      ScrapedApplication& scraped = applications.emplace_back(application.scraped());
      scraped.has_units = !relation.units().empty();
      if (!scraped.has_units) return;
      problems.insert(problems.end(), application.problems().begin(), application.problems().end());
    });
    ScrapeConfiguration configuration =
        scrape_configuration(applications, options_.topology_labels, options_.most_bytes_per_relation);
    for (Problem& problem : configuration.problems) problem.key = wire::scrape_jobs;
    configuration.problems.insert(configuration.problems.begin(), problems.begin(), problems.end());
    return configuration;
  }

  nlohmann::json alerts(std::vector<Problem>& problems) {
    nlohmann::json alerts = nlohmann::json::object();
    for_each_application([&](juju::Relation& relation, const RelatedApplication& application) {
      const auto text = relation.data(relation.application()).get(wire::alert_rules);
      if (!text || relation.units().empty()) return;
      std::vector<Problem> found;
      nlohmann::json rules = read_alert_rules(*text, application.scraped().topology, options_.topology_labels, found,
                                              options_.most_bytes_per_relation);
      for (Problem& problem : found) {
        problem.relation_id = relation.id();
        problem.application = relation.application();
        problem.key = wire::alert_rules;
        problems.push_back(std::move(problem));
      }
      if (!rules["groups"].empty()) alerts[alert_identifier(relation, application)] = std::move(rules);
    });
    return alerts;
  }

  static std::string alert_identifier(juju::Relation& relation, const RelatedApplication& application) {
    return application.scraped().topology.identifier() + "_" + relation.endpoint() + "_" +
           std::to_string(relation.id());
  }

  void on_changed(juju::RelationChangedEvent& event) { emit(event); }
  void on_departed(juju::RelationDepartedEvent& event) { emit(event); }
  void on_broken(juju::RelationBrokenEvent& event) { emit(event); }

  void emit(const juju::RelationEvent& event) {
    if (event.relation != nullptr) host_.framework.emit(on_.targets_changed, TargetsChangedEvent(*event.relation));
  }

  juju::Host host_;
  TracingEndpointConsumerOptions options_;
  ScrapeJobGrammar grammar_;
  MonitoringEvents on_;
};

}  // namespace charms::tempo_k8s::v0::tempo_scrape
