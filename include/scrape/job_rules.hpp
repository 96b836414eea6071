// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include <scrape/labels.hpp>
#include <scrape/wire.hpp>

namespace scrape {

/// Which parts of a job a library, and the scraper behind it, accept. The defaults accept what an author may write.
struct JobRules {
  bool further_keys = true;     ///< Whether jobs have `metrics_path` and the keys of `ScrapeJob::settings`.
  bool checks_settings = true;  ///< If not, the further keys are read as they are.
  bool file_keys = true;        ///< Whether a job may make the scraper read the scraper's own files.
  bool proxy_url = true;
  bool tls_inline_keys = true;  ///< Whether the scraper knows `ca`, `cert` and `key` of `tls_config`.
  LabelRules labels = {};
  std::optional<std::int64_t> scrape_interval_ms = {};  ///< The scraper's own; limits a job's timeout.
};

/// The rules of a library for the jobs of a charm's author.
inline JobRules job_rules(const Wire& wire) {
  return {.further_keys = wire.further_job_keys, .labels = {.topology = wire.own_labels_win}};
}

}  // namespace scrape
