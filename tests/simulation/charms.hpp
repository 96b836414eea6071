// SPDX-License-Identifier: Apache-2.0
// The charms of the simulation.
#pragma once

#include <charms/prometheus_k8s/v0/prometheus_scrape.hpp>
#include <charms/tempo_coordinator_k8s/v0/tracing.hpp>
#include <charms/tempo_k8s/v0/tempo_scrape.hpp>
#include <juju/testing.hpp>

namespace simulation {

using namespace charms::tempo_k8s::v0::tempo_scrape;
namespace prometheus = charms::prometheus_k8s::v0::prometheus_scrape;
namespace tracing = charms::tempo_coordinator_k8s::v0::tracing;
using nlohmann::json;

/// A bug to find: "joined" publishes jobs only on relation-joined, "random" publishes a different text in each hook,
/// "everyone" refuses the metrics of all applications instead of one.
inline std::string planted_bug = {};

/// What a check of Tempo returns.
inline const std::string refusal = "refused by Tempo's operator";

/// The protocols that the builds of the workload request.
inline std::vector<tracing::ReceiverProtocol> protocols_of(const std::string& charm) {
  if (charm == "workload-next") return {"otlp_grpc", "zipkin"};
  return {"zipkin"};
}

/// Whether this build of the workload has alert rules.
inline bool has_alert_rules(const std::string& charm) { return charm == "workload"; }

/// The receiver of a protocol on Tempo's host.
inline tracing::RawReceiver receiver_of(const tracing::ReceiverProtocol& protocol, const std::string& host) {
  const std::string authority = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return {protocol, protocol == "otlp_grpc" ? authority + ":4317" : "http://" + authority + ":4318"};
}

/// A workload of all three libraries, with two endpoints for tempo_scrape, so that it can have two such relations with
/// one Tempo. It logs the endpoints and receivers of each event.
class Workload final : public juju::CharmBase {
 public:
  explicit Workload(juju::Framework& framework) : CharmBase(framework) {
    ScrapeJobs jobs = ScrapeJob::parse(config<std::string>("jobs"));
    second.set_jobs(jobs);
    framework.observe(on()["tempo-scrape"].relation_joined, [this, jobs](juju::RelationJoinedEvent& event) {
      static int count = 0;
      if (planted_bug == "joined") first.set_jobs(jobs);
      if (planted_bug == "random") event.relation->data(unit().name()).set("count", std::to_string(++count));
    });
    if (planted_bug == "joined") jobs.problems.push_back({.reason = "keep the published jobs"});
    first.set_jobs(jobs);
    for (auto* endpoint : {&first, &second}) {
      framework.observe(endpoint->on().endpoint_changed, [this](EndpointChangedEvent& event) {
        log_change(event, static_cast<const TempoEndpoint&>(event));
      });
    }
    framework.observe(traces.on().endpoint_changed, [this](tracing::EndpointChangedEvent& event) {
      log_change(event, tracing::to_json_array(event.receivers));
    });
    framework.observe(on().action("note"), [this](juju::ActionEvent&) {
      for (juju::Relation* relation : model().relations("metrics-endpoint")) {
        juju::RelationDataBag& bag = relation->data(unit().name());
        bag.set("note", bag.get("note").value_or("") + "x");
      }
    });
    set_metrics_jobs();
    if (config<bool>("bare")) on_publishing([this] { erase_metadata(); });
  }

  TracingEndpointProvider<Workload> first{*this, {.relation_name = "tempo-scrape"}};
  TracingEndpointProvider<Workload> second{*this, {.relation_name = "second-tempo-scrape"}};
  prometheus::MetricsEndpointProvider<Workload> metrics{
      *this,
      {.generic_alert_rules = has_alert_rules(metadata().name), .external_url = config<std::string>("external-url")}};
  tracing::TracingEndpointRequirer<Workload> traces{*this, {.protocols = protocols_of(metadata().name)}};

 private:
  void log_change(juju::RelationEvent& event, const json& published) {
    if (config<bool>("defer")) return event.defer();
    log().info("relation " + std::to_string(event.relation_id) + ": " + published.dump());
  }

  /// The library refuses invalid jobs, so the charm itself writes those of the option `unchecked-jobs`.
  void set_metrics_jobs() {
    ScrapeJobs jobs = ScrapeJob::parse(config<std::string>("metrics-jobs"));
    const auto unchecked = config<std::string>("unchecked-jobs");
    if (!unchecked.empty()) jobs.problems.push_back({.reason = "the charm writes its jobs itself"});
    metrics.set_jobs(jobs);
    if (unchecked.empty()) return;
    on_publishing([this, unchecked] { write_metrics_jobs(unchecked); });
  }

  /// Calls `write` after the library has published.
  void on_publishing(std::function<void()> write) {
    const juju::RelationEvents relation = on()["metrics-endpoint"];
    framework().observe({relation.relation_created, relation.relation_joined, relation.relation_changed,
                         on().leader_elected, on().config_changed, on().upgrade_charm, on().update_status},
                        [write = std::move(write)](juju::Event&) { write(); });
  }

  /// As the charm prometheus-scrape-target, which publishes no metadata.
  void erase_metadata() {
    if (!unit().is_leader()) return;
    for (juju::Relation* relation : model().relations("metrics-endpoint")) {
      relation->data(app().name()).erase("scrape_metadata");
    }
  }

  void write_metrics_jobs(const std::string& text) {
    if (!unit().is_leader()) return;
    for (juju::Relation* relation : model().relations("metrics-endpoint")) {
      juju::RelationDataBag& bag = relation->data(app().name());
      if (bag.get("scrape_jobs") != text) bag.set("scrape_jobs", text);
    }
  }
};

/// Its status contains its jobs at the latest event, and its log the jobs of `metrics`. The build "tempo-next" has more
/// observers, so that after an upgrade or a downgrade there are deferred events of other observers.
class Tempo final : public juju::CharmBase {
 public:
  explicit Tempo(juju::Framework& framework) : CharmBase(framework) {
    framework.observe(scrape.on().targets_changed, [this](TargetsChangedEvent& event) {
      if (config<bool>("defer")) return event.defer();
      unit().set_status(juju::ActiveStatus{scrape.jobs().dump()});
    });
    framework.observe({metrics.on().targets_changed, on().config_changed}, [this](juju::Event& event) {
      if (config<bool>("defer")) return event.defer();
      log().info("metrics: " + metrics.jobs().dump());
    });
    framework.observe({on()["tracing"].relation_created, traces.on().request, traces.on().broken, on().leader_elected,
                       on().config_changed, on().update_status},
                      [this](juju::Event&) { publish_receivers(); });
    const auto defer = [this](juju::Event& event) {
      if (config<bool>("defer")) event.defer();
    };
    if (metadata().name == "tempo-next") framework.observe({scrape.on().targets_changed, on().config_changed}, defer);
  }

  TracingEndpointConsumer<Tempo> scrape{*this, {.relation_name = "tempo-scrape"}};
  TracingEndpointRequirer<Tempo> endpoint{*this,
                                          {.hostname = config<std::string>("hostname"),
                                           .tempo_port = 3200,
                                           .otlp_grpc_port = config<int>("grpc-port"),
                                           .relation_name = "tempo-scrape"}};
  prometheus::MetricsEndpointConsumer<Tempo> metrics{
      *this,
      {.check_jobs = [this](const json& jobs) { return check(jobs); },
       .check_rules = [this](const json& rules) { return check(rules); }}};
  tracing::TracingEndpointProvider<Tempo> traces{*this};

 private:
  /// Refuses the jobs and the rules of the application in the option `refused`.
  std::optional<std::string> check(const json& published) {
    const auto refused = config<std::string>("refused");
    const std::string label = R"("juju_application":")" + refused + '"';
    const bool has_label = published.dump().find(label) != std::string::npos;
    const bool is_refused = planted_bug == "everyone" ? !refused.empty() : has_label;
    return is_refused ? std::optional(refusal) : std::nullopt;
  }

  void publish_receivers() {
    if (!unit().is_leader()) return;
    std::set<tracing::ReceiverProtocol> protocols = traces.requested_protocols();
    protocols.insert("otlp_http");
    std::vector<tracing::RawReceiver> receivers;
    for (const auto& protocol : protocols) receivers.push_back(receiver_of(protocol, config<std::string>("hostname")));
    traces.publish_receivers(receivers);
  }
};

/// @param name  of a charm, an application or a unit.
inline bool is_tempo(const std::string& name) { return name.find("tempo") != std::string::npos; }

inline juju::Metadata metadata_of(const std::string& charm) {
  static const juju::Metadata workload = juju::Metadata::parse(R"(
      name: workload
      provides: {tempo-scrape: {interface: tempo_scrape}, second-tempo-scrape: {interface: tempo_scrape},
                 metrics-endpoint: {interface: prometheus_scrape}}
      requires: {tracing: {interface: tracing}}
      config:
        options: {jobs: {type: string, default: '[{}]'}, metrics-jobs: {type: string, default: '[{}]'},
                  unchecked-jobs: {type: string, default: ''}, external-url: {type: string, default: ''},
                  bare: {type: boolean, default: false}, defer: {type: boolean, default: false}}
      )");
  static const juju::Metadata tempo = juju::Metadata::parse(R"(
      name: tempo
      requires: {tempo-scrape: {interface: tempo_scrape}, metrics-endpoint: {interface: prometheus_scrape}}
      provides: {tracing: {interface: tracing}}
      config:
        options: {hostname: {type: string, default: tempo.local}, grpc-port: {type: int, default: 4317},
                  refused: {type: string, default: ''}, defer: {type: boolean, default: false}}
      )");
  juju::Metadata metadata = is_tempo(charm) ? tempo : workload;
  metadata.name = charm;
  const char* const jobs = R"([{"job_name": "next", "static_configs": [{"targets": ["*:9100"]}]}, {}])";
  if (charm == "workload-next") metadata.config["jobs"].default_value = jobs;
  return metadata;
}

/// The last two for a workload are invalid: the published jobs stay.
inline const std::vector<json>& configs_of(const std::string& application) {
  static const std::vector<json> tempo = {json::object(),
                                          {{"defer", true}},
                                          {{"hostname", "fd00::7"}, {"refused", "workload-1"}},
                                          {{"hostname", "a.example"}, {"grpc-port", 14317}, {"refused", "workload-0"}}};
  static const std::vector<json> workload = {
      json::object(),
      {{"defer", true}},
      {{"jobs", R"([{"static_configs": [{"targets": ["*:8000", "*"]}]}])"},
       {"metrics-jobs", R"([{"metrics_path": "/stats", "static_configs": [{"targets": ["*:8000", "10.7.0.11:9", "*",
          "10.7.0.13", "[fd00::12]:9", "10.7.0.14:8000", "db.local", "*"], "labels": {"juju_charm": "own"}}]}])"}},
      {{"jobs", R"([{"job_name": "a", "scrape_interval": "30s", "static_configs": [{"targets": ["10.1.1.1"]},
          {"targets": ["*:1", "db.local:9", "[fd00::9]:9"], "labels": {"team": "x", "tier": "1"}}]},
          {"job_name": "b_1", "static_configs": []}])"},
       {"metrics-jobs", R"([{"job_name": "a", "scheme": "https", "static_configs": [{"targets": ["10.1.1.1", "x:1"]},
          {"targets": ["*:1", "db.local:9", "10.7.0.15:9"], "labels": {"team": "x"}}, {"targets": ["*"]}]},
          {"job_name": "a-1", "scrape_interval": "30s"}, {"job_name": "a-2-3", "static_configs": []},
          {"job_name": "b", "relabel_configs": [{"target_label": "x", "replacement": "y"}],
          "static_configs": [{"targets": ["[fd00::13]", "[fd00::14]:1", "10.7.0.10:2", "10.7.0.12"]}]}])"}},
      {{"external-url", "http://gw.example:8080/via"},
       {"metrics-jobs", R"([{"metrics_path": "/stats", "static_configs": [{"targets": ["*", "*:9", "gw.example:9"]}]},
          {"job_name": "b", "scheme": "https"}])"}},
      {{"bare", true}},
      {{"bare", true}, {"metrics-jobs", R"([{"job_name": "a", "static_configs": [{"targets": ["*:1", "db.local:9"],
          "labels": {"team": "x"}}]}, {"job_name": "b", "metrics_path": "/stats"}])"}},
      {{"external-url", "http://gw.example:8080/via"},
       {"unchecked-jobs", R"([{"static_configs": [{"targets": ["*"]}]}])"}},
      {{"jobs", R"([{"job_name": "next_0", "scrape_timeout": "5s", "static_configs": [{"targets": []}]}])"},
       {"unchecked-jobs", R"([{"job_name": "bad", "scheme": "ftp"}, {"static_configs": [{"targets": ["*:7"]}]}])"}},
      {{"unchecked-jobs", "not JSON"}},
      {{"jobs", "not JSON"}, {"metrics-jobs", "[{}, {}]"}},
      {{"jobs", R"([{"static_configs": [{"targets": ["*:0"]}]}])"}}};
  return is_tempo(application) ? tempo : workload;
}

}  // namespace simulation
