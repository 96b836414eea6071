// SPDX-License-Identifier: Apache-2.0
// Publishes alert rules that are not about the charm's own application.
#pragma once

#include <scrape/publisher.hpp>
#include <string>
#include <utility>

#include <charms/prometheus_k8s/v0/prometheus_scrape/vocabulary.hpp>
#include <charms/prometheus_k8s/v0/prometheus_scrape/wire.hpp>

namespace charms::prometheus_k8s::v0::prometheus_scrape {

/// The options of a `PrometheusRulesProvider`.
struct PrometheusRulesProviderOptions {
  std::string relation_name = wire.relation_name;
  std::string directory = "src/prometheus_alert_rules";  ///< Relative to the charm directory.
  bool recursive = true;                                 ///< Reads the files in subdirectories too.
};

/// Publishes the alert rules of a directory as they are, without topology labels. Mirrors `PrometheusRulesProvider`.
///
/// The leader writes on relation-joined, -changed, leader-elected, upgrade-charm and config-changed.
class PrometheusRulesProviderBase {
 public:
  PrometheusRulesProviderBase(const PrometheusRulesProviderBase&) = delete;
  PrometheusRulesProviderBase& operator=(const PrometheusRulesProviderBase&) = delete;

  /// What is wrong with the files. The leader also logs each as a warning when it publishes.
  std::vector<Problem> problems() { return load().problems; }

 protected:
  PrometheusRulesProviderBase(const juju::Host& host, PrometheusRulesProviderOptions options)
      : host_(host), options_(std::move(options)), publisher_(host_, wire, options_.relation_name) {
    require_relation(host_.metadata, options_.relation_name, wire.interface, juju::RelationRole::provides);
    const juju::CharmEvents& juju_events = host_.framework.on();
    const juju::RelationEvents relation_events = juju_events[options_.relation_name];
    host_.framework.observe({relation_events.relation_joined, relation_events.relation_changed,
                             juju_events.leader_elected, juju_events.upgrade_charm, juju_events.config_changed},
                            [this](juju::Event&) { publish(); });
  }
  ~PrometheusRulesProviderBase() = default;

 private:
  scrape::AlertRuleFiles load() {
    return scrape::load_alert_rules(publisher_.charm_path(options_.directory), std::nullopt,
                                    {.recursive = options_.recursive, .plain_group_names = true});
  }

  void publish() {
    const std::vector<juju::Relation*> relations = publisher_.relations();
    if (relations.empty() || !host_.model.is_leader()) return;
    publisher_.publish_alert_rules(relations, load());
  }

  juju::Host host_;
  PrometheusRulesProviderOptions options_;
  scrape::Publisher publisher_;
};

/// A `PrometheusRulesProviderBase` in a charm.
///
/// ```cpp
/// PrometheusRulesProvider<Rules> rules_{*this, {.directory = "src/rules", .recursive = false}};
/// ```
template <typename Charm>
class PrometheusRulesProvider : public PrometheusRulesProviderBase {
 public:
  /// @throws RelationNotFoundError, RelationInterfaceMismatchError, RelationRoleMismatchError  if the endpoint is not
  ///   declared so in metadata.yaml.
  explicit PrometheusRulesProvider(Charm& charm, PrometheusRulesProviderOptions options = {})
      : PrometheusRulesProviderBase(juju::host(charm), std::move(options)) {}
};

}  // namespace charms::prometheus_k8s::v0::prometheus_scrape
