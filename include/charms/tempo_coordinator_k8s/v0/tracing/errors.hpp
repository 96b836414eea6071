// SPDX-License-Identifier: Apache-2.0
// The exceptions for mistakes in a charm. Invalid data from another charm is never an exception: see `problems()`.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace charms::tempo_coordinator_k8s::v0::tracing {

/// The base of this library's exceptions. Mirrors `TracingError`.
class TracingError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Mirrors `NotReadyError`. This library does not throw it: ask `is_requirer_ready()`.
class NotReadyError : public TracingError {
 public:
  using TracingError::TracingError;
};

/// Mirrors `DataValidationError`. This library does not throw it: see `problems()`.
class DataValidationError : public TracingError {
 public:
  using TracingError::TracingError;
};

/// A unit that is not the leader wrote for its application. Mirrors `DataAccessPermissionError`.
class DataAccessPermissionError : public TracingError {
 public:
  explicit DataAccessPermissionError(std::string name)
      : TracingError("only the leader may call " + name), function(std::move(name)) {}

  std::string function;  ///< "request_protocols" or "publish_receivers".
};

/// The charm needs an endpoint of a protocol that it did not request. Mirrors `ProtocolNotRequestedError`.
class ProtocolNotRequestedError : public TracingError {
 public:
  explicit ProtocolNotRequestedError(std::string name)
      : TracingError("the protocol '" + name +
                     "' was not requested: add it to the option 'protocols', or call request_protocols"),
        protocol(std::move(name)) {}

  std::string protocol;
};

/// A call without a relation, on an endpoint that may have several. Mirrors `AmbiguousRelationUsageError`.
class AmbiguousRelationUsageError : public TracingError {
 public:
  explicit AmbiguousRelationUsageError(std::string name)
      : TracingError("the endpoint '" + name +
                     "' may have several relations: pass a relation, or set `limit: 1` in metadata.yaml"),
        relation_name(std::move(name)) {}

  std::string relation_name;
};

}  // namespace charms::tempo_coordinator_k8s::v0::tracing
