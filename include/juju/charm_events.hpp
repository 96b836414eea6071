// SPDX-License-Identifier: Apache-2.0
// Juju's own events.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include <juju/action.hpp>
#include <juju/event.hpp>
#include <juju/hook.hpp>
#include <juju/metadata.hpp>
#include <juju/model.hpp>
#include <juju/snapshot.hpp>

namespace juju {

inline nlohmann::json SimpleEvent::snapshot() const { return nlohmann::json::object(); }
inline void SimpleEvent::restore(const nlohmann::json& /*snapshot*/, Model& /*model*/) {}

class InstallEvent : public SimpleEvent {};
class StartEvent : public SimpleEvent {};
class StopEvent : public SimpleEvent {};
class RemoveEvent : public SimpleEvent {};
class ConfigChangedEvent : public SimpleEvent {};
class UpdateStatusEvent : public SimpleEvent {};
class UpgradeCharmEvent : public SimpleEvent {};
class LeaderElectedEvent : public SimpleEvent {};

/// Pebble is ready in a container.
class PebbleReadyEvent : public Event {
 public:
  std::string workload = {};  ///< The container's name.

  nlohmann::json snapshot() const override {
    nlohmann::json snapshot;
    snapshot["workload"] = workload;
    return snapshot;
  }
  void restore(const nlohmann::json& snapshot, Model&) override {
    workload = snapshot.at("workload").get_ref<const std::string&>();
  }

 private:
  void take(const Hook& hook, Model&) override { workload = hook.subject; }
};

/// Something happened in a relation.
class RelationEvent : public Event {
 public:
  RelationEvent() = default;

  /// An event of `related`, for a library to emit.
  explicit RelationEvent(Relation& related)
      : relation_id(related.id()), relation_name(related.endpoint()), app(related.application()), relation(&related) {}

  RelationId relation_id = -1;
  std::string relation_name = {};  ///< This side's endpoint.
  std::string app = {};            ///< The other side's application; empty if Juju does not say.
  std::string unit = {};           ///< The other side's unit; empty if the event is not about one unit.
  Relation* relation = nullptr;    ///< Null if the event was deferred and the relation has been removed since.

  nlohmann::json snapshot() const override {
    nlohmann::json snapshot;
    snapshot["relation_id"] = relation_id;
    snapshot["relation_name"] = relation_name;
    snapshot["app"] = app;
    snapshot["unit"] = unit;
    return snapshot;
  }
  void restore(const nlohmann::json& snapshot, Model& model) override {
    relation_id = detail::number_in<RelationId>(snapshot, "relation_id").value_or(-1);
    relation_name = detail::text_in(snapshot, "relation_name");
    app = detail::text_in(snapshot, "app");
    unit = detail::text_in(snapshot, "unit");
    relation = model.relation(relation_id);
  }

 protected:
  void take(const Hook& hook, Model& model) override {
    relation_id = hook.relation_id.value_or(-1);
    relation_name = hook.endpoint;
    relation = model.relation(relation_id);
    app = relation == nullptr ? hook.remote_application : relation->application();
    unit = hook.remote_unit;
  }
};

/// A relation was made. It may have no remote units yet.
class RelationCreatedEvent : public RelationEvent {
 public:
  using RelationEvent::RelationEvent;
};

/// The remote unit `unit` joined.
class RelationJoinedEvent : public RelationEvent {
 public:
  using RelationEvent::RelationEvent;
};

/// The data bag of the remote unit `unit` changed, or of the remote application if `unit` is empty.
class RelationChangedEvent : public RelationEvent {
 public:
  using RelationEvent::RelationEvent;
};

/// A relation is removed. `Model::relations` does not list it any more.
class RelationBrokenEvent : public RelationEvent {
 public:
  using RelationEvent::RelationEvent;
};

/// The remote unit `unit` is not in the relation any more.
class RelationDepartedEvent : public RelationEvent {
 public:
  using RelationEvent::RelationEvent;

  std::string departing_unit = {};  ///< The unit that leaves: `unit`, or this unit itself.

  nlohmann::json snapshot() const override {
    nlohmann::json snapshot = RelationEvent::snapshot();
    snapshot["departing_unit"] = departing_unit;
    return snapshot;
  }
  void restore(const nlohmann::json& snapshot, Model& model) override {
    RelationEvent::restore(snapshot, model);
    departing_unit = detail::text_in(snapshot, "departing_unit");
  }

 private:
  void take(const Hook& hook, Model& model) override {
    RelationEvent::take(hook, model);
    departing_unit = hook.departing_unit;
  }
};

namespace detail {

/// Whether Juju takes `key` for an action's result: lower-case letters, digits, dots and dashes, alphanumeric at both
/// ends.
inline bool is_result_key(std::string_view key) {
  const auto is_alphanumeric = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  const auto is_allowed = [&](char c) { return is_alphanumeric(c) || c == '.' || c == '-'; };
  return !key.empty() && is_alphanumeric(key.front()) && is_alphanumeric(key.back()) &&
         std::all_of(key.begin(), key.end(), is_allowed) && key.find("..") == std::string_view::npos;
}

/// Juju sets these results itself.
inline bool is_reserved_result(std::string_view key) {
  constexpr std::array<std::string_view, 4> reserved = {"stdout", "stdout-encoding", "stderr", "stderr-encoding"};
  return std::find(reserved.begin(), reserved.end(), key) != reserved.end();
}

inline void flatten(const nlohmann::json& results, const std::string& prefix, StringMap& flat) {
  for (const auto& [name, value] : results.items()) {
    const std::string key = prefix + name;
    if (!is_result_key(name) || is_reserved_result(name)) {
      throw std::invalid_argument("'" + printable(key) + "' cannot be the key of an action's result");
    }
    if (value.is_object()) {
      flatten(value, key + ".", flat);
    } else if (!flat.emplace(key, value.is_string() ? value.get_ref<const std::string&>() : value.dump()).second) {
      throw std::invalid_argument("two of the action's results have the key '" + key + "'");
    }
  }
}

}  // namespace detail

/// An operator runs an action with `juju run`. The operator waits for the results, so an action cannot be deferred.
///
/// An exception in a handler fails the action with the exception's text, and nothing is written.
/// ```
/// void on_restart(juju::ActionEvent& event) {
///   if (!restart(event.parameters().value("force", false))) return event.fail("the server does not stop");
///   event.set_results({{"uptime", {{"seconds", 3}}}});   // juju shows "uptime: {seconds: "3"}"
/// }
/// ```
class ActionEvent final : public Event {
 public:
  /// The parameters, with the defaults of actions.yaml: a JSON object.
  const nlohmann::json& parameters() const { return action_->parameters(); }

  /// Adds results: a JSON object, maybe of objects. Juju's results are text: numbers, booleans and arrays are written
  /// as JSON. A key has lower-case letters, digits, dashes and dots; a dot makes a nested result.
  /// @throws std::invalid_argument  if Juju does not take a key, or two keys are equal.
  void set_results(const nlohmann::json& results) {
    if (!results.is_object()) throw std::invalid_argument("the results of an action are a JSON object");
    StringMap flat;
    detail::flatten(results, "", flat);
    if (!flat.empty()) action_->set_results(flat);
  }

  /// Marks the action as failed. The handler goes on.
  void fail(const std::string& message) { action_->fail(message); }

  /// Shows the operator a message while the action runs.
  void log(const std::string& message) { action_->log(message); }

  void defer() = delete;

  nlohmann::json snapshot() const override { throw std::logic_error("an action cannot be deferred"); }
  void restore(const nlohmann::json&, Model&) override { throw SnapshotError("an action cannot be deferred"); }

 private:
  void take(const Hook&, Model& model) override { action_ = model.action(); }

  Action* action_ = nullptr;
};

/// Juju's events of one relation endpoint.
struct RelationEvents {
  explicit RelationEvents(const std::string& endpoint)
      : relation_created(endpoint + "-relation-created"),
        relation_joined(endpoint + "-relation-joined"),
        relation_changed(endpoint + "-relation-changed"),
        relation_departed(endpoint + "-relation-departed"),
        relation_broken(endpoint + "-relation-broken") {}

  EventSource<RelationCreatedEvent> relation_created;
  EventSource<RelationJoinedEvent> relation_joined;
  EventSource<RelationChangedEvent> relation_changed;
  EventSource<RelationDepartedEvent> relation_departed;
  EventSource<RelationBrokenEvent> relation_broken;
};

/// Juju's events of a charm.
class CharmEvents {
 public:
  /// @param metadata  must outlive this.
  explicit CharmEvents(const Metadata& metadata) : metadata_(&metadata) {}

  EventSource<InstallEvent> install{"install"};
  EventSource<StartEvent> start{"start"};
  EventSource<StopEvent> stop{"stop"};
  EventSource<RemoveEvent> remove{"remove"};
  EventSource<ConfigChangedEvent> config_changed{"config-changed"};
  EventSource<UpdateStatusEvent> update_status{"update-status"};
  EventSource<UpgradeCharmEvent> upgrade_charm{"upgrade-charm"};
  EventSource<LeaderElectedEvent> leader_elected{"leader-elected"};

  /// The events of a relation endpoint: `on()["tracing"].relation_joined`.
  /// @throws MetadataError  if metadata does not declare the endpoint.
  RelationEvents operator[](const std::string& endpoint) const {
    if (!metadata_->relations.contains(endpoint)) throw undeclared("relation endpoint", endpoint);
    return RelationEvents(endpoint);
  }

  /// Pebble is ready in this container.
  /// @throws MetadataError  if metadata does not declare the container.
  EventSource<PebbleReadyEvent> pebble_ready(const std::string& container) const {
    if (!metadata_->containers.contains(container)) throw undeclared("container", container);
    return EventSource<PebbleReadyEvent>(container + "-pebble-ready");
  }

  /// An operator runs this action of actions.yaml.
  EventSource<ActionEvent> action(const std::string& name) const { return EventSource<ActionEvent>(name + "-action"); }

 private:
  MetadataError undeclared(const std::string& what, const std::string& name) const {
    return MetadataError("the metadata of charm '" + metadata_->name + "' declares no " + what + " '" + name + "'");
  }

  const Metadata* metadata_;
};

}  // namespace juju
