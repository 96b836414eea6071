// SPDX-License-Identifier: Apache-2.0
// The charms that the simulation deploys.
#pragma once

#include <charms/tempo_k8s/v0/tempo_scrape.hpp>
#include <juju/testing/simulation.hpp>
#include <optional>
#include <string>
#include <vector>

namespace simulated {

using namespace charms::tempo_k8s::v0::tempo_scrape;

/// What a workload of this build and configuration wants scraped.
inline nlohmann::json jobs_of(const std::string& charm, const nlohmann::json& config) {
  nlohmann::json jobs = nlohmann::json::parse(config.at("jobs").get<std::string>());
  if (charm == "workload-next") jobs.push_back({{"job_name", "next"}, {"static_configs", {{{"targets", {"*:9100"}}}}}});
  return jobs;
}

/// A workload with two endpoints, so that several relations can lead to one Tempo. It shows in its status the endpoint
/// that it knows.
class Workload : public juju::CharmBase {
 public:
  explicit Workload(juju::Framework& framework) : Workload(framework, {}) {}

  std::optional<TempoEndpoint> endpoint(const std::string& relation_name) {
    return relation_name == "tracing" ? tracing_->endpoint() : second_->endpoint();
  }

 protected:
  Workload(juju::Framework& framework, const std::string& address) : CharmBase(framework) {
    TracingEndpointProviderOptions options{.address = address};
    const ScrapeJobs read = ScrapeJob::parse(model().config().at("jobs").get<std::string>());
    options.publish_jobs = read.problems.empty();
    if (options.publish_jobs) options.jobs = jobs_of(metadata().name, model().config());
    tracing_.emplace(*this, options);
    options.relation_name = "second-tracing";
    second_.emplace(*this, options);
    framework.observe(tracing_->on().endpoint_changed, *this, &Workload::on_endpoint_changed);
    framework.observe(second_->on().endpoint_changed, *this, &Workload::on_endpoint_changed);
  }

 private:
  void on_endpoint_changed(EndpointChangedEvent& event) {
    if (model().config().at("defer").get<bool>()) return event.defer();
    unit().set_status(juju::ActiveStatus{event.hostname});
  }

  std::optional<TracingEndpointProvider<Workload>> tracing_;
  std::optional<TracingEndpointProvider<Workload>> second_;
};

/// A workload with a mistake that is easily made: it goes on with the address that it has published once.
class ForgetfulWorkload final : public Workload {
 public:
  explicit ForgetfulWorkload(juju::Framework& framework) : Workload(framework, published_address(framework)) {}

 private:
  static std::string published_address(juju::Framework& framework) {
    for (juju::Relation* relation : framework.model().relations("tracing")) {
      return relation->data(framework.model().unit_name()).get("tempo_scrape_unit_address").value_or("");
    }
    return {};
  }
};

/// Shows in its status what it scrapes, as of the last event that told of a change.
class Tempo final : public juju::CharmBase {
 public:
  explicit Tempo(juju::Framework& framework) : CharmBase(framework) {
    framework.observe(scrape_.on().targets_changed, *this, &Tempo::on_targets_changed);
    framework.observe(on().update_status, *this, &Tempo::on_targets_changed);
    endpoint_.emplace(*this, TracingEndpointRequirerOptions{.hostname = model().config().at("hostname"),
                                                            .tempo_port = 3200,
                                                            .otlp_grpc_port = model().config().at("grpc-port")});
  }

  nlohmann::json jobs() { return scrape_.jobs(); }
  std::vector<Problem> problems() { return scrape_.problems(); }

 private:
  void on_targets_changed(juju::Event& event) {
    if (model().config().at("defer").get<bool>()) return event.defer();
    unit().set_status(juju::ActiveStatus{jobs().dump()});
  }

  TracingEndpointConsumer<Tempo> scrape_{*this};
  std::optional<TracingEndpointRequirer<Tempo>> endpoint_;
};

inline juju::Metadata workload_metadata(const std::string& charm) {
  juju::Metadata metadata{.name = charm};
  for (const char* endpoint : {"tracing", "second-tracing"}) {
    metadata.relations[endpoint] = {.role = juju::RelationRole::provides, .interface = "tempo_scrape"};
  }
  metadata.config["jobs"] = {.type = "string", .default_value = "[{}]"};
  metadata.config["defer"] = {.type = "boolean", .default_value = false};
  return metadata;
}

inline juju::Metadata tempo_metadata(const std::string& charm) {
  juju::Metadata metadata{.name = charm};
  metadata.relations["tracing"] = {.role = juju::RelationRole::requires_, .interface = "tempo_scrape"};
  metadata.config["hostname"] = {.type = "string", .default_value = "tempo.local"};
  metadata.config["grpc-port"] = {.type = "int", .default_value = 4317};
  metadata.config["defer"] = {.type = "boolean", .default_value = false};
  return metadata;
}

template <typename WorkloadType>
std::vector<juju::testing::Part> parts() {
  using juju::testing::Build;
  const auto with_jobs = [](const char* jobs) { return nlohmann::json{{"jobs", jobs}}; };
  return {
      {.name = "workload",
       .builds = {Build::of<WorkloadType>(workload_metadata("workload")),
                  Build::of<WorkloadType>(workload_metadata("workload-next"))},
       .configs = {nlohmann::json::object(),
                   with_jobs(R"([{"static_configs": [{"targets": ["*:8000", "*"]}]}])"),
                   with_jobs(R"([{"job_name": "a", "scrape_interval": "30s",
                                  "static_configs": [{"targets": ["*:1", "db.local:9", "[fd00::9]:9"],
                                                      "labels": {"team": "x", "tier": "1"}},
                                                     {"targets": ["10.1.1.1"]}]},
                                 {"job_name": "b_1", "static_configs": []}])"),
                   with_jobs(
                       R"([{"job_name": "next_0", "scrape_timeout": "5s", "static_configs": [{"targets": []}]}])"),
                   {{"defer", true}}},
       .mistakes = {with_jobs("not JSON"), with_jobs(R"([{"static_configs": [{"targets": ["*:0"]}]}])")}},
      {.name = "tempo",
       .builds = {Build::of<Tempo>(tempo_metadata("tempo")), Build::of<Tempo>(tempo_metadata("tempo-next"))},
       .configs = {nlohmann::json::object(),
                   {{"hostname", "fd00::7"}},
                   {{"hostname", "traces.example.com"}, {"grpc-port", 14317}},
                   {{"defer", true}}}},
  };
}

}  // namespace simulated
