// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <juju/main.hpp>
#include <juju/testing.hpp>
#include <string>
#include <vector>

namespace faults {

using juju::testing::State;

/// Runs a charm on each backend. The type of the charm is erased.
struct CharmUnderTest {
  std::filesystem::path directory = {};  ///< With its metadata.
  int (*main)(juju::MainOptions) = nullptr;
  State (*run)(State, const juju::testing::EventRequest&, const juju::Metadata&,
               const juju::testing::RunOptions&) = nullptr;
};

/// One hook, and the hooks before it.
struct Scenario {
  std::string name = {};
  CharmUnderTest charm = {};
  State start = {};
  std::vector<juju::Hook> earlier = {};        ///< Run first, without a fault.
  std::function<void(State&)> meanwhile = {};  ///< Changes by other units or the operator before the hook.
  juju::Hook hook = {};
  juju::StringMap files = {};  ///< Further files of the charm directory.
  bool remembers = false;      ///< Whether the hook uses what the earlier hooks read.
};

std::vector<Scenario> scenarios();

/// Those of the libraries prometheus_scrape and tracing.
std::vector<Scenario> metrics_scenarios();

/// A model in which no hook has run yet: two units of the example workload, two units of the example Tempo, and a
/// workload that defers its events. Both workloads are related to Tempo.
/// @param tempo_directory  Tempo writes its file here.
juju::testing::TestModel both_sides(const std::filesystem::path& tempo_directory);

/// All data bags, statuses and deferred events of that model, and the jobs of tempo/0.
nlohmann::json end_of(juju::testing::TestModel& model);

inline bool breaks(const juju::Hook& hook) { return hook.kind == juju::HookKind::relation_broken; }

/// Removes the relation after relation-broken, as Juju does.
inline void close(State& state, const juju::Hook& hook) {
  if (!breaks(hook)) return;
  std::erase_if(state.relations, [&](const auto& relation) { return relation.id == hook.relation_id; });
}

}  // namespace faults
