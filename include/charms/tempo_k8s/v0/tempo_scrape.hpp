// SPDX-License-Identifier: Apache-2.0
/// @file
/// The C++ mirror of the Python charm library `charms.tempo_k8s.v0.tempo_scrape` 0.1: include this.
#pragma once

#include <charms/tempo_k8s/v0/tempo_scrape/consumer.hpp>
#include <charms/tempo_k8s/v0/tempo_scrape/provider.hpp>
#include <charms/tempo_k8s/v0/tempo_scrape/requirer.hpp>
