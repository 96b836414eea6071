// SPDX-License-Identifier: Apache-2.0
// The same in the test kit: the exception leaves the hook, and the retry has the same result as a run without a fault.
#pragma once

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "judge.hpp"

namespace faults {

/// An exception that a call in the kit throws.
struct Thrown {
  std::string name;
  void (*raise)();
};

inline const std::vector<Thrown> thrown = {
    {"std::runtime_error", [] { throw std::runtime_error("out of order"); }},
    {"juju::RelationDataError", [] { throw juju::RelationDataError(3, "tempo", "spring-music/0", "read"); }},
    {"std::bad_alloc", [] { throw std::bad_alloc(); }},
    {"int", [] { throw 42; }}};

inline std::string name_of(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const juju::RelationDataError&) {
    return "juju::RelationDataError";
  } catch (const std::bad_alloc&) {
    return "std::bad_alloc";
  } catch (const std::runtime_error& error) {
    return error.what() == std::string("out of order") ? "std::runtime_error" : error.what();
  } catch (int) {
    return "int";
  } catch (const std::exception& error) {
    return error.what();
  }
}

/// Checks that the file is complete and that no temporary file is left.
inline void require_complete_file(const std::filesystem::path& directory, Problems& problems) {
  if (std::filesystem::exists(directory / "scrape_config.json.new")) problems.push_back("a temporary file was left");
  const std::filesystem::path file = directory / "scrape_config.json";
  if (std::filesystem::exists(file) && !json::accept(text_of(file))) problems.push_back("the file is incomplete");
}

/// Runs hooks of one unit of the scenario's charm in the kit.
class Kit {
 public:
  explicit Kit(const Scenario& scenario) : scenario_(scenario) {
    metadata_ = juju::Metadata::load(scenario.charm.directory);
    metadata_.charm_directory = directory_.path();
    for (const auto& [file, text] : scenario.files) {
      std::filesystem::create_directories((directory_.path() / file).parent_path());
      std::ofstream(directory_.path() / file) << text;
    }
    before_ = scenario.start;
    for (const juju::Hook& hook : scenario.earlier) before_ = run(before_, hook, copy_);
    if (!scenario.remembers) copy_.text.reset();
    if (scenario.meanwhile) scenario.meanwhile(before_);
    before_.log.clear();
    juju::testing::MemoryCopy copy = copy_;
    after_ =
        run(before_, scenario.hook, copy, [&](const juju::testing::Call& call) { calls_.push_back(line_of(call)); });
  }

  /// The calls in order, such as "relation-get 3".
  const std::vector<std::string>& calls() const { return calls_; }
  const State& after() const { return after_; }

  /// Makes this call throw. Calls count from 0.
  Problems judge(std::size_t call, const Thrown& way) {
    Problems problems;
    juju::testing::MemoryCopy copy = copy_;
    std::size_t made = 0;
    const auto fail = [&](const juju::testing::Call&) {
      if (made++ == call) way.raise();
    };
    try {
      run(before_, scenario_.hook, copy, fail);
      problems.push_back("the hook did not fail");
    } catch (...) {
      const std::string name = name_of(std::current_exception());
      if (name != way.name) problems.push_back("it threw " + name);
    }
    if (made != call + 1) problems.push_back("calls after the one that failed: " + std::to_string(made - call - 1));
    require_complete_file(directory_.path(), problems);
    if (copy.text) problems.push_back("the failed hook left a copy");
    if (!(run(before_, scenario_.hook, copy) == after_))
      problems.push_back("the retry differs from a run without a fault");
    return problems;
  }

 private:
  static std::string line_of(const juju::testing::Call& call) {
    return std::string(call.tool) + (call.relation ? " " + std::to_string(*call.relation) : "");
  }

  State run(const State& state, const juju::Hook& hook, juju::testing::MemoryCopy& copy,
            const juju::testing::BeforeCall& before_call = {}) const {
    return scenario_.charm.run(state, hook, metadata_, {.before_call = before_call, .cache = &copy});
  }

  const Scenario& scenario_;
  support::TemporaryDirectory directory_;
  juju::Metadata metadata_;
  State before_;
  juju::testing::MemoryCopy copy_;  ///< What the hook remembers.
  State after_;
  std::vector<std::string> calls_;
};

/// A model in the kit with several applications. One call throws: its hook fails and changes nothing, and the next
/// `settle` has the same result as a run without a fault.
class SettlingModel {
 public:
  SettlingModel() {
    juju::testing::TestModel model = start_;
    model.settle();
    end_ = end_of(model);
    model = start_;
    clear();
    for (bool ran = true; ran;) {
      Step step{model, file(), calls_};
      ran = !model.advance(1, {.before_call = [&](const juju::testing::Call&) { ++calls_; }}).empty();
      steps_.push_back(std::move(step));
    }
  }

  std::size_t calls() const { return calls_; }

  /// Makes this call throw. Calls count from 0 over all hooks.
  Problems judge(std::size_t call, const Thrown& way) const {
    Problems problems;
    const auto later = std::upper_bound(steps_.begin(), steps_.end(), call, [](std::size_t wanted, const Step& step) {
      return wanted < step.calls_before;
    });
    const Step& step = *std::prev(later);
    juju::testing::TestModel model = step.before;
    clear();
    if (!step.file.empty()) std::ofstream(directory_.path() / "scrape_config.json", std::ios::binary) << step.file;
    const std::vector<State> before = seen_in(model);
    std::size_t made = step.calls_before;
    const auto fail = [&](const juju::testing::Call&) {
      if (made++ == call) way.raise();
    };
    try {
      model.advance(1, {.before_call = fail});
      problems.push_back("no hook failed");
    } catch (const juju::testing::HookFailed& failed) {
      if (model.unit(failed.unit).failed_hook() != failed.hook)
        problems.push_back("the failed hook is not the pending one");
      if (!(seen_in(model) == before)) problems.push_back(failed.hook.name() + " failed and changed the model");
    }
    if (file() != step.file && file() != later->file) problems.push_back("the file is neither old nor new");
    require_complete_file(directory_.path(), problems);
    model.settle();
    if (end_of(model) != end_) problems.push_back("the next settle differs from a run without a fault");
    if (!model.settle().empty()) problems.push_back("the model does not settle");
    return problems;
  }

 private:
  /// The situation before one hook. The last step is after all hooks.
  struct Step {
    juju::testing::TestModel before;
    std::string file = {};
    std::size_t calls_before = 0;
  };

  /// All data bags and deferred events, as each unit sees them, without the statuses: a failed hook keeps its statuses.
  static std::vector<State> seen_in(juju::testing::TestModel& model) {
    std::vector<State> seen;
    for (const std::string& application : model.applications()) {
      for (const std::string& unit : model.units(application)) {
        State& state = seen.emplace_back(model.unit(unit).state());
        state.unit_status = state.application_status = {};
      }
    }
    return seen;
  }

  /// The file that Tempo wrote. Empty if there is none.
  std::string file() const { return text_of(directory_.path() / "scrape_config.json"); }

  void clear() const {
    for (const char* name : {"scrape_config.json", "scrape_config.json.new"})
      std::filesystem::remove(directory_.path() / name);
  }

  support::TemporaryDirectory directory_;
  juju::testing::TestModel start_ = both_sides(directory_.path());
  nlohmann::json end_;
  std::vector<Step> steps_;
  std::size_t calls_ = 0;
};

/// The kit's `before_call` reports the same calls as the hook tools get. The order differs: the hook tools read data
/// bags concurrently.
inline void require_same_calls(std::vector<std::string> kit, const std::vector<Call>& hook_tools, Problems& problems) {
  std::vector<std::string> other;
  for (const Call& call : hook_tools) {
    const std::string relation = call.relation();
    other.push_back(call.tool() + (relation.empty() ? "" : " " + relation.substr(relation.find(':') + 1)));
  }
  std::sort(kit.begin(), kit.end());
  std::sort(other.begin(), other.end());
  const auto require_none = [&](const std::vector<std::string>& these, const std::vector<std::string>& those,
                                const std::string& where) {
    std::vector<std::string> left;
    std::set_difference(these.begin(), these.end(), those.begin(), those.end(), std::back_inserter(left));
    for (const std::string& call : left) problems.push_back("only " + where + ": " + call);
  };
  require_none(kit, other, "in the kit");
  require_none(other, kit, "over the hook tools");
}

/// The differences between the backends without a fault.
inline Problems differences(const State& kit, const World& hook_tools) {
  Problems problems;
  const State other = from_json(hook_tools.kept);
  if (kit.unit_status != other.unit_status)
    problems.push_back("unit status: " + kit.unit_status.message + " / " + other.unit_status.message);
  if (kit.application_status != other.application_status) problems.push_back("application status");
  for (const auto& relation : other.relations) {
    const auto& own = kit.relation(relation.id);
    if (own.local_unit_data != relation.local_unit_data)
      problems.push_back("unit data of " + std::to_string(relation.id));
    if (own.local_application_data != relation.local_application_data)
      problems.push_back("application data of " + std::to_string(relation.id));
  }
  if (kit.relations.size() != other.relations.size()) problems.push_back("relations");
  if (kit.deferred != other.deferred) problems.push_back("deferred events");
  return problems;
}

}  // namespace faults
