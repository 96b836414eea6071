// SPDX-License-Identifier: Apache-2.0
// The names of the wire, in one place.
#pragma once

namespace charms::tempo_k8s::v0::tempo_scrape::wire {

inline constexpr const char* default_relation_name = "tracing";
inline constexpr const char* relation_interface = "tempo_scrape";

/// Keys of a workload's unit bag.
inline constexpr const char* unit_name = "tempo_scrape_unit_name";
inline constexpr const char* unit_address = "tempo_scrape_unit_address";
inline constexpr const char* older_unit_address = "tempo_scrape_host";

/// Keys of a workload's application bag.
inline constexpr const char* scrape_metadata = "scrape_metadata";
inline constexpr const char* scrape_jobs = "scrape_jobs";
inline constexpr const char* alert_rules = "alert_rules";

/// The key of Tempo's application bag.
inline constexpr const char* tempo_endpoint = "tempo_endpoint";

}  // namespace charms::tempo_k8s::v0::tempo_scrape::wire
