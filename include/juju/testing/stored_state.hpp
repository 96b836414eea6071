// SPDX-License-Identifier: Apache-2.0
// The unit's state in the controller, as `state-get` prints it. It includes the deferred events.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>

#include <juju/hook_tools/deferred.hpp>
#include <juju/testing/state.hpp>

namespace juju::testing::detail {

using Deferred = juju::hook_tools::DeferredEvents;

/// All texts, including the deferred events.
inline StringMap stored_texts(const State& state) {
  StringMap texts = state.stored;
  for (std::size_t place = 0; place < state.deferred.size(); ++place) {
    texts[Deferred::key_of(place)] = Deferred::text_of(state.deferred[place]);
  }
  return texts;
}

/// Moves the deferred events from `stored` to `deferred`. A text that is not a deferred event stays.
inline void take_deferred(State& state) {
  std::erase_if(state.stored, [&](const auto& entry) {
    const std::optional<Notice> notice =
        Deferred::is_key(entry.first) ? Deferred::notice_of(entry.second) : std::nullopt;
    if (notice) state.deferred.push_back(*notice);
    return notice.has_value();
  });
}

}  // namespace juju::testing::detail
