// SPDX-License-Identifier: Apache-2.0
// The workload's side: publishes what is to be scraped, and learns where Tempo listens.
#pragma once

#include <juju/charm.hpp>
#include <juju/file.hpp>
#include <optional>
#include <scrape/alert_rule_files.hpp>
#include <scrape/job_reader.hpp>
#include <scrape/scrape_metadata.hpp>
#include <set>
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
  std::vector<juju::Relation*> relations() { return host_.model.relations(options_.relation_name); }
  std::optional<TempoEndpoint> read_endpoint(juju::Relation& relation);
  void log_endpoint(juju::LogLevel level, const std::string& message);
  static std::optional<std::string> url_of(const std::optional<TempoEndpoint>& endpoint) {
    return endpoint ? tempo_scrape::otlp_grpc_endpoint(*endpoint) : std::nullopt;
  }

  void take_jobs(std::vector<ScrapeJob> jobs);
  void warn_of(const ScrapeJob& job);
  void observe();
  void on_relation_changed(juju::RelationChangedEvent& event);

  void publish();
  void publish_unit(juju::Relation& relation);
  void publish_application(juju::Relation& relation, const nlohmann::json& metadata, const nlohmann::json& jobs,
                           const scrape::AlertRuleFiles& alert_rules);
  juju::Topology topology();
  scrape::AlertRuleFiles load_alert_rules();
  void log_once(juju::LogLevel level, const std::string& message) {
    if (logged_.insert(message).second) host_.model.log().write(level, message);
  }

  juju::Host host_;
  TracingEndpointProviderOptions options_;
  TracingEndpointEvents on_;
  bool jobs_are_valid_ = true;  ///< If not, the published jobs stay.
  std::set<std::string> logged_;
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
    : host_(host), options_(std::move(options)), on_(options_.relation_name) {
  require_relation(host_.metadata, options_.relation_name, options_.relation_interface, juju::RelationRole::provides);
  options_.address = juju::trim(options_.address);
  if (!options_.address.empty() && !juju::parse_address(options_.address)) {
    throw InvalidOptionError("address", "not a host name or an IP address");
  }
  scrape::detail::require_none(scrape::problems_of(options_.jobs));
  take_jobs(std::move(options_.jobs));
  observe();
}

inline std::vector<Problem> TracingEndpointProviderBase::set_jobs(ScrapeJobs jobs) {
  std::vector<Problem> found = scrape::problems_of(jobs.jobs);
  for (Problem& problem : found) jobs.problems.push_back(std::move(problem));
  jobs_are_valid_ = jobs.problems.empty();
  if (jobs_are_valid_) take_jobs(std::move(jobs.jobs));
  if (jobs_are_valid_ && host_.framework.is_running()) publish();
  return std::move(jobs.problems);
}

inline std::optional<TempoEndpoint> TracingEndpointProviderBase::endpoint() {
  for (juju::Relation* relation : relations()) {
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

inline void TracingEndpointProviderBase::take_jobs(std::vector<ScrapeJob> jobs) {
  if (jobs.empty()) jobs.emplace_back();
  options_.jobs = std::move(jobs);
  std::string dropped;
  for (const ScrapeJob& job : options_.jobs) {
    for (const std::string& key : job.dropped_keys) dropped += " " + juju::printable(key);
    warn_of(job);
  }
  if (!dropped.empty()) log_once(juju::LogLevel::warning, "keys of scrape jobs that are not published:" + dropped);
}

/// Warns of what is valid but rarely wanted.
inline void TracingEndpointProviderBase::warn_of(const ScrapeJob& job) {
  const auto warn = [&](const char* reason) {
    log_once(juju::LogLevel::warning, "the scrape job '" + juju::printable(job.job_name) + "' " + reason);
  };
  if (job.job_name.find(host_.model.unit_name()) != std::string::npos) {
    warn("is named after a unit: its series will break when the leader changes");
  }
  const auto timeout = scrape::parse_duration(job.scrape_timeout);
  if (timeout && *timeout > 60'000 && job.scrape_interval.empty()) {
    warn("has a timeout of over a minute, longer than the interval of most scrapers: give it a scrape_interval too");
  }
}

inline void TracingEndpointProviderBase::observe() {
  juju::Framework& framework = host_.framework;
  const juju::CharmEvents& juju_events = framework.on();
  const juju::RelationEvents relation_events = juju_events[options_.relation_name];
  std::vector<juju::AnyEventSource> refresh = {relation_events.relation_created, relation_events.relation_joined,
                                               juju_events.upgrade_charm,        juju_events.leader_elected,
                                               juju_events.config_changed,       juju_events.update_status};
  for (const std::string& container : host_.metadata.containers) {
    refresh.push_back(juju_events.pebble_ready(container));
  }
  for (const juju::AnyEventSource& event : options_.refresh_events) refresh.push_back(event);
  framework.observe(refresh, [this](juju::Event&) { publish(); });
  framework.observe(relation_events.relation_changed, *this, &TracingEndpointProviderBase::on_relation_changed);
}

inline void TracingEndpointProviderBase::on_relation_changed(juju::RelationChangedEvent& event) {
  publish();
  if (event.relation == nullptr) return;
  if (const std::optional<TempoEndpoint> read = endpoint(*event.relation)) {
    host_.framework.emit(on_.endpoint_changed, EndpointChangedEvent(*event.relation, *read));
  }
}

inline void TracingEndpointProviderBase::publish() {
  const std::vector<juju::Relation*> all = relations();
  for (juju::Relation* relation : all) publish_unit(*relation);
  if (all.empty() || !host_.model.is_leader()) return;
  const scrape::AlertRuleFiles alert_rules = load_alert_rules();
  for (const Problem& problem : alert_rules.problems) log_once(juju::LogLevel::warning, to_string(problem));
  const nlohmann::json metadata = scrape::scrape_metadata(topology());
  nlohmann::json jobs = juju::empty_array();
  for (const ScrapeJob& job : options_.jobs) to_json(jobs.emplace_back(), job);
  for (juju::Relation* relation : all) publish_application(*relation, metadata, jobs, alert_rules);
}

inline void TracingEndpointProviderBase::publish_unit(juju::Relation& relation) {
  juju::RelationDataBag& bag = relation.data(host_.model.unit_name());
  const auto write = [&](const char* key, const std::string& text) {
    if (bag.get(key) != text) bag.set(key, text);
  };
  write(wire.unit_name, host_.model.unit_name());
  write(wire.unit_address, options_.address.empty() ? host_.model.address(relation) : options_.address);
}

inline void TracingEndpointProviderBase::publish_application(juju::Relation& relation, const nlohmann::json& metadata,
                                                             const nlohmann::json& jobs,
                                                             const scrape::AlertRuleFiles& alert_rules) {
  juju::RelationDataBag& bag = relation.data(host_.model.app().name());
  const auto published = [&](const char* key) {
    return juju::parse_json(bag.get(key).value_or("null")).value.value_or(nlohmann::json());
  };
  const auto write = [&](const char* key, const nlohmann::json& value) {
    bag.set(key, juju::to_yaml_safe_json(value));
  };

  nlohmann::json published_metadata = published(wire.scrape_metadata);
  // `unit` is the leader that wrote it. No reader uses it, and each change costs every unit of the other side a hook.
  if (juju::member(published_metadata, "unit").is_string()) published_metadata["unit"] = metadata["unit"];
  if (published_metadata != metadata) write(wire.scrape_metadata, metadata);

  if (jobs_are_valid_ && published(wire.scrape_jobs) != jobs) write(wire.scrape_jobs, jobs);

  const nlohmann::json published_rules = published(wire.alert_rules);
  const nlohmann::json rules = alert_rules.to_publish(published_rules);
  const bool had_none = rules["groups"].empty() && !bag.get(wire.alert_rules);
  if (!had_none && rules != published_rules) write(wire.alert_rules, rules);
}

inline juju::Topology TracingEndpointProviderBase::topology() {
  return {.model = host_.model.name(),
          .model_uuid = host_.model.uuid(),
          .application = host_.model.app().name(),
          .unit = host_.model.unit_name(),
          .charm_name = host_.metadata.name};
}

inline scrape::AlertRuleFiles TracingEndpointProviderBase::load_alert_rules() {
  const bool has_base = options_.alert_rules_directory.starts_with('/') || !host_.metadata.charm_directory.empty();
  if (!has_base) return {};
  return scrape::load_alert_rules(juju::join_path(host_.metadata.charm_directory, options_.alert_rules_directory),
                                  topology());
}

}  // namespace charms::tempo_k8s::v0::tempo_scrape
