// SPDX-License-Identifier: Apache-2.0
// In a vector of strings, two texts in double braces would be a pair of iterators.
// expect: deleted
#include <charms/tempo_k8s/v0/tempo_scrape.hpp>

using namespace charms::tempo_k8s::v0::tempo_scrape;

#ifdef MUST_FAIL
const StaticConfig config{.targets = {{"*:8000", "*:8081"}}};
#else
const StaticConfig config{.targets = {"*:8000", "*:8081"}};
#endif
