// SPDX-License-Identifier: Apache-2.0
// Checks what units remember: each item is as Juju had it at the last hook about it, or later.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <juju/hook_tools/copy_text.hpp>
#include "checks.hpp"

namespace simulation {

/// The values of a unit's items, oldest first. Each begins at the last hook about the item.
class CopyCheck {
 public:
  /// Notes what each unit would read now. Call it after each change of the model.
  void note(TestModel& model, const std::vector<std::string>& units) {
    for (const std::string& unit : units) {
      for (auto& [item, value] : items_of(model, unit)) {
        std::vector<std::string>& values = history_[unit][item];
        if (values.empty() || values.back() != value) values.push_back(std::move(value));
      }
    }
  }

  /// Forgets the older values of what a hook was about. Call it before `note`.
  void hook_ran(const std::string& unit, const juju::Hook& hook) {
    for (auto& [item, values] : history_[unit]) {
      if (is_about(hook, item, unit)) values.erase(values.begin(), values.end() - 1);
    }
    if (juju::hook_tools::is_full_read(hook.kind)) exempt_.erase(unit);
  }

  /// Juju did not announce a change to this unit. It is not checked until its next full read.
  void exempt(const std::string& unit) { exempt_.insert(unit); }

  /// Checks the copy of the unit whose hook ran.
  void check(TestModel& model, const std::string& unit) {
    const auto all = model.units(application_of(unit));
    if (std::find(all.begin(), all.end(), unit) == all.end() || exempt_.contains(unit)) return;
    const std::optional<std::string> text = model.unit(unit).copy();
    if (!text) return;
    const std::optional<juju::hook_tools::ModelCopy> copy = juju::hook_tools::copy_of(*text);
    require(copy.has_value(), unit + " has a copy that cannot be read");
    for (const auto& [item, value] : items_of(*copy, unit)) {
      const std::vector<std::string>& values = history_[unit][item];
      const bool is_own = item == "state" || (item.starts_with("bag ") && item.ends_with(" " + unit));
      const auto oldest = is_own && !values.empty() ? values.end() - 1 : values.begin();  // only this unit writes it
      require(std::find(oldest, values.end(), value) != values.end(),
              unit + " remembers " + item + " as " + value + ", which is older than the last hook about it");
      ++counts["remembered items"];
    }
  }

 private:
  using Items = std::map<std::string, std::string>;

  static std::string bag_text(juju::StringMap bag, bool is_own) {
    if (is_own) std::erase_if(bag, [](const auto& entry) { return juju::hook_tools::is_network_key(entry.first); });
    return json(bag).dump();
  }

  static Items items_of(TestModel& model, const std::string& unit) {
    const juju::testing::State state = model.unit(unit).state();
    const std::string application = application_of(unit);
    Items items = {{"config", config_of(model, application).dump()},
                   {"state", json(juju::testing::detail::stored_texts(state)).dump()}};
    std::map<std::string, std::set<int>> ids;
    for (const auto& [endpoint, declared] : model.metadata(application).relations) ids[endpoint];
    for (const auto& relation : state.relations) {
      const std::string id = std::to_string(relation.id);
      ids[relation.endpoint].insert(relation.id);
      std::vector<std::string> units;
      for (const auto& [name, bag] : relation.remote_units) {
        units.push_back(name);
        items["bag " + id + " " + name] = bag_text(bag, false);
      }
      items["units " + id] = json(units).dump();
      items["application " + id] = relation.remote_application;
      items["address " + id] = state.address;
      items["bag " + id + " " + relation.remote_application] = bag_text(relation.remote_application_data, false);
      items["bag " + id + " " + application] = bag_text(relation.local_application_data, false);
      items["bag " + id + " " + unit] = bag_text(relation.local_unit_data, true);
    }
    for (const auto& [endpoint, listed] : ids) add_ids(items, endpoint, listed);
    return items;
  }

  /// Whether each relation is listed, with one item for each: Juju announces each by itself.
  static void add_ids(Items& items, const std::string& endpoint, const std::set<int>& listed) {
    constexpr int most = 24;  // steps of a schedule
    for (int id = 0; id < most; ++id) {
      items["listed " + std::to_string(id) + " " + endpoint] = listed.contains(id) ? "yes" : "no";
    }
  }

  static Items items_of(const juju::hook_tools::ModelCopy& copy, const std::string& unit) {
    Items items;
    if (copy.config) items["config"] = copy.config->dump();
    if (copy.state) items["state"] = copy.state->dump();
    for (const auto& [endpoint, ids] : copy.ids) add_ids(items, endpoint, {ids.begin(), ids.end()});
    for (const auto& [number, relation] : copy.relations) {
      const std::string id = std::to_string(number);
      if (relation.units) items["units " + id] = json(*relation.units).dump();
      if (relation.application) items["application " + id] = *relation.application;
      if (relation.address) items["address " + id] = *relation.address;
      for (const auto& [owner, bag] : relation.bags) items["bag " + id + " " + owner] = bag_text(bag, owner == unit);
    }
    return items;
  }

  static bool is_about(const juju::Hook& hook, const std::string& item, const std::string& unit) {
    using enum juju::HookKind;
    if (hook.kind == config_changed) return item == "config" || item.starts_with("address ");
    if (hook.kind == leader_elected) return item.starts_with("bag ") && item.ends_with(" " + application_of(unit));
    if (juju::hook_tools::is_full_read(hook.kind)) return true;
    if (!hook.relation_id) return false;
    const std::string id = " " + std::to_string(*hook.relation_id);
    if (hook.kind == relation_created || hook.kind == relation_broken) {
      return item == "listed" + id + " " + hook.endpoint || item.starts_with("bag" + id + " ") || item == "units" + id;
    }
    if (hook.kind == relation_changed && item == "address" + id) return true;
    if (hook.kind != relation_changed && item == "units" + id) return true;
    if (hook.kind == relation_departed) return false;
    return (!hook.remote_unit.empty() && item == "bag" + id + " " + hook.remote_unit) ||
           item == "bag" + id + " " + hook.remote_application;
  }

  std::map<std::string, std::map<std::string, std::vector<std::string>>> history_;
  std::set<std::string> exempt_;
};

}  // namespace simulation
