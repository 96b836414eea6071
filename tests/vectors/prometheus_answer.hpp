// SPDX-License-Identifier: Apache-2.0
// The answers of `prometheus_scrape` to its reference vectors, computed on the kit.
#pragma once

#include <charms/prometheus_k8s/v0/prometheus_scrape.hpp>
#include <juju/testing.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace vectors {

namespace prom = charms::prometheus_k8s::v0::prometheus_scrape;

/// A scraper whose check refuses the jobs of some relations.
class PrometheusScraper final : public juju::CharmBase {
 public:
  PrometheusScraper(juju::Framework& framework, const json& input)
      : CharmBase(framework),
        metrics(*this,
                {.relation_name = input.at("relation_name").get<std::string>(),
                 .fallback_scrape_protocol = input.value("fallback_scrape_protocol", ""),
                 .check_jobs = [refused = applications_of(input)](const json& jobs) -> std::optional<std::string> {
                   const std::string text = jobs.dump();
                   for (const std::string& application : refused) {
                     if (text.find("\"juju_application\":\"" + application + "\"") != std::string::npos)
                       return "refused";
                   }
                   return std::nullopt;
                 }}) {}

  prom::MetricsEndpointConsumer<PrometheusScraper> metrics;

 private:
  static std::vector<std::string> applications_of(const json& input) {
    std::vector<std::string> refused;
    for (const json& id : input.value("reject_relations", json::array())) {
      for (const json& relation : input.at("relations")) {
        if (relation.at("id") == id) refused.push_back(relation.at("app").get<std::string>());
      }
    }
    return refused;
  }
};

class PrometheusWorkload final : public juju::CharmBase {
 public:
  PrometheusWorkload(juju::Framework& framework, const json& input)
      : CharmBase(framework),
        metrics(*this, {.jobs = jobs_of(input, "jobs"),
                        .forward_alert_rules = false,
                        .external_url = input.value("external_url", ""),
                        .more_jobs = [input] { return jobs_of(input, "lookaside_jobs"); }}) {}

  prom::MetricsEndpointProvider<PrometheusWorkload> metrics;

 private:
  static std::vector<scrape::ScrapeJob> jobs_of(const json& input, const char* key) {
    const json given = input.value(key, json());
    return given.is_null() ? std::vector<scrape::ScrapeJob>() : given.get<std::vector<scrape::ScrapeJob>>();
  }
};

inline juju::Metadata prometheus_metadata(const std::string& name, const std::string& endpoint,
                                          juju::RelationRole role) {
  juju::Metadata metadata{.name = name};
  metadata.relations[endpoint] = {role, prom::wire.interface};
  for (const char* option : {"relation_name", "jobs", "refresh_events"}) metadata.config[option];
  return metadata;
}

/// What `jobs()` returns; with a check also what the leader reports to each application.
inline json prometheus_jobs(const json& input) {
  const juju::testing::State state = state_of(input, input.at("this_app").get<std::string>() + "/0");
  const juju::Metadata metadata =
      prometheus_metadata("prometheus-k8s", endpoint_of(input), juju::RelationRole::requires_);
  const auto make = [&](juju::Framework& framework) { return std::make_unique<PrometheusScraper>(framework, input); };
  juju::testing::MemoryModel model(state, metadata);
  juju::Framework framework(model, metadata);
  PrometheusScraper scraper(framework, input);
  json jobs = scraper.metrics.jobs();
  if (!input.contains("reject_relations")) return jobs;
  const juju::testing::State after =
      juju::testing::run(state, juju::Hook{.kind = juju::HookKind::update_status}, metadata, make);
  json written = json::object();
  for (const auto& relation : after.relations) {
    if (!relation.local_application_data.empty()) {
      written[std::to_string(relation.id)] = relation.local_application_data;
    }
  }
  return {{"jobs", std::move(jobs)}, {"written", std::move(written)}};
}

/// The data bags of a workload after its hook.
inline json prometheus_provider_data(const json& input) {
  juju::testing::State before = state_of(input, input.at("app").get<std::string>() + "/0");
  before.address = input.at("address").get<std::string>();
  before.fqdn = input.value("fqdn", "");
  juju::testing::RelationState relation = relation_to("prometheus", 1, input);
  relation.endpoint = prom::wire.relation_name;
  before.relations = {std::move(relation)};
  const juju::Metadata metadata = prometheus_metadata(input.at("charm_name").get<std::string>(),
                                                      prom::wire.relation_name, juju::RelationRole::provides);
  const juju::testing::State after = juju::testing::run(
      before, hook_of(input.at("event").get<std::string>(), before), metadata,
      [&](juju::Framework& framework) { return std::make_unique<PrometheusWorkload>(framework, input); });
  return bags_of(after.relations.front());
}

}  // namespace vectors
