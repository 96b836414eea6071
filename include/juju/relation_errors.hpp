// SPDX-License-Identifier: Apache-2.0
// Errors in the charm's own code or metadata. Invalid data of another charm is never an exception: it is a problem
// (problem.hpp).
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

#include <juju/metadata.hpp>

namespace juju {

/// The charm's metadata declares no such relation. Mirrors `RelationNotFoundError`.
class RelationNotFoundError : public std::runtime_error {
 public:
  explicit RelationNotFoundError(std::string name)
      : std::runtime_error("No relation named '" + name + "' found"), relation_name(std::move(name)) {}

  std::string relation_name;
};

/// The relation has another interface. Mirrors `RelationInterfaceMismatchError`.
class RelationInterfaceMismatchError : public std::runtime_error {
 public:
  RelationInterfaceMismatchError(std::string name, std::string expected, std::string actual)
      : std::runtime_error("The '" + name + "' relation has '" + actual + "' as interface rather than the expected '" +
                           expected + "'"),
        relation_name(std::move(name)),
        expected_relation_interface(std::move(expected)),
        actual_relation_interface(std::move(actual)) {}

  std::string relation_name;
  std::string expected_relation_interface;
  std::string actual_relation_interface;
};

/// The relation has another role. Mirrors `RelationRoleMismatchError`.
class RelationRoleMismatchError : public std::runtime_error {
 public:
  RelationRoleMismatchError(std::string name, RelationRole expected, RelationRole actual)
      : std::runtime_error("The '" + name + "' relation has role '" + std::string(to_string(actual)) +
                           "' rather than the expected '" + std::string(to_string(expected)) + "'"),
        relation_name(std::move(name)),
        expected_relation_role(expected),
        actual_relation_role(actual) {}

  std::string relation_name;
  RelationRole expected_relation_role;
  RelationRole actual_relation_role;
};

/// An option of a library object is invalid.
class InvalidOptionError : public std::invalid_argument {
 public:
  InvalidOptionError(std::string name, std::string why)
      : std::invalid_argument("option '" + name + "': " + why), option(std::move(name)), reason(std::move(why)) {}

  std::string option;
  std::string reason;
};

/// Checks that metadata declares `relation_name` with this interface and role.
/// @throws RelationNotFoundError, RelationInterfaceMismatchError, RelationRoleMismatchError
inline void require_relation(const Metadata& metadata, const std::string& relation_name, const std::string& interface,
                             RelationRole role) {
  const auto declared = metadata.relations.find(relation_name);
  if (declared == metadata.relations.end()) throw RelationNotFoundError(relation_name);
  if (declared->second.interface != interface) {
    throw RelationInterfaceMismatchError(relation_name, interface, declared->second.interface);
  }
  if (declared->second.role != role) throw RelationRoleMismatchError(relation_name, role, declared->second.role);
}

}  // namespace juju
