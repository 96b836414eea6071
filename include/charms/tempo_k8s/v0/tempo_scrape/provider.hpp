// SPDX-License-Identifier: Apache-2.0
// The workload's side: publishes what is to be scraped, and learns where Tempo listens.
#pragma once

#include <filesystem>
#include <juju/charm.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <charms/tempo_k8s/v0/tempo_scrape/events.hpp>

namespace charms::tempo_k8s::v0::tempo_scrape {

/// What an author may say to a `TracingEndpointProvider`.
struct TracingEndpointProviderOptions {
  std::vector<ScrapeJob> jobs = {};  ///< None: the default job, every unit on port 80.
  bool publish_jobs = true;          ///< If not, the published jobs stand: for a config option that cannot be read.
  std::string relation_name = wire::default_relation_name;
  std::string relation_interface = wire::relation_interface;  ///< What metadata says, "tracing" in older charms.
  std::vector<juju::AnyEventSource> refresh_events = {};      ///< Further events on which to publish.
  std::string address = {};  ///< This unit's address; empty: the one in the relation's network.
  std::filesystem::path alert_rules_directory = "src/alert_rules";  ///< Relative to the charm directory.
};

/// Makes every unit of a charm a scrape target of the related Tempos. Mirrors `TracingEndpointProvider`.
///
/// Publishes on Juju's relation-created, -joined, -changed, upgrade-charm, leader-elected, config-changed,
/// update-status and each container's pebble-ready: every unit its name and address, the leader jobs, metadata and
/// alert rules. Only what differs is written.
template <typename Charm>
class TracingEndpointProvider {
 public:
  /// @throws RelationNotFoundError, RelationInterfaceMismatchError, RelationRoleMismatchError  if metadata does not
  ///   declare the relation so.
  /// @throws InvalidScrapeJobError  if a job is none, or two have one name.
  /// @throws InvalidOptionError     if the address is none.
  explicit TracingEndpointProvider(Charm& charm, TracingEndpointProviderOptions options = {})
      : host_(juju::host(charm)), options_(std::move(options)), on_(options_.relation_name) {
    require_relation(host_.metadata, options_.relation_name, options_.relation_interface, juju::RelationRole::provides);
    options_.address = juju::trim(options_.address);
    if (!options_.address.empty() && !parse_address(options_.address)) {
      throw InvalidOptionError("address", "not a host name or an IP address");
    }
    take_jobs();
    observe();
  }
  TracingEndpointProvider(const TracingEndpointProvider&) = delete;
  TracingEndpointProvider& operator=(const TracingEndpointProvider&) = delete;

  const TracingEndpointEvents& on() const { return on_; }

  /// Where Tempo listens: the oldest relation's endpoint that can be read; nothing while there is none.
  std::optional<TempoEndpoint> endpoint() {
    for (juju::Relation* relation : relations()) {
      if (std::optional<TempoEndpoint> read = read_endpoint(*relation)) return read;
    }
    tell_of_endpoint(juju::LogLevel::debug, "no Tempo has told its endpoint yet");
    return std::nullopt;
  }

  /// Where the Tempo of this relation listens; nothing while it does not tell, or not so that it can be read.
  std::optional<TempoEndpoint> endpoint(juju::Relation& relation) {
    std::optional<TempoEndpoint> read = read_endpoint(relation);
    if (!read) tell_of_endpoint(juju::LogLevel::debug, "no endpoint yet in relation " + std::to_string(relation.id()));
    return read;
  }

  /// "http://tempo.local:4317" of `endpoint()`; nothing while Tempo does not tell that port.
  std::optional<std::string> otlp_grpc_endpoint() { return url_of(endpoint()); }

  /// The same of the Tempo of this relation.
  std::optional<std::string> otlp_grpc_endpoint(juju::Relation& relation) { return url_of(endpoint(relation)); }

  /// What is wrong with the charm's files of alert rules. Each is also a warning in the log when the leader publishes.
  std::vector<Problem> problems() { return load_alert_rules().problems; }

 private:
  std::vector<juju::Relation*> relations() { return host_.model.relations(options_.relation_name); }

  std::optional<TempoEndpoint> read_endpoint(juju::Relation& relation) {
    const std::string tempo = relation.application();
    const std::optional<std::string> text =
        tempo.empty() ? std::nullopt : relation.data(tempo).get(wire::tempo_endpoint);
    if (!text) return std::nullopt;
    std::vector<Problem> problems;
    std::optional<TempoEndpoint> read = parse_endpoint(*text, problems);
    std::string told;
    for (Problem& problem : problems) {
      problem.relation_id = relation.id();
      problem.application = tempo;
      told += (told.empty() ? "" : "; ") + to_string(problem);
    }
    if (!told.empty()) tell_of_endpoint(juju::LogLevel::warning, told);
    return read;
  }

  /// One line a hook: a warning, or that there is none yet.
  void tell_of_endpoint(juju::LogLevel level, const std::string& message) {
    if (told_of_endpoint_ && *told_of_endpoint_ >= level) return;
    told_of_endpoint_ = level;
    host_.model.log().write(level, message);
  }

  static std::optional<std::string> url_of(const std::optional<TempoEndpoint>& endpoint) {
    return endpoint ? tempo_scrape::otlp_grpc_endpoint(*endpoint) : std::nullopt;
  }

  void take_jobs() {
    if (options_.jobs.empty()) options_.jobs.emplace_back();
    std::string dropped;
    for (const ScrapeJob& job : options_.jobs) {
      for (const std::string& key : job.dropped_keys) dropped += " " + juju::printable(key);
      warn_of(job);
    }
    if (!dropped.empty()) log_once(juju::LogLevel::warning, "keys of scrape jobs that are not published:" + dropped);
    options_.jobs = detail::require_scrape_jobs(options_.jobs);
  }

  /// Tells of what is valid and seldom meant.
  void warn_of(const ScrapeJob& job) {
    const std::string name = "the scrape job '" + juju::printable(job.job_name) + "'";
    if (job.job_name.find(host_.model.unit_name()) != std::string::npos) {
      log_once(juju::LogLevel::warning, name + " is named after a unit: its series will break when the leader changes");
    }
    const auto timeout = parse_duration(job.scrape_timeout);
    if (timeout && *timeout > std::chrono::minutes(1) && job.scrape_interval.empty()) {
      log_once(juju::LogLevel::warning, name +
                                            " has a timeout of over a minute, which most scrapers' own interval is "
                                            "shorter than: give it a scrape_interval too");
    }
  }

  void observe() {
    juju::Framework& framework = host_.framework;
    const juju::CharmEvents& juju_events = framework.on();
    const juju::RelationEvents relation_events = juju_events[options_.relation_name];
    std::vector<juju::AnyEventSource> refresh = {relation_events.relation_created, relation_events.relation_joined,
                                                 juju_events.upgrade_charm,        juju_events.leader_elected,
                                                 juju_events.config_changed,       juju_events.update_status};
    for (const std::string& container : host_.metadata.containers)
      refresh.push_back(juju_events.pebble_ready(container));
    refresh.insert(refresh.end(), options_.refresh_events.begin(), options_.refresh_events.end());
    for (const juju::AnyEventSource& source : refresh) {
      framework.observe(source, *this, &TracingEndpointProvider::on_refresh);
    }
    framework.observe(relation_events.relation_changed, *this, &TracingEndpointProvider::on_relation_changed);
  }

  void on_refresh(juju::Event&) { publish(); }

  void on_relation_changed(juju::RelationChangedEvent& event) {
    publish();
    if (event.relation == nullptr) return;
    if (const std::optional<TempoEndpoint> read = endpoint(*event.relation)) {
      host_.framework.emit(on_.endpoint_changed, EndpointChangedEvent(*event.relation, *read));
    }
  }

  void publish() {
    const std::vector<juju::Relation*> all = relations();
    for (juju::Relation* relation : all) publish_unit(*relation);
    if (all.empty() || !host_.model.is_leader()) return;
    const AlertRuleFiles alert_rules = load_alert_rules();
    for (const Problem& problem : alert_rules.problems) log_once(juju::LogLevel::warning, to_string(problem));
    for (juju::Relation* relation : all) publish_application(*relation, alert_rules);
  }

  void publish_unit(juju::Relation& relation) {
    juju::RelationDataBag& bag = relation.data(host_.model.unit_name());
    const auto write = [&](const char* key, const std::string& text) {
      if (bag.get(key) != text) bag.set(key, text);
    };
    write(wire::unit_name, host_.model.unit_name());
    write(wire::unit_address, options_.address.empty() ? host_.model.address(relation) : options_.address);
  }

  void publish_application(juju::Relation& relation, const AlertRuleFiles& alert_rules) {
    juju::RelationDataBag& bag = relation.data(host_.model.app().name());
    const auto published = [&](const char* key) {
      return juju::parse_json(bag.get(key).value_or("null")).value.value_or(nlohmann::json());
    };
    const auto write = [&](const char* key, const nlohmann::json& value) {
      bag.set(key, juju::to_yaml_safe_json(value));
    };

    if (!says_the_same(published(wire::scrape_metadata))) write(wire::scrape_metadata, scrape_metadata());
    const bool other_jobs = options_.publish_jobs && published(wire::scrape_jobs) != nlohmann::json(options_.jobs);
    if (other_jobs) write(wire::scrape_jobs, options_.jobs);
    const nlohmann::json rules_before = published(wire::alert_rules);
    const nlohmann::json rules = alert_rules.to_publish(rules_before);
    const bool never_any = rules["groups"].empty() && !bag.get(wire::alert_rules);
    if (!never_any && rules != rules_before) write(wire::alert_rules, rules);
  }

  juju::Topology topology() {
    return {.model = host_.model.name(),
            .model_uuid = host_.model.uuid(),
            .application = host_.model.app().name(),
            .charm_name = host_.metadata.name};
  }

  nlohmann::json scrape_metadata() {
    const juju::Topology here = topology();
    return {{"model", here.model},
            {"model_uuid", here.model_uuid},
            {"application", here.application},
            {"unit", host_.model.unit_name()},
            {"charm_name", here.charm_name}};
  }

  /// `unit` is the leader that wrote it, which nobody reads: a new leader alone is no reason to write again, since
  /// every unit of the other side would run a hook for it.
  bool says_the_same(nlohmann::json published) {
    if (!published.is_object() || !published.value("unit", nlohmann::json()).is_string()) return false;
    published["unit"] = host_.model.unit_name();
    return published == scrape_metadata();
  }

  AlertRuleFiles load_alert_rules() {
    const bool has_base = options_.alert_rules_directory.is_absolute() || !host_.metadata.charm_directory.empty();
    if (!has_base) return {};
    return tempo_scrape::load_alert_rules(host_.metadata.charm_directory / options_.alert_rules_directory, topology());
  }

  void log_once(juju::LogLevel level, const std::string& message) {
    if (logged_.insert(message).second) host_.model.log().write(level, message);
  }

  juju::Host host_;
  TracingEndpointProviderOptions options_;
  TracingEndpointEvents on_;
  std::set<std::string> logged_;
  std::optional<juju::LogLevel> told_of_endpoint_;
};

}  // namespace charms::tempo_k8s::v0::tempo_scrape
