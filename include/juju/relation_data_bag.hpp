// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include <juju/relation_data_access.hpp>
#include <juju/string_map.hpp>

namespace juju {

/// The data bag of one unit or application in one relation.
///
/// The writer reads its own writes at once. `Model::commit()` sends them. The other side sees them after the hook.
class RelationDataBag {
 public:
  RelationDataBag() = default;
  RelationDataBag(const RelationDataBag&) = delete;
  RelationDataBag& operator=(const RelationDataBag&) = delete;
  virtual ~RelationDataBag() = default;

  /// All texts in the bag, including pending writes. The reference is valid until the next write.
  /// @throws RelationDataError  if this unit may not read the bag.
  virtual const StringMap& texts() = 0;

  /// Sets the text of `key`. An empty text removes the key, as in Juju.
  /// @throws RelationDataError  if this unit may not write the bag.
  virtual void set(const std::string& key, const std::string& text) = 0;

  /// The text of `key`, or nothing if the bag has no such key.
  /// @throws RelationDataError  if this unit may not read the bag.
  virtual std::optional<std::string> get(const std::string& key) {
    const StringMap& all = texts();
    const auto found = all.find(key);
    if (found == all.end()) return std::nullopt;
    return found->second;
  }

  /// Removes `key`, if the bag has it.
  /// @throws RelationDataError  if this unit may not read and write the bag.
  void erase(const std::string& key) {
    if (get(key)) set(key, "");
  }
};

}  // namespace juju
