// SPDX-License-Identifier: Apache-2.0
// The base of all events, and the sources that charms observe.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

namespace juju {

class Framework;
class Model;
struct Hook;

/// Thrown by `Event::restore` if the snapshot is not valid for the event.
class SnapshotError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// An event. Each observer gets its own copy.
///
/// A library derives its events from `SimpleEvent`, or from this class if they have fields:
/// ```
/// class NoteEvent : public juju::Event {
///  public:
///   std::string text;
///   nlohmann::json snapshot() const override { return {{"text", text}}; }
///   void restore(const nlohmann::json& snapshot, juju::Model&) override { snapshot.at("text").get_to(text); }
/// };
/// ```
class Event {
 public:
  Event() = default;
  Event(const Event&) = default;
  Event& operator=(const Event&) = default;
  virtual ~Event() = default;

  /// Asks for this event again, before the next hook's own event.
  void defer() { deferred_ = true; }

  /// Whether this observer has deferred the event.
  bool deferred() const { return deferred_; }

  /// The fields of a deferred event, for another process to restore: names and ids, never pointers.
  virtual nlohmann::json snapshot() const = 0;

  /// Sets the fields from a snapshot. An older build of the charm may have written it.
  /// @throws nlohmann::json::exception, SnapshotError  if the snapshot cannot be read.
  virtual void restore(const nlohmann::json& snapshot, Model& model) = 0;

 private:
  friend class Framework;

  /// Sets the fields from the running hook.
  virtual void take(const Hook& /*hook*/, Model& /*model*/) {}

  bool deferred_ = false;
};

/// The base of events without fields.
class SimpleEvent : public Event {
 public:
  inline nlohmann::json snapshot() const final;
  inline void restore(const nlohmann::json& snapshot, Model& model) final;
};

/// An event that can be observed, without its type. Used for lists of events.
class AnyEventSource {
 public:
  using EventType = Event;

  /// Juju's name of the hook, or "Library[endpoint]/event".
  const std::string& name() const { return name_; }

  /// Makes an empty event, for `restore`.
  std::unique_ptr<Event> make_event() const { return make_(); }

 protected:
  AnyEventSource(std::string name, std::unique_ptr<Event> (*make)()) : name_(std::move(name)), make_(make) {}

 private:
  std::string name_;
  std::unique_ptr<Event> (*make_)();
};

/// An event that can be observed: `juju::EventSource<NoteEvent> note{"Notes[mine]/note"}`.
template <typename Type>
class EventSource : public AnyEventSource {
 public:
  using EventType = Type;

  /// @param name  identifies the event in the stored notices of deferred events: unique in the charm, and the same in
  ///   every build.
  explicit EventSource(std::string name) : AnyEventSource(std::move(name), make) {}

 private:
  static std::unique_ptr<Event> make() {
    static_assert(std::is_base_of_v<Event, Type> && std::is_default_constructible_v<Type>,
                  "an event derives from juju::Event and has a default constructor");
    return std::unique_ptr<Event>(new Type());  // compiles faster than make_unique, for each type of event
  }
};

}  // namespace juju
