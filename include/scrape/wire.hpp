// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace scrape {

/// The names in which the libraries that scrape over a relation differ. Each library fills in one.
struct Wire {
  const char* relation_name;  ///< The default endpoint.
  const char* interface;

  const char* unit_name;           ///< Key of a workload's unit bag.
  const char* unit_address;        ///< Key of a workload's unit bag.
  const char* older_unit_address;  ///< Key of a workload's unit bag; read if there is no address under the newer key.

  const char* scrape_metadata = "scrape_metadata";  ///< Key of a workload's application bag.
  const char* scrape_jobs = "scrape_jobs";          ///< Key of a workload's application bag.
  const char* alert_rules = "alert_rules";          ///< Key of a workload's application bag.
};

}  // namespace scrape
