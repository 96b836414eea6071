// SPDX-License-Identifier: Apache-2.0
// expect: deleted
#include <charms/tempo_k8s/v0/tempo_scrape.hpp>
#include <string>

using namespace charms::tempo_k8s::v0::tempo_scrape;

const std::string first = "*:8000";
const std::string second = "*:8081";

#ifdef MUST_FAIL
const StaticConfig config{.targets = {{first, second}}};
#else
const StaticConfig config{.targets = {first, second}};
#endif
