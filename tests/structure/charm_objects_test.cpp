// SPDX-License-Identifier: Apache-2.0
// Observers keep the addresses of charms and endpoints.
#include <charms/prometheus_k8s/v0/prometheus_scrape.hpp>
#include <charms/tempo_coordinator_k8s/v0/tracing.hpp>
#include <charms/tempo_k8s/v0/tempo_scrape.hpp>
#include <type_traits>

#include <support/catch.hpp>

namespace prom = charms::prometheus_k8s::v0::prometheus_scrape;
namespace tempo_scrape = charms::tempo_k8s::v0::tempo_scrape;
namespace tracing = charms::tempo_coordinator_k8s::v0::tracing;

TEMPLATE_TEST_CASE("charm objects: charms and endpoints cannot be copied or moved", "", juju::CharmBase,
                   tempo_scrape::TracingEndpointProvider<juju::CharmBase>,
                   tempo_scrape::TracingEndpointConsumer<juju::CharmBase>,
                   tempo_scrape::TracingEndpointRequirer<juju::CharmBase>,
                   tracing::TracingEndpointProvider<juju::CharmBase>, tracing::TracingEndpointRequirer<juju::CharmBase>,
                   prom::MetricsEndpointProvider<juju::CharmBase>, prom::MetricsEndpointConsumer<juju::CharmBase>,
                   prom::PrometheusRulesProvider<juju::CharmBase>) {
  STATIC_REQUIRE_FALSE(std::is_copy_constructible_v<TestType>);
  STATIC_REQUIRE_FALSE(std::is_move_constructible_v<TestType>);
  STATIC_REQUIRE_FALSE(std::is_copy_assignable_v<TestType>);
  STATIC_REQUIRE_FALSE(std::is_move_assignable_v<TestType>);
}
