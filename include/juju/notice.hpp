// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <limits>
#include <string>

#include <juju/snapshot.hpp>

namespace juju {

/// A deferred event, as it is stored until the next hook.
struct Notice {
  std::string event = {};                    ///< The name of the event's source.
  std::size_t observer = 0;                  ///< The observer's place among the observers of the event.
  nlohmann::json snapshot = empty_object();  ///< The event's fields.

  bool operator==(const Notice&) const = default;
};

/// `{"event": "...", "observer": 0, "snapshot": {...}}`.
inline void to_json(nlohmann::json& json, const Notice& notice) {
  json = empty_object();
  json["event"] = json_string(notice.event);
  json["observer"] = notice.observer;
  json["snapshot"] = notice.snapshot;
}

/// @throws nlohmann::json::exception  if `json` is not a notice.
inline void from_json(const nlohmann::json& json, Notice& notice) {
  constexpr std::size_t nobody = std::numeric_limits<std::size_t>::max();
  notice.event = string_of(detail::required_in(json, "event"));
  notice.observer = detail::number_in<std::size_t>(json, "observer").value_or(nobody);
  notice.snapshot = detail::required_in(json, "snapshot");
}

}  // namespace juju
