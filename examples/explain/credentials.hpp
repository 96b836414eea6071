// SPDX-License-Identifier: Apache-2.0
// Hides credentials: the texts below the keys basic_auth, tls_config and authorization of a job.
#pragma once

#include <algorithm>
#include <cstddef>
#include <juju/json.hpp>
#include <scrape/job_settings.hpp>
#include <set>
#include <string>
#include <string_view>

namespace explain {

inline constexpr const char* hidden = "<hidden>";

namespace detail {

template <typename Visit>
void for_each_leaf(nlohmann::json& value, const Visit& visit) {
  if (!value.is_structured()) return visit(value);
  for (nlohmann::json& item : value) for_each_leaf(item, visit);
}

/// Calls `visit` for each leaf below a key of credentials, at any depth.
template <typename Visit>
void for_each_credential(nlohmann::json& value, const Visit& visit) {
  if (value.is_array()) {
    for (nlohmann::json& item : value) for_each_credential(item, visit);
  } else if (value.is_object()) {
    for (auto& [key, member] : value.get_ref<nlohmann::json::object_t&>()) {
      if (scrape::is_credential(key)) {
        for_each_leaf(member, visit);
      } else {
        for_each_credential(member, visit);
      }
    }
  }
}

}  // namespace detail

/// Replaces each text of a credential in a list of jobs.
inline void hide_credentials(nlohmann::json& jobs) {
  detail::for_each_credential(jobs, [](nlohmann::json& leaf) {
    if (leaf.is_string()) leaf = juju::json_string(hidden);
  });
}

/// The credentials of jobs, to be hidden in other texts.
class Credentials {
 public:
  /// @param jobs  the text of `scrape_jobs`. It may be invalid.
  explicit Credentials(const std::string& jobs) {
    juju::Parsed<nlohmann::json> list = juju::parse_json(jobs);
    if (!list) return;
    detail::for_each_credential(*list.value, [this](const nlohmann::json& leaf) {
      if (leaf.is_string()) add(juju::string_of(leaf));
      if (leaf.is_number()) add(leaf.dump());
    });
  }

  /// The beginning of `text` (valid UTF-8), with `<hidden>` for each credential.
  std::string hide(std::string_view text) const {
    if (values_.size() > max_values) return hidden;
    std::string shown;
    while (!text.empty()) {
      const bool is_character = (static_cast<unsigned char>(text.front()) & 0xC0U) != 0x80U;
      if (is_character && shown.size() >= max_bytes) return shown + "...";
      std::size_t length = 0;
      for (const std::string& value : values_) {
        if (text.starts_with(value)) length = std::max(length, value.size());
      }
      shown += length > 0 ? std::string_view(hidden) : text.substr(0, 1);
      text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return shown;
  }

 private:
  static constexpr std::size_t max_values = 1000;
  static constexpr std::size_t max_bytes = 4096;

  /// Adds a value, its lines, and both as they are written in JSON.
  void add(const std::string& value) {
    std::string_view rest = value;
    add_forms(rest);
    while (!rest.empty() && values_.size() <= max_values) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      add_forms(line);
      rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    }
  }

  void add_forms(std::string_view value) {
    if (value.empty()) return;
    std::string escaped;
    juju::append_escaped(escaped, value);
    values_.insert(escaped);
    values_.emplace(value);
  }

  std::set<std::string> values_;
};

}  // namespace explain
