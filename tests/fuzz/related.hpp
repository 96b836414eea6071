// SPDX-License-Identifier: Apache-2.0
// Related applications around the one text that an input says.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "prometheus.hpp"

namespace fuzz {

/// How a Tempo reads, of which an input's variant picks one.
struct Reading {
  explicit Reading(const Input& input) {
    if (input.has(0)) grammar.label_names = tempo_scrape::LabelNames::legacy;
    if (input.has(1)) spelling = tempo_scrape::TopologyLabels::page;
    if (input.has(2)) own_model = {"dev", "1234567890-uuid"};
    if (input.has(3)) most_bytes = most_bytes_per_relation / 2;
  }

  tempo_scrape::RelatedApplication read(juju::RelationId id, const juju::Texts& bag,
                                        const std::map<std::string, juju::Texts>& units) const {
    tempo_scrape::RelatedApplication application(id, "app", bag, own_model, grammar);
    for (const auto& [unit, texts] : units) application.read_unit(unit, texts);
    return application;
  }

  /// Expands applications, and holds the outcome against Prometheus.
  tempo_scrape::ScrapeConfiguration expand(const std::vector<tempo_scrape::ScrapedApplication>& applications) const {
    tempo_scrape::ScrapeConfiguration configuration =
        tempo_scrape::scrape_configuration(applications, spelling, most_bytes);
    require_fits_prometheus(configuration.jobs, grammar.label_names, spelling);
    return configuration;
  }

  tempo_scrape::ScrapeJobGrammar grammar = {.label_names = tempo_scrape::LabelNames::utf8,
                                            .scrape_interval = tempo_scrape::parse_duration("1m")};
  tempo_scrape::TopologyLabels spelling = tempo_scrape::TopologyLabels::library;
  std::size_t most_bytes = most_bytes_per_relation;
  tempo_scrape::OwnModel own_model = {"observability", "another-model"};
};

inline const std::string good_metadata =
    R"({"model": "dev", "model_uuid": "1234567890-uuid", "application": "app", "unit": "app/0", "charm_name": "k8s"})";

inline const std::string good_jobs =
    R"([{"job_name": "j", "static_configs": [{"targets": ["*:80", "b:1"], "labels": {"a": "b"}}]}, {}])";

inline const std::map<std::string, juju::Texts> good_units = {
    {"app/0", {{"tempo_scrape_unit_name", "app/0"}, {"tempo_scrape_unit_address", "10.1.0.1"}}},
    {"app/1", {{"tempo_scrape_unit_address", "fd00::1"}}},
    {"app/2", {}}};

/// An application of the same names that the input has no part in, and whose jobs nobody takes away.
inline void require_beside(const Reading& reading, const tempo_scrape::ScrapedApplication& hostile) {
  const auto healthy =
      reading.read(9, {{"scrape_metadata", good_metadata}, {"scrape_jobs", good_jobs}}, good_units).scraped();
  const json alone = reading.expand({healthy}).jobs;
  require(reading.expand({hostile}).jobs.dump().size() <= reading.most_bytes + 2, "a relation keeps within its limit");
  tempo_scrape::ScrapedApplication twin = hostile;
  twin.relation_id = 2;
  const json together = reading.expand({hostile, twin, healthy}).jobs;
  require(together.size() >= alone.size(), "no application takes another's jobs away");
  for (std::size_t i = 0; i < alone.size(); ++i) {
    require(together[together.size() - alone.size() + i]["static_configs"] == alone[i]["static_configs"],
            "no application changes what is scraped of another");
  }
}

}  // namespace fuzz
