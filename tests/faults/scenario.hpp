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

/// A charm's type, forgotten: how it is run over each backend.
struct CharmUnderTest {
  std::string example = {};  ///< Whose metadata it has.
  int (*main)(juju::MainOptions) = nullptr;
  State (*run)(State, const juju::testing::EventRequest&, const juju::Metadata&,
               const juju::testing::RunOptions&) = nullptr;
};

/// One hook, and all that came before it.
struct Scenario {
  std::string name = {};
  CharmUnderTest charm = {};
  State start = {};
  std::vector<juju::Hook> earlier = {};        ///< They run well.
  std::function<void(State&)> meanwhile = {};  ///< What others do before the hook.
  juju::Hook hook = {};
  juju::StringMap files = {};  ///< Further files of the charm directory.
};

std::vector<Scenario> scenarios();

/// The charms of examples/, two units of the workload and two of Tempo, and a workload that defers, deployed and
/// joined, with nothing run yet.
/// @param tempo_directory  where Tempo writes.
juju::testing::TestModel both_sides(const std::filesystem::path& tempo_directory);

/// All data bags, statuses and deferred events of that model, and what each side makes of the other.
nlohmann::json end_of(juju::testing::TestModel& model);

inline bool breaks(const juju::Hook& hook) { return hook.kind == juju::HookKind::relation_broken; }

/// What Juju itself does once a hook is over.
inline void close(State& state, const juju::Hook& hook) {
  if (!breaks(hook)) return;
  std::erase_if(state.relations, [&](const auto& relation) { return relation.id == hook.relation_id; });
}

}  // namespace faults
