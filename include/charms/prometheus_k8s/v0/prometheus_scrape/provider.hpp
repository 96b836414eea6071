// SPDX-License-Identifier: Apache-2.0
// The workload's side: publishes what is to be scraped, and learns what the scraper refused.
#pragma once

#include <exception>
#include <functional>
#include <optional>
#include <scrape/alert_rule_rewrite.hpp>
#include <scrape/publisher.hpp>
#include <string>
#include <utility>
#include <vector>

#include <charms/prometheus_k8s/v0/prometheus_scrape/events.hpp>
#include <charms/prometheus_k8s/v0/prometheus_scrape/external_url.hpp>
#include <charms/prometheus_k8s/v0/prometheus_scrape/vocabulary.hpp>
#include <charms/prometheus_k8s/v0/prometheus_scrape/wire.hpp>

namespace charms::prometheus_k8s::v0::prometheus_scrape {

/// The options of a `MetricsEndpointProvider`.
struct MetricsEndpointProviderOptions {
  std::vector<ScrapeJob> jobs = {};  ///< Empty: the default job, every unit on port 80.
  std::string relation_name = wire.relation_name;
  std::string alert_rules_directory = "src/prometheus_alert_rules";  ///< Relative to the charm directory.
  bool forward_alert_rules = true;                                   ///< If not, publishes no alert rules.
  bool generic_alert_rules = true;                                   ///< Adds `HostDown` and `HostMetricsMissing`.
  std::vector<juju::AnyEventSource> refresh_events = {};             ///< Further events on which to publish.
  std::string external_url = {};  ///< "https://gw.example/dev-music-0". Empty: this unit's own address.

  /// Returns further jobs. Called each time that the leader publishes. If it throws, or a job is invalid, the published
  /// jobs stay and the error is logged. Python calls it `lookaside_jobs_callable`.
  std::function<std::vector<ScrapeJob>()> more_jobs = {};

  /// Rewrites the expression of an alert rule. Gets the expression, and the values of the topology's labels by name.
  /// See `scrape::rewrite_expressions`.
  std::function<std::string(const std::string&, const juju::StringMap&)> rewrite_expression = {};
};

/// Makes every unit of a charm a scrape target of the related scrapers. Mirrors `MetricsEndpointProvider`.
///
/// Publishes on relation-created, -joined, -changed, upgrade-charm, leader-elected, config-changed, update-status and
/// each container's pebble-ready: every unit its name, address, path and FQDN, the leader also jobs, metadata and alert
/// rules. It writes only what differs.
class MetricsEndpointProviderBase {
 public:
  MetricsEndpointProviderBase(const MetricsEndpointProviderBase&) = delete;
  MetricsEndpointProviderBase& operator=(const MetricsEndpointProviderBase&) = delete;

  /// The leader gets these events on each relation-changed with a report of the scraper, even if the report is the same
  /// as before.
  const MetricsEndpointProviderEvents& on() const { return on_; }

  /// Replaces the jobs. In a handler it publishes at once.
  /// @param jobs  an empty list: the default job, every unit on port 80.
  /// @throws InvalidScrapeJobError  if a job is invalid, or two have one name.
  void update_scrape_job_spec(std::vector<ScrapeJob> jobs) {
    publisher_.require_jobs(std::move(jobs));
    publish_in_handler();
  }

  /// The same for jobs that come from the charm's configuration. Call it in the charm's constructor, so that it holds
  /// in every hook; it makes no call to Juju there.
  ///
  /// ```cpp
  /// const std::vector<Problem> problems = metrics_.set_jobs(ScrapeJob::parse(config<std::string>("jobs")));
  /// ```
  /// @returns the problems of the jobs, including those in `jobs`. If there are any, the published jobs stay.
  std::vector<Problem> set_jobs(ScrapeJobs jobs) {
    std::vector<Problem> problems = publisher_.set_jobs(std::move(jobs));
    if (problems.empty()) publish_in_handler();
    return problems;
  }

  /// Replaces the external URL. In a handler it publishes at once.
  /// @param url  empty: this unit's own address.
  /// @throws InvalidOptionError  if it is not an http or https URL of a host, a port and a path.
  void set_external_url(const std::string& url) {
    external_url_ = parse_external_url(url);
    publish_in_handler();
  }

  /// What is wrong with the charm's alert rule files. The leader also logs each as a warning when it publishes.
  std::vector<Problem> problems() { return load_alert_rules().problems; }

 protected:
  MetricsEndpointProviderBase(const juju::Host& host, MetricsEndpointProviderOptions options);
  ~MetricsEndpointProviderBase() = default;

 private:
  void publish_in_handler() {
    if (host_.framework.is_running()) publish();
  }
  void publish();
  scrape::UnitKeys unit_keys(juju::Relation& relation);
  nlohmann::json jobs_to_publish();
  bool add_more_jobs(std::vector<ScrapeJob>& jobs);
  scrape::AlertRuleFiles load_alert_rules();
  void on_relation_changed(juju::RelationChangedEvent& event);

  juju::Host host_;
  MetricsEndpointProviderOptions options_;
  scrape::Publisher publisher_;
  MetricsEndpointProviderEvents on_;
  std::optional<juju::Url> external_url_;
};

/// A `MetricsEndpointProviderBase` in a charm.
///
/// ```cpp
/// MetricsEndpointProvider<Music> metrics_{
///     *this, {.jobs = {{.metrics_path = "/stats", .static_configs = {{.targets = {"*:8000"}}}}}}};
/// ```
template <typename Charm>
class MetricsEndpointProvider : public MetricsEndpointProviderBase {
 public:
  /// @throws RelationNotFoundError, RelationInterfaceMismatchError, RelationRoleMismatchError  if the endpoint is not
  ///   declared so in metadata.yaml.
  /// @throws InvalidScrapeJobError  if a job is invalid, or two have one name.
  /// @throws InvalidOptionError     if the external URL is invalid.
  explicit MetricsEndpointProvider(Charm& charm, MetricsEndpointProviderOptions options = {})
      : MetricsEndpointProviderBase(juju::host(charm), std::move(options)) {}
};

inline MetricsEndpointProviderBase::MetricsEndpointProviderBase(const juju::Host& host,
                                                                MetricsEndpointProviderOptions options)
    : host_(host),
      options_(std::move(options)),
      publisher_(host_, wire, options_.relation_name),
      on_(options_.relation_name) {
  require_relation(host_.metadata, options_.relation_name, wire.interface, juju::RelationRole::provides);
  external_url_ = parse_external_url(options_.external_url);
  publisher_.require_jobs(std::move(options_.jobs));
  publisher_.observe(options_.refresh_events, [this] { publish(); });
  host_.framework.observe(host_.framework.on()[options_.relation_name].relation_changed, *this,
                          &MetricsEndpointProviderBase::on_relation_changed);
}

inline void MetricsEndpointProviderBase::publish() {
  const std::vector<juju::Relation*> relations = publisher_.relations();
  for (juju::Relation* relation : relations) publisher_.publish_unit(*relation, unit_keys(*relation));
  if (relations.empty() || !host_.model.is_leader()) return;
  publisher_.publish_application(relations, jobs_to_publish(), load_alert_rules());
}

inline scrape::UnitKeys MetricsEndpointProviderBase::unit_keys(juju::Relation& relation) {
  std::string address;
  std::string path;
  std::string fqdn;
  if (external_url_) {
    address = external_url_->host.text();
    path = external_url_->path;
  } else {
    address = host_.model.address(relation);
    fqdn = host_.model.fqdn();
    const std::optional<juju::Address> bound = juju::Address::parse(address);
    if (!fqdn.empty() && !(bound && bound->is_ip())) address = fqdn;
  }
  return {{wire.unit_name, host_.model.unit_name()},
          {wire.unit_address, std::move(address)},
          {wire.unit_path, std::move(path)},
          {wire.unit_fqdn, std::move(fqdn)}};
}

/// Null if the published jobs stay.
inline nlohmann::json MetricsEndpointProviderBase::jobs_to_publish() {
  if (publisher_.jobs() == nullptr) return {};
  std::vector<ScrapeJob> jobs = *publisher_.jobs();
  if (options_.more_jobs && !add_more_jobs(jobs)) return {};
  if (jobs.empty()) jobs.push_back({.static_configs = {{.targets = {external_url_ ? "*" : "*:80"}}}});
  for (ScrapeJob& job : jobs) {
    if (job.metrics_path.empty()) job.metrics_path = "/metrics";
    if (external_url_) scrape_through(*external_url_, job);
  }
  return nlohmann::json(jobs);
}

/// @returns whether all jobs are valid.
inline bool MetricsEndpointProviderBase::add_more_jobs(std::vector<ScrapeJob>& jobs) {
  try {
    std::vector<ScrapeJob> more = options_.more_jobs();
    publisher_.warn_of(more);
    for (ScrapeJob& job : more) jobs.push_back(std::move(job));
    scrape::detail::require_none(publisher_.problems_of(jobs));
    return true;
  } catch (const std::exception& error) {
    const std::string what = error.what();
    publisher_.log_once(juju::LogLevel::error, "the published scrape jobs stay: more_jobs: " +
                                                   (juju::is_utf8(what) ? juju::printable(what) : "failed"));
    return false;
  }
}

inline scrape::AlertRuleFiles MetricsEndpointProviderBase::load_alert_rules() {
  if (!options_.forward_alert_rules) return {};
  const juju::Topology topology = publisher_.topology();
  scrape::AlertRuleFiles rules =
      scrape::load_alert_rules(publisher_.charm_path(options_.alert_rules_directory), topology,
                               {.plain_group_names = true, .generic_rules = options_.generic_alert_rules});
  if (options_.rewrite_expression) scrape::rewrite_expressions(rules, topology, options_.rewrite_expression);
  return rules;
}

inline void MetricsEndpointProviderBase::on_relation_changed(juju::RelationChangedEvent& event) {
  publish();
  if (event.relation == nullptr || event.relation->application().empty() || !host_.model.is_leader()) return;
  juju::Relation& relation = *event.relation;
  const std::optional<std::string> text = relation.data(relation.application()).get(event_key);
  const std::optional<Feedback> feedback = text ? parse_feedback(*text) : std::nullopt;
  if (!feedback) return;
  host_.framework.emit(on_.alert_rule_status_changed,
                       AlertRuleStatusChangedEvent(relation, feedback->valid.value_or(true), feedback->errors));
  if (feedback->scrape_job_errors.empty()) return;
  host_.framework.emit(on_.invalid_scrape_job, InvalidScrapeJobEvent(relation, feedback->scrape_job_errors));
}

}  // namespace charms::prometheus_k8s::v0::prometheus_scrape
