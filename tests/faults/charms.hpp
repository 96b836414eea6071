// SPDX-License-Identifier: Apache-2.0
// Charms for what the examples do not do: defer events, set the application's status, write large data.
#pragma once

#include <charms/tempo_k8s/v0/tempo_scrape.hpp>
#include <string>

namespace faults {

namespace tempo_scrape = charms::tempo_k8s::v0::tempo_scrape;

/// A workload that defers every endpoint_changed event.
class DeferringWorkload final : public juju::CharmBase {
 public:
  explicit DeferringWorkload(juju::Framework& framework) : CharmBase(framework) {
    framework.observe(tracing_.on().endpoint_changed, *this, &DeferringWorkload::on_endpoint_changed);
    framework.observe(on().update_status, *this, &DeferringWorkload::on_update_status);
  }

 private:
  void on_endpoint_changed(tempo_scrape::EndpointChangedEvent& event) {
    event.defer();
    show();
  }
  void on_update_status(juju::UpdateStatusEvent&) { show(); }
  void show() {
    const auto endpoint = tracing_.endpoint();
    unit().set_status(juju::ActiveStatus(endpoint ? "Tempo is at " + endpoint->hostname : "no Tempo"));
    if (unit().is_leader()) app().set_status(juju::ActiveStatus("led by " + unit().name()));
  }

  tempo_scrape::TracingEndpointProvider<DeferringWorkload> tracing_{*this};
};

/// A workload whose jobs are larger than the buffer of a pipe or a socket.
class VerboseWorkload final : public juju::CharmBase {
 public:
  explicit VerboseWorkload(juju::Framework& framework) : CharmBase(framework) {}

 private:
  tempo_scrape::TracingEndpointProvider<VerboseWorkload> tracing_{
      *this, {.jobs = {{.static_configs = {{.targets = {"*:80"}, .labels = {{"note", std::string(250'000, 'x')}}}}}}}};
};

/// A Tempo with two observers of targets_changed. One defers the event until the host name is set, the other always.
class DeferringTempo final : public juju::CharmBase {
 public:
  explicit DeferringTempo(juju::Framework& framework) : CharmBase(framework) {
    framework.observe(scrape_.on().targets_changed, *this, &DeferringTempo::defer_until_named);
    framework.observe(scrape_.on().targets_changed, *this, &DeferringTempo::defer_always);
    framework.observe(on().update_status, *this, &DeferringTempo::on_update_status);
  }

 private:
  void defer_until_named(tempo_scrape::TargetsChangedEvent& event) {
    if (config<std::string>("hostname") == "tempo.local") event.defer();
    show();
  }
  void defer_always(tempo_scrape::TargetsChangedEvent& event) { event.defer(); }
  void on_update_status(juju::UpdateStatusEvent&) { show(); }
  void show() { unit().set_status(juju::ActiveStatus(juju::to_yaml_safe_json(scrape_.jobs()))); }

  tempo_scrape::TracingEndpointConsumer<DeferringTempo> scrape_{*this};
  tempo_scrape::TracingEndpointRequirer<DeferringTempo> endpoint_{*this,
                                                                  {.hostname = "watcher.example", .tempo_port = 3200}};
};

}  // namespace faults
