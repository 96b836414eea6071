// SPDX-License-Identifier: Apache-2.0
// Worlds of prometheus_scrape, read by the core of its consumer.
#pragma once

#include <charms/prometheus_k8s/v0/prometheus_scrape/wire.hpp>
#include <scrape/published.hpp>

#include "worlds.hpp"

namespace benchmarks {

namespace prometheus_scrape = charms::prometheus_k8s::v0::prometheus_scrape;

/// A scraper with related applications. Each unit has a job of its own.
struct PrometheusWorld {
  /// @param name  RELATIONSxUNITSxJOBS, as for `tempo_world`.
  explicit PrometheusWorld(const std::string& name) {
    int relations = 0, units = 0, jobs = 0;
    std::sscanf(name.c_str(), "%dx%dx%d", &relations, &units, &jobs);
    for (int id = 0; id < relations; ++id) {
      add_application(model, id, units, scrape_jobs(jobs));
      for (const std::string& unit : model.memory_relations.back().listed_units) publish_keys(unit);
    }
  }

  scrape::Published read() {
    for (MemoryRelation& relation : model.memory_relations) relation.start_hook();
    return reader.read(model, "tracing", {.jobs = true});
  }

  MemoryModel model{"prometheus/0"};
  scrape::PublishedReader reader{prometheus_scrape::wire, {.scrape_interval_ms = 60'000}, {}, {}};

 private:
  void publish_keys(const std::string& unit) {
    StringMap& bag = model.memory_relations.back().bags[unit].content;
    const std::string address = bag.at("tempo_scrape_unit_address");
    bag = {{"egress-subnets", address + "/32"},
           {"prometheus_scrape_unit_name", unit},
           {"prometheus_scrape_unit_address", address},
           {"prometheus_scrape_unit_fqdn",
            unit.substr(0, unit.find('/')) + "-" + unit.substr(unit.find('/') + 1) + ".local"}};
  }
};

}  // namespace benchmarks
