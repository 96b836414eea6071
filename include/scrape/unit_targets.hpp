// SPDX-License-Identifier: Apache-2.0
// Which targets of a static config are targets of which unit.
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <scrape/target.hpp>
#include <scrape/unit.hpp>

namespace scrape::detail {

/// The targets of one static config, in their order in each list.
struct SplitTargets {
  std::vector<const Target*> wildcards = {};  ///< Without repeats.
  std::map<std::size_t, std::vector<const Target*>> of_units = {};
  std::vector<std::string> others = {};

  /// The targets of the unit at this place: its own and the wildcards, in the order of the job, without repeats.
  std::vector<std::string> of_unit(std::size_t place, const Unit& unit) const {
    std::vector<const Target*> all;
    const std::vector<const Target*>& own = of_units.at(place);
    std::merge(wildcards.begin(), wildcards.end(), own.begin(), own.end(), std::back_inserter(all));  // of one array
    std::vector<std::string> texts;
    std::set<std::string> seen;
    for (const Target* target : all) {
      std::string text = target->text();
      if (target->is_wildcard()) text = unit.address.text() + std::string(target->port_suffix());
      if (seen.insert(text).second) texts.push_back(std::move(text));
    }
    return texts;
  }
};

/// Finds units by their addresses and second names.
class UnitHosts {
 public:
  UnitHosts() = default;

  /// Of two units with one address the first is found.
  explicit UnitHosts(const std::vector<Unit>& units) {
    for (std::size_t i = 0; i < units.size(); ++i) {
      places_.try_emplace(units[i].address.canonical(), i);
      if (units[i].fqdn) places_.try_emplace(units[i].fqdn->canonical(), i);
    }
  }

  SplitTargets split(const std::vector<Target>& targets) const {
    SplitTargets split;
    std::set<std::string> ports;
    for (const Target& target : targets) {
      if (target.is_wildcard()) {
        if (ports.emplace(target.port_suffix()).second) split.wildcards.push_back(&target);
      } else if (const std::optional<std::size_t> place = find(target)) {
        split.of_units[*place].push_back(&target);
      } else {
        split.others.push_back(target.text());
      }
    }
    return split;
  }

 private:
  std::optional<std::size_t> find(const Target& target) const {
    if (places_.empty() || !target.is_valid()) return std::nullopt;
    const std::optional<juju::Address> host = juju::Address::parse(target.host());
    const auto found = host ? places_.find(host->canonical()) : places_.end();
    if (found == places_.end()) return std::nullopt;
    return found->second;
  }

  std::map<std::string, std::size_t> places_;
};

}  // namespace scrape::detail
