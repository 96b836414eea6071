// SPDX-License-Identifier: Apache-2.0
// When a workload publishes, and what each unit publishes.
#include <support/prometheus.hpp>

using namespace support::prometheus;
using namespace juju::testing;

namespace {

/// Publishes on start.
struct RefreshedOnStart final : juju::CharmBase {
  explicit RefreshedOnStart(juju::Framework& framework) : CharmBase(framework) {}
  prom::MetricsEndpointProvider<RefreshedOnStart> metrics{*this, {.refresh_events = {on().start}}};
};

const json default_jobs = json::parse(R"([{"metrics_path": "/metrics", "static_configs": [{"targets": ["*:80"]}]}])");

}  // namespace

TEST_CASE("prometheus provider: publishes on each of its events") {
  const auto event =
      GENERATE(as<EventRequest>{}, relation_created(3), relation_joined(3, "prometheus/0"), relation_changed(3),
               upgrade_charm(), leader_elected(), config_changed(), update_status(), pebble_ready("app"));
  CAPTURE(event.hook.name());
  const State leader = run_workload(providing(), {.generic_alert_rules = false}, event);
  CHECK(leader.relation(3).local_unit_data == unit_keys());
  CHECK(leader.relation(3).local_application_data.size() == 3);
  CHECK(published(leader, "scrape_jobs") == default_jobs);
  CHECK(published(leader, "scrape_metadata") == json{{"model", leader.model_name},
                                                     {"model_uuid", leader.model_uuid},
                                                     {"application", "music"},
                                                     {"unit", "music/1"},
                                                     {"charm_name", "music"}});
  CHECK(leader.relation(3).local_application_data.at("alert_rules") == "{}");
  if (event.hook.kind == juju::HookKind::leader_elected) return;
  const State follower = run_workload(providing(false), {}, event);
  CHECK(follower.relation(3).local_unit_data == unit_keys());
  CHECK(follower.relation(3).local_application_data.empty());
}

TEST_CASE("prometheus provider: publishes on refresh events, not on start") {
  CHECK(run_workload(providing(), {}, start()).relation(3).local_unit_data.empty());
  CHECK(run<RefreshedOnStart>(providing(), start(), workload_metadata).relation(3).local_unit_data == unit_keys());
}

TEST_CASE("prometheus provider: writes in all relations, and only what differs") {
  State before = providing();
  before.relations.push_back({.id = 10, .endpoint = "metrics-endpoint", .remote_application = "agent"});
  before.relation(10).address = "fd00::3";
  State after = run_workload(before);
  CHECK(after.relation(10).local_unit_data == unit_keys("fd00::3"));
  CHECK(after.relation(10).local_application_data == after.relation(3).local_application_data);
  CHECK(run_workload(after) == after);
  for (auto& [key, text] : after.relation(3).local_application_data) text = json::parse(text).dump(2);
  CHECK(run_workload(after) == after);
  after.relation(3).local_application_data["scrape_jobs"] = "[{";
  after.relation(3).local_application_data["mine"] = "stays";
  const State repaired = run_workload(after);
  CHECK(published(repaired, "scrape_jobs") == default_jobs);
  CHECK(repaired.relation(3).local_application_data.at("mine") == "stays");
}

TEST_CASE("prometheus provider: publishes the bind address if it is an IP") {
  struct Case {
    const char* address;
    const char* fqdn;
    const char* published;
  };
  for (const auto& [address, fqdn, expected] :
       {Case{"10.0.0.1", "h.local", "10.0.0.1"}, Case{"fd00::1", "h.local", "fd00::1"},
        Case{"unit.internal", "h.local", "h.local"}, Case{"unit.internal", "", "unit.internal"}}) {
    CAPTURE(address, fqdn);
    State before = providing();
    before.address = address;
    before.fqdn = fqdn;
    const juju::StringMap keys = run_workload(before).relation(3).local_unit_data;
    CHECK(keys.at("prometheus_scrape_unit_address") == expected);
    CHECK(keys.at("prometheus_scrape_unit_fqdn") == (*fqdn == '\0' ? address : fqdn));
  }
}

TEST_CASE("prometheus provider: calls of hook tools in steady state") {
  const State leader = run_workload(providing());
  State follower = leader;
  follower.leader = false;
  const Lines of_unit = {"is-leader", "network-get 3", "relation-get 3 music/1", "relation-ids metrics-endpoint",
                         "state-get"};
  Lines of_leader = of_unit;
  of_leader.insert(of_leader.begin() + 2, "relation-get 3 music");
  for (const auto& [state, expected] : {std::pair(follower, of_unit), std::pair(leader, of_leader)}) {
    CountedCalls calls;
    run(state, update_status(), workload_metadata, workload({}), calls.options());
    CHECK(calls.sorted() == expected);
  }
}

TEST_CASE("prometheus provider: requires its endpoint in metadata.yaml") {
  const auto construct = [](const char* metadata) {
    inspect<Workload>({}, juju::Metadata::parse(metadata), [](Workload&) { return 0; });
  };
  CHECK_THROWS_AS(construct("name: a"), prom::RelationNotFoundError);
  CHECK_THROWS_AS(construct("{name: a, provides: {metrics-endpoint: {interface: x}}}"),
                  prom::RelationInterfaceMismatchError);
  CHECK_THROWS_AS(construct("{name: a, requires: {metrics-endpoint: {interface: prometheus_scrape}}}"),
                  prom::RelationRoleMismatchError);
}
