// SPDX-License-Identifier: Apache-2.0
// The names of other namespaces that a user of this library needs.
#pragma once

#include <juju/problem.hpp>
#include <juju/relation_errors.hpp>

namespace charms::tempo_coordinator_k8s::v0::tracing {

using juju::InvalidOptionError;
using juju::Problem;
using juju::RelationInterfaceMismatchError;
using juju::RelationNotFoundError;
using juju::RelationRoleMismatchError;

}  // namespace charms::tempo_coordinator_k8s::v0::tracing
