// SPDX-License-Identifier: Apache-2.0
// A workload charm and a Tempo charm, with their metadata.
#pragma once

#include <charms/tempo_k8s/v0/tempo_scrape.hpp>
#include <juju/testing.hpp>
#include <string>
#include <utility>
#include <vector>

#include <support/catch.hpp>

namespace support {

namespace tempo_scrape = charms::tempo_k8s::v0::tempo_scrape;
using juju::testing::RelationState;
using Lines = std::vector<std::string>;

inline const Lines none = {};

/// A list of texts.
template <typename... Text>
Lines lines(const Text&... texts) {
  return {texts...};
}

/// A workload. Without options it is scraped on port 8000.
struct Workload final : juju::CharmBase {
  explicit Workload(juju::Framework& framework,
                    tempo_scrape::TracingEndpointProviderOptions options =
                        {.jobs = {{.job_name = "music", .static_configs = {{.targets = {"*:8000"}}}}}})
      : CharmBase(framework), tracing(*this, std::move(options)) {}

  tempo_scrape::TracingEndpointProvider<Workload> tracing;
};

inline const juju::Metadata workload_metadata{
    .name = "music", .relations = {{"tracing", {juju::RelationRole::provides, "tempo_scrape"}}}};

/// A Tempo that scrapes its related workloads.
struct Tempo final : juju::CharmBase {
  explicit Tempo(juju::Framework& framework, tempo_scrape::TracingEndpointConsumerOptions options = {})
      : CharmBase(framework), scrape(*this, std::move(options)) {}

  tempo_scrape::TracingEndpointConsumer<Tempo> scrape;
};

inline const juju::Metadata tempo_metadata{.name = "tempo",
                                           .relations = {{"tracing", {juju::RelationRole::requires_, "tempo_scrape"}}}};

}  // namespace support
