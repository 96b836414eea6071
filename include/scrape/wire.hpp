// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace scrape {

/// The names and choices in which the libraries that scrape over a relation differ. Each library fills in one.
struct Wire {
  const char* relation_name;  ///< The default endpoint.
  const char* interface;

  const char* unit_name;            ///< Key of a workload's unit bag.
  const char* unit_address;         ///< Key of a workload's unit bag.
  const char* older_unit_address;   ///< Key of a workload's unit bag; read if there is no address under the newer key.
  const char* unit_path = nullptr;  ///< Key of a workload's unit bag: what precedes a job's `metrics_path`.
  const char* unit_fqdn = nullptr;  ///< Key of a workload's unit bag: a second name of the unit's host.

  const char* scrape_metadata = "scrape_metadata";  ///< Key of a workload's application bag.
  const char* scrape_jobs = "scrape_jobs";          ///< Key of a workload's application bag.
  const char* alert_rules = "alert_rules";          ///< Key of a workload's application bag.

  const char* identifier_prefix = "";  ///< The name of a job begins with this, the identifier and the suffix.
  const char* identifier_suffix = "";
  bool further_job_keys = false;   ///< Whether jobs have `metrics_path` and settings.
  bool one_job_per_unit = false;   ///< A job for each unit, instead of a static config for each unit in one job.
  bool own_labels_win = false;     ///< Whether a job's own labels replace those of the topology.
  bool labels_alert_rules = true;  ///< Whether a consumer adds the topology labels to alert rules.
  bool empty_alert_rules = false;  ///< Whether a provider without rules publishes `{}`.
  /// Whether jobs without metadata are meant to have neither topology labels nor a prefix to their names.
  bool optional_metadata = false;
};

}  // namespace scrape
