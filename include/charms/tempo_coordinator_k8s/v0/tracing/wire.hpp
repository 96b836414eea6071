// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace charms::tempo_coordinator_k8s::v0::tracing {

/// The names of this library in the data bags and in metadata.yaml.
struct Wire {
  const char* relation_name = "tracing";
  const char* interface = "tracing";

  /// The key of both applications' bags: the workload's has protocols, the backend's has receivers.
  const char* receivers = "receivers";
};

inline constexpr Wire wire;

}  // namespace charms::tempo_coordinator_k8s::v0::tracing
