// SPDX-License-Identifier: Apache-2.0
// A workload with these options, in one hook.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include <support/charms.hpp>

namespace support {

using juju::testing::State;
using ProviderOptions = tempo_scrape::TracingEndpointProviderOptions;

inline const juju::Metadata provider_metadata = juju::Metadata::parse(R"({
  name: spring-music-k8s,
  provides: {tracing: {interface: tempo_scrape}},
  requires: {database: {interface: mysql}},
  containers: {music: {}, sidecar: {}}
})");

/// The unit spring-music/1 at 10.1.2.3, in relation 3 with tempo/0.
inline State related(bool leader = true) {
  return {
      .leader = leader,
      .relations = {{.id = 3, .endpoint = "tracing", .remote_application = "tempo", .remote_units = {{"tempo/0", {}}}}},
      .unit_name = "spring-music/1",
      .address = "10.1.2.3"};
}

/// The same with this endpoint of Tempo.
inline State related_with_endpoint(std::string tempo_endpoint) {
  State state = related();
  state.relation(3).remote_application_data["tempo_endpoint"] = std::move(tempo_endpoint);
  return state;
}

/// Adds a relation with another Tempo, which published this endpoint unless it is empty.
inline void add_tempo(State& state, juju::RelationId id, const std::string& tempo_endpoint = "") {
  state.relations.push_back({.id = id, .endpoint = "tracing", .remote_application = "other"});
  if (!tempo_endpoint.empty()) state.relation(id).remote_application_data["tempo_endpoint"] = tempo_endpoint;
}

/// The data that the unit publishes.
inline juju::StringMap published_unit(const std::string& address = "10.1.2.3") {
  return {{"tempo_scrape_unit_name", "spring-music/1"}, {"tempo_scrape_unit_address", address}};
}

/// Runs one hook of a workload with these options.
inline State run_provider(const State& before, const juju::testing::EventRequest& event,
                          const ProviderOptions& options = {}, const juju::Metadata& metadata = provider_metadata) {
  return juju::testing::run(before, event, metadata,
                            [&](juju::Framework& framework) { return std::make_unique<Workload>(framework, options); });
}

/// Runs relation-joined of the leader.
inline State join(const ProviderOptions& options = {}) {
  return run_provider(related(), juju::testing::relation_joined(3, "tempo/0"), options);
}

/// The number of log lines at WARNING or above.
inline std::size_t warnings(const State& state) {
  return static_cast<std::size_t>(
      std::count_if(state.log.begin(), state.log.end(),
                    [](const juju::testing::LogLine& line) { return line.level >= juju::LogLevel::warning; }));
}

}  // namespace support
