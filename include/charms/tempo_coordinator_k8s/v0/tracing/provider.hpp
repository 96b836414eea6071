// SPDX-License-Identifier: Apache-2.0
// The tracing backend's side: learns which protocols the workloads request, and publishes its receivers.
#pragma once

#include <juju/charm.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <charms/tempo_coordinator_k8s/v0/tracing/errors.hpp>
#include <charms/tempo_coordinator_k8s/v0/tracing/events.hpp>

namespace charms::tempo_coordinator_k8s::v0::tracing {

/// The options of a `TracingEndpointProvider`.
struct TracingEndpointProviderOptions {
  std::string relation_name = wire.relation_name;
};

/// Publishes to workloads where they send traces. Mirrors `TracingEndpointProvider`.
///
/// Invalid data from another charm never throws. The invalid part is skipped and reported by `problems()`.
class TracingEndpointProviderBase {
 public:
  TracingEndpointProviderBase(const TracingEndpointProviderBase&) = delete;
  TracingEndpointProviderBase& operator=(const TracingEndpointProviderBase&) = delete;

  const TracingEndpointProviderEvents& on() const { return on_; }

  /// Publishes the active receivers in every relation in which they differ. An empty list is valid.
  /// @throws InvalidOptionError  if a protocol is unknown, or a URL is not HOST:PORT for grpc, or not an http or https
  ///   URL for http. Nothing is written then.
  /// @throws DataAccessPermissionError  if this unit is not the leader.
  void publish_receivers(const std::vector<RawReceiver>& receivers) {
    const std::vector<Receiver> wanted = make_receivers(receivers);
    if (!host_.model.is_leader()) throw DataAccessPermissionError("publish_receivers");
    for (juju::Relation* relation : relations()) {
      juju::RelationDataBag& bag = relation->data(host_.model.app().name());
      if (detail::is_published<Receiver>(bag, wanted, parse_receivers)) continue;
      bag.set(wire.receivers, juju::to_yaml_safe_json(to_json_array(wanted)));
    }
  }

  /// The known protocols that any related workload requests.
  std::set<ReceiverProtocol> requested_protocols() {
    std::set<ReceiverProtocol> protocols;
    for (juju::Relation* relation : relations()) {
      if (const auto requested = read(*relation)) protocols.insert(requested->begin(), requested->end());
    }
    return protocols;
  }

  /// Whether this relation's workload has published a valid request.
  bool is_requirer_ready(juju::Relation& relation) { return read(relation).has_value(); }

  /// What is wrong with the requests of the workloads.
  std::vector<Problem> problems() { return detail::problems_of<ReceiverProtocol>(relations(), parse_request); }

 protected:
  TracingEndpointProviderBase(const juju::Host& host, TracingEndpointProviderOptions options)
      : host_(host), relation_name_(std::move(options.relation_name)), on_(relation_name_) {
    require_relation(host_.metadata, relation_name_, wire.interface, juju::RelationRole::provides);
    const juju::RelationEvents relation_events = host_.framework.on()[relation_name_];
    host_.framework.observe(relation_events.relation_created, *this, &TracingEndpointProviderBase::on_relation_event);
    host_.framework.observe(relation_events.relation_joined, *this, &TracingEndpointProviderBase::on_relation_event);
    host_.framework.observe(relation_events.relation_changed, *this, &TracingEndpointProviderBase::on_relation_event);
    host_.framework.observe(relation_events.relation_broken, *this, &TracingEndpointProviderBase::on_relation_broken);
  }
  ~TracingEndpointProviderBase() = default;

 private:
  std::vector<juju::Relation*> relations() { return host_.model.relations(relation_name_); }
  static std::optional<std::vector<ReceiverProtocol>> read(juju::Relation& relation) {
    return detail::read_remote<ReceiverProtocol>(relation, parse_request);
  }

  void on_relation_event(const juju::RelationEvent& event) {
    if (event.relation == nullptr || !is_requirer_ready(*event.relation)) return;
    host_.framework.emit(on_.request, RequestEvent(*event.relation));
  }

  void on_relation_broken(const juju::RelationBrokenEvent& event) {
    if (event.relation != nullptr) host_.framework.emit(on_.broken, BrokenEvent(*event.relation));
  }

  juju::Host host_;
  std::string relation_name_;
  TracingEndpointProviderEvents on_;
};

/// A `TracingEndpointProviderBase` in a charm.
///
/// ```cpp
/// tracing::TracingEndpointProvider<Tempo> tracing_{*this};
/// ...
/// void on_request(tracing::RequestEvent&) {
///   if (unit().is_leader()) tracing_.publish_receivers({{"otlp_http", "http://tempo:4318"}});
/// }
/// ```
template <typename Charm>
class TracingEndpointProvider : public TracingEndpointProviderBase {
 public:
  /// @throws RelationNotFoundError, RelationInterfaceMismatchError, RelationRoleMismatchError  if metadata.yaml does
  ///   not provide the endpoint with the interface `tracing`.
  explicit TracingEndpointProvider(Charm& charm, TracingEndpointProviderOptions options = {})
      : TracingEndpointProviderBase(juju::host(charm), std::move(options)) {}
};

}  // namespace charms::tempo_coordinator_k8s::v0::tracing
