// SPDX-License-Identifier: Apache-2.0
// A Juju model in memory, with real charms on both sides of its relations.
#pragma once

#include <algorithm>
#include <concepts>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <juju/testing/deploy.hpp>
#include <juju/testing/integrate.hpp>
#include <juju/testing/model_options.hpp>
#include <juju/testing/settle.hpp>
#include <juju/testing/unit_handle.hpp>

namespace juju::testing {

/// A Juju model in memory. Changes take effect in the hooks that `settle` runs.
/// ```
/// TestModel model;
/// model.deploy("tempo", CharmDirectory("charms/tempo"));
/// model.deploy<SpringMusic>("spring-music", Metadata::load("charms/spring-music"), {.units = 3});
/// model.integrate("spring-music:tracing", "tempo:tracing");
/// model.settle();
/// ```
/// A copy of a model is independent.
class TestModel {
 public:
  TestModel() : TestModel(ModelOptions{}) {}
  explicit TestModel(ModelOptions options) {
    world_.model_name = std::move(options.name);
    world_.model_uuid = std::move(options.uuid);
    world_.cache = options.cache;
  }

  /// Deploys a charm that is a class. The first unit is the leader.
  template <typename CharmType>
  void deploy(const std::string& application, Metadata metadata, DeployOptions options = {}) {
    deploy(application, detail::build_of<CharmType>(make_charm<CharmType>), std::move(metadata), std::move(options));
  }

  /// Deploys a charm whose constructor takes more than the framework.
  /// @param make  `[=](juju::Framework& framework) { return std::make_unique<MyCharm>(framework, my_options); }`. It is
  ///   called for each hook of each unit.
  template <std::invocable<Framework&> MakeCharm>
  void deploy(const std::string& application, Metadata metadata, MakeCharm make, DeployOptions options = {}) {
    using CharmType = typename std::invoke_result_t<MakeCharm&, Framework&>::element_type;
    deploy(application, detail::build_of<CharmType>(std::move(make)), std::move(metadata), std::move(options));
  }

  /// Deploys a charm directory, of a charm in any language. Each hook runs in a process. The metadata is read at once.
  /// @throws MetadataError  if the metadata cannot be read.
  void deploy(const std::string& application, const CharmDirectory& charm, DeployOptions options = {}) {
    deploy(application, detail::build_of(charm), Metadata::load(charm.path), std::move(options));
  }

  /// Replaces the charm of the application. Its units get upgrade-charm, then config-changed.
  template <typename CharmType>
  void upgrade(const std::string& application, Metadata metadata) {
    upgrade(application, detail::build_of<CharmType>(make_charm<CharmType>), std::move(metadata));
  }

  /// Replaces the charm of the application with a charm directory. Files that the charm has written are kept.
  void upgrade(const std::string& application, const CharmDirectory& charm) {
    upgrade(application, detail::build_of(charm), Metadata::load(charm.path));
  }

  /// Relates "application:endpoint" with another. The endpoint may be omitted if only one pair matches.
  RelationId integrate(const std::string& first, const std::string& second, IntegrateOptions options = {}) {
    return detail::integrate(world_, first, second, options.cross_model);
  }

  void remove_relation(RelationId id, RemoveOptions options = {}) {
    detail::RelationRecord& relation = world_.relation(id);
    if (relation.is_peer()) throw ConsistencyError({"a peer relation lives as long as its application"});
    detail::remove_relation(world_, relation);
    if (options.force) return detail::forget_relation(world_, id);
    detail::sweep(world_);
  }

  /// @returns its name. Numbers are not reused.
  std::string add_unit(const std::string& application, const UnitOptions& options = {}) {
    detail::ApplicationRecord& record = world_.application(application);
    if (record.dying) throw ConsistencyError({"an application that is being removed takes no new unit"});
    if (options.leader && !record.leader.empty()) {
      throw ConsistencyError({"an application has one leader, not two leaders: '" + record.leader +
                              "' is it; use set_leader to move leadership"});
    }
    if (record.metadata.subordinate) {
      throw ConsistencyError({"a subordinate has a unit beside each unit of its principal: add one to that"});
    }
    const std::string unit = detail::add_unit(world_, record, options.address);
    for (auto& [id, relation] : world_.relations) {
      if (relation.is_of(application)) detail::add_subordinates(world_, relation);
    }
    return unit;
  }

  void remove_unit(const std::string& unit) {
    if (!world_.unit(unit).principal.empty()) {
      throw ConsistencyError(
          {"a subordinate's unit goes with its principal's or with the relation: remove one of these"});
    }
    detail::remove_unit(world_, unit);
  }
  void remove_application(const std::string& application) {
    detail::remove_application(world_, world_.application(application));
  }

  /// Moves leadership to this unit, which gets leader-elected.
  void set_leader(const std::string& unit) {
    const detail::UnitRecord& record = world_.unit(unit);
    if (record.dying) throw ConsistencyError({"a unit that is being removed does not become leader"});
    detail::set_leader(world_, world_.application(record.application), unit);
  }

  /// Changes the address of the unit and of its subordinates. They get config-changed, and Juju updates its own keys in
  /// their data bags.
  void set_address(const std::string& unit, const std::string& address) {
    if (address.empty()) throw ConsistencyError({"a unit has an address: give '" + unit + "' one"});
    world_.unit(unit);  // throws if there is no such unit
    for (auto& [name, record] : world_.units) {
      if (name != unit && record.principal != unit) continue;
      record.due.config_changed |= record.address != address;
      record.address = address;
    }
  }

  /// Replaces the options that the operator set. Every unit gets config-changed if they differ.
  void set_config(const std::string& application, const nlohmann::json& config) {
    detail::ApplicationRecord& record = world_.application(application);
    nlohmann::json checked = detail::checked_config(config, record.metadata);
    if (checked == record.config) return;
    record.config = std::move(checked);
    for (const std::string& unit : world_.units_of(application)) world_.unit(unit).due.config_changed = true;
  }

  /// Runs hooks until nothing is pending, and returns the hooks that ran.
  /// @throws HookFailed      if a hook fails and `stop_at_failure` is set. It stays pending: the next `settle` runs it
  ///   again.
  /// @throws UnsettledError  if more than `max_hooks` hooks run.
  std::vector<HookRecord> settle(const SettleOptions& options = {}) { return detail::settle(world_, options); }

  /// Runs at most `hooks` of the pending hooks, and returns the hooks that ran.
  /// @throws HookFailed  if a hook fails and `stop_at_failure` is set. It stays pending.
  std::vector<HookRecord> advance(std::size_t hooks, const SettleOptions& options = {}) {
    std::vector<HookRecord> trace;
    detail::advance(world_, hooks, options, trace);
    return trace;
  }

  /// Resolves a failed hook as `juju resolved`. With `{.retry = false}`, as `juju resolved --no-retry`: skips the hook.
  void resolved(const std::string& unit, ResolvedOptions options = {}) {
    detail::UnitRecord& record = world_.unit(unit);
    if (!record.failed) throw ConsistencyError({"only a unit whose hook failed is resolved: '" + unit + "' has none"});
    if (options.retry) return;
    const Hook skipped = *std::exchange(record.failed, std::nullopt);
    detail::hook_ran(world_, record, skipped);
  }

  /// Runs an action of a unit at once, and returns its parameters, results, messages and failure. Others see its writes
  /// in the next `settle`.
  /// @param parameters  a JSON object, including the defaults of actions.yaml.
  ActionState run_action(const std::string& unit, const std::string& action,
                         nlohmann::json parameters = nlohmann::json::object()) {
    detail::UnitRecord& record = world_.unit(unit);
    if (record.due.install) throw ConsistencyError({"a unit runs actions once it is installed: settle first"});
    record.action = {.parameters = std::move(parameters)};
    const std::optional<Hook> failed = record.failed;
    try {
      detail::run_unit_hook(world_, record, {.kind = HookKind::action, .subject = action}, {});
    } catch (const HookFailed& error) {
      record.action.failure = error.message;
    }
    record.failed = failed;
    return record.action;
  }

  /// All applications, including those that are being removed.
  std::vector<std::string> applications() const {
    std::vector<std::string> names;
    for (const auto& [name, application] : world_.applications) names.push_back(name);
    return names;
  }

  /// All relations by id, including those that are being removed.
  std::vector<Integration> relations() const {
    std::vector<Integration> found;
    for (const auto& [id, relation] : world_.relations) {
      Integration& integration = found.emplace_back(Integration{.id = id, .first = end_of(relation.sides.front())});
      if (!relation.is_peer()) integration.second = end_of(relation.sides.back());
    }
    return found;
  }

  /// The metadata of the deployed charm.
  const Metadata& metadata(const std::string& application) const { return world_.application(application).metadata; }

  UnitHandle unit(const std::string& name) { return {world_, name}; }
  std::vector<std::string> units(const std::string& application) const { return world_.units_of(application); }

  /// The leader's name. Empty if there is no unit.
  std::string leader(const std::string& application) const { return world_.application(application).leader; }
  Status application_status(const std::string& application) const { return world_.application(application).status; }

  /// The application's data bag, by its real name.
  StringMap application_data(RelationId id, const std::string& application) const {
    return side(id, application).application_data.texts;
  }

  /// The unit's data bag, by its real name. The unit may have departed.
  StringMap unit_data(RelationId id, const std::string& unit) const {
    const detail::Side& own = side(id, application_of(unit));
    for (const detail::Bags* bags : {&own.units, &own.departed}) {
      const auto bag = bags->find(unit);
      if (bag != bags->end()) return bag->second.texts;
    }
    throw ConsistencyError({"'" + unit + "' was never in relation " + std::to_string(id)});
  }

 private:
  void deploy(const std::string& name, const detail::CharmBuild& charm, Metadata metadata, DeployOptions options) {
    detail::deploy(world_, name, charm, std::move(metadata), std::move(options));
  }
  void upgrade(const std::string& name, const detail::CharmBuild& charm, Metadata metadata) {
    detail::upgrade(world_, name, charm, std::move(metadata));
  }

  static std::string end_of(const detail::Side& side) { return side.application + ":" + side.endpoint; }

  const detail::Side& side(RelationId id, const std::string& application) const {
    const detail::RelationRecord& relation = world_.relation(id);
    if (!relation.is_of(application)) {
      throw ConsistencyError({"'" + application + "' is not in relation " + std::to_string(id)});
    }
    return relation.side(application);
  }

  detail::World world_;
};

}  // namespace juju::testing
