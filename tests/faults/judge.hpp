// SPDX-License-Identifier: Apache-2.0
// What must hold of a hook in which one call failed, and of the healthy ones after it.
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

/// The long texts of all bags but the units' names, which a log may well show.
inline std::set<std::string> bag_values(const std::vector<const World*>& worlds) {
  std::set<std::string> values;
  const auto add = [&](const json& bag) {
    for (const auto& [key, text] : bag.items()) {
      if (key != "tempo_scrape_unit_name" && text.get<std::string>().size() > 5) values.insert(text.get<std::string>());
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

/// How the scenario goes when nothing fails.
struct Reference {
  World before = {};
  Ended after = {};                       ///< The hook.
  Ended settled = {};                     ///< Then update-status.
  Ended again = {};                       ///< Then the hook once more.
  std::set<std::string> bag_values = {};  ///< The texts that no log may show.

  static Reference of(const Scenario& scenario, HookTools& tools) {
    Reference reference;
    reference.before = tools.before();
    reference.after = tools.run(reference.before, scenario.hook);
    reference.settled = tools.run(reference.after.world, juju::Hook{.kind = juju::HookKind::update_status});
    reference.again = tools.run(reference.settled.world, scenario.hook);
    tools.run(tools.skipped(reference.before, scenario.hook),
              juju::Hook{.kind = juju::HookKind::update_status});  // so that it is known
    reference.bag_values = detail::bag_values({&reference.before, &reference.after.world});
    return reference;
  }
};

namespace detail {

constexpr const char* own_bags[] = {"local_application_data", "local_unit_data"};

/// The bag without who wrote it: a leader that finds its predecessor's name leaves it, one that finds none writes its
/// own.
inline json comparable(json bag) {
  if (!bag.contains("scrape_metadata")) return bag;
  json metadata = json::parse(bag["scrape_metadata"].get<std::string>(), nullptr, false);
  if (metadata.is_object()) metadata.erase("unit");
  bag["scrape_metadata"] = metadata;
  return bag;
}

/// All but the log, and the state of deferred events where `with_state` is not set.
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

inline bool is_whole(json bag, const json& before, json after, bool may_have_host_name) {
  bag = comparable(std::move(bag));
  after = comparable(std::move(after));
  if (bag == comparable(before) || bag == after) return true;
  if (!may_have_host_name || bag["tempo_scrape_unit_address"] != juju::hook_tools::fqdn()) return false;
  after["tempo_scrape_unit_address"] = juju::hook_tools::fqdn();
  return bag == after;
}

}  // namespace detail

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
    nothing_is_half_written();
    the_log_tells();
    nothing_is_told_of_bags();
    healthy_hooks_mend();
    return problems_;
  }

 private:
  void nothing_is_half_written() {
    const json& is = ended_.world.kept;
    const json& before = reference_.before.kept;
    const json& after = reference_.after.world.kept;
    if (end_ == End::as_if_nothing)
      detail::require_same(ended_.world, reference_.after.world, true, "at its end", problems_);
    if (end_ == End::failed) {
      if (is["relations"] != before["relations"]) problems_.push_back("a failed hook changed a data bag");
      if (is["state"] != before["state"]) problems_.push_back("a failed hook changed the state");
      for (const char* status : {"unit_status", "application_status"}) {
        const bool may_stand = fault_.call.tool() == "status-set" && is[status] == after[status];
        if (is[status] != before[status] && !may_stand)
          problems_.push_back(std::string("a failed hook set the ") + status);
      }
    }
    if (end_ == End::tolerated || end_ == End::unnoticed)
      bags_are_whole(is["relations"], before["relations"], after["relations"]);
    for (const auto& [file, text] : ended_.world.files) {
      const bool is_whole = reference_.before.files.contains(file) && reference_.before.files.at(file) == text;
      const bool is_new = reference_.after.world.files.contains(file) && reference_.after.world.files.at(file) == text;
      const bool may_be_another = end_ == End::tolerated || end_ == End::unnoticed;
      if (!is_whole && !is_new && !(may_be_another && json::accept(text)))
        problems_.push_back("half of the file " + file);
    }
  }

  /// In a tolerated fault the relation's bags are each as before or as they should be, and all others as they should.
  void bags_are_whole(const json& is, const json& before, const json& after) {
    for (std::size_t i = 0; i < after.size(); ++i) {
      const std::string relation = after[i]["endpoint"].get<std::string>() + ":" + after[i]["id"].dump();
      const auto was =
          std::find_if(before.begin(), before.end(), [&](const json& it) { return it["id"] == after[i]["id"]; });
      const bool is_refused = relation == fault_.call.relation();
      for (const char* bag : detail::own_bags) {
        const json& old = is_refused ? (*was)[bag] : after[i][bag];
        const bool is_of_address = is_refused && fault_.call.tool() == "network-get";
        if (!detail::is_whole(is[i][bag], old, after[i][bag], is_of_address)) {
          problems_.push_back("in " + relation + " the bag " + bag + " is neither old nor new");
        }
      }
    }
  }

  /// One line more than when all is well, at the right level, with tool and relation.
  void the_log_tells() {
    using juju::LogLevel;
    std::vector<juju::testing::LogLine> told;
    for (const auto& line : ended_.log) {
      if (line.level >= LogLevel::warning) told.push_back(line);
    }
    const std::string& tool = fault_.call.tool();
    const bool is_out_of_reach =
        fault_.way.kind == Way::Kind::log || (fault_.way.kind == Way::Kind::missing && tool == "juju-log");
    const std::size_t lines = end_ == End::as_if_nothing || end_ == End::unnoticed || is_out_of_reach ? 0 : 1;
    if (told.size() != lines) {
      std::string all;
      for (const auto& line : told) all += "\n    " + std::string(to_string(line.level)) + " " + line.message;
      return problems_.push_back("lines at WARNING or above: " + std::to_string(told.size()) + " rather than " +
                                 std::to_string(lines) + all);
    }
    const bool is_told_elsewhere = end_ == End::failed && told.empty();
    if (is_told_elsewhere) says_where("standard error", ended_.errors);
    if (!is_told_elsewhere && !ended_.errors.empty()) problems_.push_back("standard error: " + ended_.errors);
    if (told.empty()) return;
    if (told[0].level != (end_ == End::failed ? LogLevel::error : LogLevel::warning))
      problems_.push_back("the wrong level of the log");
    says_where("the log", told[0].message);
  }

  void says_where(const std::string& place, const std::string& line) {
    for (const std::string& part : fault_.way.told(fault_.call)) {
      if (line.find(part) == std::string::npos) problems_.push_back(place + " does not say '" + part + "': " + line);
    }
    if (std::count(line.begin(), line.end(), '\n') > 1) problems_.push_back(place + " has several lines");
  }

  void nothing_is_told_of_bags() {
    std::string told = ended_.errors;
    for (const auto& line : ended_.log) told += "\n" + line.message;
    for (const std::string& value : reference_.bag_values) {
      if (told.find(value) != std::string::npos) problems_.push_back("a bag's value is told: " + value.substr(0, 80));
    }
  }

  void healthy_hooks_mend() {
    const juju::Hook update_status{.kind = juju::HookKind::update_status};
    if (end_ == End::failed) {
      const Ended retried = healthy(ended_.world, scenario_.hook);
      detail::require_same(retried.world, reference_.after.world, true, "after the retry", problems_);
      const Ended skipped = healthy(tools_.skipped(ended_.world, scenario_.hook), update_status);
      detail::require_same(skipped.world, reference_.settled.world, false, "skipped, after update-status", problems_);
    }
    if (end_ == End::tolerated || end_ == End::unnoticed) {
      const Ended settled = healthy(ended_.world, update_status);
      detail::require_same(settled.world, reference_.settled.world, false, "after update-status", problems_);
      if (breaks(scenario_.hook)) return;
      const Ended again = healthy(settled.world, scenario_.hook);
      detail::require_same(again.world, reference_.again.world, !fault_.way.loses_events, "after the hook came again",
                           problems_);
    }
  }

  Ended healthy(const World& world, const juju::Hook& hook) {
    Ended ended = tools_.run(world, hook);
    const bool warns = std::any_of(ended.log.begin(), ended.log.end(),
                                   [](const auto& line) { return line.level >= juju::LogLevel::warning; });
    if (ended.status != 0 || warns)
      problems_.push_back("the healthy " + hook.name() + " afterwards is not well: " + ended.errors);
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
