// SPDX-License-Identifier: Apache-2.0
// Lets anything happen to a model, in any order, the same for the same seed.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <juju/testing/simulation/choices.hpp>
#include <juju/testing/simulation/part.hpp>
#include <juju/testing/simulation/step.hpp>

namespace juju::testing {

/// What a simulation lets fail.
class InjectedFault : public std::runtime_error {
 public:
  explicit InjectedFault(const std::string& tool) : std::runtime_error("simulated: " + tool + " failed") {}
};

/// A hook went on although something that it asked of Juju had failed.
class SwallowedFault : public std::logic_error {
 public:
  explicit SwallowedFault(const HookRecord& hook)
      : std::logic_error(hook.hook.name + " of " + hook.unit + " ended well although a call had failed") {}
};

/// How far a simulation goes.
struct SimulationOptions {
  std::size_t most_applications = 6;
  std::size_t most_units = 4;               ///< Of an application.
  std::string other_model = "other-model";  ///< A quarter of the applications is in this model; empty: none is.
  std::string other_model_uuid = "0a5f3c1e-93c8-4c3e-8f43-9d1c7f2b6a10";
};

/// A model to which things happen. Hooks fail only where the simulation lets them.
class Simulation {
 public:
  /// @param parts  must outlive this.
  explicit Simulation(const std::vector<Part>& parts, SimulationOptions options = {})
      : parts_(parts), options_(std::move(options)) {}

  Model& model() { return model_; }

  /// All that happened, line by line: steps, and each hook that ran.
  const std::string& trace() const { return trace_; }

  std::size_t hooks() const { return hooks_; }      ///< That ran well.
  std::size_t faults() const { return faults_; }    ///< That let a hook fail.
  std::size_t skipped() const { return skipped_; }  ///< Hooks that failed and never ran again.

  /// Lets something happen, if Juju would let it.
  /// @throws HookFailed      when a hook fails of itself.
  /// @throws SwallowedFault  when a hook does not notice a failure.
  void play(const Step& step) {
    Draw draw(step.draw);
    try {
      take(step.act, draw);
    } catch (const ConsistencyError&) {
      note("not possible");
    }
  }

  /// Mends the operator's mistakes and runs hooks until nothing is pending.
  void settle(Order order = in_order()) {
    for (const std::string& application : model_.applications()) {
      if (mistaken_.contains(application)) model_.set_config(application, part_of(application).configs.front());
    }
    mistaken_.clear();
    note("settle");
    note(model_.settle({.order = std::move(order)}));
  }

  /// Runs update-status on every unit, as Juju does every five minutes.
  /// @returns whether any data bag has changed.
  bool update_status() {
    for (const std::string& unit : detail::all_units(model_)) model_.unit(unit).fire(testing::update_status());
    note("update-status");
    const std::vector<HookRecord> trace = model_.settle();
    note(trace);
    return std::any_of(trace.begin(), trace.end(), [](const HookRecord& record) { return record.wrote; });
  }

 private:
  struct Deployed {
    const Part* part = nullptr;
    bool elsewhere = false;  ///< In the other model.
  };

  void take(Act act, Draw& draw) {
    switch (act) {
      case Act::deploy: return deploy(draw);
      case Act::integrate: return integrate(draw);
      case Act::remove_relation:
        return with_any(detail::removable_relations(model_), draw, [&](RelationId id) {
          note("remove relation " + std::to_string(id));
          model_.remove_relation(id);
        });
      case Act::remove_application:
      case Act::add_unit:
      case Act::set_config:
      case Act::upgrade:
        return with_any(model_.applications(), draw,
                        [&](const std::string& application) { change(act, application, draw); });
      case Act::remove_unit:
      case Act::set_leader:
      case Act::set_address:
      case Act::update_status:
        return with_any(detail::all_units(model_), draw,
                        [&](const std::string& unit) { change_unit(act, unit, draw); });
      case Act::skip:
        return with_any(detail::failed_units(model_), draw, [&](const std::string& unit) {
          note("skip the failed hook of " + unit);
          model_.resolved(unit, {.retry = false});
          ++skipped_;
        });
      case Act::fail: return fail(draw);
      case Act::run: note("run"); return note(model_.advance(1 + draw.below(12), {.order = any_order(draw)}));
    }
  }

  void deploy(Draw& draw) {
    const Part& part = draw.of(parts_);
    const std::string application = part.name + "-" + std::to_string(draw.below(3));
    if (model_.applications().size() >= options_.most_applications) return;
    const bool elsewhere = !options_.other_model.empty() && draw.one_in(4);
    DeployOptions options{.units = static_cast<int>(draw.below(4)), .config = draw.of(part.configs)};
    if (elsewhere) {
      options.model_name = options_.other_model;
      options.model_uuid = options_.other_model_uuid;
    }
    note("deploy " + application);
    draw.of(part.builds).deploy(model_, application, std::move(options));
    deployed_[application] = {&part, elsewhere};
  }

  void integrate(Draw& draw) {
    with_any(detail::possible_relations(model_), draw, [&](const std::pair<std::string, std::string>& ends) {
      note("integrate " + ends.first + " with " + ends.second);
      const auto is_elsewhere = [&](const std::string& end) {
        return deployed_.at(end.substr(0, end.find(':'))).elsewhere;
      };
      model_.integrate(ends.first, ends.second, {.cross_model = is_elsewhere(ends.first) != is_elsewhere(ends.second)});
    });
  }

  void change(Act act, const std::string& application, Draw& draw) {
    const Part& part = part_of(application);
    if (act == Act::remove_application) {
      note("remove " + application);
      model_.remove_application(application);
    } else if (act == Act::add_unit) {
      if (model_.units(application).size() >= options_.most_units) return;
      note("add a unit of " + application);
      model_.add_unit(application, {.address = detail::any_address(draw)});
    } else if (act == Act::upgrade) {
      note("upgrade " + application);
      draw.of(part.builds).upgrade(model_, application);
    } else {
      const bool mistaken = !part.mistakes.empty() && draw.one_in(4);
      note((mistaken ? "misconfigure " : "configure ") + application);
      model_.set_config(application, draw.of(mistaken ? part.mistakes : part.configs));
      if (mistaken) mistaken_.insert(application);
      if (!mistaken) mistaken_.erase(application);
    }
  }

  void change_unit(Act act, const std::string& unit, Draw& draw) {
    if (act == Act::remove_unit) {
      note("remove " + unit);
      model_.remove_unit(unit);
    } else if (act == Act::set_leader) {
      note("make " + unit + " the leader");
      model_.set_leader(unit);
    } else if (act == Act::set_address) {
      note("move " + unit);
      model_.set_address(unit, detail::any_address(draw));
    } else {
      note("update-status of " + unit);
      model_.unit(unit).fire(testing::update_status());
    }
  }

  /// Some hook runs, and the so-manieth of its calls fails, if it makes so many.
  void fail(Draw& draw) {
    std::size_t calls_before = draw.below(10);
    bool failed = false;
    const auto before_call = [&](const Call& call) {
      if (failed || calls_before-- > 0) return;
      failed = true;
      throw InjectedFault(std::string(call.tool));
    };
    note("fail");
    try {
      const std::vector<HookRecord> trace = model_.advance(1, {.order = any_order(draw), .before_call = before_call});
      note(trace);
      if (failed) throw SwallowedFault(trace.front());
    } catch (const HookFailed& error) {
      if (!failed) throw;
      ++faults_;
      note(error.what());
    }
  }

  static Order any_order(Draw& draw) {
    return [draw = Draw(draw.next())](std::size_t hooks) mutable { return draw.below(hooks); };
  }

  template <typename Values, typename Use>
  static void with_any(const Values& values, Draw& draw, Use use) {
    if (!values.empty()) use(draw.of(values));
  }

  const Part& part_of(const std::string& application) const { return *deployed_.at(application).part; }

  void note(std::string_view line) { trace_.append(line) += '\n'; }
  void note(const std::vector<HookRecord>& trace) {
    hooks_ += trace.size();
    for (const HookRecord& record : trace) note("  " + detail::line_of(record));
  }

  const std::vector<Part>& parts_;
  SimulationOptions options_;
  Model model_;
  std::map<std::string, Deployed> deployed_;
  std::set<std::string> mistaken_;
  std::string trace_;
  std::size_t hooks_ = 0;
  std::size_t faults_ = 0;
  std::size_t skipped_ = 0;
};

}  // namespace juju::testing
