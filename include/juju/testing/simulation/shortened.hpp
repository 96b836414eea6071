// SPDX-License-Identifier: Apache-2.0
// Which steps of a schedule a failure needs.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace juju::testing::detail {

/// Leaves out what a failure does not need.
/// @param places  of the steps that fail.
/// @param fails   says of places in rising order whether those steps alone fail in the same way.
/// @returns the places that are left: none of them can be left out without the failure going away.
template <typename Fails>
std::vector<std::size_t> shortened(std::vector<std::size_t> places, Fails fails) {
  for (std::size_t width = std::max<std::size_t>(places.size() / 2, 1); width > 0;) {
    bool is_shorter = false;
    for (std::size_t start = 0; start < places.size();) {
      const auto from = places.begin() + static_cast<std::ptrdiff_t>(start);
      const auto to = from + static_cast<std::ptrdiff_t>(std::min(width, places.size() - start));
      std::vector<std::size_t> rest(places.begin(), from);
      rest.insert(rest.end(), to, places.end());
      if (fails(std::as_const(rest))) {
        places = std::move(rest);
        is_shorter = true;
      } else {
        start += width;
      }
    }
    if (!is_shorter || width > 1) width /= 2;
  }
  return places;
}

}  // namespace juju::testing::detail
