// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <juju/relation_data_access.hpp>

namespace juju {

/// The kinds of hooks that the framework knows.
enum class HookKind {
  install,
  start,
  stop,
  remove,
  config_changed,
  update_status,
  upgrade_charm,
  leader_elected,
  pebble_ready,
  relation_created,
  relation_joined,
  relation_changed,
  relation_departed,
  relation_broken,
  action,
  other,  ///< A hook that the framework has no event for, such as "secret-rotate".
};

namespace detail {

/// Juju's names, in the order of `HookKind`.
inline constexpr std::array<std::string_view, 15> hook_kinds = {
    "install",           "start",           "stop",         "remove",           "config-changed",  "update-status",
    "upgrade-charm",     "leader-elected",  "pebble-ready", "relation-created", "relation-joined", "relation-changed",
    "relation-departed", "relation-broken", "action"};

}  // namespace detail

/// Juju's name of the kind: "relation-joined"; empty for `other`.
constexpr std::string_view to_string(HookKind kind) {
  return kind == HookKind::other ? std::string_view() : detail::hook_kinds[static_cast<std::size_t>(kind)];
}

/// Whether hooks of this kind are about a relation.
constexpr bool is_relation_kind(HookKind kind) {
  return kind >= HookKind::relation_created && kind <= HookKind::relation_broken;
}

/// The hook that Juju runs: its kind and its subject.
struct Hook {
  HookKind kind = HookKind::other;
  std::optional<RelationId> relation_id = {};  ///< Set for the hooks of a relation.
  std::string endpoint = {};                   ///< This side's endpoint of the relation.
  std::string remote_application = {};         ///< The relation's other application. Empty if unknown.
  std::string remote_unit = {};                ///< Empty if the hook is not about one unit.
  std::string departing_unit = {};             ///< relation-departed: the unit that leaves, maybe this one.
  std::string subject = {};  ///< pebble-ready: the container. An action: its name. `other`: the hook's name.

  bool operator==(const Hook&) const = default;

  /// Juju's name of the hook: "config-changed", "tracing-relation-joined", "music-pebble-ready". An action has
  /// "restart-action".
  std::string name() const {
    if (kind == HookKind::other) return subject;
    const std::string& prefix = is_relation_kind(kind) ? endpoint : subject;
    return (prefix.empty() ? "" : prefix + "-") + std::string(to_string(kind));
  }
};

/// The kind of a hook that Juju calls `name`, and whose endpoint or container may contain dashes.
inline HookKind hook_kind(std::string_view name) {
  for (std::size_t i = 0; i < detail::hook_kinds.size(); ++i) {
    const auto kind = static_cast<HookKind>(i);
    const std::string_view kind_name = detail::hook_kinds[i];
    if (kind == HookKind::action) continue;
    const bool has_prefix = kind == HookKind::pebble_ready || is_relation_kind(kind);
    if (!has_prefix && name == kind_name) return kind;
    const bool is_longer = name.size() > kind_name.size() + 1;
    if (has_prefix && is_longer && name.ends_with(kind_name) && name[name.size() - kind_name.size() - 1] == '-') {
      return kind;
    }
  }
  return HookKind::other;
}

}  // namespace juju
