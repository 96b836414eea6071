// SPDX-License-Identifier: Apache-2.0
// Hides the credentials of scrape jobs in a text that is about to be published.
#pragma once

#include <algorithm>
#include <cstddef>
#include <juju/json.hpp>
#include <juju/text.hpp>
#include <scrape/job_settings.hpp>
#include <set>
#include <string>
#include <string_view>

#include <charms/prometheus_k8s/v0/prometheus_scrape/feedback.hpp>

namespace charms::prometheus_k8s::v0::prometheus_scrape {

/// The credentials of scrape jobs: each text in `basic_auth`, `authorization` and `tls_config`, each of its lines, and
/// how they are written in JSON.
class Credentials {
 public:
  /// @param jobs  a JSON array of scrape jobs.
  explicit Credentials(const nlohmann::json& jobs) {
    for (const nlohmann::json& job : jobs) {
      for (const auto& [key, value] : juju::object_of(job)) {
        if (scrape::is_credential(key)) add_texts(value);
      }
    }
  }

  /// `text` as it may be published: printable, of at most 4 KiB, with `<hidden>` for each credential. The end of `text`
  /// is hidden too if a credential begins there, since a check may have cut its text.
  std::string hide_in(std::string_view text) const {
    if (!juju::is_utf8(text) || values_.size() > max_values) return "the check failed; its message is not shown";
    std::string hidden;
    for (std::size_t i = 0; i < text.size() && hidden.size() < max_feedback_bytes;) {
      const std::size_t length = longest_at(text.substr(i));
      if (length > 0) {
        hidden += "<hidden>";
      } else {
        hidden += text[i];
      }
      i += length > 0 ? length : 1;
    }
    return detail::cut(juju::printable(complete(hidden), max_feedback_bytes));
  }

 private:
  static constexpr std::size_t max_values = 1000;
  static constexpr std::size_t min_cut_bytes = 4;  ///< A shorter beginning of a credential may be part of a word.

  void add_texts(const nlohmann::json& value) {
    if (value.is_object()) {
      for (const auto& [key, member] : juju::object_of(value)) add_texts(member);
    }
    if (!value.is_string()) return;
    std::string_view rest = juju::string_of(value);
    add(rest);
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find_first_of("\r\n"), rest.size());
      add(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }

  void add(std::string_view value) {
    if (value.empty()) return;
    values_.emplace(value);
    std::string escaped;
    juju::append_escaped(escaped, value);
    values_.insert(std::move(escaped));
  }

  /// The length of the longest credential at the beginning of `text`, or of all of `text` if a credential begins with
  /// it.
  std::size_t longest_at(std::string_view text) const {
    std::size_t longest = 0;
    for (const std::string& value : values_) {
      if (text.size() >= min_cut_bytes && value.starts_with(text)) return text.size();
      if (value.size() > longest && text.starts_with(value)) longest = value.size();
    }
    return longest;
  }

  /// `text` without a partial character at its end.
  static std::string_view complete(std::string_view text) {
    std::size_t end = text.size();
    while (end > 0 && !juju::is_utf8(text.substr(0, end))) --end;
    return text.substr(0, end);
  }

  std::set<std::string> values_;
};

}  // namespace charms::prometheus_k8s::v0::prometheus_scrape
