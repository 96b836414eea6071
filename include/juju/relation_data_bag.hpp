// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace juju {

/// A relation's number in its model.
using RelationId = int;

/// What a data bag holds: text under text.
using Texts = std::map<std::string, std::string, std::less<>>;

/// A unit read or wrote a data bag that Juju keeps from it.
class RelationDataError : public std::runtime_error {
 public:
  /// @param refused_access  what was tried: "read" or "write".
  RelationDataError(RelationId relation, std::string owner, std::string by_unit, std::string refused_access)
      : std::runtime_error(by_unit + " may not " + refused_access + " the data bag of " + owner + " in relation " +
                           std::to_string(relation)),
        relation_id(relation),
        entity(std::move(owner)),
        unit(std::move(by_unit)),
        access(std::move(refused_access)) {}

  RelationId relation_id;
  std::string entity;  ///< The unit or application whose bag it is.
  std::string unit;    ///< The unit that was refused.
  std::string access;  ///< "read" or "write".
};

/// The data bag of one unit or application in one relation.
///
/// Writes are collected and sent by `Model::commit()`; the writer reads them back at once, others after the hook.
class RelationDataBag {
 public:
  RelationDataBag() = default;
  RelationDataBag(const RelationDataBag&) = delete;
  RelationDataBag& operator=(const RelationDataBag&) = delete;
  virtual ~RelationDataBag() = default;

  /// Everything in the bag, own pending writes included. Valid until the next write.
  /// @throws RelationDataError  if this unit may not read it.
  virtual const Texts& texts() = 0;

  /// Puts `text` under `key`. An empty text removes the key, as in Juju.
  /// @throws RelationDataError  if this unit may not write it.
  virtual void set(const std::string& key, const std::string& text) = 0;

  /// The text under `key`; nothing where it is absent.
  std::optional<std::string> get(const std::string& key) {
    const Texts& all = texts();
    const auto found = all.find(key);
    if (found == all.end()) return std::nullopt;
    return found->second;
  }

  /// Removes `key`; does nothing where it is absent.
  void erase(const std::string& key) {
    if (texts().contains(key)) set(key, "");
  }
};

/// Whether a unit may read and write a bag, as Juju decides it.
struct Access {
  bool read = false;
  bool write = false;
};

/// Juju's rule: everybody reads what the other side wrote and writes its own; an application's own bag is its
/// leader's alone, except that in a peer relation all units read it.
/// @param entity  the unit or application whose bag it is.
/// @param unit    the unit that asks, "app/0".
inline Access access_to(const std::string& entity, const std::string& unit, bool is_leader, bool is_peer_relation) {
  if (entity == unit) return {.read = true, .write = true};
  if (entity == unit.substr(0, unit.find('/'))) return {.read = is_leader || is_peer_relation, .write = is_leader};
  return {.read = true, .write = false};
}

}  // namespace juju
