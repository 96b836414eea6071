// SPDX-License-Identifier: Apache-2.0
// The scraper's side: what the related applications want scraped, and what the scraper refuses of it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <juju/charm.hpp>
#include <map>
#include <optional>
#include <scrape/published.hpp>
#include <string>
#include <utility>
#include <vector>

#include <charms/prometheus_k8s/v0/prometheus_scrape/checks.hpp>
#include <charms/prometheus_k8s/v0/prometheus_scrape/events.hpp>
#include <charms/prometheus_k8s/v0/prometheus_scrape/vocabulary.hpp>
#include <charms/prometheus_k8s/v0/prometheus_scrape/wire.hpp>

namespace charms::prometheus_k8s::v0::prometheus_scrape {

using scrape::Published;
using scrape::RelationAlerts;

/// The options of a `MetricsEndpointConsumer`.
struct MetricsEndpointConsumerOptions {
  std::string relation_name = wire.relation_name;
  LabelNames label_names = LabelNames::utf8;  ///< `legacy` for a Prometheus before 3.
  TopologyLabels topology_labels = TopologyLabels::library;
  std::string scrape_interval = "1m";  ///< The scraper's own; limits the timeout of jobs without an interval.

  /// Keeps `query_offset` in groups of alert rules. Set to false for a Prometheus before 2.53, which refuses the key.
  bool query_offset = true;

  /// The maximum number of bytes that the scrape configs of one relation are written as, and again its alert rules.
  /// What does not fit is skipped with everything after it, with a problem.
  std::size_t max_bytes_per_relation = scrape::default_max_bytes_per_relation;

  /// Set on every job: "PrometheusProto", "OpenMetricsText0.0.1", "OpenMetricsText1.0.0", "PrometheusText0.0.4" or
  /// "PrometheusText1.0.0". Needs Prometheus 3. Empty: not set.
  std::string fallback_scrape_protocol = {};

  bool allow_file_keys = false;  ///< Whether a job may make the scraper read files of the scraper's machine.
  bool allow_proxy_url = false;  ///< Whether a job may choose a proxy.
  bool tls_inline_keys = true;   ///< Set to false for a Prometheus before 2.48: no `ca`, `cert`, `key` in `tls_config`.

  /// Returns why the scraper would refuse the scrape jobs of one relation (a JSON array), or nothing. Called at most
  /// once for a relation and hook. What it refuses is left out for that relation, and reported to its application.
  ///
  /// For the same jobs return the same text, without the name of a temporary file: each change of the report costs
  /// every unit of the application a hook. An exception is not caught, and fails the hook.
  std::function<std::optional<std::string>(const nlohmann::json&)> check_jobs = {};

  /// The same for the alert rules of one relation: a JSON object with `groups`.
  std::function<std::optional<std::string>(const nlohmann::json&)> check_rules = {};
};

/// Turns what related applications publish into a scrape configuration. Mirrors `MetricsEndpointConsumer`.
///
/// Invalid data from another charm never throws. The invalid part is skipped and reported by `problems()`. The leader
/// reports to an application what makes its jobs or alert rules disappear, on relation-changed, -departed,
/// leader-elected, config-changed, update-status and upgrade-charm.
class MetricsEndpointConsumerBase {
 public:
  MetricsEndpointConsumerBase(const MetricsEndpointConsumerBase&) = delete;
  MetricsEndpointConsumerBase& operator=(const MetricsEndpointConsumerBase&) = delete;

  const MonitoringEvents& on() const { return on_; }

  /// Reads everything that the related applications publish, each text once, without what a check refuses.
  ///
  /// Applications without units are skipped. The data bags of units are read only if a job needs their addresses.
  Published read() { return read({.jobs = true, .alerts = true}); }

  /// The scrape configs of all related applications: a JSON array for a configuration's `scrape_configs`.
  nlohmann::json jobs() { return read({.jobs = true}).jobs(); }

  /// The alert rules of all related applications: a JSON object with `{"groups": [...]}` under each one's name. Write
  /// each to a file of its own.
  nlohmann::json alerts() { return scrape::alert_rules_of(read({.alerts = true}).alerts); }

  /// What `jobs()` and `alerts()` skip, and why.
  std::vector<Problem> problems() { return read().problems; }

  /// Whether a job of an application is skipped or refused. Always false if this unit is not the leader.
  bool has_invalid_scrape_jobs() { return has_invalid(wire.scrape_jobs); }

  /// Whether an alert rule of an application is skipped or refused. Always false if this unit is not the leader.
  bool has_invalid_alert_rules() { return has_invalid(wire.alert_rules); }

 protected:
  MetricsEndpointConsumerBase(const juju::Host& host, MetricsEndpointConsumerOptions options)
      : host_(host),
        relation_name_(options.relation_name),
        reader_(reader_of(options)),
        checks_(std::move(options.check_jobs), std::move(options.check_rules)),
        on_(relation_name_) {
    require_relation(host_.metadata, relation_name_, wire.interface, juju::RelationRole::requires_);
    const juju::CharmEvents& juju_events = host_.framework.on();
    const juju::RelationEvents relation_events = juju_events[relation_name_];
    host_.framework.observe(
        {relation_events.relation_changed, relation_events.relation_departed, juju_events.leader_elected,
         juju_events.config_changed, juju_events.update_status, juju_events.upgrade_charm},
        [this](juju::Event&) { report(); });
    host_.framework.observe(relation_events.relation_changed, *this, &MetricsEndpointConsumerBase::on_change);
    host_.framework.observe(relation_events.relation_departed, *this, &MetricsEndpointConsumerBase::on_change);
    host_.framework.observe(relation_events.relation_broken, *this, &MetricsEndpointConsumerBase::on_change);
  }
  ~MetricsEndpointConsumerBase() = default;

 private:
  static scrape::PublishedReader reader_of(const MetricsEndpointConsumerOptions& options) {
    if (!juju::is_one_of(options.fallback_scrape_protocol,
                         {"", "PrometheusProto", "OpenMetricsText0.0.1", "OpenMetricsText1.0.0", "PrometheusText0.0.4",
                          "PrometheusText1.0.0"})) {
      throw InvalidOptionError("fallback_scrape_protocol", "not a protocol that Prometheus knows");
    }
    scrape::JobRules jobs = scrape::job_rules(wire);
    jobs.file_keys = options.allow_file_keys;
    jobs.proxy_url = options.allow_proxy_url;
    jobs.tls_inline_keys = options.tls_inline_keys;
    return {wire, options, jobs, options.fallback_scrape_protocol};
  }

  Published read(scrape::PublishedReader::Parts parts) {
    Published published = reader_.read(host_.model, relation_name_, parts);
    checks_.apply(published, host_.model);
    return published;
  }

  bool has_invalid(const char* key) {
    if (!host_.model.is_leader()) return false;
    const std::vector<Problem> all = problems();
    return std::any_of(all.begin(), all.end(),
                       [&](const Problem& problem) { return problem.skips_entry && problem.key == key; });
  }

  /// Reports to each application what makes its jobs or alert rules disappear. An application without units is skipped:
  /// nothing of it was read, so an earlier report stays. So is one without data: it cannot be read if its relation is
  /// being removed.
  void report() {
    const std::vector<juju::Relation*> relations = host_.model.relations(relation_name_);
    if (relations.empty() || !host_.model.is_leader()) return;
    std::map<juju::RelationId, Feedback> errors = errors_by_relation(problems());
    for (juju::Relation* relation : relations) {
      if (relation->units().empty() || relation->data(relation->application()).texts().empty()) continue;
      juju::RelationDataBag& bag = relation->data(host_.model.app().name());
      const Feedback before = parse_feedback(bag.get(event_key).value_or("{}")).value_or(Feedback());
      const Feedback now = feedback_of(std::move(errors[relation->id()]), before);
      if (now == before) continue;
      nlohmann::json written;
      to_json(written, now);
      bag.set(event_key, juju::to_yaml_safe_json(written));
    }
  }

  /// @param errors  without `valid`.
  /// @param before  the last report. If it is not empty, the absence of errors is reported too, since a Python provider
  ///   does not react to an absent key.
  static Feedback feedback_of(Feedback errors, const Feedback& before) {
    const bool is_all_well = errors == Feedback();
    if (!errors.errors.empty()) {
      errors.valid = false;
    } else if (before.valid || (before != Feedback() && is_all_well)) {
      errors.valid = true;
    }
    return errors;
  }

  void on_change(const juju::RelationEvent& event) {
    if (event.relation != nullptr) host_.framework.emit(on_.targets_changed, TargetsChangedEvent(*event.relation));
  }

  juju::Host host_;
  std::string relation_name_;
  scrape::PublishedReader reader_;
  Checks checks_;
  MonitoringEvents on_;
};

/// A `MetricsEndpointConsumerBase` in a charm.
///
/// ```cpp
/// MetricsEndpointConsumer<Prometheus> metrics_{*this, {.check_jobs = [](const nlohmann::json& jobs) {
///   return promtool_refusal(jobs);  // nothing, or the output of promtool
/// }}};
/// ...
/// file << scrape::to_yaml_safe_json(metrics_.read().scrape_configs);
/// ```
template <typename Charm>
class MetricsEndpointConsumer : public MetricsEndpointConsumerBase {
 public:
  /// @throws RelationNotFoundError, RelationInterfaceMismatchError, RelationRoleMismatchError  if the endpoint is not
  ///   declared so in metadata.yaml.
  /// @throws InvalidOptionError  if `scrape_interval` is not a duration, `max_bytes_per_relation` is 0, or
  ///   `fallback_scrape_protocol` is not known.
  explicit MetricsEndpointConsumer(Charm& charm, MetricsEndpointConsumerOptions options = {})
      : MetricsEndpointConsumerBase(juju::host(charm), std::move(options)) {}
};

}  // namespace charms::prometheus_k8s::v0::prometheus_scrape
