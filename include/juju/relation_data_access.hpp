// SPDX-License-Identifier: Apache-2.0
// Juju's rules for access to data bags, and the error for a violation.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

#include <juju/unit_name.hpp>

namespace juju {

/// The number of a relation in its model.
using RelationId = int;

/// A unit read or wrote a data bag without permission.
class RelationDataError : public std::runtime_error {
 public:
  /// @param refused_access  "read" or "write".
  RelationDataError(RelationId relation, std::string owner, std::string by_unit, std::string refused_access)
      : std::runtime_error(by_unit + " may not " + refused_access + " the data bag of " + owner + " in relation " +
                           std::to_string(relation)),
        relation_id(relation),
        entity(std::move(owner)),
        unit(std::move(by_unit)),
        access(std::move(refused_access)) {}

  RelationId relation_id;
  std::string entity;  ///< The unit or application that owns the bag.
  std::string unit;    ///< The unit that was refused.
  std::string access;  ///< "read" or "write".
};

/// The access rights of a unit to a bag.
struct Access {
  bool read = false;
  bool write = false;
};

/// Juju's rule: a unit reads the other side's bags and writes its own. Only the leader reads and writes the bag of its
/// own application; in a peer relation every unit may read it.
/// @param entity  the unit or application that owns the bag.
/// @param unit    the unit that reads or writes, such as "app/0".
inline Access access_to(const std::string& entity, const std::string& unit, bool is_leader, bool is_peer_relation) {
  if (entity == unit) return {.read = true, .write = true};
  if (entity == application_of(unit)) return {.read = is_leader || is_peer_relation, .write = is_leader};
  return {.read = true, .write = false};
}

}  // namespace juju
