// SPDX-License-Identifier: Apache-2.0
// What a scraper reports to an application: the text under `event`.
#pragma once

#include <cstddef>
#include <juju/json.hpp>
#include <juju/text.hpp>
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

/// Reads the text under `event`.
/// @returns nothing if it is not a JSON object, or an empty one.
inline std::optional<Feedback> parse_feedback(std::string_view text) {
  const juju::Parsed<nlohmann::json> json = juju::parse_json(text);
  if (!json || !json->is_object() || json->empty()) return std::nullopt;
  Feedback feedback;
  const auto text_of = [&](const char* key) {
    const nlohmann::json& value = juju::member(*json, key);
    return std::string(value.is_string() ? juju::cut(juju::string_of(value), max_feedback_bytes) : "");
  };
  const nlohmann::json& valid = juju::member(*json, "valid");
  if (valid.is_boolean()) feedback.valid = valid.get<bool>();
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
