// SPDX-License-Identifier: Apache-2.0
// What an author of a charm did wrong. What another charm wrote is never an exception: it is a problem (problem.hpp).
#pragma once

#include <cstddef>
#include <juju/metadata.hpp>
#include <stdexcept>
#include <string>
#include <utility>

namespace charms::tempo_k8s::v0::tempo_scrape {

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

/// The relation is on the other side. Mirrors `RelationRoleMismatchError`.
class RelationRoleMismatchError : public std::runtime_error {
 public:
  RelationRoleMismatchError(std::string name, juju::RelationRole expected, juju::RelationRole actual)
      : std::runtime_error("The '" + name + "' relation has role '" + std::string(to_string(actual)) +
                           "' rather than the expected '" + std::string(to_string(expected)) + "'"),
        relation_name(std::move(name)),
        expected_relation_role(expected),
        actual_relation_role(actual) {}

  std::string relation_name;
  juju::RelationRole expected_relation_role;
  juju::RelationRole actual_relation_role;
};

/// A scrape job that the charm's author gave to the provider is not one.
class InvalidScrapeJobError : public std::invalid_argument {
 public:
  /// @param json_pointer  into the list of jobs: "/0/static_configs/0/targets/1".
  InvalidScrapeJobError(std::size_t index, std::string json_pointer, std::string why)
      : std::invalid_argument((json_pointer.empty() ? std::string("scrape jobs")
                                                    : "scrape job " + std::to_string(index) + " at " + json_pointer) +
                              ": " + why),
        job_index(index),
        pointer(std::move(json_pointer)),
        reason(std::move(why)) {}

  std::size_t job_index;  ///< Counted from 0.
  std::string pointer;
  std::string reason;
};

/// An option that the charm's author gave cannot be used.
class InvalidOptionError : public std::invalid_argument {
 public:
  InvalidOptionError(std::string name, std::string why)
      : std::invalid_argument("option '" + name + "': " + why), option(std::move(name)), reason(std::move(why)) {}

  std::string option;
  std::string reason;
};

/// Checks that metadata declares `relation_name` with this interface and on this side.
/// @throws RelationNotFoundError, RelationInterfaceMismatchError, RelationRoleMismatchError
inline void require_relation(const juju::Metadata& metadata, const std::string& relation_name,
                             const std::string& interface, juju::RelationRole role) {
  const auto declared = metadata.relations.find(relation_name);
  if (declared == metadata.relations.end()) throw RelationNotFoundError(relation_name);
  if (declared->second.interface != interface) {
    throw RelationInterfaceMismatchError(relation_name, interface, declared->second.interface);
  }
  if (declared->second.role != role) throw RelationRoleMismatchError(relation_name, role, declared->second.role);
}

}  // namespace charms::tempo_k8s::v0::tempo_scrape
