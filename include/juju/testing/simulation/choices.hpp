// SPDX-License-Identifier: Apache-2.0
// What there is in a model for something to happen to.
#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <juju/testing/test_model.hpp>
#include <juju/testing/schedule.hpp>
#include <juju/testing/simulation/step.hpp>

namespace juju::testing::detail {

/// Two ends of a relation, "spring-music:tracing" and "tempo:tracing".
using Ends = std::pair<std::string, std::string>;

inline std::string application_of(const std::string& end) { return end.substr(0, end.find_first_of(":/")); }

/// What is being removed, and so is still there.
struct Leaving {
  std::set<std::string> applications = {};
  std::set<RelationId> relations = {};

  void add(const TestModel& model, const std::string& application) {
    applications.insert(application);
    for (const Integration& relation : model.relations()) {
      const bool is_its =
          application_of(relation.first) == application || application_of(relation.second) == application;
      if (is_its) relations.insert(relation.id);
    }
  }
};

inline std::vector<RelationId> removable_relations(const TestModel& model, const Leaving& leaving) {
  std::vector<RelationId> ids;
  for (const Integration& relation : model.relations()) {
    if (!relation.second.empty() && !leaving.relations.contains(relation.id)) ids.push_back(relation.id);
  }
  return ids;
}

/// The ends that fit together and are not joined. Those of a relation that is being removed can be joined again.
inline std::vector<Ends> possible_relations(const TestModel& model, const Leaving& leaving) {
  std::vector<Ends> provided;
  std::vector<Ends> required;
  for (const std::string& application : model.applications()) {
    if (leaving.applications.contains(application)) continue;
    for (const auto& [endpoint, declared] : model.metadata(application).relations) {
      if (declared.role == RelationRole::peer) continue;
      auto& ends = declared.role == RelationRole::provides ? provided : required;
      ends.emplace_back(application + ":" + endpoint, declared.interface);
    }
  }
  std::set<Ends> joined;
  for (const Integration& relation : model.relations()) {
    if (!leaving.relations.contains(relation.id)) joined.emplace(relation.first, relation.second);
  }
  std::vector<Ends> pairs;
  for (const auto& [provider, interface] : provided) {
    for (const auto& [requirer, other_interface] : required) {
      if (interface != other_interface || application_of(provider) == application_of(requirer)) continue;
      if (!joined.contains({provider, requirer})) pairs.emplace_back(provider, requirer);
    }
  }
  return pairs;
}

inline std::vector<std::string> all_units(const TestModel& model) {
  std::vector<std::string> names;
  for (const std::string& application : model.applications()) {
    for (std::string& unit : model.units(application)) names.push_back(std::move(unit));
  }
  return names;
}

inline std::vector<std::string> failed_units(TestModel& model) {
  std::vector<std::string> names = all_units(model);
  std::erase_if(names, [&](const std::string& unit) { return !model.unit(unit).failed_hook(); });
  return names;
}

/// Of a few, so that one may come again and two units may have the same.
inline std::string any_address(Draw& draw) {
  const std::string last = std::to_string(1 + draw.below(20));
  return draw.one_in(5) ? "fd00::" + last : "10.7.0." + last;
}

/// A number that is small more often than not, and below 128.
inline std::size_t any_small_number(Draw& draw) { return draw.below(std::size_t{1} << draw.below(8)); }

inline Order any_order(Draw& draw) {
  return [draw = Draw(draw.next())](std::size_t hooks) mutable { return draw.below(hooks); };
}

}  // namespace juju::testing::detail
