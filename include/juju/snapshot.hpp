// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

namespace juju::detail {

/// The whole number of a member, or nothing if `Number` cannot hold it (`get` would not notice).
/// @throws nlohmann::json::exception  if it is absent or not a whole number.
template <std::integral Number>
std::optional<Number> number_in(const nlohmann::json& object, const char* key) {
  const auto held = [](std::integral auto number) {
    return std::in_range<Number>(number) ? std::optional(static_cast<Number>(number)) : std::nullopt;
  };
  const nlohmann::json& value = object.at(key);
  if (value.is_number_unsigned()) return held(value.get_ref<const nlohmann::json::number_unsigned_t&>());
  return held(value.get_ref<const nlohmann::json::number_integer_t&>());
}

/// The text of a member; empty if it is absent.
/// @throws nlohmann::json::exception  if `object` is not an object or the member not text.
inline std::string text_in(const nlohmann::json& object, const char* key) { return object.value(key, std::string()); }

}  // namespace juju::detail
