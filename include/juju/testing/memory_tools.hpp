// SPDX-License-Identifier: Apache-2.0
// Juju's hook tools on a State, for a charm in this process.
#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <juju/hook_tools/tools.hpp>
#include <juju/testing/call.hpp>
#include <juju/testing/hook_tools/bags.hpp>
#include <juju/testing/stored_state.hpp>

namespace juju::testing {

/// Juju's hook tools in one hook of one unit. Each call changes the state.
class MemoryTools final : public juju::hook_tools::Tools {
 public:
  using RelationName = juju::hook_tools::RelationName;
  template <typename Value>
  using Answer = juju::hook_tools::Answer<Value>;

  /// @param metadata     must outlive this.
  /// @param before_call  runs before each call.
  MemoryTools(State state, const Metadata& metadata, BeforeCall before_call = {})
      : state_(std::move(state)),
        given_unit_name_(state_.unit_name),
        metadata_(metadata),
        before_call_(std::move(before_call)) {
    state_.unit_name = detail::unit_name_of(state_, metadata);
    state_.stored = detail::stored_texts(state_);
    state_.deferred.clear();
  }

  const State& state() const { return state_; }

  /// The state after the hook. Call it last.
  State end() {
    detail::take_deferred(state_);
    state_.unit_name = given_unit_name_;
    return std::move(state_);
  }

  std::vector<RelationId> relation_ids(const std::string& endpoint) override {
    report({.tool = "relation-ids", .entity = endpoint});
    std::set<RelationId> ids;
    for (const RelationState& relation : state_.relations) {
      if (relation.endpoint == endpoint) ids.insert(relation.id);
    }
    return {ids.begin(), ids.end()};
  }

  std::vector<std::string> relation_list(const RelationName& name) override {
    report({"relation-list", name.id});
    std::vector<std::string> units;
    for (const auto& [unit, bag] : relation(name).remote_units) units.push_back(unit);
    return units;
  }

  std::string relation_list_app(const RelationName& name) override {
    report({"relation-list", name.id, "--app"});
    return detail::remote_application_of(relation(name), state_, metadata_);
  }

  std::vector<Answer<StringMap>> relation_get(const RelationName& name,
                                              const std::vector<std::string>& entities) override {
    std::vector<Answer<StringMap>> bags;
    for (const std::string& entity : entities) {
      report({"relation-get", name.id, entity});
      Answer<StringMap>& bag = bags.emplace_back();
      try {
        bag.value = detail::readable_bag(state_, metadata_, relation(name), entity);
      } catch (const detail::ToolRefusal& refusal) {
        bag.error = error_of(refusal, name);
      } catch (const juju::hook_tools::HookToolError& error) {
        bag.error = error;
      }
    }
    return bags;
  }

  void relation_set(const RelationName& name, bool of_application, const StringMap& texts) override {
    const std::string& unit = state_.unit_name;
    const std::string entity = of_application ? application_of(unit) : unit;
    report({"relation-set", name.id, entity});
    RelationState& written = relation(name);
    detail::update(of_application ? written.local_application_data : written.local_unit_data, texts);
  }

  bool is_leader() override {
    report({"is-leader"});
    return state_.leader;
  }

  std::string network_get(const std::string&, const RelationName& name) override {
    report({"network-get", name.id});
    const std::string& own = relation(name).address;
    return own.empty() ? state_.address : own;
  }

  nlohmann::json config_get() override {
    report({"config-get"});
    return detail::config_of(state_, metadata_);
  }

  std::set<Port> opened_ports() override {
    report({"opened-ports"});
    return state_.opened_ports;
  }

  void open_port(const Port& port) override {
    report({"open-port"});
    state_.opened_ports.insert(port);
  }

  void close_port(const Port& port) override {
    report({"close-port"});
    state_.opened_ports.erase(port);
  }

  void application_version_set(const std::string& version) override {
    report({"application-version-set"});
    state_.workload_version = version;
  }

  void status_set(const Status& status, bool of_application) override {
    report({"status-set"});
    (of_application ? state_.application_status : state_.unit_status) = status;
  }

  void juju_log(LogLevel level, const std::string& message) override {
    report({"juju-log"});
    state_.log.push_back({level, message});
  }

  nlohmann::json action_get() override {
    report({"action-get"});
    return state_.action.parameters;
  }

  void action_set(const StringMap& results) override {
    report({"action-set"});
    for (const auto& [key, text] : results) state_.action.results[key] = text;
  }

  void action_fail(const std::string& message) override {
    report({"action-fail"});
    state_.action.failure = message;
  }

  void action_log(const std::string& message) override {
    report({"action-log"});
    state_.action.log.push_back(message);
  }

  nlohmann::json state_get() override {
    report({"state-get"});
    return state_.stored;
  }

  void state_set(const StringMap& texts) override {
    report({"state-set"});
    for (const auto& [key, text] : texts) state_.stored[key] = text;
  }

  void state_delete(const std::string& key) override {
    report({"state-delete"});
    state_.stored.erase(key);
  }

  void print(const std::string& line) override { state_.log.push_back({LogLevel::debug, line}); }

  std::string fqdn() override { return state_.fqdn.empty() ? state_.address : state_.fqdn; }

 private:
  void report(const Call& call) const {
    if (before_call_) before_call_(call);
  }

  /// @throws HookToolError  if the state has no such relation.
  RelationState& relation(const RelationName& name) {
    for (RelationState& relation : state_.relations) {
      if (relation.id == name.id && relation.endpoint == name.endpoint) return relation;
    }
    throw error_of(detail::relation_not_found(), name);
  }

  static juju::hook_tools::HookToolError error_of(const detail::ToolRefusal& refusal, const RelationName& name) {
    const juju::hook_tools::CommandResult result{.exit_status = refusal.exit_status,
                                                 .errors = "ERROR " + std::string(refusal.what())};
    return {juju::hook_tools::classify(result), "a hook tool for relation " + name.text(), result};
  }

  State state_;
  std::string given_unit_name_;
  const Metadata& metadata_;
  BeforeCall before_call_;
};

}  // namespace juju::testing
