// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <deque>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <juju/testing/hook_effects.hpp>
#include <juju/testing/memory_relation.hpp>

namespace juju::testing {

/// Keeps log lines in a vector.
class MemoryLog final : public Log {
 public:
  MemoryLog(std::vector<LogLine>& lines, const Calls& calls) : lines_(lines), calls_(calls) {}
  void write(LogLevel level, const std::string& message) override {
    if (level >= LogLevel::info) calls_.tell({"juju-log"});
    lines_.push_back({level, message});
  }

 private:
  std::vector<LogLine>& lines_;
  const Calls& calls_;
};

/// What Juju shows a charm during one hook, over a copy of a state.
class MemoryModel final : public juju::Model {
 public:
  /// @param metadata  must outlive this.
  /// @param hook      what runs; a relation that it breaks is no longer among `relations`.
  MemoryModel(State state, const Metadata& metadata, const Hook& hook = {}, Calls calls = Calls())
      : state_(std::move(state)),
        metadata_(metadata),
        viewer_{.unit = detail::unit_name_of(state_, metadata),
                .leader = state_.leader,
                .hook = hook,
                .calls = std::move(calls)} {
    for (RelationState& relation : state_.relations) {
      relations_.emplace_back(relation, viewer_, detail::is_peer_endpoint(metadata, relation.endpoint));
    }
  }

  const std::string& name() const override { return state_.model_name; }
  const std::string& uuid() const override { return state_.model_uuid; }
  const std::string& unit_name() const override { return viewer_.unit; }
  bool is_leader() override {
    viewer_.calls.ask({"is-leader"});
    return viewer_.leader;
  }

  std::vector<Relation*> relations(const std::string& endpoint) override {
    viewer_.calls.ask({.tool = "relation-ids", .entity = endpoint});
    std::vector<Relation*> found;
    for (MemoryRelation& relation : relations_) {
      if (relation.endpoint() == endpoint && !is_breaking(relation.id())) found.push_back(&relation);
    }
    std::sort(found.begin(), found.end(), [](const Relation* a, const Relation* b) { return a->id() < b->id(); });
    return found;
  }

  Relation* relation(RelationId id) override {
    const auto found = std::find_if(relations_.begin(), relations_.end(),
                                    [&](const MemoryRelation& relation) { return relation.id() == id; });
    if (viewer_.hook.relation_id != id) look_for_endpoint(found == relations_.end() ? "" : found->endpoint());
    return found == relations_.end() ? nullptr : &*found;
  }

  std::string address(Relation& relation) override {
    viewer_.calls.ask({"network-get", relation.id()});
    const std::string& own = detail::find_relation(state_, relation.id())->address;
    return own.empty() ? state_.address : own;
  }

  const nlohmann::json& config() override {
    if (!config_) {
      viewer_.calls.ask({"config-get"});
      config_ = nlohmann::json::object();
      for (const auto& [option, declared] : metadata_.config) {
        if (!declared.default_value.is_null()) (*config_)[option] = declared.default_value;
      }
      config_->update(state_.config);
    }
    return *config_;
  }

  void set_unit_status(const Status& status) override { unit_status_ = status; }

  void set_application_status(const Status& status) override {
    if (!is_leader()) {
      throw std::logic_error(viewer_.unit + " may not set the status of its application: it is not the leader");
    }
    application_status_ = status;
  }

  Log& log() override { return log_; }

  void commit() override {
    for (MemoryRelation& relation : relations_) relation.commit();
    set(state_.application_status, application_status_);
    set(state_.unit_status, unit_status_);
  }

  /// The state with everything committed so far. The model is of no use afterwards.
  State take() { return std::move(state_); }

 private:
  bool is_breaking(RelationId id) const { return viewer_.hook.relation_id == id && detail::breaks(viewer_.hook); }

  /// Asks for the relations of one endpoint after the other.
  void look_for_endpoint(const std::string& wanted) {
    for (const auto& [endpoint, declared] : metadata_.relations) {
      viewer_.calls.ask({.tool = "relation-ids", .entity = endpoint});
      if (endpoint == wanted) return;
    }
  }

  void set(Status& status, std::optional<Status>& next) {
    if (!next) return;
    viewer_.calls.tell({"status-set"});
    status = *std::exchange(next, std::nullopt);
  }

  State state_;
  const Metadata& metadata_;
  Viewer viewer_;
  MemoryLog log_{state_.log, viewer_.calls};
  std::deque<MemoryRelation> relations_;
  std::optional<nlohmann::json> config_;
  std::optional<Status> unit_status_;
  std::optional<Status> application_status_;
};

}  // namespace juju::testing
