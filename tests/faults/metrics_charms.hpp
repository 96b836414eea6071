// SPDX-License-Identifier: Apache-2.0
// A workload and a backend of the libraries prometheus_scrape and tracing.
#pragma once

#include <charms/prometheus_k8s/v0/prometheus_scrape.hpp>
#include <charms/tempo_coordinator_k8s/v0/tracing.hpp>
#include <optional>
#include <string>
#include <vector>

#include "../examples/tempo/tempo.hpp"

namespace faults {

namespace prometheus_scrape = charms::prometheus_k8s::v0::prometheus_scrape;
namespace tracing = charms::tempo_coordinator_k8s::v0::tracing;

/// Its status says where the traces go, and how many scrapers refuse its jobs.
class MetricsWorkload final : public juju::CharmBase {
 public:
  explicit MetricsWorkload(juju::Framework& framework) : CharmBase(framework) {
    framework.observe({metrics_.on().invalid_scrape_job, tracing_.on().endpoint_changed, on().update_status},
                      [this](juju::Event&) { show_status(); });
  }

 private:
  void show_status() {
    int refusals = 0;
    for (juju::Relation* relation : model().relations("metrics-endpoint")) {
      const std::string text = relation->data(relation->application()).get("event").value_or("");
      const auto feedback = prometheus_scrape::parse_feedback(text);
      if (feedback && !feedback->scrape_job_errors.empty()) ++refusals;
    }
    const std::string url = tracing_.get_endpoint("otlp_http").value_or("nowhere");
    unit().set_status(juju::ActiveStatus{"traces go to " + url + ", refusals: " + std::to_string(refusals)});
  }

  prometheus_scrape::MetricsEndpointProvider<MetricsWorkload> metrics_{
      *this, {.jobs = {{.metrics_path = config<std::string>("path")}}}};
  tracing::TracingEndpointRequirer<MetricsWorkload> tracing_{*this, {.protocols = {"otlp_http"}}};
};

/// Writes jobs and alert rules to a file. Its leader publishes a receiver for each requested protocol.
class MetricsBackend final : public juju::CharmBase {
 public:
  explicit MetricsBackend(juju::Framework& framework) : CharmBase(framework) {
    framework.observe({metrics_.on().targets_changed, on().config_changed, on().update_status},
                      [this](juju::Event&) { scrape(); });
    framework.observe({tracing_.on().request, tracing_.on().broken, on().update_status},
                      [this](juju::Event&) { publish(); });
  }

 private:
  void scrape() {
    const prometheus_scrape::Published published = metrics_.read();
    const nlohmann::json jobs = published.jobs();
    replace_file(juju::join_path(metadata().charm_directory, "scrape_config.json"),
                 juju::to_yaml_safe_json({{"jobs", jobs}, {"rules", scrape::alert_rules_of(published.alerts)}}));
    unit().set_status(juju::ActiveStatus{"jobs: " + std::to_string(jobs.size())});
  }
  void publish() {
    if (!unit().is_leader()) return;
    std::vector<tracing::RawReceiver> receivers = {{"zipkin", "http://backend:4318"}};
    for (const tracing::ReceiverProtocol& protocol : tracing_.requested_protocols())
      receivers.push_back({protocol, "http://backend:4318"});
    tracing_.publish_receivers(receivers);
  }
  std::optional<std::string> check(const nlohmann::json& jobs) {
    if (jobs.dump().find(config<std::string>("refused")) == std::string::npos) return std::nullopt;
    return "its path is refused";
  }

  prometheus_scrape::MetricsEndpointConsumer<MetricsBackend> metrics_{
      *this, {.check_jobs = [this](const nlohmann::json& jobs) { return check(jobs); }}};
  tracing::TracingEndpointProvider<MetricsBackend> tracing_{*this};
};

}  // namespace faults
