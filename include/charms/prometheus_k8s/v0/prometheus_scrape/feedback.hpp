// SPDX-License-Identifier: Apache-2.0
// What a scraper reports to an application: the text under `event`.
#pragma once

#include <cstddef>
#include <juju/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace charms::prometheus_k8s::v0::prometheus_scrape {

/// What a scraper reports to an application. Empty: all is well.
struct Feedback {
  std::optional<bool> valid = {};      ///< Whether all alert rules are used.
  std::string errors = {};             ///< What is wrong with alert rules.
  std::string scrape_job_errors = {};  ///< What is wrong with scrape jobs.

  bool operator==(const Feedback&) const = default;
};

/// The maximum length of one text of a `Feedback`. A longer one is cut.
inline constexpr std::size_t max_feedback_bytes = 4096;

namespace detail {

/// The beginning of `text` (valid UTF-8), of at most this many bytes, without a partial character.
inline std::string cut(std::string_view text, std::size_t max_bytes = max_feedback_bytes) {
  if (text.size() <= max_bytes) return std::string(text);
  while (max_bytes > 0 && (static_cast<unsigned char>(text[max_bytes]) & 0xC0U) == 0x80U) --max_bytes;
  return std::string(text.substr(0, max_bytes));
}

}  // namespace detail

/// Reads the text under `event`.
/// @returns nothing if it is not a JSON object, or an empty one.
inline std::optional<Feedback> parse_feedback(std::string_view text) {
  const juju::Parsed<nlohmann::json> json = juju::parse_json(text);
  if (!json || !json->is_object() || json->empty()) return std::nullopt;
  Feedback feedback;
  const auto text_of = [&](const char* key) {
    const nlohmann::json& value = juju::member(*json, key);
    return value.is_string() ? detail::cut(juju::string_of(value)) : std::string();
  };
  if (const nlohmann::json& valid = juju::member(*json, "valid"); valid.is_boolean())
    feedback.valid = valid.get<bool>();
  feedback.errors = text_of("errors");
  feedback.scrape_job_errors = text_of("scrape_job_errors");
  return feedback;
}

/// The JSON object under `event`. Empty texts are left out.
inline void to_json(nlohmann::json& json, const Feedback& feedback) {
  json = juju::empty_object();
  if (feedback.valid) json["valid"] = *feedback.valid;
  juju::set_unless_empty(json, "errors", feedback.errors);
  juju::set_unless_empty(json, "scrape_job_errors", feedback.scrape_job_errors);
}

}  // namespace charms::prometheus_k8s::v0::prometheus_scrape
