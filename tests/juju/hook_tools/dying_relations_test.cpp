// SPDX-License-Identifier: Apache-2.0
// What of Juju's refusals is tolerated, and that only that is.
#include <charms/tempo_k8s/v0/tempo_scrape.hpp>
#include <string>
#include <vector>

#include <juju/hook_tools/fqdn.hpp>
#include <support/catch.hpp>
#include <support/dispatch.hpp>
#include <support/workload.hpp>

namespace {

using juju::testing::State;
using support::HookRunner;
using support::Workload;
using Lines = std::vector<std::string>;

const std::string music = "{name: music, provides: {tracing: {interface: tempo_scrape}}}";
const std::string tempo = "{name: tempo, requires: {tracing: {interface: tempo_scrape}}}";

class Tempo final : public juju::CharmBase {
 public:
  explicit Tempo(juju::Framework& framework) : CharmBase(framework) {
    framework.observe(on().update_status, *this, &Tempo::on_update_status);
  }

 private:
  void on_update_status(juju::UpdateStatusEvent&) { unit().set_status(juju::ActiveStatus(scrape_.jobs().dump())); }

  charms::tempo_k8s::v0::tempo_scrape::TracingEndpointConsumer<Tempo> scrape_{*this};
};

/// music/0 leads and has a Tempo in each of these relations.
State related_music(const std::vector<juju::RelationId>& ids = {3, 4, 5}) {
  State state{.leader = true};
  for (const juju::RelationId id : ids) {
    state.relations.push_back({.id = id, .endpoint = "tracing", .remote_application = "tempo"});
    state.relations.back().remote_units["tempo/0"];
  }
  return state;
}

/// tempo/0 scrapes one unit in each of these relations.
State related_tempo(const std::vector<std::string>& applications) {
  State state;
  for (const std::string& application : applications) {
    state.relations.push_back({.id = static_cast<juju::RelationId>(state.relations.size()) + 3,
                               .endpoint = "tracing",
                               .remote_application = application});
    state.relations.back().remote_application_data["scrape_jobs"] = R"([{"job_name": "j"}])";
    state.relations.back().remote_units[application + "/0"]["tempo_scrape_unit_address"] = "10.0.0.1";
  }
  return state;
}

/// "3 4": the relations in which the unit and its application have published.
std::string published(HookRunner& juju) {
  std::string ids;
  for (const auto& relation : juju.juju.state().relations) {
    const bool whole = relation.local_unit_data.contains("tempo_scrape_unit_address") &&
                       relation.local_application_data.contains("scrape_jobs");
    if (whole) ids += (ids.empty() ? "" : " ") + std::to_string(relation.id);
  }
  return ids;
}

const juju::Hook update_status{.kind = juju::HookKind::update_status};

juju::Hook relation_hook(const std::string& kind, juju::RelationId id, const std::string& unit = {}) {
  return {.kind = juju::hook_kind("tracing-" + kind), .relation_id = id, .endpoint = "tracing", .remote_unit = unit};
}

}  // namespace

TEST_CASE("users 1: in any hook a relation that is refused stops no other, with one WARNING that names it") {
  HookRunner juju(related_music(), music);
  const std::string refusal = GENERATE(values<std::string>(
      {"permission denied", "permission denied (unauthorized access)",
       "cannot read relation application settings: permission denied", "\"x\": relation not found"}));
  const juju::Hook hook =
      GENERATE(values<juju::Hook>({update_status, {.kind = juju::HookKind::leader_elected}, relation_hook("relation-created", 4),
                                   relation_hook("relation-changed", 3, "tempo/0")}));
  for (const char* tool : {"relation-get --format=json -r tracing:4", "relation-list --format=json -r tracing:4",
                           "relation-set -r tracing:4"}) {
    juju.juju.fail(tool, refusal);
  }
  CAPTURE(refusal, hook.name());
  CHECK(juju.run<Workload>(hook) == 0);
  CHECK(published(juju) == "3 5");
  REQUIRE(juju.log().size() == 1);
  CHECK(juju.log().front().starts_with("WARNING relation tracing:4 is skipped: "));
}

TEST_CASE("users 1: what the consumer can read stands beside what it is refused") {
  HookRunner juju(related_tempo({"a", "b", "c"}), tempo);
  juju.juju.fail("relation-get --format=json -r tracing:4", "permission denied");
  CHECK(juju.run<Tempo>(update_status) == 0);
  const std::string jobs = juju.juju.state().unit_status.message;
  CHECK(jobs.find("a_j") != std::string::npos);
  CHECK(jobs.find("b_j") == std::string::npos);
  CHECK(jobs.find("c_j") != std::string::npos);
  CHECK(juju.log().size() == 1);
}

TEST_CASE("users 3: own bag that cannot be read is written whole, in one call") {
  State before = related_music({3});
  before.relations[0].local_unit_data = {{"tempo_scrape_unit_name", "music/0"}, {"ingress-address", "10.1.0.1"}};
  HookRunner juju(before, music);
  juju.juju.fail("relation-get --format=json -r tracing:3 - music/0", "permission denied");
  CHECK(juju.run<Workload>(relation_hook("relation-created", 3)) == 0);
  CHECK(juju.juju.calls("relation-set -r tracing:3 --file") == Lines{"relation-set -r tracing:3 --file -"});
  CHECK(juju.juju.state().relation(3).local_unit_data == juju::StringMap{{"ingress-address", "10.1.0.1"},
                                                                     {"tempo_scrape_unit_name", "music/0"},
                                                                     {"tempo_scrape_unit_address", "10.1.0.1"}});
}

TEST_CASE(
    "users 16: a relation whose application Juju does not tell is passed over, and its own unit still publishes") {
  State tempos = related_tempo({"", "b"});
  tempos.relations[0].remote_units.clear();
  HookRunner consumer(tempos, tempo);
  CHECK(consumer.run<Tempo>(update_status) == 0);
  CHECK(nlohmann::json::parse(consumer.juju.state().unit_status.message).size() == 1);
  CHECK(consumer.run<Tempo>(relation_hook("relation-broken", 3)) == 0);
  State musics = related_music({3});
  musics.relations[0].remote_application = "";
  musics.relations[0].remote_units.clear();
  HookRunner provider(musics, music);
  CHECK(provider.run<Workload>(relation_hook("relation-created", 3)) == 0);
  CHECK(provider.run<Workload>(relation_hook("relation-changed", 3)) == 0);
  CHECK(published(provider) == "3");
}

TEST_CASE("users 18: across models the published names label the jobs, and two equal ones stand side by side") {
  State before = related_tempo({"remote-f664", "remote-a1b2"});
  for (auto& relation : before.relations) {
    relation.remote_application_data["scrape_metadata"] =
        R"({"model": "edge", "model_uuid": "0123456789", "application": "lxd", "unit": "lxd/8", "charm_name": "lxd"})";
    relation.remote_units.begin()->second["tempo_scrape_unit_name"] = "lxd/8";
  }
  before.relations[1].remote_units.begin()->second["tempo_scrape_unit_address"] = "10.0.0.2";
  HookRunner juju(before, tempo);
  CHECK(juju.run<Tempo>(update_status) == 0);
  const auto jobs = nlohmann::json::parse(juju.juju.state().unit_status.message);
  REQUIRE(jobs.size() == 2);
  CHECK(jobs.dump().find("remote-") == std::string::npos);
  Lines targets;
  for (const auto& job : jobs) {
    CHECK(job["static_configs"][0]["labels"]["juju_unit"] == "lxd/8");
    CHECK(job["static_configs"][0]["labels"]["juju_application"] == "lxd");
    CHECK(job["static_configs"][0]["labels"]["juju_model"] == "edge");
    targets.push_back(job["static_configs"][0]["targets"][0].get<std::string>());
  }
  CHECK(targets == Lines{"10.0.0.1:80", "10.0.0.2:80"});
}

TEST_CASE("users 31: any other failure ends the hook with tool, arguments, status and text in the log") {
  const std::string call =
      GENERATE(values<std::string>({"relation-get --format=json -r tracing:4 - music/0",
                                    "relation-set -r tracing:4 --app --file -", "relation-ids --format=json tracing",
                                    "network-get --format=json tracing -r tracing:4", "is-leader --format=json"}));
  HookRunner juju(related_music(), music);
  juju.juju.fail(call, "cannot write relation settings");
  CHECK(juju.run<Workload>(update_status) == 1);
  CHECK(juju.log() == Lines{"ERROR uncaught exception in update-status: " + call +
                            ": exit status 1: ERROR cannot write relation settings"});
  CHECK(published(juju).empty());
}

TEST_CASE("users 33: every tool that takes a relation gets endpoint:id, and an id of another endpoint is not found") {
  const std::string two = "{name: c, provides: {tracing: {interface: tempo_scrape}, other: {interface: x}}}";
  HookRunner juju(related_music(), two);
  CHECK(juju.run<Workload>(relation_hook("relation-changed", 3, "tempo/0")) == 0);
  for (const std::string& call : juju.juju.calls()) {
    const std::size_t option = call.find(" -r ");
    if (option != std::string::npos) CHECK(call.substr(option).starts_with(" -r tracing:"));
  }
  try {
    juju::hook_tools::Tools().relation_list({"other", 3});
    FAIL("found");
  } catch (const juju::hook_tools::HookToolError& error) {
    CHECK(error.kind == juju::hook_tools::HookToolError::Kind::relation_not_found);
  }
}

TEST_CASE("users 2: update-status and relation-changed each mend the address, and one that stands is not written") {
  HookRunner juju(related_music(), music);
  CHECK(juju.run<Workload>(update_status) == 0);
  juju.juju.change([](State& state) { state.address = "10.9.9.9"; });
  const juju::Hook hook =
      GENERATE(values<juju::Hook>({update_status, relation_hook("relation-changed", 4, "tempo/0")}));
  CHECK(juju.run<Workload>(hook) == 0);
  for (const auto& relation : juju.juju.state().relations) {
    CHECK(relation.local_unit_data.at("tempo_scrape_unit_address") == "10.9.9.9");
  }
  CHECK(juju.run<Workload>(hook) == 0);
  CHECK(juju.juju.calls("relation-set").empty());
}

TEST_CASE("without a network for the relation the host's name is the address, with one WARNING for the relation") {
  State before = related_music({3});
  before.address = "";
  HookRunner juju(before, music);
  CHECK(juju.run<Workload>(update_status) == 0);
  CHECK(juju.juju.state().relation(3).local_unit_data.at("tempo_scrape_unit_address") == juju::hook_tools::fqdn());
  REQUIRE(juju.log().size() == 1);
  CHECK(juju.log().front().starts_with("WARNING relation tracing:3 gets the host's name as this unit's address: "));
}

TEST_CASE("the host's name is completed from the hosts file where that knows more") {
  const support::TemporaryDirectory directory;
  const auto write = [&](const char* name, const char* text) { std::ofstream(directory.path() / name) << text; };
  write("hostname", "music-0\n");
  write("hosts", "127.0.0.1 localhost\n# 10.1.0.9 music-0.no music-0\n10.1.0.1 music-0 music-0.music.svc # here\n");
  CHECK(juju::hook_tools::fqdn(directory.path() / "hostname", directory.path() / "hosts") == "music-0.music.svc");
  CHECK(juju::hook_tools::fqdn(directory.path() / "hostname", directory.path() / "none") == "music-0");
}
