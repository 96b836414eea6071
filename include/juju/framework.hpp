// SPDX-License-Identifier: Apache-2.0
// Who observes what, and what was deferred.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include <juju/event.hpp>
#include <juju/hook.hpp>

namespace juju {

/// A deferred event, as it is kept from one hook to the next.
struct Notice {
  std::string event = {};                              ///< The event source's name.
  std::size_t observer = 0;                            ///< The observer's place among that event's observers.
  nlohmann::json snapshot = nlohmann::json::object();  ///< What the event is restored from.

  bool operator==(const Notice&) const = default;
};

inline void to_json(nlohmann::json& json, const Notice& notice) {
  json = {{"event", notice.event}, {"observer", notice.observer}, {"snapshot", notice.snapshot}};
}

/// @throws nlohmann::json::exception  if it is none.
inline void from_json(const nlohmann::json& json, Notice& notice) {
  constexpr std::size_t nobody = std::numeric_limits<std::size_t>::max();
  notice.event = json.at("event").get<std::string>();
  notice.observer = detail::number_in<std::size_t>(json, "observer").value_or(nobody);
  notice.snapshot = json.at("snapshot");
}

/// Brings events to their observers. One lives as long as one hook.
class Framework {
 public:
  /// @param deferred  what earlier hooks deferred, oldest first.
  Framework(Model& model, const Metadata& metadata, std::vector<Notice> deferred = {})
      : model_(model), metadata_(metadata), on_(metadata_), deferred_(std::move(deferred)) {}
  Framework(const Framework&) = delete;
  Framework& operator=(const Framework&) = delete;

  Model& model() { return model_; }
  const Metadata& metadata() const { return metadata_; }

  /// Juju's own events.
  const CharmEvents& on() const { return on_; }

  /// Calls `(observer.*method)(event)` whenever the event comes. The observer must outlive the hook.
  template <typename EventType, typename Observer, typename Class>
  void observe(const EventSource<EventType>& source, Observer& observer, void (Class::*method)(EventType&)) {
    add(source, [&observer, method](Event& event) { (observer.*method)(static_cast<EventType&>(event)); });
  }

  /// The same for a handler that takes any event.
  template <typename Observer, typename Class>
  void observe(const AnyEventSource& source, Observer& observer, void (Class::*method)(Event&)) {
    add(source, [&observer, method](Event& event) { (observer.*method)(event); });
  }

  /// Brings a library's event to its observers, at once.
  template <typename EventType>
  void emit(const EventSource<EventType>& source, const EventType& event) {
    emit(source.name(), event.snapshot());
  }

  /// Runs a hook: first what was deferred, then the hook's own event. A hook that nobody observes does nothing.
  void run(const Hook& hook) {
    reemit();
    emit(hook.name, hook.snapshot());
  }

  /// What is to come again in the next hook, oldest first.
  const std::vector<Notice>& deferred() const { return deferred_; }

 private:
  struct Observer {
    AnyEventSource source;
    std::function<void(Event&)> handle;
  };

  void add(const AnyEventSource& source, std::function<void(Event&)> handle) {
    observers_[source.name()].push_back({source, std::move(handle)});
  }

  void emit(const std::string& name, const nlohmann::json& snapshot) {
    const auto observed = observers_.find(name);
    if (observed == observers_.end()) return;
    for (std::size_t i = 0; i < observed->second.size(); ++i) deliver({name, i, snapshot});
  }

  void reemit() {
    for (const Notice& notice : std::exchange(deferred_, {})) {
      const auto observed = observers_.find(notice.event);
      if (observed == observers_.end()) {
        model_.log().warning("dropped a deferred event that nobody observes any more: " + printable(notice.event));
      } else if (notice.observer < observed->second.size()) {
        deliver(notice);
      } else {
        model_.log().warning("the observer that deferred " + notice.event + " is gone; all observers get it");
        emit(notice.event, notice.snapshot);
      }
    }
  }

  void deliver(const Notice& notice) {
    const Observer& observer = observers_.at(notice.event)[notice.observer];
    const std::unique_ptr<Event> event = observer.source.make_event();
    if (!restore(*event, notice.snapshot)) {
      model_.log().warning("dropped a deferred event whose snapshot cannot be read: " + notice.event);
      return;
    }
    observer.handle(*event);
    if (event->deferred()) keep({notice.event, notice.observer, event->snapshot()});
  }

  bool restore(Event& event, const nlohmann::json& snapshot) {
    try {
      event.restore(snapshot, model_);
      return true;
    } catch (const nlohmann::json::exception&) {
      return false;
    } catch (const SnapshotError&) {
      return false;
    }
  }

  void keep(Notice notice) {
    if (std::find(deferred_.begin(), deferred_.end(), notice) == deferred_.end())
      deferred_.push_back(std::move(notice));
  }

  Model& model_;
  const Metadata& metadata_;
  CharmEvents on_;
  std::map<std::string, std::vector<Observer>> observers_;
  std::vector<Notice> deferred_;
};

}  // namespace juju
