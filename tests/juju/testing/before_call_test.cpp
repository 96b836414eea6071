// SPDX-License-Identifier: Apache-2.0
// `before_call` is called for each call of a hook tool that Juju would get.
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <support/catch.hpp>

#include "scripted_charm.hpp"

namespace {

using namespace juju::testing;
using scripted::Lines;

/// The calls of one tool: the entity or endpoint, and the relation.
template <scripted::Script script>
Lines calls_of(const std::string& tool, const State& before, const EventRequest& hook,
               const juju::Metadata& metadata = scripted::app_metadata()) {
  Lines calls;
  run<scripted::Charm<script>>(
      before, hook, metadata, {.before_call = [&](const Call& call) {
        if (call.tool != tool) return;
        calls.push_back(std::string(call.entity) + (call.relation ? " " + std::to_string(*call.relation) : ""));
      }});
  return calls;
}

void log_applications(juju::CharmBase& charm, juju::Event&) {
  for (int twice = 0; twice < 2; ++twice) {
    for (const auto& [endpoint, declared] : charm.metadata().relations) {
      for (juju::Relation* relation : charm.model().relations(endpoint)) charm.log().info(relation->application());
    }
  }
}

void write_once(juju::CharmBase& charm, juju::Event&) {
  charm.model().relation(1)->data("app").set("a", "b");
  charm.model().relation(1)->data("app/0").set("a", "b");
}

void find_both(juju::CharmBase& charm, juju::Event&) {
  for (const juju::RelationId id : {1, 2, 9}) charm.log().info(charm.model().relation(id) == nullptr ? "none" : "one");
}

void defer_event(juju::CharmBase&, juju::Event& event) { event.defer(); }

/// The first relation lists no unit. The second lists one.
State related() {
  return {
      .leader = true,
      .relations = {{.id = 1, .endpoint = "tracing", .remote_application = "tempo"},
                    {.id = 2, .endpoint = "tracing", .remote_application = "other", .remote_units = {{"other/0", {}}}}},
      .unit_name = "app/0"};
}

juju::Notice notice(const std::string& event) { return {.event = event}; }

State waiting(std::vector<juju::Notice> notices) {
  State state = related();
  state.deferred = std::move(notices);
  return state;
}

/// Publishes its address in each hook.
void publish_address(juju::CharmBase& charm, juju::Event&) {
  for (juju::Relation* relation : charm.model().relations("tracing")) {
    juju::RelationDataBag& bag = relation->data(charm.unit().name());
    const std::string address = charm.model().address(*relation);
    if (bag.get("address") != address) bag.set("address", address);
  }
}

/// All calls, each with its entity.
Lines all_calls_of(const State& before, const EventRequest& hook) {
  Lines calls;
  run<scripted::Charm<publish_address>>(
      before, hook, scripted::app_metadata(), {.before_call = [&](const Call& call) {
        const std::string entity(call.entity);
        calls.push_back(std::string(call.tool) + (entity.empty() ? "" : " " + entity));
      }});
  return calls;
}

State with_one_relation() {
  return {.relations = {{.id = 1, .endpoint = "tracing", .remote_application = "tempo"}}, .unit_name = "app/0"};
}

}  // namespace

TEST_CASE("before_call: relation-list --app runs only for an unknown application") {
  CHECK(calls_of<log_applications>("relation-list", related(), update_status()) == Lines{" 1", "--app 1", " 2"});
  CHECK(calls_of<log_applications>("relation-list", related(), relation_created(1)) == Lines{" 2"});
  CHECK(calls_of<log_applications>("relation-list", related(), relation_created(2)) == Lines{" 1", "--app 1"});
}

TEST_CASE("before_call: the application of a peer relation needs no call") {
  const auto metadata = juju::Metadata::parse("{name: app, peers: {cluster: {interface: app}}}");
  const State state{.relations = {{.id = 1, .endpoint = "cluster"}}, .unit_name = "app/0"};
  CHECK(calls_of<log_applications>("relation-list", state, update_status(), metadata).empty());
}

TEST_CASE("before_call: a data bag is read before it is written") {
  CHECK(calls_of<write_once>("relation-get", related(), update_status()) == Lines{"app 1", "app/0 1"});
  CHECK(calls_of<write_once>("is-leader", related(), update_status()) == Lines{""});
}

TEST_CASE("before_call: a relation is found with relation-ids of each endpoint") {
  const auto metadata = juju::Metadata::parse(
      "{name: app, provides: {tracing: {interface: tempo_scrape}}, requires: {zone: {interface: zone}}}");
  CHECK(calls_of<find_both>("relation-ids", related(), update_status(), metadata) == Lines{"tracing", "zone"});
  CHECK(calls_of<write_once>("relation-ids", related(), relation_created(1)).empty());
}

TEST_CASE("before_call: a handled deferred event is one state-delete") {
  const std::vector<juju::Notice> two = {notice("start"), notice("stop")};
  CHECK(calls_of<scripted::nothing>("state-delete", waiting(two), update_status()) == Lines{"", ""});
  CHECK(calls_of<scripted::nothing>("state-set", waiting(two), update_status()).empty());
  const std::vector<juju::Notice> same = {notice("update-status")};
  for (const char* tool : {"state-set", "state-delete", "juju-log"}) {
    CAPTURE(tool);
    CHECK(calls_of<defer_event>(tool, waiting(same), update_status()).empty());
  }
}

TEST_CASE("before_call: new deferred events are one state-set and one juju-log") {
  const std::vector<juju::Notice> before = {notice("start")};
  CHECK(calls_of<defer_event>("state-set", waiting(before), update_status()) == Lines{""});
  CHECK(calls_of<defer_event>("juju-log", waiting(before), update_status()) == Lines{""});
  CHECK(calls_of<defer_event>("state-delete", waiting(before), update_status()).empty());
}

TEST_CASE("before_call: deferred events behind a handled one are stored again") {
  const std::vector<juju::Notice> before = {notice("nobody-observes-this"), notice("start"), notice("update-status")};
  CHECK(calls_of<defer_event>("state-set", waiting(before), update_status()) == Lines{""});
  CHECK(calls_of<defer_event>("state-delete", waiting(before), update_status()) == Lines{""});
}

TEST_CASE("before_call: a repeated read in a hook is one call") {
  CHECK(all_calls_of(with_one_relation(), relation_created(1)) ==
        Lines{"state-get", "relation-ids tracing", "network-get", "relation-get app/0", "relation-set app/0"});
  State published = with_one_relation();
  published.relations.front().local_unit_data["address"] = published.address;
  CHECK(all_calls_of(published, update_status()) ==
        Lines{"state-get", "relation-ids tracing", "network-get", "relation-get app/0"});
}

TEST_CASE("before_call: an exception in any call is the exception of the hook") {
  const Lines calls = all_calls_of(with_one_relation(), relation_created(1));
  for (std::size_t failing = 0; failing < calls.size(); ++failing) {
    CAPTURE(calls[failing]);
    std::size_t place = 0;
    const RunOptions options{.before_call = [&](const Call& call) {
      if (place++ == failing) throw std::domain_error(std::string(call.tool));
    }};
    CHECK_THROWS_AS(run<scripted::Charm<publish_address>>(with_one_relation(), relation_created(1),
                                                          scripted::app_metadata(), options),
                    std::domain_error);
    CHECK(place == failing + 1);
  }
}
