// SPDX-License-Identifier: Apache-2.0
// What a scraper reports to a workload: the key `event` of prometheus_scrape.
#pragma once

#include <cstddef>
#include <juju/json.hpp>
#include <juju/problem.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "credentials.hpp"

namespace explain {

/// The report of a scraper. The texts are untrusted, and have no credentials.
struct ScraperEvent {
  bool is_shown = false;  ///< Whether the dump has it.
  bool is_invalid = false;
  std::string errors = {};             ///< Of alert rules.
  std::string scrape_job_errors = {};  ///< Of jobs.

  std::size_t error_count() const {
    return std::size_t{is_invalid || !errors.empty()} + std::size_t{!scrape_job_errors.empty()};
  }
};

/// Reads the text of `event`.
/// @param problems  get what is wrong with the text.
inline ScraperEvent read_event(std::string_view text, const scrape::Credentials& credentials,
                               std::vector<juju::Problem>& problems) {
  const juju::Place root;
  const juju::Parsed<nlohmann::json> event = juju::parse_json(text);
  if (!event || !event->is_object()) {
    report(problems, root, event ? "not an object" : to_string(event.error));
    return {};
  }
  const auto text_at = [&](const char* key) {
    const nlohmann::json& value = juju::member(*event, key);
    if (value.is_string()) return without_credentials(juju::string_of(value), credentials);
    if (!value.is_null()) report(problems, root / key, "not a text");
    return std::string();
  };
  ScraperEvent read{.is_shown = true, .errors = text_at("errors"), .scrape_job_errors = text_at("scrape_job_errors")};
  const nlohmann::json& valid = juju::member(*event, "valid");
  if (!valid.is_boolean() && !valid.is_null()) report(problems, root / "valid", "not true or false");
  read.is_invalid = valid == nlohmann::json(false);
  return read;
}

}  // namespace explain
