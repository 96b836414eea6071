// SPDX-License-Identifier: Apache-2.0
// The workload's side: requests protocols, and learns where to send traces.
#pragma once

#include <algorithm>
#include <juju/charm.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <charms/tempo_coordinator_k8s/v0/tracing/errors.hpp>
#include <charms/tempo_coordinator_k8s/v0/tracing/events.hpp>

namespace charms::tempo_coordinator_k8s::v0::tracing {

/// The options of a `TracingEndpointRequirer`.
struct TracingEndpointRequirerOptions {
  /// The protocols that the leader requests in every relation. Empty: none until `request_protocols`.
  std::vector<ReceiverProtocol> protocols = {};
  std::string relation_name = wire.relation_name;
};

/// Requests protocols of tracing backends, and reads where to send traces. Mirrors `TracingEndpointRequirer`.
///
/// The leader requests the option `protocols` on relation-created, -joined, -changed, leader-elected, upgrade-charm,
/// config-changed and update-status. It writes only what differs.
///
/// The functions without a relation are for an endpoint with `limit: 1` in metadata.yaml.
/// Invalid data from another charm never throws. The invalid part is skipped and reported by `problems()`.
class TracingEndpointRequirerBase {
 public:
  TracingEndpointRequirerBase(const TracingEndpointRequirerBase&) = delete;
  TracingEndpointRequirerBase& operator=(const TracingEndpointRequirerBase&) = delete;

  const TracingEndpointRequirerEvents& on() const { return on_; }

  /// Requests these protocols in every relation, instead of those requested before.
  /// @throws InvalidOptionError  if there are none, or one is unknown.
  /// @throws DataAccessPermissionError  if this unit is not the leader.
  void request_protocols(const std::vector<ReceiverProtocol>& protocols) {
    require_request(protocols);
    for (juju::Relation* relation : relations()) publish_request(*relation, protocols);
  }

  /// The same in one relation.
  void request_protocols(const std::vector<ReceiverProtocol>& protocols, juju::Relation& relation) {
    require_request(protocols);
    publish_request(relation, protocols);
  }

  /// Whether the backend has published valid receivers.
  /// @throws AmbiguousRelationUsageError  if the endpoint has no `limit: 1`.
  bool is_ready() { return get_all_endpoints().has_value(); }
  bool is_ready(juju::Relation& relation) { return get_all_endpoints(relation).has_value(); }

  /// The receivers of the backend; nothing if it is not ready.
  /// @throws AmbiguousRelationUsageError  if the endpoint has no `limit: 1`.
  std::optional<std::vector<Receiver>> get_all_endpoints() {
    juju::Relation* relation = only_relation();
    return relation == nullptr ? std::nullopt : get_all_endpoints(*relation);
  }
  std::optional<std::vector<Receiver>> get_all_endpoints(juju::Relation& relation) {
    return detail::read_remote<Receiver>(relation, parse_receivers);
  }

  /// The URL of the backend's first receiver of this protocol: "http://tempo:4318", or "tempo:4317" for grpc.
  ///
  /// @returns nothing if there is no such receiver, and this application requested the protocol. A unit that is not the
  ///   leader cannot read its application's request, so it also gets nothing if the option `protocols` is empty.
  /// @throws ProtocolNotRequestedError  if there is no such receiver, and the protocol was not requested.
  /// @throws AmbiguousRelationUsageError  if the endpoint has no `limit: 1`.
  std::optional<std::string> get_endpoint(const ReceiverProtocol& protocol) {
    return find_endpoint(protocol, only_relation());
  }
  std::optional<std::string> get_endpoint(const ReceiverProtocol& protocol, juju::Relation& relation) {
    return find_endpoint(protocol, &relation);
  }

  /// What is wrong with the receivers of the backends.
  std::vector<Problem> problems() { return detail::problems_of<Receiver>(relations(), parse_receivers); }

 protected:
  TracingEndpointRequirerBase(const juju::Host& host, TracingEndpointRequirerOptions options)
      : host_(host), options_(std::move(options)), on_(options_.relation_name) {
    require_relation(host_.metadata, options_.relation_name, wire.interface, juju::RelationRole::requires_);
    for (const ReceiverProtocol& protocol : options_.protocols) require_known("protocols", protocol);
    const juju::CharmEvents& juju_events = host_.framework.on();
    const juju::RelationEvents relation_events = juju_events[options_.relation_name];
    if (!options_.protocols.empty()) {
      host_.framework.observe({relation_events.relation_created, relation_events.relation_joined,
                               relation_events.relation_changed, juju_events.leader_elected, juju_events.upgrade_charm,
                               juju_events.config_changed, juju_events.update_status},
                              [this](juju::Event&) { request_option(); });
    }
    host_.framework.observe(relation_events.relation_changed, *this, &TracingEndpointRequirerBase::on_relation_changed);
    host_.framework.observe(relation_events.relation_broken, *this, &TracingEndpointRequirerBase::on_relation_broken);
  }
  ~TracingEndpointRequirerBase() = default;

 private:
  std::vector<juju::Relation*> relations() { return host_.model.relations(options_.relation_name); }

  /// The relation of an endpoint with `limit: 1`; null if there is none.
  juju::Relation* only_relation() {
    if (host_.metadata.relations.at(options_.relation_name).limit != 1) {
      throw AmbiguousRelationUsageError(options_.relation_name);
    }
    const std::vector<juju::Relation*> all = relations();
    return all.empty() ? nullptr : all.front();
  }

  juju::RelationDataBag& own_bag(juju::Relation& relation) { return relation.data(host_.model.app().name()); }

  void require_request(const std::vector<ReceiverProtocol>& protocols) {
    if (protocols.empty()) throw InvalidOptionError("protocols", "there is no protocol to request");
    for (const ReceiverProtocol& protocol : protocols) require_known("protocols", protocol);
    if (!host_.model.is_leader()) throw DataAccessPermissionError("request_protocols");
  }

  void publish_request(juju::Relation& relation, const std::vector<ReceiverProtocol>& protocols) {
    juju::RelationDataBag& bag = own_bag(relation);
    if (detail::is_published<ReceiverProtocol>(bag, protocols, parse_request)) return;
    std::vector<ReceiverProtocol> distinct;
    for (const ReceiverProtocol& protocol : protocols) add_unless_listed(distinct, protocol);
    bag.set(wire.receivers, to_text(distinct));
  }

  void request_option() {
    if (!host_.model.is_leader()) return;
    for (juju::Relation* relation : relations()) publish_request(*relation, options_.protocols);
  }

  std::optional<std::string> find_endpoint(const ReceiverProtocol& protocol, juju::Relation* relation) {
    if (relation != nullptr) {
      const std::optional<std::vector<Receiver>> receivers = get_all_endpoints(*relation);
      for (const Receiver& receiver : receivers.value_or(std::vector<Receiver>())) {
        if (receiver.protocol.name == protocol.name()) return receiver.url;
      }
    }
    if (!may_have_requested(protocol, relation)) throw ProtocolNotRequestedError(protocol.name());
    return std::nullopt;
  }

  bool may_have_requested(const ReceiverProtocol& protocol, juju::Relation* relation) {
    const auto contains = [&](const std::vector<ReceiverProtocol>& protocols) {
      return std::find(protocols.begin(), protocols.end(), protocol) != protocols.end();
    };
    if (contains(options_.protocols)) return true;
    if (!host_.model.is_leader()) return options_.protocols.empty();
    if (relation == nullptr) return false;
    std::vector<Problem> problems;
    return contains(parse_request(own_bag(*relation).get(wire.receivers).value_or("[]"), problems)
                        .value_or(std::vector<ReceiverProtocol>()));
  }

  void on_relation_changed(const juju::RelationChangedEvent& event) {
    if (event.relation == nullptr) return;
    if (std::optional<std::vector<Receiver>> receivers = get_all_endpoints(*event.relation)) {
      host_.framework.emit(on_.endpoint_changed, EndpointChangedEvent(*event.relation, *std::move(receivers)));
    } else {
      host_.framework.emit(on_.endpoint_removed, EndpointRemovedEvent(*event.relation));
    }
  }

  void on_relation_broken(const juju::RelationBrokenEvent& event) {
    if (event.relation != nullptr) host_.framework.emit(on_.endpoint_removed, EndpointRemovedEvent(*event.relation));
  }

  juju::Host host_;
  TracingEndpointRequirerOptions options_;
  TracingEndpointRequirerEvents on_;
};

/// A `TracingEndpointRequirerBase` in a charm.
///
/// ```cpp
/// tracing::TracingEndpointRequirer<SpringMusic> tracing_{*this, {.protocols = {"otlp_http"}}};
/// ...
/// if (const std::optional<std::string> url = tracing_.get_endpoint("otlp_http")) send_traces_to(*url + "/v1/traces");
/// ```
template <typename Charm>
class TracingEndpointRequirer : public TracingEndpointRequirerBase {
 public:
  /// @throws RelationNotFoundError, RelationInterfaceMismatchError, RelationRoleMismatchError  if metadata.yaml does
  ///   not require the endpoint with the interface `tracing`.
  /// @throws InvalidOptionError  if a protocol is unknown.
  explicit TracingEndpointRequirer(Charm& charm, TracingEndpointRequirerOptions options = {})
      : TracingEndpointRequirerBase(juju::host(charm), std::move(options)) {}
};

}  // namespace charms::tempo_coordinator_k8s::v0::tracing
