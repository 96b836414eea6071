// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <deque>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <juju/action.hpp>
#include <juju/testing/hook_effects.hpp>
#include <juju/testing/memory_relation.hpp>

namespace juju::testing {

/// Keeps log lines in a vector.
class MemoryLog final : public Log {
 public:
  MemoryLog(std::vector<LogLine>& lines, const Calls& calls) : lines_(lines), calls_(calls) {}
  void write(LogLevel level, const std::string& message) override {
    if (level >= LogLevel::info) calls_.write({"juju-log"});
    lines_.push_back({level, message});
  }

 private:
  std::vector<LogLine>& lines_;
  const Calls& calls_;
};

/// Stores the results, messages and failure of an action.
class MemoryAction final : public Action {
 public:
  MemoryAction(ActionState& state, Calls& calls) : state_(state), calls_(calls) {}

  const nlohmann::json& parameters() override {
    calls_.read({"action-get"});
    return state_.parameters;
  }
  void set_results(const StringMap& results) override {
    calls_.write({"action-set"});
    for (const auto& [key, text] : results) state_.results[key] = text;
  }
  void fail(const std::string& message) override {
    calls_.write({"action-fail"});
    state_.failure = message;
  }
  void log(const std::string& message) override {
    calls_.write({"action-log"});
    state_.log.push_back(message);
  }

 private:
  ActionState& state_;
  Calls& calls_;
};

/// The Juju model during one hook, on a copy of a state.
class MemoryModel final : public juju::Model {
 public:
  /// @param metadata  must outlive this.
  /// @param hook      the running hook. `relations` does not list a relation in its relation-broken.
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
    viewer_.calls.read({"is-leader"});
    return viewer_.leader;
  }

  std::vector<Relation*> relations(const std::string& endpoint) override {
    viewer_.calls.read({.tool = "relation-ids", .entity = endpoint});
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
    viewer_.calls.read({"network-get", relation.id()});
    const std::string& own = detail::find_relation(state_, relation.id())->address;
    return own.empty() ? state_.address : own;
  }

  std::string fqdn() override { return state_.fqdn.empty() ? state_.address : state_.fqdn; }

  const nlohmann::json& config() override {
    if (!config_) {
      viewer_.calls.read({"config-get"});
      config_ = detail::config_of(state_, metadata_);
    }
    return *config_;
  }

  Action* action() override { return viewer_.hook.kind == HookKind::action ? &action_ : nullptr; }

  void set_workload_version(const std::string& version) override { workload_version_ = version; }

  const std::set<Port>& opened_ports() override {
    viewer_.calls.read({"opened-ports"});
    return ports_ ? *ports_ : state_.opened_ports;
  }

  void set_opened_ports(std::set<Port> ports) override {
    opened_ports();
    ports_ = std::move(ports);
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
    if (ports_) commit_ports();
    if (workload_version_) {
      viewer_.calls.write({"application-version-set"});
      state_.workload_version = *std::exchange(workload_version_, std::nullopt);
    }
    set(state_.application_status, application_status_);
    set(state_.unit_status, unit_status_);
  }

  /// The state with all committed changes. Do not use the model afterwards.
  State take() { return std::move(state_); }

 private:
  bool is_breaking(RelationId id) const {
    return viewer_.hook.kind == HookKind::relation_broken && viewer_.hook.relation_id == id;
  }

  /// Reads the relations of each endpoint in turn.
  void look_for_endpoint(const std::string& wanted) {
    for (const auto& [endpoint, declared] : metadata_.relations) {
      viewer_.calls.read({.tool = "relation-ids", .entity = endpoint});
      if (endpoint == wanted) return;
    }
  }

  void commit_ports() {
    for (const Port& port : state_.opened_ports) {
      if (!ports_->contains(port)) viewer_.calls.write({"close-port"});
    }
    for (const Port& port : *ports_) {
      if (!state_.opened_ports.contains(port)) viewer_.calls.write({"open-port"});
    }
    state_.opened_ports = *std::exchange(ports_, std::nullopt);
  }

  void set(Status& status, std::optional<Status>& next) {
    if (!next) return;
    viewer_.calls.write({"status-set"});
    status = *std::exchange(next, std::nullopt);
  }

  State state_;
  const Metadata& metadata_;
  Viewer viewer_;
  MemoryLog log_{state_.log, viewer_.calls};
  MemoryAction action_{state_.action, viewer_.calls};
  std::deque<MemoryRelation> relations_;
  std::optional<nlohmann::json> config_;
  std::optional<std::set<Port>> ports_;
  std::optional<std::string> workload_version_;
  std::optional<Status> unit_status_;
  std::optional<Status> application_status_;
};

}  // namespace juju::testing
