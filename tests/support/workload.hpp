// SPDX-License-Identifier: Apache-2.0
// A workload's charm that is scraped on port 8000, and what it learns of Tempo.
#pragma once

#include <charms/tempo_k8s/v0/tempo_scrape.hpp>
#include <juju/testing.hpp>
#include <optional>
#include <string>

#include <support/catch.hpp>

namespace support {

struct Workload final : juju::CharmBase {
  explicit Workload(juju::Framework& framework) : CharmBase(framework) {}

  charms::tempo_k8s::v0::tempo_scrape::TracingEndpointProvider<Workload> tracing{
      *this, {.jobs = {{.job_name = "music", .static_configs = {{.targets = {"*:8000"}}}}}}};
};

inline const juju::Metadata workload_metadata{
    .name = "music", .relations = {{"tracing", {juju::RelationRole::provides, "tempo_scrape"}}}};

/// A relation with a Tempo that says this of its endpoint.
inline juju::testing::RelationState tempo_says(std::string tempo_endpoint, juju::RelationId id = 1) {
  juju::testing::RelationState relation{.id = id, .endpoint = "tracing", .remote_application = "tempo"};
  relation.remote_units["tempo/0"];
  relation.remote_application_data["tempo_endpoint"] = std::move(tempo_endpoint);
  return relation;
}

/// `endpoint()` of the workload in this state.
inline auto endpoint_in(const juju::testing::State& state) {
  return juju::testing::inspect<Workload>(state, workload_metadata,
                                          [](Workload& charm) { return charm.tracing.endpoint(); });
}

}  // namespace support
