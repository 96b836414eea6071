// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <any>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <juju/testing/view.hpp>

namespace juju::testing {

/// One unit of a `TestModel`: shows its state, and sends hooks to it. Valid while the model exists and is not moved.
class UnitHandle {
 public:
  /// For `TestModel::unit`.
  UnitHandle(detail::World& world, std::string name) : world_(&world), name_(std::move(name)) { record(); }

  const std::string& name() const { return name_; }
  bool is_leader() const { return application().leader == name_; }
  std::string address() const { return record().address; }
  Status status() const { return record().status; }

  /// The log of its hooks, oldest first.
  std::vector<LogLine> log() const { return record().log; }

  /// The unit's copy of its charm directory.
  /// @throws ConsistencyError  if the charm is a class.
  std::filesystem::path charm_directory() const {
    if (!record().directory) throw ConsistencyError({"only a charm directory is copied: '" + name_ + "' is a class"});
    return record().directory->path();
  }

  /// The deferred events for its next hook.
  std::vector<Notice> deferred() const { return record().deferred; }

  /// The failed hook, which the next `settle` runs again.
  std::optional<Hook> failed_hook() const { return record().failed; }

  /// Everything that the unit would see in a hook now. The log is empty.
  State state() const { return detail::view(*world_, record()); }

  /// What its hooks remember, as text. Change it to test a file that was lost or damaged. A charm directory has a file
  /// instead: ".relation-cache".
  std::optional<std::string>& copy() const { return world_->unit(name_).copy.text; }

  /// The unit's own data bag.
  StringMap relation_data(RelationId id) const {
    const detail::RelationRecord& relation = world_->relation(id);
    const detail::UnitRecord& unit = record();
    const bool is_in = relation.is_of(unit.application) && relation.side(unit.application).units.contains(name_);
    if (!is_in) throw ConsistencyError({"a unit has a bag in its own relations, once it is installed"});
    return relation.side(unit.application).units.at(name_).texts;
  }

  /// Constructs the charm as in a hook, but without an event, and returns `look(charm)`. All writes are dropped.
  /// @tparam CharmType  the class that the application was deployed with.
  template <typename CharmType, typename Look>
  auto inspect(Look&& look) const {
    const auto* make = std::any_cast<detail::Make<CharmType>>(&application().charm.make);
    if (make == nullptr) {
      throw ConsistencyError({"a unit is inspected as what it was deployed as: name that charm for '" + name_ + "'"});
    }
    return testing::inspect<CharmType>(state(), application().metadata, *make, std::forward<Look>(look));
  }

  /// Adds a pending hook, which the next `settle` runs after the unit has started.
  /// @throws ConsistencyError  for a hook of a relation (they follow from changes of the model), or an impossible hook.
  void fire(const EventRequest& event) {
    const Hook& hook = event.hook;
    if (hook.kind == HookKind::action) throw ConsistencyError({"an action runs at once: use run_action"});
    if (hook.relation_id) throw ConsistencyError({"a relation's hooks follow from the model: change that instead"});
    check_consistency(state(), hook, application().metadata);
    world_->unit(name_).due.fired.push_back(hook);
  }

 private:
  const detail::UnitRecord& record() const { return std::as_const(*world_).unit(name_); }
  const detail::ApplicationRecord& application() const {
    return std::as_const(*world_).application(record().application);
  }

  detail::World* world_;
  std::string name_;
};

}  // namespace juju::testing
