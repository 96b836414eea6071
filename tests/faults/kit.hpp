// SPDX-License-Identifier: Apache-2.0
// The same over the kit: what fails comes out, and the next run ends as if nothing had happened.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

#include "judge.hpp"

namespace faults {

/// What a call in the kit throws.
struct Thrown {
  std::string name;
  void (*raise)();
};

inline const std::vector<Thrown> thrown = {
    {"std::runtime_error", [] { throw std::runtime_error("out of order"); }},
    {"juju::RelationDataError", [] { throw juju::RelationDataError(3, "tempo", "spring-music/0", "read"); }},
    {"std::bad_alloc", [] { throw std::bad_alloc(); }},
    {"no std::exception", [] { throw 42; }}};

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
    return "no std::exception";
  } catch (const std::exception& error) {
    return error.what();
  }
}

/// A unit of the scenario's charm in the kit.
class Kit {
 public:
  explicit Kit(const Scenario& scenario) : scenario_(scenario) {
    const auto example = std::filesystem::path(TEMPO_SCRAPE_EXAMPLES_DIRECTORY) / scenario.charm.example;
    metadata_ = juju::Metadata::load(example);
    metadata_.charm_directory = directory_.path();
    for (const auto& [file, text] : scenario.files) {
      std::filesystem::create_directories((directory_.path() / file).parent_path());
      std::ofstream(directory_.path() / file) << text;
    }
    before_ = scenario.start;
    for (const juju::Hook& hook : scenario.earlier) before_ = run(before_, hook);
    if (scenario.meanwhile) scenario.meanwhile(before_);
    before_.log.clear();
    after_ = run(before_, scenario.hook, {[&](const juju::testing::Call&) { ++calls_; }});
  }

  std::size_t calls() const { return calls_; }
  const State& after() const { return after_; }

  /// Lets this call, counted from 0, throw.
  Problems judge(std::size_t call, const Thrown& way) {
    Problems problems;
    State state = before_;
    std::size_t made = 0;
    const auto fail = [&](const juju::testing::Call&) {
      if (made++ == call) way.raise();
    };
    try {
      state = run(state, scenario_.hook, {fail});
      problems.push_back("the hook did not fail");
    } catch (...) {
      const std::string name = name_of(std::current_exception());
      if (name != way.name) problems.push_back("it threw " + name);
    }
    if (made != call + 1) problems.push_back("calls after the one that failed: " + std::to_string(made - call - 1));
    if (!(state == before_)) problems.push_back("a failed hook changed the state");
    if (!(run(state, scenario_.hook) == after_))
      problems.push_back("the retry does not end as if nothing had happened");
    return problems;
  }

 private:
  State run(const State& state, const juju::Hook& hook, const juju::testing::RunOptions& options = {}) const {
    return scenario_.charm.run(state, hook, metadata_, options);
  }

  const Scenario& scenario_;
  support::TemporaryDirectory directory_;
  juju::Metadata metadata_;
  State before_;
  State after_;
  std::size_t calls_ = 0;
};

/// A whole model in the kit: one call throws, the hook that made it fails, and the next `settle` ends as it would have.
class WholeModel {
 public:
  WholeModel() {
    juju::testing::Model model = start_;
    model.settle({.before_call = [&](const juju::testing::Call&) { ++calls_; }});
    end_ = end_of(model);
  }

  std::size_t calls() const { return calls_; }

  Problems judge(std::size_t call, const Thrown& way) const {
    Problems problems;
    juju::testing::Model model = start_;
    std::size_t made = 0;
    const auto fail = [&](const juju::testing::Call&) {
      if (made++ == call) way.raise();
    };
    try {
      model.settle({.before_call = fail});
      problems.push_back("no hook failed");
    } catch (const juju::testing::HookFailed& failed) {
      if (model.unit(failed.unit).failed_hook() != failed.hook) problems.push_back("the hook that failed is not due");
    }
    model.settle();
    if (end_of(model) != end_) problems.push_back("the next settle does not end as if nothing had happened");
    if (!model.settle().empty()) problems.push_back("it does not rest");
    return problems;
  }

 private:
  support::TemporaryDirectory directory_;
  juju::testing::Model start_ = both_sides(directory_.path());
  nlohmann::json end_;
  std::size_t calls_ = 0;
};

/// Both backends leave the same when nothing fails.
inline Problems differences(const State& kit, const World& hook_tools) {
  Problems problems;
  const State other = hook_tools.kept.get<State>();
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
  std::vector<juju::Notice> notices;
  for (const auto& [key, text] : hook_tools.kept["state"].items())
    notices.push_back(json::parse(text.get<std::string>()).get<juju::Notice>());
  if (kit.deferred != notices) problems.push_back("deferred events");
  return problems;
}

}  // namespace faults
