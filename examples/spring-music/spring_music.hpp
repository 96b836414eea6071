// SPDX-License-Identifier: Apache-2.0
// A workload's charm: each of its units becomes a scrape target of Tempo, and learns where to send traces.
#pragma once

#include <charms/tempo_k8s/v0/tempo_scrape.hpp>
#include <optional>
#include <string>
#include <vector>

using namespace charms::tempo_k8s::v0::tempo_scrape;

class SpringMusic final : public juju::CharmBase {
 public:
  explicit SpringMusic(juju::Framework& framework) : CharmBase(framework) {
    framework.observe({tracing_.on().endpoint_changed, on()["tracing"].relation_broken, on().config_changed,
                       on().update_status, on().pebble_ready("music")},
                      [this](juju::Event&) { show_status(); });
  }

 private:
  ScrapeJobs configured_jobs();
  void show_status();

  TracingEndpointProvider<SpringMusic> tracing_{*this};
  std::vector<Problem> problems_ = tracing_.set_jobs(configured_jobs());  ///< With the configuration.
};

/// The jobs of the option `jobs`. If it is empty: the application's port and its management port.
inline ScrapeJobs SpringMusic::configured_jobs() {
  const std::string text = config<std::optional<std::string>>("jobs").value_or("");
  if (!text.empty()) return ScrapeJob::parse(text);
  const std::string port = std::to_string(config<long>("port"));
  if (!juju::parse_port(port)) return {.problems = {{.key = "port", .reason = "not a port from 1 to 65535"}}};
  return {.jobs = {{.static_configs = {{.targets = {"*:" + port, "*:8081"}}}}}};
}

/// An invalid option comes first. Until it is corrected, the published jobs stay as they are.
inline void SpringMusic::show_status() {
  if (!problems_.empty()) {
    Problem problem = problems_.front();
    if (problem.key.empty()) problem.key = "jobs";
    unit().set_status(juju::BlockedStatus{"configuration: " + to_string(problem)});
  } else if (const auto endpoint = tracing_.otlp_grpc_endpoint()) {
    unit().set_status(juju::ActiveStatus{"traces go to " + *endpoint});
  } else {
    unit().set_status(juju::WaitingStatus{"no Tempo to send traces to yet"});
  }
}
