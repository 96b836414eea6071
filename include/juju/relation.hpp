// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <juju/relation_data_bag.hpp>

namespace juju {

/// "spring-music" of "spring-music/0".
inline std::string application_of(std::string_view unit) { return std::string(unit.substr(0, unit.find('/'))); }

/// The natural order of units: "app/2" before "app/10".
struct UnitOrder {
  using is_transparent = void;

  bool operator()(std::string_view left, std::string_view right) const { return split(left) < split(right); }

 private:
  static std::pair<std::string_view, std::pair<unsigned long long, std::string_view>> split(std::string_view unit) {
    const std::size_t slash = std::min(unit.rfind('/'), unit.size());
    unsigned long long number = 0;
    std::from_chars(unit.data() + std::min(slash + 1, unit.size()), unit.data() + unit.size(), number);
    return {unit.substr(0, slash), {number, unit}};
  }
};

/// One relation of this unit, as this unit sees it in this hook.
class Relation {
 public:
  Relation() = default;
  Relation(const Relation&) = delete;
  Relation& operator=(const Relation&) = delete;
  virtual ~Relation() = default;

  virtual RelationId id() const = 0;

  /// This side's name of it in the charm's metadata, "tracing".
  virtual const std::string& endpoint() const = 0;

  /// The other side's application; in another model Juju shows an alias, "remote-...". Empty while Juju does not tell.
  virtual const std::string& application() = 0;

  /// The other side's units in natural order. A unit that departs is no longer among them.
  virtual const std::vector<std::string>& units() = 0;

  /// The bag of a unit or an application, of either side. That of a departed unit can still be read.
  virtual RelationDataBag& data(const std::string& unit_or_application) = 0;

  /// Says that these bags will be read, so that a backend may read them side by side.
  virtual void prefetch(const std::vector<std::string>& /*units_or_applications*/) {}
};

}  // namespace juju
