// SPDX-License-Identifier: Apache-2.0
// Hides credentials: the texts below the keys basic_auth, tls_config and authorization of a job.
#pragma once

#include <cstddef>
#include <juju/json.hpp>
#include <scrape/credentials.hpp>
#include <string>
#include <string_view>

namespace explain {

inline constexpr const char* hidden = "<hidden>";

/// Replaces each text of a credential in scrape jobs.
inline void replace_credentials(nlohmann::json& value, const std::string& replacement,
                                bool is_below_credential = false) {
  if (value.is_string() && is_below_credential) value = juju::json_string(replacement);
  if (value.is_array()) {
    for (nlohmann::json& item : value) replace_credentials(item, replacement, is_below_credential);
  }
  if (!value.is_object()) return;
  for (auto& [key, member] : value.get_ref<nlohmann::json::object_t&>()) {
    replace_credentials(member, replacement, is_below_credential || scrape::is_credential(key));
  }
}

/// The beginning of `text` (valid UTF-8), without credentials.
inline std::string without_credentials(std::string_view text, const scrape::Credentials& credentials) {
  constexpr std::size_t max_bytes = 4096;
  const std::string shown = credentials.hide_in(text, max_bytes + 1).value_or(hidden);
  return shown.size() <= max_bytes ? shown : std::string(juju::cut(shown, max_bytes)) + "...";
}

}  // namespace explain
