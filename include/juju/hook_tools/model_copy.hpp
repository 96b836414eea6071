// SPDX-License-Identifier: Apache-2.0
// What a unit remembers of the Juju model between its hooks, and what each hook makes it forget.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <juju/hook.hpp>
#include <juju/string_map.hpp>
#include <juju/unit_name.hpp>

namespace juju::hook_tools {

/// What is remembered of one relation. What is missing is unread: it is asked for when it is needed.
struct RelationCopy {
  std::string endpoint = {};
  std::optional<std::string> application = {};         ///< The other side's application.
  std::optional<std::vector<std::string>> units = {};  ///< The other side's units, in natural order.
  std::optional<std::string> address = {};             ///< This unit's address in the relation's network.
  std::map<std::string, StringMap> bags = {};          ///< By owner. This unit's own is without the keys of Juju.

  bool operator==(const RelationCopy&) const = default;

  /// The other side's application, if it is known.
  std::optional<std::string> known_application() const {
    if (application || !units || units->empty()) return application;
    return application_of(units->front());
  }
};

/// What is remembered of the model: true when a hook read it, and not changed by a later hook.
struct ModelCopy {
  std::int64_t read_at = 0;                                 ///< The Unix time of the last full read, in seconds.
  std::map<std::string, std::vector<RelationId>> ids = {};  ///< All relations of an endpoint, in ascending order.
  std::map<RelationId, RelationCopy> relations = {};
  std::optional<nlohmann::json> config = {};
  std::optional<nlohmann::json> state = {};

  bool operator==(const ModelCopy&) const = default;

  /// The relation, which is all unread if it was not remembered.
  RelationCopy& relation(RelationId id, const std::string& endpoint) {
    RelationCopy& relation = relations[id];
    relation.endpoint = endpoint;
    return relation;
  }

  /// Forgets a relation, and that there is one.
  void drop(RelationId id) {
    relations.erase(id);
    for (auto& [endpoint, listed] : ids) std::erase(listed, id);
  }

  /// Forgets the data bags of an application in all relations.
  void forget_application_data(const std::string& application) {
    for (auto& [id, relation] : relations) relation.bags.erase(application);
  }

  /// Forgets the unit's address in all relations.
  void forget_addresses() {
    for (auto& [id, relation] : relations) relation.address.reset();
  }
};

/// Whether a hook of this kind reads everything again.
constexpr bool is_full_read(HookKind kind) {
  return kind == HookKind::install || kind == HookKind::start || kind == HookKind::upgrade_charm ||
         kind == HookKind::update_status;
}

namespace detail {

inline void add_unit(std::vector<std::string>& units, const std::string& unit) {
  const auto place = std::lower_bound(units.begin(), units.end(), unit, UnitOrder());
  if (place == units.end() || *place != unit) units.insert(place, unit);
}

inline void add_id(std::vector<RelationId>& ids, RelationId id) {
  const auto place = std::lower_bound(ids.begin(), ids.end(), id);
  if (place == ids.end() || *place != id) ids.insert(place, id);
}

/// A relation-joined or relation-changed: forgets the bags that changed.
inline void mark_change(RelationCopy& relation, const Hook& hook) {
  const std::string& unit = hook.remote_unit;
  std::string application = hook.remote_application;
  if (application.empty() && !unit.empty()) application = application_of(unit);
  if (application.empty()) application = relation.known_application().value_or("");
  relation.application.reset();
  if (!application.empty()) relation.application = application;
  if (hook.kind == HookKind::relation_changed) relation.address.reset();
  if (!unit.empty() && relation.units) add_unit(*relation.units, unit);
  std::erase_if(relation.bags, [&](const auto& bag) {
    const bool is_of_unit = bag.first.find('/') != std::string::npos;
    return is_of_unit ? bag.first == unit : application.empty() || bag.first == application;
  });
}

inline void mark_relation(ModelCopy& copy, const Hook& hook) {
  const RelationId id = *hook.relation_id;
  if (hook.kind == HookKind::relation_broken) return copy.drop(id);
  const auto known = copy.relations.find(id);
  const bool is_new = hook.kind == HookKind::relation_created || known == copy.relations.end();
  const bool is_other = !is_new && !hook.remote_application.empty() &&
                        known->second.known_application().value_or(hook.remote_application) != hook.remote_application;
  if (is_new || is_other) copy.relations.erase(id);
  const auto listed = copy.ids.find(hook.endpoint);
  if (listed != copy.ids.end()) add_id(listed->second, id);
  RelationCopy& relation = copy.relation(id, hook.endpoint);
  if (hook.kind != HookKind::relation_departed) return mark_change(relation, hook);
  relation.bags.erase(hook.remote_unit);
  if (relation.units) std::erase(*relation.units, hook.remote_unit);
}

}  // namespace detail

/// Forgets what this hook is about, before anything is read.
/// @param unit  the unit that the hook runs on.
inline void mark(ModelCopy& copy, const Hook& hook, const std::string& unit) {
  if (hook.relation_id) return detail::mark_relation(copy, hook);
  if (hook.kind == HookKind::leader_elected) copy.forget_application_data(application_of(unit));
  if (hook.kind == HookKind::config_changed) {
    copy.config.reset();
    copy.forget_addresses();
  }
}

}  // namespace juju::hook_tools
