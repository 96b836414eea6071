// SPDX-License-Identifier: Apache-2.0
// Juju's own events.
#pragma once

#include <string>

#include <juju/action_event.hpp>
#include <juju/hook.hpp>
#include <juju/metadata.hpp>
#include <juju/model.hpp>
#include <juju/snapshot.hpp>

namespace juju {

inline nlohmann::json SimpleEvent::snapshot() const { return empty_object(); }
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
    snapshot["workload"] = json_string(workload);
    return snapshot;
  }
  void restore(const nlohmann::json& snapshot, Model&) override {
    workload = string_of(detail::required_in(snapshot, "workload"));
  }

 private:
  void take(const Hook& hook, Model&) override { workload = hook.subject; }
};

/// The base of relation events.
class RelationEvent : public Event {
 public:
  RelationEvent() = default;

  /// An event of `related`. Libraries emit such events.
  explicit RelationEvent(Relation& related)
      : relation_id(related.id()), relation_name(related.endpoint()), app(related.application()), relation(&related) {}

  RelationId relation_id = -1;
  std::string relation_name = {};  ///< This side's endpoint.
  std::string app = {};            ///< The other side's application. Empty if unknown.
  std::string unit = {};           ///< The other side's unit; empty if the event is not about one unit.
  Relation* relation = nullptr;    ///< Null if the event was deferred and the relation has been removed since.

  nlohmann::json snapshot() const override {
    nlohmann::json snapshot;
    snapshot["relation_id"] = relation_id;
    snapshot["relation_name"] = json_string(relation_name);
    snapshot["app"] = json_string(app);
    snapshot["unit"] = json_string(unit);
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
    snapshot["departing_unit"] = json_string(departing_unit);
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
