// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <juju/charm_events.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <charms/tempo_coordinator_k8s/v0/tracing/bags.hpp>
#include <charms/tempo_coordinator_k8s/v0/tracing/receiver.hpp>

namespace charms::tempo_coordinator_k8s::v0::tracing {

/// A workload requested protocols in the relation `relation_id`. Mirrors `RequestEvent`.
class RequestEvent : public juju::RelationEvent {
 public:
  using RelationEvent::RelationEvent;

  /// The known protocols that the workload requests now. It is empty if the event was deferred and the relation or the
  /// request has been removed since.
  std::vector<ReceiverProtocol> requested_receivers() const {
    if (relation == nullptr) return {};
    return detail::read_remote<ReceiverProtocol>(*relation, parse_request).value_or(std::vector<ReceiverProtocol>());
  }
};

/// The relation with a workload is removed. Mirrors `BrokenEvent`.
class BrokenEvent : public juju::RelationBrokenEvent {
 public:
  using RelationBrokenEvent::RelationBrokenEvent;
};

/// The backend published its receivers. Mirrors `EndpointChangedEvent`.
class EndpointChangedEvent : public juju::RelationEvent {
 public:
  EndpointChangedEvent() = default;
  EndpointChangedEvent(juju::Relation& related, std::vector<Receiver> published)
      : RelationEvent(related), receivers(std::move(published)) {}

  std::vector<Receiver> receivers = {};

  nlohmann::json snapshot() const override {
    nlohmann::json snapshot = RelationEvent::snapshot();
    snapshot[wire.receivers] = to_json_array(receivers);
    return snapshot;
  }
  void restore(const nlohmann::json& snapshot, juju::Model& model) override {
    RelationEvent::restore(snapshot, model);
    std::vector<Problem> problems;
    std::optional<std::vector<Receiver>> read = read_receivers(juju::member(snapshot, wire.receivers), problems);
    if (!read) throw juju::SnapshotError("an event without receivers");
    receivers = *std::move(read);
  }
};

/// The backend has no valid receivers, or the relation is removed. Mirrors `EndpointRemovedEvent`.
class EndpointRemovedEvent : public juju::RelationBrokenEvent {
 public:
  using RelationBrokenEvent::RelationBrokenEvent;
};

/// The events of a `TracingEndpointProvider`. Mirrors `TracingEndpointProviderEvents`.
struct TracingEndpointProviderEvents {
  explicit TracingEndpointProviderEvents(const std::string& relation_name)
      : request("tracing.TracingEndpointProvider[" + relation_name + "]/request"),
        broken("tracing.TracingEndpointProvider[" + relation_name + "]/broken") {}

  juju::EventSource<RequestEvent> request;
  juju::EventSource<BrokenEvent> broken;
};

/// The events of a `TracingEndpointRequirer`. Mirrors `TracingEndpointRequirerEvents`.
struct TracingEndpointRequirerEvents {
  explicit TracingEndpointRequirerEvents(const std::string& relation_name)
      : endpoint_changed("tracing.TracingEndpointRequirer[" + relation_name + "]/endpoint_changed"),
        endpoint_removed("tracing.TracingEndpointRequirer[" + relation_name + "]/endpoint_removed") {}

  juju::EventSource<EndpointChangedEvent> endpoint_changed;
  juju::EventSource<EndpointRemovedEvent> endpoint_removed;
};

}  // namespace charms::tempo_coordinator_k8s::v0::tracing
