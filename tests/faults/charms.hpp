// SPDX-License-Identifier: Apache-2.0
// Charms that do what those of examples/ do not: defer, set an application's status, write a lot.
#pragma once

#include <charms/tempo_k8s/v0/tempo_scrape.hpp>
#include <string>

namespace faults {

namespace tempo_scrape = charms::tempo_k8s::v0::tempo_scrape;

/// A workload that puts off every endpoint that it is told.
class Patient final : public juju::CharmBase {
 public:
  explicit Patient(juju::Framework& framework) : CharmBase(framework) {
    framework.observe(tracing_.on().endpoint_changed, *this, &Patient::on_endpoint_changed);
    framework.observe(on().update_status, *this, &Patient::on_update_status);
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

  tempo_scrape::TracingEndpointProvider<Patient> tracing_{*this};
};

/// A workload whose jobs are longer than what a pipe or a socket holds.
class Wordy final : public juju::CharmBase {
 public:
  explicit Wordy(juju::Framework& framework) : CharmBase(framework) {}

 private:
  tempo_scrape::TracingEndpointProvider<Wordy> tracing_{
      *this, {.jobs = {{.static_configs = {{.targets = {"*:80"}, .labels = {{"note", std::string(250'000, 'x')}}}}}}}};
};

/// A Tempo with two observers of its targets: one takes them once the host name is set, one never does.
class Watcher final : public juju::CharmBase {
 public:
  explicit Watcher(juju::Framework& framework) : CharmBase(framework) {
    framework.observe(scrape_.on().targets_changed, *this, &Watcher::take_when_named);
    framework.observe(scrape_.on().targets_changed, *this, &Watcher::put_off);
    framework.observe(on().update_status, *this, &Watcher::on_update_status);
  }

 private:
  void take_when_named(tempo_scrape::TargetsChangedEvent& event) {
    if (config<std::string>("hostname") == "tempo.local") event.defer();
    show();
  }
  void put_off(tempo_scrape::TargetsChangedEvent& event) { event.defer(); }
  void on_update_status(juju::UpdateStatusEvent&) { show(); }
  void show() { unit().set_status(juju::ActiveStatus(juju::to_yaml_safe_json(scrape_.jobs()))); }

  tempo_scrape::TracingEndpointConsumer<Watcher> scrape_{*this};
  tempo_scrape::TracingEndpointRequirer<Watcher> endpoint_{*this, {.hostname = "watcher.example", .tempo_port = 3200}};
};

}  // namespace faults
