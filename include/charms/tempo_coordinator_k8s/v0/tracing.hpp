// SPDX-License-Identifier: Apache-2.0
/// @file
/// The C++ mirror of the Python charm library `charms.tempo_coordinator_k8s.v0.tracing` (LIBPATCH 11): include this.
#pragma once

#include <charms/tempo_coordinator_k8s/v0/tracing/provider.hpp>
#include <charms/tempo_coordinator_k8s/v0/tracing/requirer.hpp>
