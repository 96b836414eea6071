// SPDX-License-Identifier: Apache-2.0
// Worlds of prometheus_scrape.
#pragma once

#include <charms/prometheus_k8s/v0/prometheus_scrape.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "worlds.hpp"

namespace benchmarks {

namespace prometheus_scrape = charms::prometheus_k8s::v0::prometheus_scrape;

struct Prometheus final : juju::CharmBase {
  using juju::CharmBase::CharmBase;
  prometheus_scrape::MetricsEndpointConsumer<Prometheus> consumer{*this, {.relation_name = "tracing"}};
};

/// A world in which each unit has a job of its own.
/// @param name  RELATIONSxUNITSxJOBS, as for `tempo_world`.
inline std::unique_ptr<World<Prometheus>> prometheus_world(const std::string& name) {
  auto world = std::make_unique<World<Prometheus>>(
      "prometheus/0", "name: prometheus\nrequires: {tracing: {interface: prometheus_scrape}}");
  int relations = 0, units = 0, jobs = 0;
  std::sscanf(name.c_str(), "%dx%dx%d", &relations, &units, &jobs);
  for (int id = 0; id < relations; ++id) {
    add_application(world->model, id, units, scrape_jobs(jobs));
    MemoryRelation& relation = world->model.memory_relations.back();
    for (const std::string& unit : relation.listed_units) {
      StringMap& bag = relation.bags[unit].content;
      const std::string address = bag.at("tempo_scrape_unit_address");
      bag = {{"egress-subnets", address + "/32"},
             {"prometheus_scrape_unit_name", unit},
             {"prometheus_scrape_unit_address", address},
             {"prometheus_scrape_unit_fqdn",
              unit.substr(0, unit.find('/')) + "-" + unit.substr(unit.find('/') + 1) + ".local"}};
    }
  }
  return world;
}

}  // namespace benchmarks
