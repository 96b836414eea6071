// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <support/catch.hpp>

#include "scripted_charm.hpp"

namespace {

using namespace juju::testing;
using scripted::Lines;
using scripted::messages;

std::string tell(juju::Event& event) {
  if (auto* related = dynamic_cast<juju::RelationEvent*>(&event)) {
    return "relation " + std::to_string(related->relation_id) + (related->relation == nullptr ? " gone" : " here");
  }
  if (dynamic_cast<juju::ConfigChangedEvent*>(&event) != nullptr) return "config-changed";
  return dynamic_cast<juju::UpdateStatusEvent*>(&event) != nullptr ? "update-status" : "other";
}

void put_off(juju::CharmBase& charm, juju::Event& event) {
  charm.log().info(tell(event));
  event.defer();
}

void handle(juju::CharmBase& charm, juju::Event& event) { charm.log().info(tell(event)); }

using PutsOff = scripted::Charm<put_off>;
using Handles = scripted::Charm<handle>;

const juju::Metadata metadata = scripted::app_metadata();

State related() { return {.relations = {{.id = 1, .endpoint = "tracing", .remote_application = "tempo"}}}; }

State without_log(State state) {
  state.log.clear();
  return state;
}

}  // namespace

TEST_CASE("what is deferred comes again before the next hook's own event, oldest first") {
  State state = run<PutsOff>(related(), relation_created(1), metadata);
  state = without_log(run<PutsOff>(state, config_changed(), metadata));
  REQUIRE(state.deferred.size() == 2);
  state = run<Handles>(state, update_status(), metadata);
  REQUIRE(messages(state.log) == Lines{"relation 1 here", "config-changed", "update-status"});
  REQUIRE(state.deferred.empty());
}

TEST_CASE("the same notice is not queued twice") {
  State state = run<PutsOff>(related(), config_changed(), metadata);
  state = without_log(run<PutsOff>(state, config_changed(), metadata));
  REQUIRE(state.deferred.size() == 1);
  REQUIRE(messages(run<Handles>(state, config_changed(), metadata).log) == Lines{"config-changed", "config-changed"});
}

TEST_CASE("a deferred event whose relation is gone comes again without it") {
  State state = run<PutsOff>(related(), relation_created(1), metadata);
  state = without_log(run<PutsOff>(state, relation_broken(1), metadata));
  REQUIRE(messages(run<Handles>(state, update_status(), metadata).log) ==
          Lines{"relation 1 gone", "relation 1 gone", "update-status"});
}

TEST_CASE("a unit of a model keeps what it deferred from hook to hook") {
  TestModel model;
  model.deploy<PutsOff>("app", metadata);
  model.settle();
  REQUIRE(model.unit("app/0").deferred().size() == 4);
  model.upgrade<Handles>("app", metadata);
  model.settle();
  REQUIRE(model.unit("app/0").deferred().empty());
}
