// SPDX-License-Identifier: Apache-2.0
// Declarations of endpoints: `limit` and `scope: container`. And the implicit endpoint `juju-info`.
#include <string>

#include <support/catch.hpp>

#include "scripted_charm.hpp"

namespace {

using namespace juju::testing;
using scripted::Idle;
using scripted::Lines;
using scripted::lines_of;

/// Two units of music, each with a unit of a subordinate.
struct Subordinate {
  TestModel model = {};
  juju::RelationId id = -1;

  Subordinate() {
    model.deploy<Idle>("music", juju::Metadata::parse("{name: music, provides: {web: {interface: http}}}"),
                       {.units = 2});
    model.deploy<Idle>("agent", juju::Metadata::parse("{name: agent, subordinate: true, requires: {info: {interface: "
                                                      "juju-info, scope: container}}}"));
    model.settle();
    id = model.integrate("music:juju-info", "agent:info");
  }
};

}  // namespace

TEST_CASE("endpoint limit: one relation too many is refused") {
  TestModel model;
  model.deploy<Idle>("tempo", juju::Metadata::parse("{name: t, requires: {tracing: {interface: x, limit: 1}}}"));
  model.deploy<Idle>("a", juju::Metadata::parse("{name: a, provides: {tracing: {interface: x}}}"));
  model.deploy<Idle>("b", juju::Metadata::parse("{name: b, provides: {tracing: {interface: x}}}"));
  const juju::RelationId first = model.integrate("a", "tempo");
  CHECK_THROWS_WITH(model.integrate("b", "tempo"),
                    "not possible in Juju:\n- an endpoint has no more relations than its limit: 'tempo:tracing' has 1 "
                    "already");
  model.remove_relation(first);
  CHECK_NOTHROW(model.integrate("b", "tempo"));
}

TEST_CASE("endpoint juju-info: every charm provides it without a declaration") {
  TestModel model;
  model.deploy<Idle>("music", juju::Metadata::parse("{name: music}"));
  model.deploy<Idle>("watcher", juju::Metadata::parse("{name: w, requires: {general-info: {interface: juju-info}}}"));
  const juju::RelationId id = model.integrate("music", "watcher");
  CHECK(model.relations().front().first == "music:juju-info");
  CHECK(lines_of("music/0", model.settle())[1] == "juju-info-relation-created");
  CHECK(model.unit_data(id, "music/0").contains("ingress-address"));
}

TEST_CASE("endpoint scope: a subordinate has a unit beside each unit of its principal") {
  Subordinate beside;
  CHECK(beside.model.units("agent") == Lines{"agent/0", "agent/1"});
  CHECK(beside.model.unit("agent/1").address() == beside.model.unit("music/1").address());
  beside.model.add_unit("music");
  CHECK(beside.model.units("agent").size() == 3);
  CHECK_THROWS_AS(beside.model.add_unit("agent"), ConsistencyError);
}

TEST_CASE("endpoint scope: a subordinate's unit sees only its principal's") {
  Subordinate beside;
  const auto trace = beside.model.settle();
  CHECK(lines_of("music/1", trace) ==
        Lines{"juju-info-relation-created", "juju-info-relation-joined agent/1", "juju-info-relation-changed agent/1"});
  const State state = beside.model.unit("agent/0").state();
  CHECK(state.relation(beside.id).remote_units.size() == 1);
  CHECK(state.relation(beside.id).remote_units.begin()->first == "music/0");
}

TEST_CASE("endpoint scope: a subordinate's unit is removed with its principal's or the relation") {
  Subordinate beside;
  beside.model.settle();
  beside.model.remove_unit("music/0");
  beside.model.settle();
  CHECK(beside.model.units("agent") == Lines{"agent/1"});
  beside.model.remove_relation(beside.id);
  beside.model.settle();
  CHECK(beside.model.units("agent").empty());
  CHECK(beside.model.units("music") == Lines{"music/1"});
  CHECK(beside.model.relations().empty());
}

TEST_CASE("endpoint scope: a container relation without a subordinate is refused") {
  TestModel model;
  model.deploy<Idle>("a", juju::Metadata::parse("{name: a, provides: {x: {interface: x, scope: container}}}"));
  model.deploy<Idle>("b", juju::Metadata::parse("{name: b, requires: {x: {interface: x}}}"));
  CHECK_THROWS_WITH(model.integrate("a", "b"), Catch::Matchers::ContainsSubstring("declare one of 'a' and 'b' as"));
}
