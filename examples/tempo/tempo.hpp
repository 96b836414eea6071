// SPDX-License-Identifier: Apache-2.0
// Tempo's charm: scrapes what is related to it, and tells where it listens.
#pragma once

#include <charms/tempo_k8s/v0/tempo_scrape.hpp>
#include <string>

using namespace charms::tempo_k8s::v0::tempo_scrape;

class Tempo final : public juju::CharmBase {
 public:
  explicit Tempo(juju::Framework& framework) : CharmBase(framework) {
    framework.observe(scrape_.on().targets_changed, *this, &Tempo::on_targets_changed);
  }
  nlohmann::json scrape_configs() { return scrape_.jobs(); }

 private:
  void on_targets_changed(TargetsChangedEvent&);

  TracingEndpointConsumer<Tempo> scrape_{*this};
  TracingEndpointRequirer<Tempo> endpoint_{*this,
                                           {.hostname = "tempo.local",
                                            .tempo_port = 3200,
                                            .otlp_grpc_port = 4317,
                                            .otlp_http_port = 4318,
                                            .zipkin_port = 9411}};
};

inline void Tempo::on_targets_changed(TargetsChangedEvent&) {
  for (const Problem& problem : scrape_.problems()) log().warning(to_string(problem));
  unit().set_status(juju::ActiveStatus{"scrape jobs: " + std::to_string(scrape_configs().size())});
}
