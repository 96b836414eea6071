// SPDX-License-Identifier: Apache-2.0
// A workload's charm: each of its units becomes a scrape target of Tempo.
#pragma once

#include <charms/tempo_k8s/v0/tempo_scrape.hpp>
#include <string>

using namespace charms::tempo_k8s::v0::tempo_scrape;

class SpringMusic final : public juju::CharmBase {
 public:
  explicit SpringMusic(juju::Framework& framework) : CharmBase(framework) {
    framework.observe(tracing_.on().endpoint_changed, *this, &SpringMusic::on_endpoint_changed);
    framework.observe(on().config_changed, *this, &SpringMusic::on_config_changed);
    framework.observe(on().pebble_ready("music"), *this, &SpringMusic::on_pebble_ready);
  }

 private:
  void on_endpoint_changed(EndpointChangedEvent& event);
  void on_config_changed(juju::ConfigChangedEvent&);
  void on_pebble_ready(juju::PebbleReadyEvent&);

  TracingEndpointProvider<SpringMusic> tracing_{*this,
                                                {.jobs = {{.static_configs = {{.targets = {"*:8000", "*:8081"}}}}}}};
};

inline void SpringMusic::on_endpoint_changed(EndpointChangedEvent& event) {
  unit().set_status(juju::ActiveStatus{"traces go to " + event.hostname});
}

inline void SpringMusic::on_config_changed(juju::ConfigChangedEvent&) {
  if (!tracing_.endpoint()) unit().set_status(juju::WaitingStatus{"no Tempo to send traces to yet"});
}

inline void SpringMusic::on_pebble_ready(juju::PebbleReadyEvent& event) {
  log().info("container " + event.workload + " is ready");
}
