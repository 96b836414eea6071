// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <juju/testing/view.hpp>

namespace juju::testing {

/// One unit of a `TestModel`, to look at and to send hooks to. Of use as long as the model stays where it is.
class UnitHandle {
 public:
  /// For `TestModel::unit`.
  UnitHandle(detail::World& world, std::string name) : world_(&world), name_(std::move(name)) { record(); }

  const std::string& name() const { return name_; }
  bool is_leader() const { return application().leader == name_; }
  std::string address() const { return record().address; }
  Status status() const { return record().status; }

  /// What its hooks logged, oldest first.
  std::vector<LogLine> log() const { return record().log; }

  /// Its copy of a charm directory, where the charm finds and writes files.
  /// @throws ConsistencyError  if the charm is a class.
  std::filesystem::path charm_directory() const {
    if (!record().directory) throw ConsistencyError({"only a charm directory is copied: '" + name_ + "' is a class"});
    return record().directory->path();
  }

  /// What its next hook gets again first.
  std::vector<Notice> deferred() const { return record().deferred; }

  /// The hook that failed last and that the next `settle` tries again.
  std::optional<Hook> failed_hook() const { return record().failed; }

  /// All that the unit would see in a hook now. Its log is empty here.
  State state() const { return detail::view(*world_, record()); }

  /// The unit's own data bag.
  StringMap relation_data(RelationId id) const {
    const detail::RelationRecord& relation = world_->relation(id);
    const detail::UnitRecord& unit = record();
    const bool is_in = relation.is_of(unit.application) && relation.side(unit.application).units.contains(name_);
    if (!is_in) throw ConsistencyError({"a unit has a bag in its own relations, once it is installed"});
    return relation.side(unit.application).units.at(name_).texts;
  }

  /// Builds the charm as a hook would, with no event, and gives what `look(charm)` says of it. Nothing it writes is
  /// kept.
  /// @tparam CharmType  what the application was deployed as.
  template <typename CharmType, typename Look>
  auto inspect(Look&& look) const {
    if (application().charm.type != std::type_index(typeid(CharmType))) {
      throw ConsistencyError({"a unit is inspected as what it was deployed as: name that charm for '" + name_ + "'"});
    }
    return testing::inspect<CharmType>(state(), application().metadata, std::forward<Look>(look));
  }

  /// Lets this happen to the unit in the next `settle`, once it has started.
  /// @throws ConsistencyError  for a relation's hook, which the model itself makes, or one that cannot be.
  void fire(const EventRequest& event) {
    const Hook& hook = event.hook;
    if (hook.kind == HookKind::action) throw ConsistencyError({"an action runs on a state: use juju::testing::run"});
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
