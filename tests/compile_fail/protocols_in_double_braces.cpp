// SPDX-License-Identifier: Apache-2.0
// Two texts in double braces would be a pair of iterators if protocols were a vector of strings.
// expect: deleted
#include <charms/tempo_coordinator_k8s/v0/tracing.hpp>

using namespace charms::tempo_coordinator_k8s::v0::tracing;

#ifdef MUST_FAIL
const TracingEndpointRequirerOptions options{.protocols = {{"otlp_http", "otlp_grpc"}}};
#else
const TracingEndpointRequirerOptions options{.protocols = {"otlp_http", "otlp_grpc"}};
#endif
