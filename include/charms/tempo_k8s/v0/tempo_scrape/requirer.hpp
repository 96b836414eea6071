// SPDX-License-Identifier: Apache-2.0
// Tempo's side: where it listens.
#pragma once

#include <juju/charm.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <charms/tempo_k8s/v0/tempo_scrape/endpoint.hpp>

namespace charms::tempo_k8s::v0::tempo_scrape {

/// The options of a `TracingEndpointRequirer`: the endpoint, and the relation.
struct TracingEndpointRequirerOptions {
  std::string hostname = {};  ///< A host name or an IP address. Empty: publishes nothing until `set_endpoint`.
  std::optional<int> tempo_port = {};
  std::optional<int> otlp_grpc_port = {};
  std::optional<int> otlp_http_port = {};
  std::optional<int> zipkin_port = {};
  std::string relation_name = wire.relation_name;
  std::string relation_interface = wire.interface;  ///< As in metadata.yaml; "tracing" in older charms.
};

/// Publishes where Tempo listens. Mirrors `TracingEndpointRequirer`.
///
/// The leader writes on relation-created, -joined, leader-elected, upgrade-charm, config-changed and update-status,
/// which also repairs what a skipped hook left.
class TracingEndpointRequirerBase {
 public:
  TracingEndpointRequirerBase(const TracingEndpointRequirerBase&) = delete;
  TracingEndpointRequirerBase& operator=(const TracingEndpointRequirerBase&) = delete;

  /// Replaces the endpoint, for one that comes from the charm's configuration. Call it in the charm's constructor, so
  /// that it holds in every hook; it makes no call to Juju there. In a handler it publishes at once.
  /// @returns the problems of the endpoint, with the field as `key`. If there are any, the published endpoint stays.
  std::vector<Problem> set_endpoint(TempoEndpoint endpoint) {
    std::vector<Problem> problems = problems_of(endpoint);
    endpoint_ = std::nullopt;
    if (!problems.empty()) return problems;
    endpoint_ = std::move(endpoint);
    if (host_.framework.is_running()) update_relation_data();
    return problems;
  }

  /// Publishes the endpoint in every relation in which it differs. Does nothing on a unit that is not the leader.
  void update_relation_data() {
    if (!endpoint_) return;
    const std::vector<juju::Relation*> relations = host_.model.relations(relation_name_);
    if (relations.empty() || !host_.model.is_leader()) return;
    nlohmann::json wanted;
    to_json(wanted, *endpoint_);
    for (juju::Relation* relation : relations) {
      juju::RelationDataBag& bag = relation->data(host_.model.app().name());
      if (!is_published(bag)) bag.set(tempo_endpoint_key, juju::to_yaml_safe_json(wanted));
    }
  }

 protected:
  TracingEndpointRequirerBase(const juju::Host& host, TracingEndpointRequirerOptions options)
      : host_(host), relation_name_(std::move(options.relation_name)) {
    require_relation(host_.metadata, relation_name_, options.relation_interface, juju::RelationRole::requires_);
    TempoEndpoint endpoint{std::string(juju::trim(options.hostname)), options.tempo_port, options.otlp_grpc_port,
                           options.otlp_http_port, options.zipkin_port};
    if (endpoint != TempoEndpoint()) {
      const std::vector<Problem> problems = set_endpoint(std::move(endpoint));
      if (!problems.empty()) throw InvalidOptionError(problems.front().key, problems.front().reason);
    }
    const juju::CharmEvents& juju_events = host_.framework.on();
    const juju::RelationEvents relation_events = juju_events[relation_name_];
    host_.framework.observe(
        {relation_events.relation_created, relation_events.relation_joined, juju_events.leader_elected,
         juju_events.upgrade_charm, juju_events.config_changed, juju_events.update_status},
        [this](juju::Event&) { update_relation_data(); });
  }
  ~TracingEndpointRequirerBase() = default;

 private:
  bool is_published(juju::RelationDataBag& bag) const {
    const std::optional<std::string> text = bag.get(tempo_endpoint_key);
    std::vector<Problem> problems;
    return text && parse_endpoint(*text, problems) == endpoint_ && problems.empty();
  }

  juju::Host host_;
  std::string relation_name_;
  std::optional<TempoEndpoint> endpoint_;
};

/// A `TracingEndpointRequirerBase` in a charm.
///
/// ```cpp
/// TracingEndpointRequirer<Tempo> endpoint_{*this, {.hostname = "tempo.local", .otlp_grpc_port = 4317}};
/// ```
template <typename Charm>
class TracingEndpointRequirer : public TracingEndpointRequirerBase {
 public:
  /// @throws RelationNotFoundError, RelationInterfaceMismatchError, RelationRoleMismatchError  if the endpoint is not
  ///   declared so in metadata.yaml.
  /// @throws InvalidOptionError  if the host name is invalid, or a port is out of range.
  explicit TracingEndpointRequirer(Charm& charm, TracingEndpointRequirerOptions options = {})
      : TracingEndpointRequirerBase(juju::host(charm), std::move(options)) {}
};

}  // namespace charms::tempo_k8s::v0::tempo_scrape
