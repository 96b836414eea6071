// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <limits>
#include <string>

#include <juju/snapshot.hpp>

namespace juju {

/// A deferred event, as it is stored until the next hook.
struct Notice {
  std::string event = {};                              ///< The name of the event's source.
  std::size_t observer = 0;                            ///< The observer's place among the observers of the event.
  nlohmann::json snapshot = nlohmann::json::object();  ///< The event's fields.

  bool operator==(const Notice&) const = default;
};

/// `{"event": "...", "observer": 0, "snapshot": {...}}`.
inline void to_json(nlohmann::json& json, const Notice& notice) {
  json = nlohmann::json::object();
  json["event"] = notice.event;
  json["observer"] = notice.observer;
  json["snapshot"] = notice.snapshot;
}

/// @throws nlohmann::json::exception  if `json` is not a notice.
inline void from_json(const nlohmann::json& json, Notice& notice) {
  constexpr std::size_t nobody = std::numeric_limits<std::size_t>::max();
  notice.event = json.at("event").get_ref<const std::string&>();
  notice.observer = detail::number_in<std::size_t>(json, "observer").value_or(nobody);
  notice.snapshot = json.at("snapshot");
}

}  // namespace juju
