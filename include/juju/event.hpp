// SPDX-License-Identifier: Apache-2.0
// What a charm observes: Juju's own events, and the base of those that libraries define.
#pragma once

#include <concepts>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include <juju/metadata.hpp>
#include <juju/model.hpp>

namespace juju {

/// What `Event::restore` throws of a snapshot whose JSON is right and whose meaning is not.
class SnapshotError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Something that happened. What a handler gets has been restored from its snapshot, whether it comes for the first
/// time or after `defer()`, so an event that works once works again.
class Event {
 public:
  Event() = default;
  Event(const Event&) = default;
  Event& operator=(const Event&) = default;
  virtual ~Event() = default;

  /// Asks for this event again, before the next hook's own event.
  void defer() { deferred_ = true; }
  bool deferred() const { return deferred_; }

  /// Everything needed to restore the event in another process: names and ids, never pointers.
  virtual nlohmann::json snapshot() const { return nlohmann::json::object(); }

  /// Takes over what `snapshot()` gave, perhaps in an older build.
  /// @throws nlohmann::json::exception, SnapshotError  if it cannot be read.
  virtual void restore(const nlohmann::json& /*snapshot*/, Model& /*model*/) {}

 private:
  bool deferred_ = false;
};

class InstallEvent : public Event {};
class StartEvent : public Event {};
class StopEvent : public Event {};
class RemoveEvent : public Event {};
class ConfigChangedEvent : public Event {};
class UpdateStatusEvent : public Event {};
class UpgradeCharmEvent : public Event {};
class LeaderElectedEvent : public Event {};

/// A container's Pebble answers.
class PebbleReadyEvent : public Event {
 public:
  std::string workload = {};  ///< The container's name.

  nlohmann::json snapshot() const override { return {{"workload", workload}}; }
  void restore(const nlohmann::json& snapshot, Model&) override {
    workload = snapshot.at("workload").get<std::string>();
  }
};

namespace detail {

/// A whole number of a snapshot; nothing where `Number` cannot hold it, which `get` would not notice.
/// @throws nlohmann::json::exception  if it is absent, or no whole number.
template <std::integral Number>
std::optional<Number> number_in(const nlohmann::json& snapshot, const char* key) {
  const auto held = [](std::integral auto number) {
    return std::in_range<Number>(number) ? std::optional(static_cast<Number>(number)) : std::nullopt;
  };
  const nlohmann::json& value = snapshot.at(key);
  if (value.is_number_unsigned()) return held(value.get_ref<const nlohmann::json::number_unsigned_t&>());
  return held(value.get_ref<const nlohmann::json::number_integer_t&>());
}

}  // namespace detail

/// Something happened in a relation.
class RelationEvent : public Event {
 public:
  RelationEvent() = default;
  /// An event of `relation`, to be emitted.
  explicit RelationEvent(Relation& related)
      : relation_id(related.id()), relation_name(related.endpoint()), app(related.application()), relation(&related) {}

  RelationId relation_id = -1;
  std::string relation_name = {};  ///< This side's endpoint.
  std::string app = {};            ///< The other side's application; empty where Juju does not tell.
  std::string unit = {};           ///< The other side's unit; empty where the event is of no single unit.
  Relation* relation = nullptr;    ///< Null when a deferred event comes again and the relation is gone.

  nlohmann::json snapshot() const override {
    return {{"relation_id", relation_id}, {"relation_name", relation_name}, {"app", app}, {"unit", unit}};
  }
  void restore(const nlohmann::json& snapshot, Model& model) override {
    relation_id = detail::number_in<RelationId>(snapshot, "relation_id").value_or(-1);
    relation_name = snapshot.value("relation_name", "");
    app = snapshot.value("app", "");
    unit = snapshot.value("unit", "");
    relation = model.relation(relation_id);
  }
};

class RelationCreatedEvent : public RelationEvent {
 public:
  using RelationEvent::RelationEvent;
};
class RelationJoinedEvent : public RelationEvent {
 public:
  using RelationEvent::RelationEvent;
};
class RelationChangedEvent : public RelationEvent {
 public:
  using RelationEvent::RelationEvent;
};
class RelationBrokenEvent : public RelationEvent {
 public:
  using RelationEvent::RelationEvent;
};
class RelationDepartedEvent : public RelationEvent {
 public:
  using RelationEvent::RelationEvent;

  std::string departing_unit = {};  ///< The unit that leaves; this unit itself when it is the one.

  nlohmann::json snapshot() const override {
    nlohmann::json snapshot = RelationEvent::snapshot();
    snapshot["departing_unit"] = departing_unit;
    return snapshot;
  }
  void restore(const nlohmann::json& snapshot, Model& model) override {
    RelationEvent::restore(snapshot, model);
    departing_unit = snapshot.value("departing_unit", "");
  }
};

/// What can be observed, whatever its type: a name, and how to make its event.
class AnyEventSource {
 public:
  /// Juju's name of the hook, or "Library[endpoint]/event".
  const std::string& name() const { return name_; }
  std::unique_ptr<Event> make_event() const { return make_(); }

 protected:
  AnyEventSource(std::string name, std::unique_ptr<Event> (*make)()) : name_(std::move(name)), make_(make) {}

 private:
  std::string name_;
  std::unique_ptr<Event> (*make_)();
};

/// What can be observed, with the type of its event.
template <std::derived_from<Event> EventType>
class EventSource : public AnyEventSource {
 public:
  explicit EventSource(std::string name)
      : AnyEventSource(std::move(name), []() -> std::unique_ptr<Event> { return std::make_unique<EventType>(); }) {}
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
  explicit CharmEvents(const Metadata& metadata) : metadata_(&metadata) {}

  EventSource<InstallEvent> install{"install"};
  EventSource<StartEvent> start{"start"};
  EventSource<StopEvent> stop{"stop"};
  EventSource<RemoveEvent> remove{"remove"};
  EventSource<ConfigChangedEvent> config_changed{"config-changed"};
  EventSource<UpdateStatusEvent> update_status{"update-status"};
  EventSource<UpgradeCharmEvent> upgrade_charm{"upgrade-charm"};
  EventSource<LeaderElectedEvent> leader_elected{"leader-elected"};

  /// The events of a relation endpoint.
  /// @throws MetadataError  if metadata declares no such endpoint.
  RelationEvents operator[](const std::string& endpoint) const {
    if (!metadata_->relations.contains(endpoint)) throw undeclared("relation endpoint", endpoint);
    return RelationEvents(endpoint);
  }

  /// @throws MetadataError  if metadata declares no such container.
  EventSource<PebbleReadyEvent> pebble_ready(const std::string& container) const {
    if (!metadata_->containers.contains(container)) throw undeclared("container", container);
    return EventSource<PebbleReadyEvent>(container + "-pebble-ready");
  }

 private:
  MetadataError undeclared(const std::string& what, const std::string& name) const {
    return MetadataError("the metadata of charm '" + metadata_->name + "' declares no " + what + " '" + name + "'");
  }

  const Metadata* metadata_;
};

}  // namespace juju
