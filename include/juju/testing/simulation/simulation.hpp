// SPDX-License-Identifier: Apache-2.0
// A model to which anything may happen.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <juju/testing/simulation/choices.hpp>
#include <juju/testing/simulation/options.hpp>
#include <juju/testing/simulation/part.hpp>
#include <juju/testing/simulation/step.hpp>
#include <juju/testing/simulation/traced_model.hpp>

namespace juju::testing {

/// A model to which things happen. Hooks fail only where the simulation lets them.
class Simulation {
 public:
  /// @throws std::invalid_argument  for a part that cannot be deployed as it is described.
  explicit Simulation(std::vector<Part> parts, SimulationOptions options = {})
      : parts_(detail::usable(std::move(parts))), options_(std::move(options)) {}
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;

  TestModel& model() { return world_.model; }

  /// All that happened, line by line: steps, each hook that ran, and a digest of what it left.
  const std::string& trace() const { return world_.trace; }

  std::size_t hooks() const { return world_.hooks; }          ///< That ran well.
  std::size_t deferrals() const { return world_.deferrals; }  ///< Hooks after which a unit kept an event for later.
  std::size_t faults() const { return world_.faults; }        ///< That let a hook fail.
  std::size_t skipped() const { return skipped_; }            ///< Hooks that failed and never ran again.

  /// Lets something happen, if Juju would let it.
  /// @throws HookFailed      when a hook fails of itself.
  /// @throws SwallowedFault  when a hook does not notice a failure.
  void play(const Step& step) {
    detail::Draw draw(step.draw);
    if (!detail::may_be_refused(step.act)) return take(step.act, draw);
    try {
      take(step.act, draw);
    } catch (const ConsistencyError&) {
      note("not possible");
    }
  }

  /// Mends the operator's mistakes and runs hooks until nothing is pending.
  void settle(Order order = in_order()) {
    for (const std::string& application : world_.model.applications()) {
      if (mistaken_.contains(application)) world_.model.set_config(application, part_of(application).configs.front());
    }
    mistaken_.clear();
    note("settle");
    world_.run_all({.order = std::move(order)});
  }

  /// Runs update-status on every unit, as Juju does every five minutes.
  /// @returns whether anything came of it: a data bag that changed, or a further hook.
  bool update_status() {
    const std::vector<std::string> units = detail::all_units(world_.model);
    for (const std::string& unit : units) world_.model.unit(unit).fire(testing::update_status());
    note("update-status");
    return more_than(units.size(), world_.run_all({}));
  }

  /// Upgrades every application to the build that it has, so that each unit gets upgrade-charm and config-changed.
  /// @returns whether anything came of it: a data bag that changed, or a further hook.
  bool upgrade_to_same() {
    for (const std::string& application : world_.model.applications()) {
      deployed_.at(application).build->upgrade(world_.model, application);
    }
    note("upgrade to the same");
    return more_than(2 * detail::all_units(world_.model).size(), world_.run_all({}));
  }

 private:
  struct Deployed {
    const Part* part = nullptr;
    const Build* build = nullptr;
    bool elsewhere = false;  ///< In the other model.
  };

  void take(Act act, detail::Draw& draw) {
    switch (act) {
      case Act::deploy: return deploy(draw);
      case Act::integrate: return integrate(draw);
      case Act::remove_relation:
        return with_any(detail::removable_relations(world_.model, leaving_), draw, [&](RelationId id) {
          note("remove relation " + std::to_string(id));
          world_.model.remove_relation(id);
          leaving_.relations.insert(id);
        });
      case Act::remove_application:
      case Act::add_unit:
      case Act::set_config:
      case Act::upgrade:
        return with_any(world_.model.applications(), draw,
                        [&](const std::string& application) { change(act, application, draw); });
      case Act::remove_unit:
      case Act::set_leader:
      case Act::set_address:
      case Act::update_status:
        return with_any(detail::all_units(world_.model), draw,
                        [&](const std::string& unit) { change_unit(act, unit, draw); });
      case Act::skip:
        return with_any(detail::failed_units(world_.model), draw, [&](const std::string& unit) {
          note("skip the failed hook of " + unit);
          world_.model.resolved(unit, {.retry = false});
          ++skipped_;
        });
      case Act::fail: return fail(draw);
      case Act::run: return run(draw);
    }
  }

  void deploy(detail::Draw& draw) {
    if (world_.model.applications().size() >= options_.most_applications) return;
    const bool is_one_of_two = world_.model.applications().size() < 2;
    const Part& part = is_one_of_two ? missing_part(draw) : draw.of(parts_);
    const std::string application = free_name(part, draw);
    const bool elsewhere = !options_.other_model.empty() && draw.one_in(4);
    DeployOptions options{.config = draw.of(part.configs)};
    options.units = static_cast<int>(is_one_of_two || !draw.one_in(6) ? 1 + draw.below(2) : 0);
    for (int unit = 0; unit < options.units; ++unit) {
      options.addresses.push_back(draw.one_in(2) ? detail::any_address(draw) : std::string());
    }
    if (elsewhere) {
      options.model_name = options_.other_model;
      options.model_uuid = options_.other_model_uuid;
    }
    const Build& build = draw.of(part.builds);
    note("deploy " + application);
    build.deploy(world_.model, application, std::move(options));
    deployed_[application] = {&part, &build, elsewhere};
    leaving_.applications.erase(application);
  }

  /// One of which there is no application yet, so that the first two can be related.
  const Part& missing_part(detail::Draw& draw) const {
    std::vector<const Part*> missing;
    const std::vector<std::string> applications = world_.model.applications();
    for (const Part& part : parts_) {
      const auto is_of_it = [&](const std::string& application) { return &part_of(application) == &part; };
      if (std::none_of(applications.begin(), applications.end(), is_of_it)) missing.push_back(&part);
    }
    return missing.empty() ? parts_.front() : *draw.of(missing);
  }

  std::string free_name(const Part& part, detail::Draw& draw) const {
    const std::vector<std::string> taken = world_.model.applications();
    const auto name = [&](std::size_t number) { return part.name + "-" + std::to_string(number); };
    std::size_t number = draw.below(3);
    while (std::find(taken.begin(), taken.end(), name(number)) != taken.end()) ++number;
    return name(number);
  }

  void integrate(detail::Draw& draw) {
    with_any(detail::possible_relations(world_.model, leaving_), draw, [&](const detail::Ends& ends) {
      note("integrate " + ends.first + " with " + ends.second);
      const auto is_elsewhere = [&](const std::string& end) {
        return deployed_.at(detail::application_of(end)).elsewhere;
      };
      const bool cross_model = is_elsewhere(ends.first) != is_elsewhere(ends.second);
      world_.model.integrate(ends.first, ends.second, {.cross_model = cross_model});
    });
  }

  void change(Act act, const std::string& application, detail::Draw& draw) {
    const Part& part = part_of(application);
    if (act == Act::remove_application) {
      note("remove " + application);
      leaving_.add(world_.model, application);
      world_.model.remove_application(application);
    } else if (act == Act::add_unit) {
      if (world_.model.units(application).size() >= options_.most_units) return;
      note("add a unit of " + application);
      world_.model.add_unit(application, {.address = detail::any_address(draw)});
    } else if (act == Act::upgrade) {
      const Build& build = draw.of(part.builds);
      note("upgrade " + application);
      build.upgrade(world_.model, application);
      deployed_.at(application).build = &build;
    } else {
      const bool mistaken = !part.mistakes.empty() && draw.one_in(4);
      note((mistaken ? "misconfigure " : "configure ") + application);
      world_.model.set_config(application, draw.of(mistaken ? part.mistakes : part.configs));
      if (mistaken) mistaken_.insert(application);
      if (!mistaken) mistaken_.erase(application);
    }
  }

  void change_unit(Act act, const std::string& unit, detail::Draw& draw) {
    if (act == Act::remove_unit) {
      note("remove " + unit);
      world_.model.remove_unit(unit);
    } else if (act == Act::set_leader) {
      note("make " + unit + " the leader");
      world_.model.set_leader(unit);
    } else if (act == Act::set_address) {
      note("move " + unit);
      world_.model.set_address(unit, detail::any_address(draw));
    } else {
      note("update-status of " + unit);
      world_.model.unit(unit).fire(testing::update_status());
    }
  }

  void fail(detail::Draw& draw) {
    note("fail");
    const std::size_t calls_before = detail::any_small_number(draw);
    world_.run_failing(calls_before, detail::any_order(draw));
  }

  void run(detail::Draw& draw) {
    note("run");
    const std::size_t most = 1 + draw.below(12);
    world_.run(most, {.order = detail::any_order(draw)});
  }

  template <typename Values, typename Use>
  static void with_any(const Values& values, detail::Draw& draw, Use use) {
    if (!values.empty()) use(draw.of(values));
  }

  static bool more_than(std::size_t expected, const std::vector<HookRecord>& trace) {
    const auto wrote = [](const HookRecord& record) { return record.wrote; };
    return trace.size() > expected || std::any_of(trace.begin(), trace.end(), wrote);
  }

  const Part& part_of(const std::string& application) const { return *deployed_.at(application).part; }

  void note(const std::string& line) { world_.note(line); }

  const std::vector<Part> parts_;
  SimulationOptions options_;
  detail::TracedModel world_;
  std::map<std::string, Deployed> deployed_;
  std::set<std::string> mistaken_;
  detail::Leaving leaving_;
  std::size_t skipped_ = 0;
};

}  // namespace juju::testing
