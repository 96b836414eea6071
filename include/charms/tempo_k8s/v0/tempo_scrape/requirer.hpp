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

/// What an author may say to a `TracingEndpointRequirer`.
struct TracingEndpointRequirerOptions {
  std::string hostname = {};  ///< A host name or an IP address.
  std::optional<int> tempo_port = {};
  std::optional<int> otlp_grpc_port = {};
  std::optional<int> otlp_http_port = {};
  std::optional<int> zipkin_port = {};
  std::string relation_name = wire::default_relation_name;
  std::string relation_interface = wire::relation_interface;  ///< What metadata says, "tracing" in older charms.
};

/// Tells the related applications where Tempo listens. Mirrors `TracingEndpointRequirer`.
///
/// The leader writes on Juju's relation-created, -joined, leader-elected, upgrade-charm, config-changed and, so that a
/// hook that was skipped is made good, update-status.
template <typename Charm>
class TracingEndpointRequirer {
 public:
  /// @throws RelationNotFoundError, RelationInterfaceMismatchError, RelationRoleMismatchError  if metadata does not
  ///   declare the relation so.
  /// @throws InvalidOptionError  if the host name is none, or a port is out of range.
  TracingEndpointRequirer(Charm& charm, TracingEndpointRequirerOptions options)
      : host_(juju::host(charm)), options_(std::move(options)) {
    require_relation(host_.metadata, options_.relation_name, options_.relation_interface,
                     juju::RelationRole::requires_);
    options_.hostname = juju::trim(options_.hostname);
    detail::require_valid(endpoint());
    const juju::CharmEvents& juju_events = host_.framework.on();
    const juju::RelationEvents relation_events = juju_events[options_.relation_name];
    const std::vector<juju::AnyEventSource> sources = {
        relation_events.relation_created, relation_events.relation_joined, juju_events.leader_elected,
        juju_events.upgrade_charm,        juju_events.config_changed,      juju_events.update_status};
    for (const juju::AnyEventSource& source : sources) {
      host_.framework.observe(source, *this, &TracingEndpointRequirer::on_update);
    }
  }
  TracingEndpointRequirer(const TracingEndpointRequirer&) = delete;
  TracingEndpointRequirer& operator=(const TracingEndpointRequirer&) = delete;

  /// Publishes the endpoint in every relation where it differs; does nothing on a unit that is not the leader.
  void update_relation_data() {
    const std::vector<juju::Relation*> relations = host_.model.relations(options_.relation_name);
    if (relations.empty() || !host_.model.is_leader()) return;
    for (juju::Relation* relation : relations) {
      juju::RelationDataBag& bag = relation->data(host_.model.app().name());
      if (!is_published(bag)) bag.set(wire::tempo_endpoint, juju::to_yaml_safe_json(endpoint()));
    }
  }

 private:
  TempoEndpoint endpoint() const {
    return {options_.hostname, options_.tempo_port, options_.otlp_grpc_port, options_.otlp_http_port,
            options_.zipkin_port};
  }

  bool is_published(juju::RelationDataBag& bag) const {
    const std::optional<std::string> text = bag.get(wire::tempo_endpoint);
    std::vector<Problem> problems;
    return text && parse_endpoint(*text, problems) == endpoint() && problems.empty();
  }

  void on_update(juju::Event&) { update_relation_data(); }

  juju::Host host_;
  TracingEndpointRequirerOptions options_;
};

}  // namespace charms::tempo_k8s::v0::tempo_scrape
