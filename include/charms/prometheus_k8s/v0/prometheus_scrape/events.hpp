// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <juju/charm_events.hpp>
#include <string>
#include <utility>

#include <charms/prometheus_k8s/v0/prometheus_scrape/feedback.hpp>

namespace charms::prometheus_k8s::v0::prometheus_scrape {

/// What there is to scrape changed in the relation `relation_id`. Mirrors `TargetsChangedEvent`.
class TargetsChangedEvent : public juju::RelationEvent {
 public:
  using RelationEvent::RelationEvent;
};

/// The scraper reported on the alert rules. Mirrors `InvalidAlertRuleEvent`.
class AlertRuleStatusChangedEvent : public juju::RelationEvent {
 public:
  AlertRuleStatusChangedEvent() = default;
  AlertRuleStatusChangedEvent(juju::Relation& related, bool are_valid, std::string what)
      : RelationEvent(related), valid(are_valid), errors(std::move(what)) {}

  bool valid = true;        ///< Whether the scraper uses all alert rules.
  std::string errors = {};  ///< At most 4 KiB of the other charm's text.

  nlohmann::json snapshot() const override {
    nlohmann::json snapshot = RelationEvent::snapshot();
    snapshot["valid"] = valid;
    snapshot["errors"] = juju::json_string(errors);
    return snapshot;
  }
  void restore(const nlohmann::json& snapshot, juju::Model& model) override {
    RelationEvent::restore(snapshot, model);
    valid = juju::detail::required_in(snapshot, "valid").get<bool>();
    errors = juju::detail::text_in(snapshot, "errors");
  }
};

/// The scraper refused scrape jobs. Mirrors `InvalidScrapeJobEvent`.
class InvalidScrapeJobEvent : public juju::RelationEvent {
 public:
  InvalidScrapeJobEvent() = default;
  InvalidScrapeJobEvent(juju::Relation& related, std::string what) : RelationEvent(related), errors(std::move(what)) {}

  std::string errors = {};  ///< At most 4 KiB of the other charm's text.

  nlohmann::json snapshot() const override {
    nlohmann::json snapshot = RelationEvent::snapshot();
    snapshot["errors"] = juju::json_string(errors);
    return snapshot;
  }
  void restore(const nlohmann::json& snapshot, juju::Model& model) override {
    RelationEvent::restore(snapshot, model);
    errors = juju::detail::text_in(snapshot, "errors");
  }
};

/// The events of a `MetricsEndpointConsumer`. Mirrors `MonitoringEvents`.
struct MonitoringEvents {
  explicit MonitoringEvents(const std::string& relation_name)
      : targets_changed("MetricsEndpointConsumer[" + relation_name + "]/targets_changed") {}

  juju::EventSource<TargetsChangedEvent> targets_changed;
};

/// The events of a `MetricsEndpointProvider`. Mirrors `MetricsEndpointProviderEvents`.
struct MetricsEndpointProviderEvents {
  explicit MetricsEndpointProviderEvents(const std::string& relation_name)
      : alert_rule_status_changed("MetricsEndpointProvider[" + relation_name + "]/alert_rule_status_changed"),
        invalid_scrape_job("MetricsEndpointProvider[" + relation_name + "]/invalid_scrape_job") {}

  juju::EventSource<AlertRuleStatusChangedEvent> alert_rule_status_changed;
  juju::EventSource<InvalidScrapeJobEvent> invalid_scrape_job;
};

}  // namespace charms::prometheus_k8s::v0::prometheus_scrape
