// SPDX-License-Identifier: Apache-2.0
// What a model that has come to rest must look like.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "truth.hpp"

namespace simulated {

/// A model came to rest in a state that is not the right one. What is wrong in the same way is of one type.
class Wrong : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
class WrongExpansion : public Wrong {
  using Wrong::Wrong;
};
class WrongJobs : public Wrong {
  using Wrong::Wrong;
};
class WrongEndpoint : public Wrong {
  using Wrong::Wrong;
};
class NotTold : public Wrong {
  using Wrong::Wrong;
};
class WrongDeferral : public Wrong {
  using Wrong::Wrong;
};
class Restless : public Wrong {
  using Wrong::Wrong;
};

template <typename Kind>
void require(bool holds, const std::string& what) {
  if (!holds) throw Kind(what);
}

/// What there was to compare.
struct Compared {
  bool jobs = false;
  bool endpoint = false;
  bool cross_model = false;
  bool independently = false;  ///< Jobs, with the expansion that is independent.
};

/// How closely to look.
struct Look {
  bool told = false;           ///< Hold what the units were last told against what is there.
  bool independently = false;  ///< Hold the pure function against the independent expansion, too.
};

inline bool defers(TestModel& model, const std::string& application) {
  return config_of(model, application)["defer"].get<bool>();
}

inline json jobs_known_to(TestModel& model, const std::string& unit) {
  const auto look = [](Tempo& charm) { return charm.jobs(); };
  const bool is_next = model.metadata(application_of(unit)).name == "tempo-next";
  return is_next ? model.unit(unit).inspect<NextTempo>(look) : model.unit(unit).inspect<Tempo>(look);
}

/// Its jobs are those that follow from the truth, and its status shows what it scraped at the last event.
inline void check_tempo(TestModel& model, const std::string& tempo, Look look, Compared& compared) {
  if (model.units(tempo).empty()) return;
  const std::vector<TrueApplication> truths = truths_for(model, tempo);
  const json expected = configuration_of(truths);
  if (look.independently) {
    require<WrongExpansion>(expected == expand(truths), "the pure function and the independent expansion differ");
  }
  const bool told = look.told && !defers(model, tempo);
  for (const std::string& unit : model.units(tempo)) {
    const json jobs = jobs_known_to(model, unit);
    require<WrongJobs>(jobs == expected,
                       "jobs() of " + unit + " is " + jobs.dump() + "\nand should be " + expected.dump());
    const std::string seen = model.unit(unit).status().message;
    require<NotTold>(!told || seen == jobs.dump() || (seen.empty() && jobs.empty()),
                     unit + " was not told of the last change of its targets");
  }
  const std::string uuid = model.unit(model.units(tempo).front()).state().model_uuid;
  compared.jobs |= !expected.empty();
  compared.independently |= look.independently && !expected.empty();
  compared.cross_model |= std::any_of(truths.begin(), truths.end(), [&](const TrueApplication& truth) {
    return truth.uuid != uuid && !truth.units.empty();
  });
}

/// Its endpoints are those that are there, and its status shows each as of the last event.
inline void check_workload(TestModel& model, const std::string& workload, Look look, Compared& compared) {
  const std::vector<std::string> units = model.units(workload);
  if (units.empty()) return;
  const auto on_both = [](auto endpoint) { return std::array{endpoint("tracing"), endpoint("second-tracing")}; };
  const auto expected =
      on_both([&](const std::string& endpoint) { return oldest_endpoint(model, workload + ":" + endpoint); });
  for (const std::string& unit : units) {
    const auto known = model.unit(unit).inspect<Workload>([&](Workload& charm) {
      return on_both([&](const std::string& endpoint) { return charm.endpoint(endpoint); });
    });
    require<WrongEndpoint>(known == expected, unit + " knows another Tempo than is there");
  }
  compared.endpoint |= expected.front().has_value() || expected.back().has_value();
  if (!look.told || defers(model, workload)) return;
  for (const juju::testing::Integration& relation : model.relations()) {
    if (application_of(relation.first) != workload) continue;
    const std::optional<TempoEndpoint> there = true_endpoint(model, relation);
    for (const std::string& unit : units) {
      const std::string status = model.unit(unit).status().message;
      const json told = json::parse(status.empty() ? "{}" : status);
      require<NotTold>(
          !there || told.value(std::to_string(relation.id), json()) == json(*there),
          unit + " was not told of the last change of the endpoint in relation " + std::to_string(relation.id));
    }
  }
}

/// Deferred events are kept once each, and not at all by who no longer defers.
inline void check_deferred(TestModel& model, const std::string& application) {
  if (model.units(application).empty()) return;
  const bool may_defer = defers(model, application);
  for (const std::string& unit : model.units(application)) {
    const std::vector<juju::Notice> deferred = model.unit(unit).deferred();
    require<WrongDeferral>(may_defer || deferred.empty(), unit + " keeps a deferred event");
    for (const juju::Notice& notice : deferred) {
      const bool is_once = std::count(deferred.begin(), deferred.end(), notice) == 1;
      require<WrongDeferral>(is_once, unit + " keeps an event twice");
    }
  }
}

inline Compared check(TestModel& model, Look look) {
  Compared compared;
  for (const std::string& application : model.applications()) {
    if (is_tempo(model, application)) check_tempo(model, application, look, compared);
    if (!is_tempo(model, application)) check_workload(model, application, look, compared);
    check_deferred(model, application);
  }
  return compared;
}

/// Some seeds are looked at more closely than others, for time's sake.
inline bool is_held_independently(std::uint64_t seed) { return seed % 100 == 0; }
inline bool is_upgraded_to_same(std::uint64_t seed) { return seed % 3 == 0; }

/// Holds a simulation that has settled against the truth. Only a hook that was skipped may leave something that takes
/// an update-status to mend.
inline Compared check_rest(juju::testing::Simulation& simulation, std::uint64_t seed) {
  const bool skipped = simulation.skipped() > 0;
  if (skipped) simulation.update_status();
  const Look look{.told = !skipped, .independently = is_held_independently(seed)};
  const Compared compared = check(simulation.model(), look);
  require<Restless>(!simulation.update_status(), "an update-status changed something at rest");
  if (is_upgraded_to_same(seed)) {
    require<Restless>(!simulation.upgrade_to_same(), "an upgrade to the same build changed something");
  }
  return compared;
}

}  // namespace simulated
