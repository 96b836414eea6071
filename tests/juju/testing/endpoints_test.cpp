// SPDX-License-Identifier: Apache-2.0
// Declarations of endpoints: `limit` and `scope: container`, and the implicit endpoint `juju-info`.
#include <algorithm>
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
    model.deploy<Idle>("music", juju::Metadata::parse("{name: music, provides: {host: {interface: host}}}"),
                       {.units = 2});
    model.deploy<Idle>("agent",
                       juju::Metadata::parse("{name: agent, subordinate: true, provides: {peer: {interface: p}},"
                                             " requires: {host: {interface: host, scope: container}}}"));
    model.deploy<Idle>("watcher",
                       juju::Metadata::parse("{name: watcher, subordinate: true, requires: {info: {interface: "
                                             "juju-info, scope: container}, peer: {interface: p, scope: "
                                             "container}}}"));
    model.settle();
    id = model.integrate("music:host", "agent:host");
  }
};

}  // namespace

TEST_CASE("endpoint limit: a relation beyond the limit is refused") {
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
  const auto trace = model.settle();
  CHECK(lines_of("music/0", trace) == Lines{"install", "leader-elected", "config-changed", "start"});
  CHECK(lines_of("watcher/0", trace).back() == "general-info-relation-changed music/0");
  CHECK(model.unit_data(id, "music/0").contains("ingress-address"));
}

TEST_CASE("endpoint scope: each principal unit has a subordinate unit") {
  Subordinate beside;
  CHECK(beside.model.units("agent") == Lines{"agent/0", "agent/1"});
  CHECK(beside.model.unit("agent/1").address() == beside.model.unit("music/1").address());
  beside.model.add_unit("music");
  CHECK(beside.model.units("agent").size() == 3);
  CHECK_THROWS_AS(beside.model.add_unit("agent"), ConsistencyError);
}

TEST_CASE("endpoint scope: a subordinate unit sees only its principal unit") {
  Subordinate beside;
  const auto trace = beside.model.settle();
  CHECK(lines_of("music/1", trace) ==
        Lines{"host-relation-created", "host-relation-joined agent/1", "host-relation-changed agent/1"});
  const State state = beside.model.unit("agent/0").state();
  CHECK(state.relation(beside.id).remote_units.size() == 1);
  CHECK(state.relation(beside.id).remote_units.begin()->first == "music/0");
  CHECK(state.principal == "music/0");
  beside.model.set_address("music/0", "10.9.9.9");
  CHECK(beside.model.unit("agent/0").address() == "10.9.9.9");
}

TEST_CASE("endpoint scope: a removed subordinate unit's data can be read") {
  Subordinate beside;
  beside.model.settle();
  beside.model.remove_relation(beside.id);
  bool has_gone = false;
  while (!has_gone && !beside.model.advance(1).empty()) {
    const Lines units = beside.model.units("agent");
    has_gone = std::count(units.begin(), units.end(), "agent/0") == 0;
  }
  REQUIRE(has_gone);
  const State state = beside.model.unit("music/0").state();  // relation-departed is pending
  CHECK(state.relation(beside.id).remote_units.contains("agent/0"));
  beside.model.settle();
  CHECK(beside.model.units("agent").empty());
}

TEST_CASE("endpoint scope: a new relation gets a new subordinate unit") {
  Subordinate beside;
  beside.model.settle();
  beside.model.remove_relation(beside.id);
  beside.model.remove_relation(beside.id);
  beside.model.integrate("music:host", "agent:host");
  beside.model.settle();
  CHECK(beside.model.units("agent") == Lines{"agent/2", "agent/3"});
}

TEST_CASE("endpoint scope: two subordinates of one unit see each other") {
  Subordinate beside;
  beside.model.integrate("music", "watcher:info");
  const juju::RelationId peers = beside.model.integrate("agent:peer", "watcher:peer");
  beside.model.settle();
  const State state = beside.model.unit("watcher/1").state();
  REQUIRE(state.relation(peers).remote_units.size() == 1);
  CHECK(state.relation(peers).remote_units.begin()->first == "agent/1");
}

TEST_CASE("endpoint scope: impossible changes of subordinates are refused") {
  Subordinate beside;
  beside.model.settle();
  CHECK_THROWS_WITH(beside.model.remove_unit("agent/0"),
                    Catch::Matchers::ContainsSubstring("goes with its principal's"));
  TestModel model;
  model.deploy<Idle>("a", juju::Metadata::parse("{name: a, provides: {x: {interface: x}}}"), {.model_uuid = "other"});
  model.deploy<Idle>("s", juju::Metadata::parse("{name: s, subordinate: true, requires: {x: {interface: x, scope: "
                                                "container}}}"));
  CHECK_THROWS_WITH(model.integrate("a", "s", {.cross_model = true}),
                    Catch::Matchers::ContainsSubstring("scope container is in one model"));
}

TEST_CASE("endpoint scope: a subordinate unit ends with its principal or relation") {
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
