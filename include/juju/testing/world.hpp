// SPDX-License-Identifier: Apache-2.0
// The state of a model, and what each unit's agent has seen of it: plain values.
#pragma once

#include <any>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <juju/testing/dispatch.hpp>
#include <juju/testing/memory_copy.hpp>
#include <juju/testing/unit_directory.hpp>

namespace juju::testing::detail {

/// A data bag, and the number of its changes. Version 0 was never written.
struct Bag {
  StringMap texts = {};
  int version = 0;

  /// Replaces the texts.
  /// @returns whether they changed.
  bool update(StringMap next) {
    if (texts == next) return false;
    texts = std::move(next);
    ++version;
    return true;
  }
};

using Bags = std::map<std::string, Bag, UnitOrder>;

/// One application's side of a relation.
struct Side {
  std::string application = {};
  std::string endpoint = {};
  std::string shown_as = {};  ///< The name of the application on the other side: an alias if cross-model.
  Bag application_data = {};
  std::string written_by = {};  ///< The leader that changed `application_data` last.
  Bags units = {};              ///< The bags of the units in scope.
  Bags departed = {};           ///< The bags of the units that were in scope.

  std::string shown(const std::string& unit) const { return shown_as + unit.substr(unit.find('/')); }
  std::string real(const std::string& shown) const {
    return shown.empty() ? shown : application + shown.substr(shown.find('/'));
  }
};

struct RelationRecord {
  RelationId id = 0;
  std::vector<Side> sides = {};  ///< One for a peer relation, otherwise two.
  bool dying = false;
  bool is_container = false;  ///< Whether it has scope container: a unit sees only the units beside it.

  bool is_peer() const { return sides.size() == 1; }
  Side& side(const std::string& application) { return sides[index(application)]; }
  const Side& side(const std::string& application) const { return sides[index(application)]; }
  const Side& other_side(const std::string& application) const { return sides[sides.size() - 1 - index(application)]; }
  bool is_of(const std::string& application) const {
    return sides.front().application == application || sides.back().application == application;
  }

 private:
  std::size_t index(const std::string& application) const {
    return sides.front().application == application ? 0 : sides.size() - 1;
  }
};

/// What a unit's agent has seen of a relation.
struct SeenRelation {
  std::map<std::string, int, UnitOrder> units = {};  ///< The joined units, with the seen version of their bags.
  std::string changed_due = {};  ///< The unit whose relation-changed must follow its relation-joined.
  int application_version = 0;
};

/// The pending hooks of a unit that do not follow from its relations.
struct DueHooks {
  bool install = true;
  bool start = true;
  bool stop = true;  ///< Pending after the unit begins to be removed.
  bool leader_elected = false;
  bool config_changed = true;
  bool upgrade_charm = false;
  std::set<std::string> pebble_ready = {};
  std::deque<Hook> fired = {};
};

struct UnitRecord {
  std::string name = {};
  std::string application = {};
  std::string address = {};
  std::string principal = {};  ///< The principal unit of a subordinate.
  bool dying = false;
  DueHooks due = {};
  std::map<RelationId, SeenRelation> seen = {};  ///< The relations whose relation-created has run.
  std::optional<Hook> failed = {};
  std::vector<Notice> deferred = {};
  StringMap stored = {};
  Status status = {};
  std::vector<LogLine> log = {};
  std::set<Port> opened_ports = {};
  std::string workload_version = {};
  ActionState action = {};
  MemoryCopy copy = {};
  std::optional<UnitDirectory> directory = {};  ///< The copy of a charm directory.

  bool knows(RelationId id) const { return seen.contains(id) || (failed && failed->relation_id == id); }
};

/// Constructs a charm of this type.
template <typename CharmType>
using Make = std::function<std::unique_ptr<CharmType>(Framework&)>;

/// A charm that can be deployed.
struct CharmBuild {
  CharmRunner run;
  std::any make = {};                    ///< The `Make` of a class; empty for a directory.
  std::filesystem::path directory = {};  ///< Empty for a class.
};

template <typename CharmType>
CharmBuild build_of(const Make<CharmType>& make) {
  return {
      .run = [make](State before, const Hook& hook, const Metadata& metadata, const RunOptions& options,
                    const std::filesystem::path&) { return attempt(std::move(before), hook, metadata, options, make); },
      .make = make};
}

inline CharmBuild build_of(const CharmDirectory& charm) {
  return {.run =
              [charm](State before, const Hook& hook, const Metadata& metadata, const RunOptions& options,
                      const std::filesystem::path& directory) {
                return dispatch(std::move(before), hook, metadata, options, charm, directory);
              },
          .directory = charm.path};
}

struct ApplicationRecord {
  std::string name;
  CharmBuild charm;
  Metadata metadata;
  nlohmann::json config;
  std::string model_name;
  std::string model_uuid;
  std::string leader = {};
  int next_unit = 0;
  bool dying = false;
  Status status = {};
};

template <typename Records, typename Key>
auto& known(Records& records, const Key& key, const std::string& what) {
  const auto found = records.find(key);
  if (found == records.end()) throw ConsistencyError({"the model has no " + what});
  return found->second;
}

struct World {
  std::string model_name = {};
  std::string model_uuid = {};
  bool cache = true;  ///< Whether units that run a class use their copy.
  std::map<std::string, ApplicationRecord> applications = {};
  std::map<std::string, UnitRecord, UnitOrder> units = {};
  std::map<RelationId, RelationRecord> relations = {};
  std::map<std::string, std::string> principals = {};  ///< By subordinate unit, including removed ones.
  RelationId next_relation = 0;
  int next_address = 1;

  ApplicationRecord& application(const std::string& name) {
    return known(applications, name, "application '" + name + "'");
  }
  const ApplicationRecord& application(const std::string& name) const {
    return known(applications, name, "application '" + name + "'");
  }
  UnitRecord& unit(const std::string& name) { return known(units, name, "unit '" + name + "'"); }
  const UnitRecord& unit(const std::string& name) const { return known(units, name, "unit '" + name + "'"); }
  RelationRecord& relation(RelationId id) { return known(relations, id, "relation " + std::to_string(id)); }
  const RelationRecord& relation(RelationId id) const { return known(relations, id, "relation " + std::to_string(id)); }

  std::vector<std::string> units_of(const std::string& application) const {
    std::vector<std::string> names;
    for (const auto& [name, unit] : units) {
      if (unit.application == application) names.push_back(name);
    }
    return names;
  }

  /// Whether the other units list it or will list it.
  bool in_scope(const Side& side, const std::string& unit) const {
    return side.units.contains(unit) && !units.find(unit)->second.dying;
  }

  /// Whether a unit may see another one in a relation.
  bool sees(const UnitRecord& unit, const RelationRecord& relation, const std::string& other) const {
    return other != unit.name && (!relation.is_container || principal_of(other) == principal_of(unit.name));
  }

  /// The principal unit of a subordinate, even a removed one. For any other unit, the unit itself.
  const std::string& principal_of(const std::string& unit) const {
    const auto found = principals.find(unit);
    return found == principals.end() ? unit : found->second;
  }
};

}  // namespace juju::testing::detail
