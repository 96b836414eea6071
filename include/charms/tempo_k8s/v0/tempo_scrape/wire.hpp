// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <scrape/wire.hpp>

namespace charms::tempo_k8s::v0::tempo_scrape {

/// The names of this library in the data bags and in metadata.yaml.
inline constexpr scrape::Wire wire{.relation_name = "tracing",
                                   .interface = "tempo_scrape",
                                   .unit_name = "tempo_scrape_unit_name",
                                   .unit_address = "tempo_scrape_unit_address",
                                   .older_unit_address = "tempo_scrape_host"};

/// The key of Tempo's application bag.
inline constexpr const char* tempo_endpoint_key = "tempo_endpoint";

}  // namespace charms::tempo_k8s::v0::tempo_scrape
