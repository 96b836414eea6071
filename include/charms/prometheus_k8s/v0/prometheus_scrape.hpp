// SPDX-License-Identifier: Apache-2.0
/// @file
/// The C++ mirror of the Python charm library `charms.prometheus_k8s.v0.prometheus_scrape`: include this.
#pragma once

#include <charms/prometheus_k8s/v0/prometheus_scrape/consumer.hpp>
#include <charms/prometheus_k8s/v0/prometheus_scrape/provider.hpp>
#include <charms/prometheus_k8s/v0/prometheus_scrape/rules_provider.hpp>
