// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include <juju/json.hpp>

namespace juju::detail {

/// The integer of a value, or nothing if it is above the maximum of `std::int64_t` (`get` does not check this).
/// @throws nlohmann::json::exception  if it is not an integer.
inline std::optional<std::int64_t> whole_number(const nlohmann::json& value) {
  const bool is_huge = value.is_number_unsigned() && value.get_ref<const std::uint64_t&>() > INT64_MAX;
  if (is_huge) return std::nullopt;
  return value.get_ref<const std::int64_t&>();
}

/// The member of an object.
/// @throws nlohmann::json::exception  if it is absent.
inline const nlohmann::json& required_in(const nlohmann::json& object, const std::string& key) {
  return object.at(key);
}

/// The integer of a member, or nothing if `Number` cannot hold it.
/// @throws nlohmann::json::exception  if it is absent or not an integer.
template <std::integral Number>
std::optional<Number> number_in(const nlohmann::json& object, const std::string& key) {
  const std::optional<std::int64_t> number = whole_number(required_in(object, key));
  if (!number || !std::in_range<Number>(*number)) return std::nullopt;
  return static_cast<Number>(*number);
}

/// The text of a member; empty if it is absent.
/// @throws nlohmann::json::exception  if it is not text.
inline std::string text_in(const nlohmann::json& object, const char* key) {
  const nlohmann::json* text = find(object, key);
  return text == nullptr ? std::string() : string_of(*text);
}

}  // namespace juju::detail
