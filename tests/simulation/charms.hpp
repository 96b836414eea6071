// SPDX-License-Identifier: Apache-2.0
// The charms that the simulation deploys.
#pragma once

#include <atomic>
#include <charms/tempo_k8s/v0/tempo_scrape.hpp>
#include <chrono>
#include <cstdlib>
#include <juju/testing/simulation.hpp>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace simulated {

using namespace charms::tempo_k8s::v0::tempo_scrape;

/// What a workload of this build and configuration wants scraped.
inline nlohmann::json jobs_of(const std::string& charm, const nlohmann::json& config) {
  nlohmann::json jobs = nlohmann::json::parse(config.at("jobs").get<std::string>());
  if (charm == "workload-next") jobs.push_back({{"job_name", "next"}, {"static_configs", {{{"targets", {"*:9100"}}}}}});
  return jobs;
}

/// What is wrong with the workload, so that the simulation can show that it finds it.
enum class Mistake {
  none,
  forgetful,  ///< Goes on with the address that it has published once.
  random,     ///< Writes another text in every run.
  crash,      ///< Ends the whole process.
  hang,       ///< Never comes back.
};

/// Set before the first schedule, and the same for all.
inline Mistake mistake = Mistake::none;

/// A workload with two endpoints, so that several relations can lead to one Tempo. It shows in its status, by relation,
/// the endpoint that it was told of.
class Workload final : public juju::CharmBase {
 public:
  explicit Workload(juju::Framework& framework) : CharmBase(framework) {
    TracingEndpointProviderOptions options;
    if (mistake == Mistake::forgetful) options.address = published_address();
    tracing_.emplace(*this, options);
    options.relation_name = "second-tracing";
    second_.emplace(*this, options);
    ScrapeJobs jobs = ScrapeJob::parse(model().config().at("jobs").get<std::string>());
    if (jobs.problems.empty()) jobs.jobs = jobs_of(metadata().name, model().config()).get<std::vector<ScrapeJob>>();
    tracing_->set_jobs(jobs);
    second_->set_jobs(jobs);
    framework.observe(tracing_->on().endpoint_changed, *this, &Workload::on_endpoint_changed);
    framework.observe(second_->on().endpoint_changed, *this, &Workload::on_endpoint_changed);
    framework.observe(on()["tracing"].relation_joined, *this, &Workload::on_joined);
  }

  std::optional<TempoEndpoint> endpoint(const std::string& relation_name) {
    return relation_name == "tracing" ? tracing_->endpoint() : second_->endpoint();
  }

 private:
  void on_endpoint_changed(EndpointChangedEvent& event) {
    if (model().config().at("defer").get<bool>()) return event.defer();
    nlohmann::json told = nlohmann::json::object();
    for (const char* name : {"tracing", "second-tracing"}) {
      for (juju::Relation* relation : model().relations(name)) {
        const std::optional<TempoEndpoint> known = tracing_->endpoint(*relation);
        if (known) told[std::to_string(relation->id())] = *known;
      }
    }
    told[std::to_string(event.relation_id)] = static_cast<const TempoEndpoint&>(event);
    unit().set_status(juju::ActiveStatus{told.dump()});
  }

  void on_joined(juju::RelationJoinedEvent& event) {
    static std::atomic<int> count = 0;
    const bool is_third = unit().name().ends_with("/2");
    if (mistake == Mistake::random) event.relation->data(unit().name()).set("count", std::to_string(++count));
    if (mistake == Mistake::crash && is_third) std::abort();
    while (mistake == Mistake::hang && is_third) std::this_thread::sleep_for(std::chrono::seconds(1));
  }

  std::string published_address() {
    for (juju::Relation* relation : model().relations("tracing")) {
      return relation->data(unit().name()).get("tempo_scrape_unit_address").value_or("");
    }
    return {};
  }

  std::optional<TracingEndpointProvider<Workload>> tracing_;
  std::optional<TracingEndpointProvider<Workload>> second_;
};

/// Shows in its status what it scrapes, as of the last event that told of a change.
class Tempo : public juju::CharmBase {
 public:
  explicit Tempo(juju::Framework& framework) : CharmBase(framework) {
    framework.observe(scrape_.on().targets_changed, *this, &Tempo::on_targets_changed);
    const nlohmann::json config = model().config();
    endpoint_.emplace(*this, TracingEndpointRequirerOptions{.hostname = config.at("hostname").get<std::string>(),
                                                            .tempo_port = 3200,
                                                            .otlp_grpc_port = config.at("grpc-port").get<int>()});
  }

  nlohmann::json jobs() { return scrape_.jobs(); }

 protected:
  bool defers() { return model().config().at("defer").get<bool>(); }
  const MonitoringEvents& scrape_events() const { return scrape_.on(); }

 private:
  void on_targets_changed(TargetsChangedEvent& event) {
    if (defers()) return event.defer();
    unit().set_status(juju::ActiveStatus{jobs().dump()});
  }

  TracingEndpointConsumer<Tempo> scrape_{*this};
  std::optional<TracingEndpointRequirer<Tempo>> endpoint_;
};

/// Observes more than the build before it, so that an upgrade meets events that nobody of its own has deferred, and a
/// downgrade those of an observer that is gone.
class NextTempo final : public Tempo {
 public:
  explicit NextTempo(juju::Framework& framework) : Tempo(framework) {
    framework.observe(scrape_events().targets_changed, *this, &NextTempo::on_targets_changed_too);
    framework.observe(on().config_changed, *this, &NextTempo::on_config_changed);
  }

 private:
  void on_targets_changed_too(TargetsChangedEvent& event) {
    if (defers()) event.defer();
  }
  void on_config_changed(juju::ConfigChangedEvent& event) {
    if (defers()) event.defer();
  }
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

inline std::vector<juju::testing::Part> parts() {
  using juju::testing::Build;
  const auto with_jobs = [](const char* jobs) { return nlohmann::json{{"jobs", jobs}}; };
  return {
      {.name = "workload",
       .builds = {Build::of<Workload>(workload_metadata("workload")),
                  Build::of<Workload>(workload_metadata("workload-next"))},
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
       .builds = {Build::of<Tempo>(tempo_metadata("tempo")), Build::of<NextTempo>(tempo_metadata("tempo-next"))},
       .configs = {nlohmann::json::object(),
                   {{"hostname", "fd00::7"}},
                   {{"hostname", "traces.example.com"}, {"grpc-port", 14317}},
                   {{"defer", true}}}},
  };
}

}  // namespace simulated
