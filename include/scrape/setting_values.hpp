// SPDX-License-Identifier: Apache-2.0
// What the readers of a job's settings share.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <juju/json.hpp>
#include <map>
#include <string>
#include <string_view>

namespace scrape::detail {

/// `text` with small letters instead of ASCII's capital ones.
inline std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

/// Whether a value is a whole number from 0. In code such a number may have a signed type.
inline bool is_whole_number(const nlohmann::json& value) {
  return value.is_number_unsigned() || (value.is_number_integer() && value >= 0);
}

/// Whether a value is one of these texts.
inline bool is_one_of(const nlohmann::json& value, std::initializer_list<std::string_view> texts) {
  return value.is_string() && juju::is_one_of(juju::string_of(value), texts);
}

/// Whether two hexadecimal digits follow each `%`. Prometheus refuses any other.
inline bool has_valid_escapes(std::string_view url) {
  constexpr std::string_view digits = "0123456789abcdefABCDEF";
  for (std::size_t i = url.find('%'); i != std::string_view::npos; i = url.find('%', i + 1)) {
    const std::string_view code = url.substr(i + 1, 2);
    if (code.size() < 2 || code.find_first_not_of(digits) != std::string_view::npos) return false;
  }
  return true;
}

/// Erases the members of an object for whose value the condition holds.
template <typename Condition>
void erase_members(nlohmann::json& value, Condition condition) {
  if (!value.is_object()) return;
  std::erase_if(value.get_ref<nlohmann::json::object_t&>(),
                [&](const auto& member) { return condition(member.second); });
}

}  // namespace scrape::detail
