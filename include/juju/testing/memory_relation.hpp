// SPDX-License-Identifier: Apache-2.0
// A relation and its data bags, on a State.
#pragma once

#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <juju/hook.hpp>
#include <juju/relation.hpp>
#include <juju/testing/call.hpp>
#include <juju/testing/state.hpp>

namespace juju::testing {

/// The unit that uses a relation, the running hook, and the hook tool calls so far.
struct Viewer {
  std::string unit = {};
  bool leader = false;
  Hook hook = {};
  Calls calls = Calls();
};

/// A data bag in memory, with Juju's access rules. Until `commit()`, only the writer sees its writes.
class MemoryBag final : public RelationDataBag {
 public:
  /// @param stored  null if there is no such bag.
  MemoryBag(RelationId relation, std::string entity, Viewer& viewer, Access access, StringMap* stored)
      : relation_(relation), entity_(std::move(entity)), viewer_(viewer), access_(access), stored_(stored) {}

  /// @throws std::out_of_range  if the bag's owner was never in the relation.
  const StringMap& texts() override {
    require(access_.read, "read");
    load();
    if (stored_ == nullptr) {
      throw std::out_of_range("'" + entity_ + "' was never in relation " + std::to_string(relation_));
    }
    return written_ ? *written_ : *stored_;
  }

  void set(const std::string& key, const std::string& text) override {
    require(access_.write, "write");
    load();
    if (!written_) written_ = *stored_;
    if (text.empty()) {
      written_->erase(key);
    } else {
      written_->insert_or_assign(key, text);
    }
  }

  void commit() {
    if (!written_) return;
    if (*written_ != *stored_) viewer_.calls.write({"relation-set", relation_, entity_});
    *stored_ = *std::exchange(written_, std::nullopt);
  }

 private:
  /// Only access to the own application's bag depends on leadership.
  void require(bool allowed, const char* what) {
    if (entity_ == application_of(viewer_.unit)) viewer_.calls.read({"is-leader"});
    if (!allowed) throw RelationDataError(relation_, entity_, viewer_.unit, what);
  }

  void load() { viewer_.calls.read({"relation-get", relation_, entity_}); }

  RelationId relation_;
  std::string entity_;
  Viewer& viewer_;
  Access access_;
  StringMap* stored_;
  std::optional<StringMap> written_ = {};
};

/// A relation in memory.
class MemoryRelation final : public Relation {
 public:
  /// @param state, viewer  must outlive this.
  MemoryRelation(RelationState& state, Viewer& viewer, bool is_peer)
      : state_(state), viewer_(viewer), own_application_(application_of(viewer.unit)), is_peer_(is_peer) {
    for (const auto& [unit, texts] : state_.remote_units) units_.push_back(unit);
  }

  RelationId id() const override { return state_.id; }
  const std::string& endpoint() const override { return state_.endpoint; }
  const std::string& application() override {
    if (!is_known() && units().empty()) viewer_.calls.read({"relation-list", state_.id, "--app"});
    return known_application();
  }
  const std::vector<std::string>& units() override {
    viewer_.calls.read({"relation-list", state_.id});
    return units_;
  }

  RelationDataBag& data(const std::string& unit_or_application) override {
    const auto known = bags_.find(unit_or_application);
    if (known != bags_.end()) return known->second;
    const Access access = access_to(unit_or_application, viewer_.unit, viewer_.leader, is_peer_);
    return bags_
        .try_emplace(unit_or_application, state_.id, unit_or_application, viewer_, access, stored(unit_or_application))
        .first->second;
  }

  void commit() {
    for (auto& [entity, bag] : bags_) bag.commit();
  }

 private:
  /// Whether the application is known without a relation-list call.
  bool is_known() const {
    const bool is_hooks_own = viewer_.hook.relation_id == state_.id;
    return is_peer_ || (is_hooks_own && !(viewer_.hook.remote_application.empty() && viewer_.hook.remote_unit.empty()));
  }

  const std::string& known_application() const { return is_peer_ ? own_application_ : state_.remote_application; }

  StringMap* stored(const std::string& entity) {
    if (entity == viewer_.unit) return &state_.local_unit_data;
    if (entity == own_application_) return &state_.local_application_data;
    const bool is_unit = entity.find('/') != std::string::npos;
    const bool is_unknown_application = state_.remote_application.empty() && !is_peer_;
    if (!is_unit && (entity == known_application() || is_unknown_application)) return &state_.remote_application_data;
    for (UnitTexts* units : {&state_.remote_units, &state_.departed_units}) {
      const auto found = units->find(entity);
      if (found != units->end()) return &found->second;
    }
    return nullptr;
  }

  RelationState& state_;
  Viewer& viewer_;
  std::string own_application_;
  bool is_peer_;
  std::vector<std::string> units_;
  std::map<std::string, MemoryBag> bags_;
};

}  // namespace juju::testing
