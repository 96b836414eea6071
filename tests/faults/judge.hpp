// SPDX-License-Identifier: Apache-2.0
// Checks a hook in which one call failed, and the hooks without a fault after it.
#pragma once

#include <juju/hook_tools/fqdn.hpp>
#include <set>
#include <string>
#include <vector>

#include "hook_tools.hpp"

namespace faults {

using Problems = std::vector<std::string>;
using nlohmann::json;

namespace detail {

/// The long values of all data bags. Unit names are left out, because a log may contain them.
inline std::set<std::string> bag_values(const std::vector<const World*>& worlds) {
  std::set<std::string> values;
  const auto add = [&](const json& bag) {
    for (const auto& [key, text] : bag.items()) {
      if (!key.ends_with("_unit_name") && text.get<std::string>().size() > 5) values.insert(text.get<std::string>());
    }
  };
  for (const World* world : worlds) {
    for (const json& relation : world->kept["relations"]) {
      for (const char* bag : {"local_application_data", "local_unit_data", "remote_application_data"})
        add(relation[bag]);
      for (const char* units : {"remote_units", "departed_units"}) {
        for (const auto& [unit, bag] : relation[units].items()) add(bag);
      }
    }
  }
  return values;
}

}  // namespace detail

/// The results of the scenario without a fault.
struct Reference {
  World before = {};
  Ended after = {};                       ///< After the hook.
  Ended settled = {};                     ///< After update-status.
  Ended again = {};                       ///< After the hook ran again.
  std::set<std::string> bag_values = {};  ///< Values that must not be in a log.

  static Reference of(const Scenario& scenario, HookTools& tools) {
    Reference reference;
    reference.before = tools.before();
    reference.after = tools.run(reference.before, scenario.hook);
    reference.settled = tools.run(reference.after.world, juju::Hook{.kind = juju::HookKind::update_status});
    reference.again = tools.run(reference.settled.world, scenario.hook);
    tools.run(tools.skipped(reference.before, scenario.hook),
              juju::Hook{.kind = juju::HookKind::update_status});  // stores the result
    reference.bag_values = detail::bag_values({&reference.before, &reference.after.world});
    return reference;
  }
};

namespace detail {

constexpr const char* own_bags[] = {"local_application_data", "local_unit_data"};

/// The bag without the unit in `scrape_metadata`. A leader keeps the name of the previous leader, and writes its own if
/// there is none.
inline json comparable(json bag) {
  if (!bag.contains("scrape_metadata")) return bag;
  json metadata = json::parse(bag["scrape_metadata"].get<std::string>(), nullptr, false);
  if (metadata.is_object()) metadata.erase("unit");
  bag["scrape_metadata"] = metadata;
  return bag;
}

/// The world without the log. Without `with_state`, also without the deferred events.
inline json comparable(const World& world, bool with_state) {
  json kept = world.kept;
  if (!with_state) kept.erase("state");
  for (json& relation : kept["relations"]) {
    for (const char* bag : own_bags) relation[bag] = comparable(relation[bag]);
  }
  return {{"kept", kept}, {"files", world.files}};
}

inline void require_same(const World& is, const World& should, bool with_state, const std::string& when,
                         Problems& problems) {
  if (is == should) return;
  const json difference = json::diff(comparable(should, with_state), comparable(is, with_state));
  if (!difference.empty()) problems.push_back(when + ", the world differs: " + difference.dump().substr(0, 600));
}

inline bool is_old_or_new(json bag, const json& before, json after, bool may_have_host_name) {
  bag = comparable(std::move(bag));
  after = comparable(std::move(after));
  if (bag == comparable(before) || bag == after) return true;
  if (!may_have_host_name) return false;
  for (const char* key : {"tempo_scrape_unit_address", "prometheus_scrape_unit_address"}) {
    if (after.contains(key)) after[key] = juju::hook_tools::fqdn();
  }
  return bag == after;
}

}  // namespace detail

/// Judges a hook that cannot use the file with its copy: it must do the same as without a fault.
inline Problems judge_blocked_copy(const Scenario& scenario, const Reference& reference, HookTools& tools) {
  Problems problems;
  const Ended ended = tools.run_with_blocked_copy(reference.before, scenario.hook);
  if (ended.status != 0) problems.push_back("exit status " + std::to_string(ended.status));
  if (!ended.world.copy.empty()) problems.push_back("it left a copy");
  detail::require_same(ended.world, reference.after.world, true, "at its end", problems);
  return problems;
}

/// Judges one fault.
class Judge {
 public:
  Judge(const Scenario& scenario, const Reference& reference, HookTools& tools, const Fault& fault)
      : scenario_(scenario),
        reference_(reference),
        tools_(tools),
        fault_(fault),
        end_(fault.way.expected(fault.call)) {}

  Problems judge() {
    ended_ = tools_.run(reference_.before, scenario_.hook, fault_);
    if (ended_.status != (end_ == End::failed ? 1 : 0)) {
      problems_.push_back("exit status " + std::to_string(ended_.status) + ", standard error: " + ended_.errors);
      return problems_;
    }
    check_world();
    check_log();
    check_no_secrets();
    check_next_hooks();
    return problems_;
  }

 private:
  void check_world() {
    const json& is = ended_.world.kept;
    const json& before = reference_.before.kept;
    const json& after = reference_.after.world.kept;
    if (end_ == End::same_as_without_fault)
      detail::require_same(ended_.world, reference_.after.world, true, "at its end", problems_);
    if (end_ == End::failed) {
      if (is["relations"] != before["relations"]) problems_.push_back("a failed hook changed a data bag");
      if (is["state"] != before["state"]) problems_.push_back("a failed hook changed the state");
      for (const char* status : {"unit_status", "application_status"}) {
        const bool may_be_set = fault_.call.tool() == "status-set" && is[status] == after[status];
        if (is[status] != before[status] && !may_be_set)
          problems_.push_back(std::string("a failed hook set the ") + status);
      }
    }
    if (end_ == End::tolerated || end_ == End::unnoticed)
      check_bags(is["relations"], before["relations"], after["relations"]);
    for (const auto& [file, text] : ended_.world.files) {
      const bool is_old = reference_.before.files.contains(file) && reference_.before.files.at(file) == text;
      const bool is_new = reference_.after.world.files.contains(file) && reference_.after.world.files.at(file) == text;
      const bool may_differ = end_ == End::tolerated || end_ == End::unnoticed;
      if (!is_old && !is_new && !(may_differ && json::accept(text)))
        problems_.push_back("the file " + file + " is incomplete");
    }
  }

  /// After a tolerated fault, each bag of the failing relation is unchanged or correct. All other bags are correct.
  void check_bags(const json& is, const json& before, const json& after) {
    for (std::size_t i = 0; i < after.size(); ++i) {
      const std::string relation = after[i]["endpoint"].get<std::string>() + ":" + after[i]["id"].dump();
      const auto was =
          std::find_if(before.begin(), before.end(), [&](const json& it) { return it["id"] == after[i]["id"]; });
      const bool is_refused = relation == fault_.call.relation();
      for (const char* bag : detail::own_bags) {
        const json& old = is_refused ? (*was)[bag] : after[i][bag];
        const bool is_of_address = is_refused && fault_.call.tool() == "network-get";
        if (!detail::is_old_or_new(is[i][bag], old, after[i][bag], is_of_address)) {
          problems_.push_back("in " + relation + " the bag " + bag + " is neither old nor new");
        }
      }
    }
  }

  /// The log has one line at WARNING or ERROR, with the tool and the relation.
  void check_log() {
    using juju::LogLevel;
    std::vector<juju::testing::LogLine> logged;
    for (const auto& line : ended_.log) {
      if (line.level >= LogLevel::warning) logged.push_back(line);
    }
    const std::string& tool = fault_.call.tool();
    const bool is_log_unavailable =
        fault_.way.kind == Way::Kind::log || (fault_.way.kind == Way::Kind::missing && tool == "juju-log");
    const std::size_t lines =
        end_ == End::same_as_without_fault || end_ == End::unnoticed || is_log_unavailable ? 0 : 1;
    if (logged.size() != lines) {
      std::string all;
      for (const auto& line : logged) all += "\n    " + std::string(to_string(line.level)) + " " + line.message;
      return problems_.push_back("lines at WARNING or above: " + std::to_string(logged.size()) + " instead of " +
                                 std::to_string(lines) + all);
    }
    const bool is_on_standard_error = end_ == End::failed && logged.empty();
    if (is_on_standard_error) check_message("standard error", ended_.errors);
    if (!is_on_standard_error && !ended_.errors.empty()) problems_.push_back("standard error: " + ended_.errors);
    if (logged.empty()) return;
    if (logged[0].level != (end_ == End::failed ? LogLevel::error : LogLevel::warning))
      problems_.push_back("the wrong level of the log");
    check_message("the log", logged[0].message);
  }

  void check_message(const std::string& place, const std::string& line) {
    for (const std::string& part : fault_.way.message_parts(fault_.call)) {
      if (line.find(part) == std::string::npos)
        problems_.push_back(place + " does not contain '" + part + "': " + line);
    }
    if (std::count(line.begin(), line.end(), '\n') > 1) problems_.push_back(place + " has several lines");
  }

  void check_no_secrets() {
    std::string text = ended_.errors;
    for (const auto& line : ended_.log) text += "\n" + line.message;
    for (const std::string& value : reference_.bag_values) {
      if (text.find(value) != std::string::npos)
        problems_.push_back("the log contains a value of a data bag: " + value.substr(0, 80));
    }
  }

  void check_next_hooks() {
    const juju::Hook update_status{.kind = juju::HookKind::update_status};
    if (end_ == End::failed) {
      const Ended retried = run_without_fault(ended_.world, scenario_.hook);
      detail::require_same(retried.world, reference_.after.world, true, "after the retry", problems_);
      const Ended skipped = run_without_fault(tools_.skipped(ended_.world, scenario_.hook), update_status);
      detail::require_same(skipped.world, reference_.settled.world, false,
                           "after the hook was skipped and update-status", problems_);
    }
    if (end_ == End::tolerated || end_ == End::unnoticed) {
      const Ended settled = run_without_fault(ended_.world, update_status);
      detail::require_same(settled.world, reference_.settled.world, false, "after update-status", problems_);
      if (breaks(scenario_.hook)) return;
      const Ended again = run_without_fault(settled.world, scenario_.hook);
      detail::require_same(again.world, reference_.again.world, !fault_.way.loses_events, "after the hook ran again",
                           problems_);
    }
  }

  Ended run_without_fault(const World& world, const juju::Hook& hook) {
    Ended ended = tools_.run(world, hook);
    const bool warns = std::any_of(ended.log.begin(), ended.log.end(),
                                   [](const auto& line) { return line.level >= juju::LogLevel::warning; });
    if (ended.status != 0 || warns) problems_.push_back("the next " + hook.name() + " fails or warns: " + ended.errors);
    return ended;
  }

  const Scenario& scenario_;
  const Reference& reference_;
  HookTools& tools_;
  const Fault& fault_;
  End end_;
  Ended ended_ = {};
  Problems problems_ = {};
};

}  // namespace faults
