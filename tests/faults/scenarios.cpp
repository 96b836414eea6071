// SPDX-License-Identifier: Apache-2.0
#include <set>
#include <string>

#include "../examples/spring-music/spring_music.hpp"
#include "../examples/tempo/tempo.hpp"
#include "charms.hpp"
#include "hooks.hpp"

namespace faults {

namespace {

const std::string examples = TEMPO_SCRAPE_EXAMPLES_DIRECTORY;

/// A Tempo that has published its endpoint.
RelationState tempo(juju::RelationId id, const std::string& application) {
  RelationState relation{.id = id, .endpoint = "tracing", .remote_application = application};
  relation.remote_units[application + "/0"] = {{"password", secret}};
  relation.remote_application_data = {
      {"tempo_endpoint", R"({"hostname":"host.of.)" + application + R"(","otlp_grpc_port":4317})"},
      {"password", secret}};
  relation.local_unit_data = {{"ingress-address", "10.99.0.1"}, {"password", secret}};
  relation.local_application_data = {{"password", secret}};
  return relation;
}

State music(bool leader) {
  State state{.leader = leader, .relations = {tempo(3, "tempo"), tempo(4, "other-tempo")}, .address = "10.77.0.1"};
  state.unit_name = "spring-music/0";
  return state;
}

/// A workload with this many units that has published all its data. With `cross_model`, it is in another model.
RelationState workload(juju::RelationId id, const std::string& application, int units, bool cross_model = false) {
  const std::string real = cross_model ? "far-" + std::to_string(id) : application;
  const std::string uuid = cross_model ? "9d7bb5a0-0000-4000-8000-000000000009" : State().model_uuid;
  const std::string model = cross_model ? "far-model" : State().model_name;
  RelationState relation{.id = id, .endpoint = "tracing", .remote_application = application};
  for (int i = 0; i < units; ++i) {
    const std::string number = "/" + std::to_string(i);
    relation.remote_units[application + number] = {
        {"tempo_scrape_unit_name", real + number},
        {"tempo_scrape_unit_address", "10.88." + std::to_string(id) + "." + std::to_string(i + 1)},
        {"password", secret}};
  }
  relation.remote_application_data = {
      {"scrape_jobs", R"([{"job_name":"songs","static_configs":[{"targets":["*:8000","*:8081"]}]}])"},
      {"scrape_metadata", R"({"model":")" + model + R"(","model_uuid":")" + uuid + R"(","application":")" + real +
                              R"(","unit":")" + real + R"(/0","charm_name":"music"})"},
      {"password", secret}};
  relation.local_application_data = {{"password", secret}};
  return relation;
}

State tempo_state(bool leader) {
  State state{.leader = leader, .relations = {workload(3, "music", 3), workload(4, "remote-f664", 2, true)}};
  state.unit_name = "tempo/0";
  return state;
}

const Hook update_status{.kind = juju::HookKind::update_status};
const CharmUnderTest spring_music = charm<SpringMusic>(examples + "/spring-music");
const CharmUnderTest example_tempo = charm<Tempo>(examples + "/tempo");

std::vector<Scenario> of_the_provider() {
  const auto created = [](juju::RelationId id) { return in_relation("created", music(true).relation(id)); };
  const auto new_tempo = [](State& state) { state.relations.push_back(tempo(5, "new-tempo")); };
  const auto new_address = [](State& state) { state.address = "10.77.0.9"; };
  const auto first_unit_leaves = [](State& state) {
    auto& relation = state.relation(3);
    relation.departed_units.insert(relation.remote_units.extract("tempo/0"));
  };
  return {
      {"provider-created",
       spring_music,
       music(true),
       {created(3)},
       new_tempo,
       in_relation("created", tempo(5, "new-tempo"))},
      {"provider-joined-follower",
       spring_music,
       music(false),
       {created(3)},
       {},
       in_relation("joined", tempo(4, "other-tempo"), "other-tempo/0")},
      {"provider-changed-defers",
       charm<DeferringWorkload>(examples + "/spring-music"),
       music(true),
       {created(3)},
       new_address,
       in_relation("changed", tempo(3, "tempo"), "tempo/0")},
      {"provider-changed-follower",
       spring_music,
       music(false),
       {created(3)},
       new_address,
       in_relation("changed", tempo(4, "other-tempo"), "other-tempo/0")},
      {"provider-new-address", spring_music, music(true), {created(3)}, new_address, update_status},
      {"provider-other-jobs",
       spring_music,
       music(true),
       {created(3)},
       [](State& state) {
         state.config["jobs"] = R"([{"job_name":"choir","static_configs":[{"targets":["*:7000"]}]}])";
       },
       juju::testing::config_changed().hook},
      {"provider-leader-elected",
       spring_music,
       music(false),
       {created(3)},
       [](State& state) { state.leader = true; },
       juju::testing::leader_elected().hook},
      {"provider-upgrade-with-alert-rules",
       spring_music,
       music(true),
       {},
       {},
       juju::testing::upgrade_charm().hook,
       {{"src/alert_rules/down.rule", "alert: Down\nexpr: up{%%juju_topology%%} == 0\n"}}},
      {"provider-nothing-to-change", spring_music, music(true), {created(3), update_status}, {}, update_status},
      {"provider-departed",
       spring_music,
       music(true),
       {created(3)},
       first_unit_leaves,
       in_relation("departed", tempo(3, "tempo"), "tempo/0")},
      {"provider-broken",
       spring_music,
       music(true),
       {created(3), update_status},
       [](State& state) { state.relation(3).departed_units = std::exchange(state.relation(3).remote_units, {}); },
       in_relation("broken", tempo(3, "tempo"))},
      {"provider-pebble-ready", spring_music, music(true), {}, {}, juju::testing::pebble_ready("music").hook},
      {"provider-large-write", charm<VerboseWorkload>(examples + "/spring-music"), music(true), {}, {}, created(3)},
  };
}

std::vector<Scenario> of_the_consumer() {
  const auto changed = in_relation("changed", workload(3, "music", 3), "music/1");
  const auto new_music = [](State& state) { state.relations.push_back(workload(5, "new-music", 1)); };
  const auto one_unit_leaves = [](State& state) {
    auto& relation = state.relation(3);
    relation.departed_units.insert(relation.remote_units.extract("music/2"));
  };
  const auto named = [](State& state) { state.config["hostname"] = "tempo.example"; };
  const auto elected = juju::testing::leader_elected().hook;
  return {
      {"consumer-created",
       example_tempo,
       tempo_state(true),
       {elected, changed},
       new_music,
       in_relation("created", workload(5, "new-music", 1))},
      {"consumer-changed", example_tempo, tempo_state(true), {}, {}, changed},
      {"consumer-changed-follower", example_tempo, tempo_state(false), {}, {}, changed},
      {"consumer-departed",
       example_tempo,
       tempo_state(true),
       {elected, changed},
       one_unit_leaves,
       in_relation("departed", workload(3, "music", 3), "music/2")},
      {"consumer-broken",
       example_tempo,
       tempo_state(true),
       {elected, changed},
       [](State& state) { state.relation(4).departed_units = std::exchange(state.relation(4).remote_units, {}); },
       in_relation("broken", workload(4, "remote-f664", 2))},
      {"consumer-leader-elected",
       example_tempo,
       tempo_state(false),
       {changed},
       [](State& state) { state.leader = true; },
       elected},
      {"consumer-config-changed",
       example_tempo,
       tempo_state(true),
       {elected, changed},
       named,
       juju::testing::config_changed().hook},
      {"consumer-deferred-event-waits",
       charm<DeferringTempo>(examples + "/tempo"),
       tempo_state(true),
       {elected, changed},
       named,
       update_status},
  };
}

}  // namespace

juju::testing::TestModel both_sides(const std::filesystem::path& tempo_directory) {
  const std::filesystem::path directory = examples;
  juju::Metadata tempo = juju::Metadata::load(directory / "tempo");
  tempo.charm_directory = tempo_directory;
  juju::testing::TestModel model;
  model.deploy<Tempo>("tempo", tempo, {.units = 2});
  model.deploy<SpringMusic>("music", juju::Metadata::load(directory / "spring-music"), {.units = 2});
  model.integrate("music:tracing", "tempo:tracing");
  model.deploy<DeferringWorkload>("patient", juju::Metadata::load(directory / "spring-music"));
  model.integrate("patient:tracing", "tempo:tracing");
  return model;
}

nlohmann::json end_of(juju::testing::TestModel& model) {
  nlohmann::json end = nlohmann::json::object();
  for (const std::string& application : model.applications()) {
    for (const std::string& unit : model.units(application)) {
      const State state = model.unit(unit).state();
      nlohmann::json& of_unit = end[unit];
      of_unit = {{"status", state.unit_status.message},
                 {"application status", state.application_status.message},
                 {"deferred", state.deferred}};
      for (const RelationState& relation : state.relations)
        of_unit["bags"].push_back({relation.local_application_data, relation.local_unit_data});
    }
  }
  end["jobs"] = model.unit("tempo/0").inspect<Tempo>([](Tempo& tempo) { return tempo.scrape_configs(); });
  return end;
}

std::vector<Scenario> scenarios() {
  std::vector<Scenario> all = of_the_provider();
  for (Scenario& scenario : of_the_consumer()) all.push_back(std::move(scenario));
  for (Scenario& scenario : metrics_scenarios()) all.push_back(std::move(scenario));
  // In these, more changes than the hook is about: what it reads from Juju differs from what it remembers.
  const std::set<std::string> others = {"provider-changed-defers", "provider-changed-follower",
                                        "metrics-provider-changed-feedback"};
  for (std::size_t i = all.size(); i-- > 0;) {
    if (juju::hook_tools::is_full_read(all[i].hook.kind) || others.contains(all[i].name)) continue;
    Scenario again = all[i];
    again.name += ", remembers";
    again.earlier.push_back({.kind = juju::HookKind::update_status});
    again.remembers = true;
    all.push_back(std::move(again));
  }
  return all;
}

}  // namespace faults
