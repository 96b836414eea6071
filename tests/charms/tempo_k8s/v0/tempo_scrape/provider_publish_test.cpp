// SPDX-License-Identifier: Apache-2.0
#include <support/provider.hpp>

using namespace support;
using namespace juju::testing;
using nlohmann::json;

namespace {

const json default_jobs = json::parse(R"([{"static_configs": [{"targets": ["*:80"]}]}])");

/// Publishes also when it starts.
struct RefreshedOnStart final : juju::CharmBase {
  explicit RefreshedOnStart(juju::Framework& framework) : CharmBase(framework) {}

  tempo_scrape::TracingEndpointProvider<RefreshedOnStart> tracing{*this, {.refresh_events = {on().start}}};
};

/// In start it emits a relation-changed without a relation, as a deferred event whose relation is gone.
class Latecomer final : public juju::CharmBase {
 public:
  explicit Latecomer(juju::Framework& framework) : CharmBase(framework) {
    framework.observe(on().start, *this, &Latecomer::on_start);
    framework.observe(tracing_.on().endpoint_changed, *this, &Latecomer::on_endpoint_changed);
  }

 private:
  void on_start(juju::StartEvent&) { framework().emit(on()["tracing"].relation_changed, juju::RelationChangedEvent()); }
  void on_endpoint_changed(tempo_scrape::EndpointChangedEvent&) { log().info("endpoint changed"); }

  tempo_scrape::TracingEndpointProvider<Latecomer> tracing_{*this};
};

}  // namespace

TEST_CASE("provider publish: each unit its keys, the leader the application's") {
  const auto event = GENERATE(as<EventRequest>{}, relation_created(3), relation_joined(3, "tempo/0"),
                              relation_changed(3, "tempo/0"), upgrade_charm(), leader_elected(), config_changed(),
                              update_status(), pebble_ready("music"), pebble_ready("sidecar"));
  CAPTURE(event.hook.name());
  const State leader = run_provider(related(), event);
  CHECK(leader.relation(3).local_unit_data == published_unit());
  CHECK(json::parse(leader.relation(3).local_application_data.at("scrape_jobs")) == default_jobs);
  CHECK(json::parse(leader.relation(3).local_application_data.at("scrape_metadata")) ==
        json{{"model", leader.model_name},
             {"model_uuid", leader.model_uuid},
             {"application", "spring-music"},
             {"unit", "spring-music/1"},
             {"charm_name", "spring-music-k8s"}});
  CHECK(!leader.relation(3).local_application_data.contains("alert_rules"));
  if (event.hook.kind == juju::HookKind::leader_elected) return;
  const State follower = run_provider(related(false), event);
  CHECK(follower.relation(3).local_unit_data == published_unit());
  CHECK(follower.relation(3).local_application_data.empty());
}

TEST_CASE("provider publish: a refresh event of the charm also publishes") {
  CHECK(run_provider(related(), start()).relation(3).local_unit_data.empty());
  CHECK(run<RefreshedOnStart>(related(), start(), provider_metadata).relation(3).local_unit_data == published_unit());
}

TEST_CASE("provider publish: a late event without its relation publishes") {
  const State before = related_with_endpoint(R"({"hostname": "tempo.local"})");
  const State after = run<Latecomer>(before, start(), provider_metadata);
  CHECK(after.relation(3).local_unit_data == published_unit());
  CHECK(after.log.empty());
}

TEST_CASE("provider publish: publishes in all relations of the endpoint") {
  State before = related();
  add_tempo(before, 0);
  add_tempo(before, 10);
  const State after = run_provider(before, update_status());
  for (const RelationState& relation : after.relations) {
    CAPTURE(relation.id);
    CHECK(relation.local_unit_data == published_unit());
    CHECK(relation.local_application_data.contains("scrape_jobs"));
  }
}

TEST_CASE("provider publish: a changed address is published in all relations") {
  const auto event = GENERATE(as<EventRequest>{}, update_status(), relation_changed(3, "tempo/0"));
  State before = related();
  add_tempo(before, 10);
  for (RelationState& relation : before.relations) relation.local_unit_data = published_unit("10.1.2.99");
  const State after = run_provider(before, event);
  CHECK(after.relation(3).local_unit_data == published_unit());
  CHECK(after.relation(10).local_unit_data == published_unit());
}

TEST_CASE("provider publish: each relation gets the address of its network") {
  State before = related();
  before.relation(3).address = "fd00::3";
  CHECK(run_provider(before, update_status()).relation(3).local_unit_data == published_unit("fd00::3"));
}

TEST_CASE("provider publish: relation-broken publishes nothing") {
  State before = related();
  add_tempo(before, 4);
  const State after = run_provider(before, relation_broken(3));
  CHECK(after.relation(4).local_unit_data.empty());
  CHECK(warnings(after) == 0);
}

TEST_CASE("provider publish: a new leader publishes what is not yet published") {
  const State follower = run_provider(related(false), relation_joined(3, "tempo/0"));
  REQUIRE(follower.relation(3).local_application_data.empty());
  State elected = follower;
  elected.leader = true;
  const State first = run_provider(elected, leader_elected());
  CHECK(first.relation(3).local_application_data.size() == 2);

  State next = first;
  next.unit_name = "spring-music/2";
  next.relation(3).local_unit_data = {};
  const State second = run_provider(next, leader_elected());
  CHECK(second.relation(3).local_application_data == first.relation(3).local_application_data);
}

TEST_CASE("provider publish: published data is not written again in another form") {
  State before = related();
  add_tempo(before, 4);
  State state = run_provider(before, update_status());
  CHECK(run_provider(state, update_status()) == state);
  for (auto& [key, text] : state.relation(4).local_application_data) text = json::parse(text).dump(4) + "\n";
  CHECK(run_provider(state, update_status()) == state);
}

TEST_CASE("provider publish: invalid published data is replaced") {
  State before = related();
  before.relation(3).local_application_data = {{"scrape_jobs", "[{"}, {"scrape_metadata", "7"}};
  const State after = run_provider(before, update_status());
  CHECK(json::parse(after.relation(3).local_application_data.at("scrape_jobs")) == default_jobs);
  CHECK(json::parse(after.relation(3).local_application_data.at("scrape_metadata")).size() == 5);
}

TEST_CASE("provider publish: incomplete published metadata is replaced") {
  const State joined = join();
  const json complete = json::parse(joined.relation(3).local_application_data.at("scrape_metadata"));
  for (const auto& key : complete.items()) {
    for (const json& other : {json(nullptr), json(7)}) {
      json published = complete;
      published[key.key()] = other;
      if (other.is_null()) published.erase(key.key());
      State before = joined;
      before.relation(3).local_application_data["scrape_metadata"] = published.dump();
      const State after = run_provider(before, update_status());
      INFO(published);
      CHECK(json::parse(after.relation(3).local_application_data.at("scrape_metadata")) == complete);
    }
  }
}

TEST_CASE("provider publish: keys of Juju and of the charm stay") {
  const juju::StringMap foreign = {{"ingress-address", "{\"not"},
                                   {"egress-subnets", "10.0.0.0/8,::/0"},
                                   {"mine", "\xff"},
                                   {"tempo_scrape_extra", "["}};
  State before = related();
  before.relation(3).local_unit_data = foreign;
  before.relation(3).local_application_data = foreign;
  const RelationState after = run_provider(before, update_status()).relation(3);
  for (const auto& [key, text] : foreign) {
    CHECK(after.local_unit_data.at(key) == text);
    CHECK(after.local_application_data.at(key) == text);
  }
  CHECK(after.local_unit_data.size() == foreign.size() + 2);
}
