// SPDX-License-Identifier: Apache-2.0
// Tempo's side: what the related applications want scraped.
#pragma once

#include <juju/charm.hpp>
#include <scrape/published.hpp>
#include <string>
#include <utility>
#include <vector>

#include <charms/tempo_k8s/v0/tempo_scrape/events.hpp>

namespace charms::tempo_k8s::v0::tempo_scrape {

using scrape::Published;
using scrape::RelationAlerts;

/// The options of a `TracingEndpointConsumer`.
struct TracingEndpointConsumerOptions {
  std::string relation_name = wire.relation_name;
  std::string relation_interface = wire.interface;  ///< As in metadata.yaml; "tracing" in older charms.
  LabelNames label_names = LabelNames::utf8;        ///< `legacy` for a Prometheus before 3.
  TopologyLabels topology_labels = TopologyLabels::library;
  std::string scrape_interval = "1m";  ///< The scraper's own; limits the timeout of jobs without an interval.

  /// Keeps `query_offset` in groups of alert rules. Set to false for a Prometheus before 2.53, which refuses the key.
  bool query_offset = true;

  /// The maximum number of bytes that the scrape configs of one relation are written as, and again its alert rules.
  /// What does not fit is skipped with everything after it, with a problem.
  std::size_t max_bytes_per_relation = scrape::default_max_bytes_per_relation;
};

/// Turns what related applications publish into a scrape configuration. Mirrors `TracingEndpointConsumer`.
///
/// Invalid data from another charm never throws. The invalid part is skipped and reported by `problems()`.
class TracingEndpointConsumerBase {
 public:
  TracingEndpointConsumerBase(const TracingEndpointConsumerBase&) = delete;
  TracingEndpointConsumerBase& operator=(const TracingEndpointConsumerBase&) = delete;

  const MonitoringEvents& on() const { return on_; }

  /// Reads everything that the related applications publish, each text once.
  ///
  /// Applications without units are skipped. The data bags of units are read only if a job has a wildcard.
  Published read() { return read({.jobs = true, .alerts = true}); }

  /// The scrape configs of all related applications: a JSON array for a configuration's `scrape_configs`.
  nlohmann::json jobs() { return read({.jobs = true}).jobs(); }

  /// The alert rules of all related applications: a JSON object with `{"groups": [...]}` under each one's name. Write
  /// each to a file of its own, and leave out those that `promtool check rules` refuses.
  nlohmann::json alerts() { return scrape::alert_rules_of(read({.alerts = true}).alerts); }

  /// What `jobs()` and `alerts()` skip, and why.
  std::vector<Problem> problems() { return read().problems; }

 protected:
  TracingEndpointConsumerBase(const juju::Host& host, TracingEndpointConsumerOptions options)
      : host_(host),
        options_(std::move(options)),
        reader_(wire, options_, scrape::job_rules(wire)),
        on_(options_.relation_name) {
    require_relation(host_.metadata, options_.relation_name, options_.relation_interface,
                     juju::RelationRole::requires_);
    const juju::RelationEvents relation_events = host_.framework.on()[options_.relation_name];
    host_.framework.observe(relation_events.relation_changed, *this, &TracingEndpointConsumerBase::on_change);
    host_.framework.observe(relation_events.relation_departed, *this, &TracingEndpointConsumerBase::on_change);
    host_.framework.observe(relation_events.relation_broken, *this, &TracingEndpointConsumerBase::on_change);
  }
  ~TracingEndpointConsumerBase() = default;

 private:
  Published read(scrape::PublishedReader::Parts parts) {
    return reader_.read(host_.model, options_.relation_name, parts);
  }

  void on_change(const juju::RelationEvent& event) {
    if (event.relation != nullptr) host_.framework.emit(on_.targets_changed, TargetsChangedEvent(*event.relation));
  }

  juju::Host host_;
  TracingEndpointConsumerOptions options_;
  scrape::PublishedReader reader_;
  MonitoringEvents on_;
};

/// A `TracingEndpointConsumerBase` in a charm.
///
/// ```cpp
/// TracingEndpointConsumer<Tempo> scrape_{*this};
/// ...
/// const Published published = scrape_.read();
/// for (const Problem& problem : published.problems) log().warning(to_string(problem));
/// file << scrape::to_yaml_safe_json(published.scrape_configs);
/// ```
template <typename Charm>
class TracingEndpointConsumer : public TracingEndpointConsumerBase {
 public:
  /// @throws RelationNotFoundError, RelationInterfaceMismatchError, RelationRoleMismatchError  if the endpoint is not
  ///   declared so in metadata.yaml.
  /// @throws InvalidOptionError  if `scrape_interval` is not a duration, or `max_bytes_per_relation` is 0.
  explicit TracingEndpointConsumer(Charm& charm, TracingEndpointConsumerOptions options = {})
      : TracingEndpointConsumerBase(juju::host(charm), std::move(options)) {}
};

}  // namespace charms::tempo_k8s::v0::tempo_scrape
