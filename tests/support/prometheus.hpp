// SPDX-License-Identifier: Apache-2.0
// A workload and a scraper of the interface prometheus_scrape.
#pragma once

#include <algorithm>
#include <charms/prometheus_k8s/v0/prometheus_scrape.hpp>
#include <juju/testing.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <support/catch.hpp>

namespace support::prometheus {

namespace prom = charms::prometheus_k8s::v0::prometheus_scrape;
using juju::testing::RelationState;
using juju::testing::State;
using nlohmann::json;
using Lines = std::vector<std::string>;
using ConsumerOptions = prom::MetricsEndpointConsumerOptions;
using ProviderOptions = prom::MetricsEndpointProviderOptions;

inline const juju::Metadata workload_metadata = juju::Metadata::parse(
    "{name: music, provides: {metrics-endpoint: {interface: prometheus_scrape}}, containers: {app: {}}}");
inline const juju::Metadata scraper_metadata =
    juju::Metadata::parse("{name: prometheus, requires: {metrics-endpoint: {interface: prometheus_scrape}}}");

/// Logs its events. The leader also defers them, if asked to.
struct Workload final : juju::CharmBase {
  explicit Workload(juju::Framework& framework, ProviderOptions options = {}, bool defers_events = false)
      : CharmBase(framework), metrics(*this, std::move(options)), defers(defers_events) {
    framework.observe(metrics.on().alert_rule_status_changed, [this](prom::AlertRuleStatusChangedEvent& event) {
      note(event, std::string(event.valid ? "valid" : "invalid") + " rules '" + event.errors + "'");
    });
    framework.observe(metrics.on().invalid_scrape_job,
                      [this](prom::InvalidScrapeJobEvent& event) { note(event, "jobs '" + event.errors + "'"); });
  }

  prom::MetricsEndpointProvider<Workload> metrics;
  bool defers;

 private:
  void note(juju::RelationEvent& event, const std::string& text) {
    log().info(std::to_string(event.relation_id) + (event.relation == nullptr ? " gone " : " ") + text);
    if (defers) event.defer();
  }
};

/// Logs the number of jobs at each targets_changed. The leader also defers it, if asked to.
struct Scraper final : juju::CharmBase {
  explicit Scraper(juju::Framework& framework, ConsumerOptions options = {}, bool defers_events = false)
      : CharmBase(framework), metrics(*this, std::move(options)), defers(defers_events) {
    framework.observe(metrics.on().targets_changed, [this](prom::TargetsChangedEvent& event) {
      log().info(std::to_string(event.relation_id) + " " + std::to_string(metrics.jobs().size()) + " jobs");
      if (defers) event.defer();
    });
  }

  prom::MetricsEndpointConsumer<Scraper> metrics;
  bool defers;
};

inline auto workload(ProviderOptions options, bool defers = false) {
  return [=](juju::Framework& framework) { return std::make_unique<Workload>(framework, options, defers); };
}

inline auto scraper(ConsumerOptions options, bool defers = false) {
  return [=](juju::Framework& framework) { return std::make_unique<Scraper>(framework, options, defers); };
}

/// The application `app` with these jobs and the unit app/0 at 10.1.0.1, in another model.
inline RelationState application(const std::string& jobs, juju::RelationId id = 1, const std::string& name = "app") {
  RelationState relation{.id = id, .endpoint = "metrics-endpoint", .remote_application = name};
  relation.remote_application_data = {
      {"scrape_metadata", R"({"model": "dev", "model_uuid": "12345678-x", "application": ")" + name + "\"}"},
      {"scrape_jobs", jobs}};
  relation.remote_units[name + "/0"] = {{"prometheus_scrape_unit_name", name + "/0"},
                                        {"prometheus_scrape_unit_address", "10.1.0.1"}};
  return relation;
}

/// A leading scraper in these relations.
inline State scraping(std::vector<RelationState> relations, bool leader = true) {
  return {.leader = leader, .relations = std::move(relations)};
}

/// Looks at a scraper with these options in a state.
template <typename Look>
auto inspect_scraper(const State& state, const ConsumerOptions& options, Look look) {
  return juju::testing::inspect<Scraper>(state, scraper_metadata, scraper(options), look);
}

/// Runs update-status, or another hook, of a scraper with these options.
inline State run_scraper(const State& before, const ConsumerOptions& options = {},
                         const juju::testing::EventRequest& event = juju::testing::update_status()) {
  return juju::testing::run(before, event, scraper_metadata, scraper(options));
}

/// The report in a relation; "-" for none.
inline std::string report_in(const State& state, juju::RelationId id = 1) {
  const juju::StringMap& bag = state.relation(id).local_application_data;
  return bag.contains("event") ? bag.at("event") : "-";
}

/// The unit music/1 at 10.1.2.3 on the host music-1.local, in relation 3 with prometheus/0.
inline State providing(bool leader = true) {
  return {.leader = leader,
          .relations = {{.id = 3,
                         .endpoint = "metrics-endpoint",
                         .remote_application = "prometheus",
                         .remote_units = {{"prometheus/0", {}}}}},
          .unit_name = "music/1",
          .address = "10.1.2.3",
          .fqdn = "music-1.local"};
}

/// Runs update-status, or another hook, of a workload with these options.
inline State run_workload(const State& before, const ProviderOptions& options = {},
                          const juju::testing::EventRequest& event = juju::testing::update_status()) {
  return juju::testing::run(before, event, workload_metadata, workload(options));
}

/// A value that the workload's application published in relation 3; null for none.
inline json published(const State& state, const std::string& key) {
  const juju::StringMap& bag = state.relation(3).local_application_data;
  return bag.contains(key) ? json::parse(bag.at(key)) : json();
}

/// The data that the unit of `providing()` publishes.
inline juju::StringMap unit_keys(const std::string& address = "10.1.2.3") {
  return {{"prometheus_scrape_unit_name", "music/1"},
          {"prometheus_scrape_unit_address", address},
          {"prometheus_scrape_unit_fqdn", "music-1.local"}};
}

/// The log lines of this level, without the framework's line about deferred events.
inline Lines logged(const std::vector<juju::testing::LogLine>& log, juju::LogLevel level = juju::LogLevel::info) {
  Lines lines;
  for (const juju::testing::LogLine& line : log) {
    const bool is_own = !line.message.starts_with("deferred events");
    if (line.level == level && is_own) lines.push_back(line.message);
  }
  return lines;
}

/// The calls of hook tools that a hook makes, sorted: "relation-get 3 app/0".
class CountedCalls {
 public:
  juju::testing::RunOptions options() {
    return {.before_call = [this](const juju::testing::Call& call) {
      std::string line(call.tool);
      if (call.relation) line += " " + std::to_string(*call.relation);
      if (!call.entity.empty()) line += " " + std::string(call.entity);
      calls_.push_back(std::move(line));
    }};
  }

  Lines sorted() const {
    Lines calls = calls_;
    std::sort(calls.begin(), calls.end());
    return calls;
  }

 private:
  Lines calls_;
};

}  // namespace support::prometheus
