// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <scrape/wire.hpp>

namespace charms::prometheus_k8s::v0::prometheus_scrape {

/// The names of this library in the data bags and in metadata.yaml, and its choices.
inline constexpr scrape::Wire wire{.relation_name = "metrics-endpoint",
                                   .interface = "prometheus_scrape",
                                   .unit_name = "prometheus_scrape_unit_name",
                                   .unit_address = "prometheus_scrape_unit_address",
                                   .older_unit_address = "prometheus_scrape_host",
                                   .unit_path = "prometheus_scrape_unit_path",
                                   .unit_fqdn = "prometheus_scrape_unit_fqdn",
                                   .identifier_prefix = "juju_",
                                   .identifier_suffix = "_prometheus_scrape",
                                   .further_job_keys = true,
                                   .one_job_per_unit = true,
                                   .own_labels_win = true,
                                   .labels_alert_rules = false,
                                   .empty_alert_rules = true,
                                   .optional_metadata = true};

/// The key of the scraper's application bag: what it refused.
inline constexpr const char* event_key = "event";

}  // namespace charms::prometheus_k8s::v0::prometheus_scrape
