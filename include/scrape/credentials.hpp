// SPDX-License-Identifier: Apache-2.0
// Hides the credentials of scrape jobs in a text that others will read.
#pragma once

#include <algorithm>
#include <cstddef>
#include <juju/json.hpp>
#include <juju/text.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include <scrape/credential_settings.hpp>

namespace scrape {

/// The credentials of scrape jobs: each text and number in `basic_auth`, `authorization` and `tls_config`, each line of
/// it, and both as they are written in JSON.
class Credentials {
 public:
  /// @param jobs  scrape jobs as JSON. They may be invalid.
  explicit Credentials(const nlohmann::json& jobs) { add_from(jobs, false); }

  /// The beginning of `text`, of at most `max_bytes`, with `<hidden>` for each credential. The end of `text` is hidden
  /// too if a credential begins there, since its writer may have cut it.
  /// @returns nothing if `text` is not UTF-8, or if there are over 1000 credentials.
  std::optional<std::string> hide_in(std::string_view text, std::size_t max_bytes) const {
    if (!juju::is_utf8(text) || values_.size() > max_values) return std::nullopt;
    std::string hidden;
    while (!text.empty() && hidden.size() <= max_bytes) {
      const std::size_t length = credential_bytes(text);
      hidden += length > 0 ? std::string_view("<hidden>") : text.substr(0, 1);
      text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return std::string(juju::cut(hidden, max_bytes));
  }

 private:
  static constexpr std::size_t max_values = 1000;
  static constexpr std::size_t min_cut_bytes = 4;  ///< A shorter beginning of a credential may be part of a word.

  void add_from(const nlohmann::json& value, bool is_below_credential) {
    if (value.is_object()) {
      for (const auto& [key, member] : juju::object_of(value)) {
        add_from(member, is_below_credential || is_credential(key));
      }
    } else if (value.is_array()) {
      for (const nlohmann::json& item : value) add_from(item, is_below_credential);
    } else if (is_below_credential && value.is_number()) {
      add(value.dump());
    } else if (is_below_credential && value.is_string()) {
      add_lines(juju::string_of(value));
    }
  }

  void add_lines(std::string_view text) {
    add(text);
    while (!text.empty() && values_.size() <= max_values) {
      const std::string_view line = text.substr(0, text.find_first_of("\r\n"));
      add(line);
      text.remove_prefix(std::min(line.size() + 1, text.size()));
    }
  }

  void add(std::string_view value) {
    if (value.empty()) return;
    std::string escaped;
    juju::append_escaped(escaped, value);
    values_.insert(std::move(escaped));
    values_.emplace(value);
  }

  /// The length of the longest credential at the beginning of `text`. The length of all of `text` if a credential
  /// begins with it. 0 if there is no credential.
  std::size_t credential_bytes(std::string_view text) const {
    std::size_t longest = 0;
    for (const std::string& value : values_) {
      if (text.size() >= min_cut_bytes && value.starts_with(text)) return text.size();
      if (value.size() > longest && text.starts_with(value)) longest = value.size();
    }
    return longest;
  }

  std::set<std::string> values_;
};

}  // namespace scrape
