// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <juju/charm_events.hpp>
#include <juju/notice.hpp>

namespace juju {

/// Calls the observers of events. There is one framework per hook.
class Framework {
 public:
  /// @param model, metadata  must outlive this.
  /// @param deferred  the events that earlier hooks deferred, oldest first.
  Framework(Model& model, const Metadata& metadata, std::vector<Notice> deferred = {})
      : model_(model), metadata_(metadata), on_(metadata_), deferred_(std::move(deferred)) {}
  Framework(const Framework&) = delete;
  Framework& operator=(const Framework&) = delete;

  /// The Juju model, as this unit sees it in this hook.
  Model& model() { return model_; }

  /// The charm's metadata.
  const Metadata& metadata() const { return metadata_; }

  /// Whether the hook runs. False while the charm is constructed.
  bool is_running() const { return is_running_; }

  /// Juju's own events.
  const CharmEvents& on() const { return on_; }

  /// Calls `handler(event)` when the event happens.
  /// @param handler  takes the event's own type or a base of it by reference; by const reference it cannot defer.
  template <std::derived_from<AnyEventSource> Source, typename Handler>
  void observe(const Source& source, Handler handler) {
    using EventType = typename Source::EventType;
    constexpr bool fits = std::is_invocable_v<Handler&, EventType&>;
    static_assert(fits,
                  "the handler does not fit the event: let it take the event's own type, or juju::Event, by reference");
    if constexpr (fits) {
      add(source, [handler = std::move(handler)](Event& event) mutable { handler(static_cast<EventType&>(event)); });
    }
  }

  /// Calls `(observer.*method)(event)` when the event happens.
  /// @param observer  must outlive this.
  /// @param method    takes the event's own type or a base of it by reference; with a const reference it cannot defer.
  template <std::derived_from<AnyEventSource> Source, typename Observer, typename Method>
  void observe(const Source& source, Observer& observer, Method method) {
    using EventType = typename Source::EventType;
    constexpr bool fits = std::is_invocable_v<Method, Observer&, EventType&>;
    static_assert(fits,
                  "the method does not fit the event: let it take the event's own type, or juju::Event, by reference");
    if constexpr (fits) {
      add(source, [&observer, method](Event& event) { (observer.*method)(static_cast<EventType&>(event)); });
    }
  }

  /// Calls `handler(event)` when any of these events happens:
  /// `framework.observe({on().config_changed, on().update_status}, [this](juju::Event&) { show_status(); });`
  /// @param handler  takes juju::Event by reference. It is copied for each event.
  template <typename Handler>
  void observe(const std::vector<AnyEventSource>& sources, Handler handler) {
    constexpr bool fits = std::is_invocable_v<Handler&, Event&>;
    static_assert(fits, "the handler of several events takes juju::Event by reference: `[](juju::Event&) { ... }`");
    if constexpr (fits) {
      for (const AnyEventSource& source : sources) add(source, handler);
    }
  }

  /// Calls `(observer.*method)(event)` when any of these events happens.
  /// @param observer  must outlive this.
  /// @param method    takes juju::Event by reference.
  template <typename Observer, typename Method>
  void observe(const std::vector<AnyEventSource>& sources, Observer& observer, Method method) {
    constexpr bool fits = std::is_invocable_v<Method, Observer&, Event&>;
    static_assert(fits, "the method that handles several events takes juju::Event by reference");
    if constexpr (fits) {
      for (const AnyEventSource& source : sources) {
        add(source, [&observer, method](Event& event) { (observer.*method)(event); });
      }
    }
  }

  /// Calls the observers of a library's event now. Each gets its own copy of `event`.
  template <typename EventType>
  void emit(const EventSource<EventType>& source, const EventType& event) {
    deliver(source.name(), [&event](const AnyEventSource&) { return std::unique_ptr<Event>(new EventType(event)); });
  }

  /// Runs a hook: calls the observers of the deferred events, then those of the hook's own event. A hook without
  /// observers is ignored; an action without observers fails.
  void run(const Hook& hook) {
    is_running_ = true;
    reemit();
    const std::size_t observers = deliver(hook.name(), [&](const AnyEventSource& source) {
      std::unique_ptr<Event> event = source.make_event();
      event->take(hook, model_);
      return event;
    });
    if (hook.kind == HookKind::action && observers == 0) {
      model_.action()->fail("this charm does not handle the action '" + hook.subject + "'");
    }
  }

  /// The deferred events for the next hook, oldest first.
  const std::vector<Notice>& deferred() const { return deferred_; }

 private:
  using Handle = std::function<void(Event&)>;

  struct Observer {
    AnyEventSource source;
    Handle handle;
  };

  void add(const AnyEventSource& source, Handle handle) { observers_.push_back({source, std::move(handle)}); }

  /// Calls the observers of `name`. Each gets its own event.
  /// @returns the number of observers.
  template <typename MakeEvent>
  std::size_t deliver(const std::string& name, MakeEvent make_event) {
    std::size_t place = 0;
    for (std::size_t i = 0; i < observers_.size(); ++i) {
      if (observers_[i].source.name() == name) handle(observers_[i], place++, *make_event(observers_[i].source));
    }
    return place;
  }

  void handle(Observer& observer, std::size_t place, Event& event) {
    event.deferred_ = false;
    observer.handle(event);
    if (!event.deferred()) return;
    Notice notice{observer.source.name(), place, event.snapshot()};
    const bool is_queued = std::find(deferred_.begin(), deferred_.end(), notice) != deferred_.end();
    if (!is_queued) deferred_.push_back(std::move(notice));
  }

  void reemit() {
    for (const Notice& notice : std::exchange(deferred_, {})) {
      std::vector<Observer*> observers;
      for (Observer& observer : observers_) {
        if (observer.source.name() == notice.event) observers.push_back(&observer);
      }
      if (observers.empty()) {
        model_.log().warning("dropped a deferred event that nobody observes any more: " + printable(notice.event));
      } else if (notice.observer < observers.size()) {
        restore(*observers[notice.observer], notice.observer, notice);
      } else {
        model_.log().warning("the observer that deferred " + notice.event + " is gone; all observers get it");
        for (std::size_t place = 0; place < observers.size(); ++place) restore(*observers[place], place, notice);
      }
    }
  }

  void restore(Observer& observer, std::size_t place, const Notice& notice) {
    const std::unique_ptr<Event> event = observer.source.make_event();
    const char* const unreadable = "dropped a deferred event whose snapshot cannot be read: ";
    try {
      event->restore(notice.snapshot, model_);
    } catch (const nlohmann::json::exception&) {
      return model_.log().warning(unreadable + notice.event);
    } catch (const SnapshotError&) {
      return model_.log().warning(unreadable + notice.event);
    }
    handle(observer, place, *event);
  }

  Model& model_;
  const Metadata& metadata_;
  CharmEvents on_;
  std::deque<Observer> observers_;  // a handler may add observers: references stay valid
  std::vector<Notice> deferred_;
  bool is_running_ = false;
};

}  // namespace juju
