// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <juju/charm_events.hpp>
#include <optional>
#include <string>
#include <vector>

#include <charms/tempo_k8s/v0/tempo_scrape/endpoint.hpp>

namespace charms::tempo_k8s::v0::tempo_scrape {

/// What there is to scrape changed in the relation `relation_id`. Mirrors `TargetsChangedEvent`.
class TargetsChangedEvent : public juju::RelationEvent {
 public:
  using RelationEvent::RelationEvent;
};

/// Tempo published its endpoint: the fields of `TempoEndpoint`, and the relation. Mirrors `EndpointChangedEvent`.
class EndpointChangedEvent : public juju::RelationEvent, public TempoEndpoint {
 public:
  EndpointChangedEvent() = default;
  EndpointChangedEvent(juju::Relation& related, const TempoEndpoint& endpoint)
      : RelationEvent(related), TempoEndpoint(endpoint) {}

  nlohmann::json snapshot() const override {
    nlohmann::json snapshot = RelationEvent::snapshot();
    nlohmann::json endpoint;
    to_json(endpoint, *this);
    snapshot.update(endpoint);
    return snapshot;
  }
  void restore(const nlohmann::json& snapshot, juju::Model& model) override {
    RelationEvent::restore(snapshot, model);
    std::vector<Problem> problems;
    const std::optional<TempoEndpoint> endpoint = read_endpoint(snapshot, problems);
    if (!endpoint) throw juju::SnapshotError("an endpoint without a host name");
    TempoEndpoint::operator=(*endpoint);
  }
};

/// The events of a `TracingEndpointConsumer`. Mirrors `MonitoringEvents`.
struct MonitoringEvents {
  explicit MonitoringEvents(const std::string& relation_name)
      : targets_changed("TracingEndpointConsumer[" + relation_name + "]/targets_changed") {}

  juju::EventSource<TargetsChangedEvent> targets_changed;
};

/// The events of a `TracingEndpointProvider`. Mirrors `TracingEndpointEvents`.
struct TracingEndpointEvents {
  explicit TracingEndpointEvents(const std::string& relation_name)
      : endpoint_changed("TracingEndpointProvider[" + relation_name + "]/endpoint_changed") {}

  juju::EventSource<EndpointChangedEvent> endpoint_changed;
};

}  // namespace charms::tempo_k8s::v0::tempo_scrape
