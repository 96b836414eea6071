// SPDX-License-Identifier: Apache-2.0
// The names of other namespaces that a user of this library needs.
#pragma once

#include <scrape/vocabulary.hpp>

namespace charms::prometheus_k8s::v0::prometheus_scrape {

using namespace scrape::vocabulary;

}  // namespace charms::prometheus_k8s::v0::prometheus_scrape
