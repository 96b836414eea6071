// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace juju {

/// The role of an endpoint in its relations. `requires` is a keyword of C++.
enum class RelationRole { provides, requires_, peer };

/// The word of metadata.yaml: "requires" for `requires_`.
constexpr std::string_view to_string(RelationRole role) {
  switch (role) {
    case RelationRole::provides: return "provides";
    case RelationRole::requires_: return "requires";
    case RelationRole::peer: break;
  }
  return "peer";
}

/// The units of the other application that a unit sees: all of them, or those on the same machine.
enum class RelationScope { global, container };

/// The word of metadata.yaml.
constexpr std::string_view to_string(RelationScope scope) {
  return scope == RelationScope::global ? "global" : "container";
}

/// A relation endpoint that the charm declares.
struct RelationMetadata {
  RelationRole role = RelationRole::provides;
  std::string interface = {};
  std::optional<int> limit = {};  ///< The maximum number of relations. It is empty if there is no maximum.
  RelationScope scope = RelationScope::global;
  bool optional = false;

  bool operator==(const RelationMetadata&) const = default;
};

}  // namespace juju
