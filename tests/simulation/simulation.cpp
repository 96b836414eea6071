// SPDX-License-Identifier: Apache-2.0
// Plays random schedules of changes, hooks and faults, one for each seed. Each must settle to the correct state.
#include <CLI/CLI.hpp>
#include <iostream>

#include "copy_check.hpp"

namespace simulation {

/// A model, and a trace of its steps.
struct Simulation {
  TestModel model;
  juju::testing::Order draw = {};     ///< Of the current step: a random number below its argument.
  std::string target = {};            ///< Of the current step.
  std::string trace = {};             ///< Each step, each hook and a digest of the data after it.
  std::string order = {};             ///< Each hook.
  std::string failure = {};           ///< Empty if there is none.
  bool has_missed = false;            ///< Whether a unit had no hook for a change of the model.
  std::set<int> reported = {};        ///< The relations in which Tempo ever reported an error.
  std::size_t hooks = 0, writes = 0;  ///< The number of hooks, and of those that changed a data bag.
  bool is_restored = false;
  CopyCheck copies = {};
  bool checks_copies = false;
  std::map<std::string, std::string> kept_copies = {};             ///< Older copies of units.
  std::optional<std::pair<TestModel, std::set<int>>> backup = {};  ///< An earlier model, and `reported` then.

  template <typename Value>
  Value any_of(const std::vector<Value>& values) {
    return values.empty() ? Value() : values[draw(values.size())];
  }
  /// Addresses repeat: a unit can get an earlier one, and two units can have the same.
  std::string any_address() { return (draw(5) == 0 ? "fd00::1" : "10.7.0.1") + std::to_string(draw(10)); }
  std::string any_charm() { return (is_tempo(target) ? "tempo" : "workload") + any_of<std::string>({"", "-next"}); }
  std::vector<std::string> units() const {
    std::vector<std::string> all;
    for (const std::string& application : model.applications()) {
      for (const std::string& unit : model.units(application)) all.push_back(unit);
    }
    return all;
  }

  void note_hook(const juju::testing::HookRecord& record) {
    const std::string line = "\n  " + record.unit + " " + record.hook.name() + " " + record.hook.remote_unit;
    trace += line;
    order += line;
    if (record.hook.kind == juju::HookKind::remove) return;
    json left = json::array();
    for (const juju::Notice& notice : model.unit(record.unit).deferred()) left.push_back(notice);
    if (!left.empty()) ++counts["hooks with deferred events"];
    const juju::testing::State after = record.wrote ? model.unit(record.unit).state() : juju::testing::State();
    for (const auto& of : after.relations) left.push_back({of.local_unit_data, of.local_application_data});
    note_reports(after);
    if (!left.empty()) trace += ", left " + std::to_string(std::hash<json>()(left));
  }

  /// Notes the relations in which a unit reported errors.
  void note_reports(const juju::testing::State& state) {
    for (const auto& of : state.relations) {
      const auto event = of.local_application_data.find("event");
      const bool has_errors =
          event != of.local_application_data.end() && event->second.find("errors") != std::string::npos;
      if (has_errors) reported.insert(of.id);
    }
  }

  void note_values() {
    if (checks_copies) copies.note(model, units());
  }

  void check_copy(const std::string& unit, const juju::Hook& hook) {
    if (!checks_copies) return;
    copies.hook_ran(unit, hook);
    note_values();
    copies.check(model, unit);
  }

  /// Runs one hook. A unit may remember what a restored model does not have: its hook fails, and Juju runs it again.
  std::vector<juju::testing::HookRecord> run_one(const juju::testing::SettleOptions& options) {
    note_values();
    try {
      return model.advance(1, options);
    } catch (const juju::testing::HookFailed&) {
      if (!is_restored || options.at_moment) throw;
      return model.advance(1, options);
    }
  }

  /// @returns whether no hook is pending.
  bool run(std::size_t max_hooks, const juju::testing::SettleOptions& options) {
    for (const std::size_t end = hooks + max_hooks; hooks < end; ++hooks) {
      const auto ran = run_one(options);
      if (ran.empty()) return true;
      check_copy(ran.front().unit, ran.front().hook);
      writes += ran.front().wrote ? 1U : 0U;
      note_hook(ran.front());
    }
    return false;
  }

  void run_all() { require(run(10'000, {.order = draw}), "the model does not settle"); }

  void deploy(const std::string& kind) {
    target = (draw(4) == 0 ? "far-" : "") + kind + "-" + std::to_string(draw(3));
    trace += target;
    if (model.applications().size() >= 6) return;
    const juju::testing::ModelOptions of = model_of(target);
    juju::testing::DeployOptions options{
        any_of<int>({0, 1, 1, 1, 1, 2, 2, 2, 2, 2}), any_of(configs_of(target)), {}, of.name, of.uuid};
    for (int i = 0; i < options.units; ++i) options.addresses.push_back(draw(2) == 0 ? any_address() : "");
    const juju::Metadata metadata = metadata_of(any_charm());
    if (is_tempo(kind)) return model.deploy<Tempo>(target, metadata, options);
    model.deploy<Workload>(target, metadata, options);
  }

  void integrate() {
    const std::vector<std::string> all = model.applications();
    std::vector<std::string> tempos, workloads;
    std::partition_copy(all.begin(), all.end(), std::back_inserter(tempos), std::back_inserter(workloads), is_tempo);
    const std::string tempo = any_of(tempos), workload = any_of(workloads);
    const std::string end =
        workload + any_of<std::string>({":tempo-scrape", ":second-tempo-scrape", ":metrics-endpoint", ":tracing"});
    trace += end + " with " + tempo;
    const bool cross_model = model_of(workload).uuid != model_of(tempo).uuid;
    model.integrate(end, tempo, {.cross_model = cross_model});
    if (cross_model) ++counts["cross-model relations"];
  }

  void upgrade(const std::string& application, const std::string& charm) {
    if (is_tempo(application)) return model.upgrade<Tempo>(application, metadata_of(charm));
    model.upgrade<Workload>(application, metadata_of(charm));
  }

  /// Runs a hook that fails: before its process starts, in a call that reads or writes, or when Juju applies its
  /// writes.
  void fail() {
    const std::string place = any_of<std::string>({"start", "read", "read", "write", "write", "apply", "partly"});
    std::size_t calls_before = draw(std::size_t{1} << draw(6));
    std::set<int> applied;
    for (const Integration& relation : model.relations()) {
      if (draw(2) == 0) applied.insert(relation.id);
    }
    const auto fail_here = [] { throw std::runtime_error("injected fault"); };
    const auto before_call = [&](const juju::testing::Call& call) {
      const bool is_log = call.tool == "juju-log";
      const bool writes_now = call.tool.ends_with("-set") || call.tool.ends_with("-delete");
      const bool counts_here = place == "read" ? !writes_now && !is_log : place == "write" && (writes_now || is_log);
      if (counts_here && calls_before-- == 0) fail_here();
      if (place == "read" && writes_now) fail_here();  // fewer reads: with a copy or without, the same hook fails
    };
    const auto at_moment = [&](juju::testing::Moment moment) {
      if (moment == juju::testing::Moment::start && place != "start") return;
      if (place == "partly") throw juju::testing::PartlyApplied(applied);
      fail_here();
    };
    note_values();
    try {
      const bool is_idle = run(1, {.order = draw, .before_call = before_call, .at_moment = at_moment});
      require(is_idle, "a hook succeeded although it was made to fail");
    } catch (const juju::testing::HookFailed& error) {
      trace += "\n  " + error.unit + " " + error.hook.name() + " " + error.hook.remote_unit + " failed: " + place;
      if (place != "start") copies.hook_ran(error.unit, error.hook);
      note_reports(model.unit(error.unit).state());
      ++counts["failed hooks"];
    }
  }

  void skip() {
    for (const std::string& unit : units()) {
      if (!model.unit(unit).failed_hook()) continue;
      model.resolved(unit, {.retry = false});
      has_missed = ++counts["skipped hooks"] > 0;
    }
  }

  void remove_by_force() {
    const int id = any_of(model.relations()).id;
    trace += std::to_string(id);
    model.remove_relation(id, {.force = true});
    has_missed = true;
    ++counts["relations removed by force"];
  }

  /// Loses, damages or exchanges what a unit remembers.
  void damage_copy() {
    std::optional<std::string>& copy = model.unit(target).copy();
    const std::string how = any_of<std::string>({"lost", "cut", "garbage", "older"});
    trace += ", " + how;
    if (how == "older" && copy) {
      std::string& kept = kept_copies.try_emplace(target, *copy).first->second;
      std::swap(kept, *copy);
      copies.exempt(target);
      has_missed = true;
    } else if (how == "cut" && copy) {
      copy->resize(copy->size() / 2);
    } else if (copy) {
      how == "lost" ? copy.reset() : void(copy = "[]");
    }
    ++counts["copies lost or damaged"];
  }

  /// Makes a backup of the model, or returns to it. The units keep what they remember.
  void restore() {
    if (!backup) {
      backup.emplace(model, reported);
      return;
    }
    trace += "and restore";
    TestModel newer = std::exchange(model, backup->first);
    reported = backup->second;
    backup.reset();
    for (const std::string& unit : units()) {
      const std::vector<std::string> known = newer.applications();
      if (std::find(known.begin(), known.end(), application_of(unit)) == known.end()) continue;
      const std::vector<std::string> there = newer.units(application_of(unit));
      if (std::find(there.begin(), there.end(), unit) != there.end()) model.unit(unit).copy() = newer.unit(unit).copy();
    }
    for (const std::string& unit : units()) copies.exempt(unit);
    has_missed = is_restored = true;
    ++counts["restored backups"];
  }

  /// Runs update-status on every unit, as Juju does every five minutes.
  void update_all() {
    for (const std::string& unit : units()) model.unit(unit).fire(juju::testing::update_status());
    run_all();
  }

  /// All data bags, statuses and deferred events. What a unit defers depends on when it reads that it
  /// shall, and its status is of the latest event.
  json end() {
    json all;
    for (const std::string& unit : units()) {
      const juju::testing::State state = model.unit(unit).state();
      const bool defers = config_of(model, application_of(unit))["defer"].get<bool>();
      json& of_unit = all[unit] = json::array();
      if (!defers) of_unit = {state.deferred, has_missed ? "" : state.unit_status.message};
      for (const auto& relation : state.relations)
        of_unit.push_back({relation.id, relation.local_unit_data, relation.local_application_data});
    }
    return all;
  }

  /// Resets invalid options, and half of those that make Tempo report errors. Runs all hooks. Checks each unit, and
  /// that further hooks change nothing.
  void check_settled() {
    for (const std::string& application : model.applications()) {
      if (model.units(application).empty()) continue;
      const json config = config_of(model, application);
      bool is_wrong = config.value("unchecked-jobs", "") + config.value("refused", "") != "" && draw(2) == 0;
      for (const char* option : {"jobs", "metrics-jobs"})
        is_wrong |= !ScrapeJob::parse(config.value(option, "[]")).problems.empty();
      if (is_wrong) model.set_config(application, json::object());
    }
    run_all();
    if (has_missed) update_all();
    for (const std::string& unit : units()) check_unit(model, unit, !has_missed, reported);
    const std::pair expected(hooks + 3 * units().size(), writes);
    update_all();
    for (const std::string& application : model.applications()) upgrade(application, model.metadata(application).name);
    run_all();
    require(std::pair(hooks, writes) == expected, "update-status or upgrade-charm changed a settled model");
  }
};

struct Act {
  std::size_t weight;  ///< The relative frequency.
  const char* name;
  void (*play)(Simulation&);
  enum class Of { nothing, application, unit } target = Of::nothing;
};

using enum Act::Of;
const std::vector<Act> acts = {
    {2, "deploy a workload", [](auto& s) { s.deploy("workload"); }},
    {2, "deploy Tempo", [](auto& s) { s.deploy("tempo"); }},
    {7, "integrate", [](auto& s) { s.integrate(); }},
    {1, "remove", [](auto& s) { s.model.remove_application(s.target); }, application},
    {3, "add a unit to", [](auto& s) { s.model.add_unit(s.target, {.address = s.any_address()}); }, application},
    {2, "remove", [](auto& s) { s.model.remove_unit(s.target); }, unit},
    {2, "remove a relation", [](auto& s) { s.model.remove_relation(s.any_of(s.model.relations()).id); }},
    {2, "set leader", [](auto& s) { s.model.set_leader(s.target); }, unit},
    {2, "change the address of", [](auto& s) { s.model.set_address(s.target, s.any_address()); }, unit},
    {3, "configure", [](auto& s) { s.model.set_config(s.target, s.any_of(configs_of(s.target))); }, application},
    {1, "upgrade", [](auto& s) { s.upgrade(s.target, s.any_charm()); }, application},
    {2, "update-status of", [](auto& s) { s.model.unit(s.target).fire(juju::testing::update_status()); }, unit},
    {1, "remove a relation by force", [](auto& s) { s.remove_by_force(); }},
    {1, "run the action of", [](auto& s) { s.model.run_action(s.target, "note"); }, unit},
    {1, "damage the copy of", [](auto& s) { s.damage_copy(); }, unit},
    {1, "back up ", [](auto& s) { s.restore(); }},
    {7, "fail a hook", [](auto& s) { s.fail(); }},
    {5, "skip failed hooks", [](auto& s) { s.skip(); }},
    {5, "run three hooks", [](auto& s) { s.run(3, {.order = s.draw}); }},
    {9, "run nine hooks", [](auto& s) { s.run(9, {.order = s.draw}); }}};

using Steps = std::vector<std::pair<std::size_t, std::uint64_t>>;  ///< A place in `acts`, and a seed.

/// The first steps deploy and integrate, so that there is something to act on.
Steps random_steps(std::uint64_t seed) {
  std::vector<std::size_t> weighted;
  for (std::size_t act = 0; act < acts.size(); ++act) weighted.insert(weighted.end(), acts[act].weight, act);
  juju::testing::Order draw = juju::testing::shuffled(seed);
  Steps steps;
  for (const std::size_t act : {0U, 1U, 2U, 0U, 1U, 2U}) steps.push_back({act, draw(1'000'000'000)});
  while (steps.size() < 24) steps.push_back({weighted[draw(weighted.size())], draw(1'000'000'000)});
  return steps;
}

void play_step(Simulation& simulation, const Act& act, std::uint64_t seed) {
  simulation.draw = juju::testing::shuffled(seed);
  simulation.target = act.target == application ? simulation.any_of(simulation.model.applications()) : "";
  if (act.target == unit) simulation.target = simulation.any_of(simulation.units());
  simulation.trace += "\n" + std::string(act.name) + " " + simulation.target;
  try {
    act.play(simulation);
  } catch (const juju::testing::ConsistencyError&) {
    simulation.trace += ", refused";
  }
}

Simulation play(const Steps& steps, std::uint64_t seed, bool cache) {
  Simulation simulation{.model = TestModel({.cache = cache}), .checks_copies = cache && seed % 10 == 0};
  try {
    for (const auto& [act, step_seed] : steps) play_step(simulation, acts[act], step_seed);
    simulation.trace += "\nsettle";
    simulation.draw = juju::testing::shuffled(seed);
    simulation.check_settled();
  } catch (const std::exception& error) {
    simulation.failure = error.what();
  }
  return simulation;
}

/// Plays a schedule with the cache and without. Both must settle correctly. If both have the same hooks in the same
/// order, they must also end with the same data. The order differs if a hook writes earlier without the cache, since it
/// then sees a change before the hook about it.
Simulation play_both(const Steps& steps, std::uint64_t seed) {
  Simulation cached = play(steps, seed, true);
  if (!cached.failure.empty()) return cached;
  Simulation uncached = play(steps, seed, false);
  if (!uncached.failure.empty()) return uncached;
  if (cached.order != uncached.order) return cached;
  ++counts["schedules with the same hooks without the cache"];
  const json with = cached.end(), without = uncached.end();
  if (with != without) cached.failure = "with the cache: " + with.dump() + "\nwithout: " + without.dump();
  return cached;
}

/// Prints one schedule. If it fails, also prints it without the steps that the failure does not need.
int replay(std::uint64_t seed) {
  Steps steps = random_steps(seed);
  Simulation simulation = play_both(steps, seed);
  std::cout << simulation.trace << "\n" << (simulation.failure.empty() ? "no failure" : simulation.failure) << "\n";
  if (simulation.failure.empty()) return 0;
  for (std::size_t i = 0; i < steps.size();) {
    Steps fewer = steps;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    const bool fails = !play_both(fewer, seed).failure.empty();
    if (fails) steps = fewer;
    i = fails ? 0 : i + 1;
  }
  simulation = play_both(steps, seed);
  std::cout << "\nThe steps that the failure needs:" << simulation.trace << "\n"
            << simulation.failure << "\n\nseed " << seed << " failed; play it with --seed " << seed << "\n";
  return 1;
}

int play_all(std::uint64_t first, std::uint64_t schedules) {
  for (std::uint64_t seed = first; seed < first + schedules; ++seed) {
    if (!play_both(random_steps(seed), seed).failure.empty()) return replay(seed);
    if (seed % 1000 == 0) std::cout << "up to seed " << seed << ": no failure" << std::endl;
  }
  bool is_enough = counts.size() == 16;  // Few comparisons would prove little.
  for (const auto& [what, count] : counts) {
    std::cout << count << " " << what << "\n";
    is_enough = is_enough && count * 50 > schedules;
  }
  return is_enough ? 0 : 1;
}

}  // namespace simulation

int main(int argc, char* argv[]) {
  CLI::App app{"Plays random schedules of changes, hooks and faults. Each must settle to the correct state."};
  std::uint64_t schedules = 1, seed = 1;
  app.add_option("--seed", seed, "The seed of the first schedule");
  app.add_option("--schedules", schedules, "The number of schedules. A single one is printed with each step and hook");
  app.add_option("--bug", simulation::planted_bug, "Plant this bug: joined, random or everyone");
  CLI11_PARSE(app, argc, argv);
  return schedules > 1 ? simulation::play_all(seed, schedules) : simulation::replay(seed);
}
