// SPDX-License-Identifier: Apache-2.0
// Relations whose application is not in the hook's environment.
#include <charms/tempo_k8s/v0/tempo_scrape.hpp>
#include <string>
#include <vector>

#include <support/catch.hpp>
#include <support/charms.hpp>
#include <support/dispatch.hpp>

#include "../testing/scripted_charm.hpp"

namespace {

using juju::testing::State;
using scripted::Lines;
using support::HookRunner;
using support::music;

const std::string tempo = "{name: tempo, requires: {tracing: {interface: tempo_scrape}}}";

/// Its status is the number of its scrape jobs.
class Tempo final : public juju::CharmBase {
 public:
  explicit Tempo(juju::Framework& framework) : CharmBase(framework) {
    framework.observe(on().update_status, *this, &Tempo::on_update_status);
  }

 private:
  void on_update_status(juju::UpdateStatusEvent&) {
    unit().set_status(juju::ActiveStatus(std::to_string(scrape_.jobs().size())));
  }

  charms::tempo_k8s::v0::tempo_scrape::TracingEndpointConsumer<Tempo> scrape_{*this};
};

void log_application(juju::CharmBase& charm, juju::Event& event) {
  charm.log().info(dynamic_cast<juju::RelationEvent&>(event).app);
}
using LogsApplication = scripted::Charm<log_application>;

juju::Hook hook_of(juju::HookKind kind, const std::string& unit = {}) {
  return {.kind = kind, .relation_id = 3, .endpoint = "tracing", .remote_unit = unit};
}

const juju::Hook created_hook = hook_of(juju::HookKind::relation_created);

}  // namespace

TEST_CASE("remote application: it is known from a unit or from relation-list") {
  HookRunner runner({.relations = {{.id = 3, .endpoint = "tracing", .remote_application = "tempo"}}}, music);
  CHECK(runner.run<LogsApplication>(created_hook) == 0);
  CHECK(runner.juju.calls("relation-list").back().ends_with("--app"));
  CHECK(runner.run<LogsApplication>(hook_of(juju::HookKind::relation_departed, "last/0")) == 0);
  CHECK(runner.juju.calls("relation-list").empty());
  runner.juju.change([](State& state) { state.relations[0].remote_units["listed/0"]; });
  CHECK(runner.run<LogsApplication>(created_hook) == 0);
  runner.juju.change([](State& state) {
    state.relations[0].remote_units.clear();
    state.relations[0].remote_application = "";
  });
  CHECK(runner.run<LogsApplication>(created_hook) == 0);
  CHECK(runner.log() == Lines{"INFO tempo", "INFO last", "INFO listed", "INFO "});
}

TEST_CASE("remote application: a consumer skips a relation without one") {
  State state{
      .relations = {{.id = 3, .endpoint = "tracing"}, {.id = 4, .endpoint = "tracing", .remote_application = "b"}}};
  for (auto& relation : state.relations) relation.remote_application_data["scrape_jobs"] = R"([{"job_name": "j"}])";
  state.relations[1].remote_units["b/0"]["tempo_scrape_unit_address"] = "10.0.0.1";
  HookRunner runner(state, tempo);
  CHECK(runner.run<Tempo>(juju::testing::update_status()) == 0);
  CHECK(runner.juju.state().unit_status.message == "1");
  CHECK(runner.run<Tempo>(hook_of(juju::HookKind::relation_broken)) == 0);
}

TEST_CASE("remote application: a provider publishes without one") {
  const juju::HookKind kind = GENERATE(juju::HookKind::relation_created, juju::HookKind::relation_changed);
  HookRunner runner({.leader = true, .relations = {{.id = 3, .endpoint = "tracing"}}}, music);
  CHECK(runner.run<support::Workload>(hook_of(kind)) == 0);
  CHECK(runner.juju.state().relation(3).local_unit_data.contains("tempo_scrape_unit_address"));
  CHECK(runner.juju.state().relation(3).local_application_data.contains("scrape_jobs"));
}
