// SPDX-License-Identifier: Apache-2.0
// The workload's side: publishes what is to be scraped, and learns where Tempo listens.
#pragma once

#include <optional>
#include <scrape/publisher.hpp>
#include <string>
#include <utility>
#include <vector>

#include <charms/tempo_k8s/v0/tempo_scrape/events.hpp>

namespace charms::tempo_k8s::v0::tempo_scrape {

/// The options of a `TracingEndpointProvider`.
struct TracingEndpointProviderOptions {
  std::vector<ScrapeJob> jobs = {};  ///< Empty: the default job, every unit on port 80.
  std::string relation_name = wire.relation_name;
  std::string relation_interface = wire.interface;        ///< As in metadata.yaml; "tracing" in older charms.
  std::vector<juju::AnyEventSource> refresh_events = {};  ///< Further events on which to publish.
  std::string address = {};                               ///< Empty: this unit's address in the relation's network.
  std::string alert_rules_directory = "src/alert_rules";  ///< Relative to the charm directory.
};

/// Makes every unit of a charm a scrape target of the related Tempos. Mirrors `TracingEndpointProvider`.
///
/// Publishes on relation-created, -joined, -changed, upgrade-charm, leader-elected, config-changed, update-status and
/// each container's pebble-ready: every unit its name and address, the leader also jobs, metadata and alert rules. It
/// writes only what differs.
class TracingEndpointProviderBase {
 public:
  TracingEndpointProviderBase(const TracingEndpointProviderBase&) = delete;
  TracingEndpointProviderBase& operator=(const TracingEndpointProviderBase&) = delete;

  const TracingEndpointEvents& on() const { return on_; }

  /// Replaces the jobs, for jobs that come from the charm's configuration. Call it in the charm's constructor, so that
  /// it holds in every hook; it makes no call to Juju there. In a handler it publishes at once.
  ///
  /// ```cpp
  /// const std::vector<Problem> problems = tracing_.set_jobs(ScrapeJob::parse(config<std::string>("jobs")));
  /// ```
  /// @param jobs  an empty list: the default job, every unit on port 80.
  /// @returns the problems of the jobs, including those in `jobs`. If there are any, the published jobs stay.
  std::vector<Problem> set_jobs(ScrapeJobs jobs);

  /// The endpoint of Tempo, from the oldest relation with a valid one; nothing if no relation has one.
  std::optional<TempoEndpoint> endpoint();

  /// The endpoint of this relation's Tempo; nothing if it is absent or invalid.
  std::optional<TempoEndpoint> endpoint(juju::Relation& relation);

  /// "http://tempo.local:4317" for `endpoint()`; nothing without that port.
  std::optional<std::string> otlp_grpc_endpoint() { return url_of(endpoint()); }

  /// The same for this relation's Tempo.
  std::optional<std::string> otlp_grpc_endpoint(juju::Relation& relation) { return url_of(endpoint(relation)); }

  /// What is wrong with the charm's alert rule files. The leader also logs each as a warning when it publishes.
  std::vector<Problem> problems() { return load_alert_rules().problems; }

 protected:
  TracingEndpointProviderBase(const juju::Host& host, TracingEndpointProviderOptions options);
  ~TracingEndpointProviderBase() = default;

 private:
  std::optional<TempoEndpoint> read_endpoint(juju::Relation& relation);
  void log_endpoint(juju::LogLevel level, const std::string& message);
  static std::optional<std::string> url_of(const std::optional<TempoEndpoint>& endpoint) {
    return endpoint ? tempo_scrape::otlp_grpc_endpoint(*endpoint) : std::nullopt;
  }

  void on_relation_changed(juju::RelationChangedEvent& event);
  void publish();
  scrape::AlertRuleFiles load_alert_rules();

  juju::Host host_;
  TracingEndpointProviderOptions options_;
  scrape::Publisher publisher_;
  TracingEndpointEvents on_;
  std::optional<juju::LogLevel> logged_endpoint_;
};

/// A `TracingEndpointProviderBase` in a charm.
///
/// ```cpp
/// TracingEndpointProvider<SpringMusic> tracing_{*this, {.jobs = {{.static_configs = {{.targets = {"*:8000"}}}}}}};
/// ```
template <typename Charm>
class TracingEndpointProvider : public TracingEndpointProviderBase {
 public:
  /// @throws RelationNotFoundError, RelationInterfaceMismatchError, RelationRoleMismatchError  if the endpoint is not
  ///   declared so in metadata.yaml.
  /// @throws InvalidScrapeJobError  if a job is invalid, or two have one name.
  /// @throws InvalidOptionError     if the address is invalid.
  explicit TracingEndpointProvider(Charm& charm, TracingEndpointProviderOptions options = {})
      : TracingEndpointProviderBase(juju::host(charm), std::move(options)) {}
};

inline TracingEndpointProviderBase::TracingEndpointProviderBase(const juju::Host& host,
                                                                TracingEndpointProviderOptions options)
    : host_(host),
      options_(std::move(options)),
      publisher_(host_, wire, options_.relation_name),
      on_(options_.relation_name) {
  require_relation(host_.metadata, options_.relation_name, options_.relation_interface, juju::RelationRole::provides);
  options_.address = juju::trim(options_.address);
  if (!options_.address.empty() && !juju::parse_address(options_.address)) {
    throw InvalidOptionError("address", "not a host name or an IP address");
  }
  for (ScrapeJob& job : options_.jobs) scrape::drop_further_keys(job);
  publisher_.require_jobs(std::move(options_.jobs));
  publisher_.observe(options_.refresh_events, [this] { publish(); });
  host_.framework.observe(host_.framework.on()[options_.relation_name].relation_changed, *this,
                          &TracingEndpointProviderBase::on_relation_changed);
}

inline std::vector<Problem> TracingEndpointProviderBase::set_jobs(ScrapeJobs jobs) {
  std::vector<Problem> problems = publisher_.set_jobs(std::move(jobs));
  if (problems.empty() && host_.framework.is_running()) publish();
  return problems;
}

inline std::optional<TempoEndpoint> TracingEndpointProviderBase::endpoint() {
  for (juju::Relation* relation : publisher_.relations()) {
    if (std::optional<TempoEndpoint> read = read_endpoint(*relation)) return read;
  }
  log_endpoint(juju::LogLevel::debug, "no Tempo has published its endpoint yet");
  return std::nullopt;
}

inline std::optional<TempoEndpoint> TracingEndpointProviderBase::endpoint(juju::Relation& relation) {
  std::optional<TempoEndpoint> read = read_endpoint(relation);
  if (!read) log_endpoint(juju::LogLevel::debug, "no endpoint yet in relation " + std::to_string(relation.id()));
  return read;
}

inline std::optional<TempoEndpoint> TracingEndpointProviderBase::read_endpoint(juju::Relation& relation) {
  const std::string tempo = relation.application();
  if (tempo.empty()) return std::nullopt;
  const std::optional<std::string> text = relation.data(tempo).get(tempo_endpoint_key);
  if (!text) return std::nullopt;
  std::vector<Problem> problems;
  std::optional<TempoEndpoint> read = parse_endpoint(*text, problems);
  std::string message;
  for (Problem& problem : problems) {
    problem.relation_id = relation.id();
    problem.application = tempo;
    message += (message.empty() ? "" : "; ") + to_string(problem);
  }
  if (!message.empty()) log_endpoint(juju::LogLevel::warning, message);
  return read;
}

/// Logs at most one warning in a hook, and at most one DEBUG line before it.
inline void TracingEndpointProviderBase::log_endpoint(juju::LogLevel level, const std::string& message) {
  if (logged_endpoint_ && *logged_endpoint_ >= level) return;
  logged_endpoint_ = level;
  host_.model.log().write(level, message);
}

inline void TracingEndpointProviderBase::on_relation_changed(juju::RelationChangedEvent& event) {
  publish();
  if (event.relation == nullptr) return;
  if (const std::optional<TempoEndpoint> read = endpoint(*event.relation)) {
    host_.framework.emit(on_.endpoint_changed, EndpointChangedEvent(*event.relation, *read));
  }
}

inline void TracingEndpointProviderBase::publish() {
  const std::vector<juju::Relation*> relations = publisher_.relations();
  for (juju::Relation* relation : relations) {
    publisher_.publish_unit(
        *relation, {{wire.unit_name, host_.model.unit_name()},
                    {wire.unit_address, options_.address.empty() ? host_.model.address(*relation) : options_.address}});
  }
  if (relations.empty() || !host_.model.is_leader()) return;
  nlohmann::json jobs;
  if (const std::vector<ScrapeJob>* given = publisher_.jobs()) {
    jobs = given->empty() ? std::vector<ScrapeJob>(1) : *given;
  }
  publisher_.publish_application(relations, jobs, load_alert_rules());
}

inline scrape::AlertRuleFiles TracingEndpointProviderBase::load_alert_rules() {
  const std::string directory = publisher_.charm_path(options_.alert_rules_directory);
  return directory.empty() ? scrape::AlertRuleFiles() : scrape::load_alert_rules(directory, publisher_.topology());
}

}  // namespace charms::tempo_k8s::v0::tempo_scrape
