// SPDX-License-Identifier: Apache-2.0
// A workload's charm: Prometheus scrapes its units and gets its alert rules, and it learns where to send traces.
#pragma once

#include <charms/prometheus_k8s/v0/prometheus_scrape.hpp>
#include <charms/tempo_coordinator_k8s/v0/tracing.hpp>
#include <string>
#include <vector>

namespace prometheus_scrape = charms::prometheus_k8s::v0::prometheus_scrape;
namespace tracing = charms::tempo_coordinator_k8s::v0::tracing;

class Music final : public juju::CharmBase {
 public:
  explicit Music(juju::Framework& framework) : CharmBase(framework) {
    framework.observe({tracing_.on().endpoint_changed, tracing_.on().endpoint_removed, on().config_changed},
                      [this](juju::Event&) { show_status(); });
    framework.observe(metrics_.on().invalid_scrape_job, [this](prometheus_scrape::InvalidScrapeJobEvent& event) {
      log().warning("Prometheus refuses the scrape jobs: " + event.errors);
    });
  }

 private:
  prometheus_scrape::ScrapeJobs jobs() {
    const std::string port = std::to_string(config<long>("port"));
    if (!juju::parse_port(port)) return {.problems = {{.key = "port", .reason = "not a port from 1 to 65535"}}};
    return {.jobs = {{.metrics_path = "/stats", .static_configs = {{.targets = {"*:" + port}}}}}};
  }
  void show_status() {
    if (!problems_.empty()) return unit().set_status(juju::BlockedStatus{to_string(problems_.front())});
    const auto url = tracing_.get_endpoint("otlp_http");
    unit().set_status(juju::ActiveStatus{url ? "traces go to " + *url + "/v1/traces" : "no traces"});
  }

  prometheus_scrape::MetricsEndpointProvider<Music> metrics_{*this};
  tracing::TracingEndpointRequirer<Music> tracing_{*this, {.protocols = {"otlp_http"}}};
  std::vector<juju::Problem> problems_ = metrics_.set_jobs(jobs());  ///< If there are any, the published jobs stay.
};
