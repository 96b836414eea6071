// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <juju/relation_data_bag.hpp>

namespace juju {

/// One relation of this unit, as this unit sees it in this hook.
class Relation {
 public:
  Relation() = default;
  Relation(const Relation&) = delete;
  Relation& operator=(const Relation&) = delete;
  virtual ~Relation() = default;

  /// The relation's number in the model.
  virtual RelationId id() const = 0;

  /// This side's endpoint: the name in the charm's metadata, such as "tracing".
  virtual const std::string& endpoint() const = 0;

  /// The other side's application. An application of another model has an alias, "remote-...". Empty if unknown.
  virtual const std::string& application() = 0;

  /// The other side's units in natural order, without a departing unit.
  virtual const std::vector<std::string>& units() = 0;

  /// The bag of a unit or an application of either side. The bag of a departed unit can still be read.
  virtual RelationDataBag& data(const std::string& unit_or_application) = 0;

  /// Announces that these bags will be read, so that a backend can read them in parallel.
  virtual void prefetch(const std::vector<std::string>& /*units_or_applications*/) {}
};

}  // namespace juju
