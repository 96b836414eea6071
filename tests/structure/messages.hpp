// SPDX-License-Identifier: Apache-2.0
// Collects messages. Adds the messages of the test kit.
#pragma once

#include <exception>
#include <juju/testing.hpp>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <support/catch.hpp>
#include <support/shell_charm.hpp>

namespace messages {

using namespace juju::testing;
using juju::Metadata;
using juju::Problem;

/// Each message once, in the order of its first appearance.
struct Page {
  std::set<std::string> known = {};
  std::string text = {};

  void heading(const std::string& name) { text += "\n" + name + "\n"; }
  void add(const std::string& message) {
    if (!known.insert(message).second) return;
    std::istringstream lines(message);
    for (std::string line; std::getline(lines, line);) text += "  " + line + "\n";
  }
  void add(const std::vector<Problem>& problems) {
    for (const Problem& problem : problems) add(problem.reason);
  }
  template <typename Act>
  void error(Act act) {
    try {
      act();
      FAIL("no exception after: " << text);
    } catch (const ConsistencyError& error) {
      for (const std::string& problem : error.problems) add(problem);
    } catch (const std::exception& error) {
      add(error.what());
    }
  }
};

struct Charm final : juju::CharmBase {
  explicit Charm(juju::Framework& framework) : CharmBase(framework) {}
};

struct Failing final : juju::CharmBase {
  explicit Failing(juju::Framework& framework) : CharmBase(framework) { throw std::runtime_error("no disk"); }
};

inline void add_states(Page& page) {
  page.heading("Exceptions of the test kit: states and events");
  const Metadata metadata =
      Metadata::parse("{name: app, provides: {tracing: {interface: x}}, peers: {crew: {interface: y}}}",
                      "options: {port: {type: int}}");
  State wrong{
      .relations = {{.id = -1, .endpoint = "x"}, {.id = 1, .endpoint = "crew"}, {.id = 1, .endpoint = "tracing"}},
      .config = {{"x", 1}, {"port", "x"}},
      .address = ""};
  wrong.relations[1].remote_application = wrong.relations[2].remote_application = "b";
  wrong.relations[1].remote_units["app/0"];
  wrong.relations[2].remote_units["b/0"] = {{"k", ""}};
  wrong.relations[2].departed_units = {{"b/0", {}}, {"c/0", {}}};
  const State valid{
      .relations = {{.id = 1, .endpoint = "tracing", .remote_application = "b", .departed_units = {{"b/1", {}}}}}};
  const auto refused = [&](const State& state, const EventRequest& event) {
    page.error([&] { run<Charm>(state, event, metadata); });
  };
  refused(wrong, leader_elected());
  refused({.config = nlohmann::json::array(), .unit_name = "x"}, pebble_ready("x"));
  refused(valid, relation_created(7));
  refused(valid, juju::Hook{.kind = juju::HookKind::relation_created, .relation_id = 1, .endpoint = "x"});
  for (const EventRequest& event : {relation_joined(1, ""), relation_joined(1, "b/1"), relation_changed(1, "b/2"),
                                    relation_joined(1, "c/0"), relation_departed(1, "b/1", "c/0")})
    refused(valid, event);
  page.error([&] { valid.relation(7); });
}

inline void add_test_model(Page& page) {
  page.heading("Exceptions of the test kit: models");
  const auto metadata = [](const std::string& text) { return Metadata::parse(text); };
  TestModel model;
  model.deploy<Charm>(
      "a", metadata("{name: a, provides: {x: {interface: x, limit: 1}, y: {interface: x}, z: "
                    "{interface: z, scope: container}}, requires: {w: {interface: x}}, peers: {p: {interface: p}}}"));
  model.deploy<Charm>("b", metadata("{name: b, requires: {x: {interface: x}, z: {interface: z}}}"));
  model.deploy<Charm>("s", metadata("{name: s, subordinate: true, requires: {z: {interface: z, scope: container}}}"));
  model.deploy<Charm>("far", metadata("{name: f, requires: {x: {interface: x}}}"), {.model_uuid = "far"});
  model.deploy<Charm>("old", metadata("{name: o, requires: {x: {interface: x}}}"));
  model.deploy<Charm>("none", metadata("name: n"));
  const auto refused = [&](auto act) { page.error([&] { act(); }); };
  refused([&] { model.unit("a/0").relation_data(0); });
  refused([&] { model.run_action("a/0", "x"); });
  model.settle();
  const juju::RelationId id = model.integrate("a:x", "b:x");
  std::istringstream ends("a:x b:x a:x old:x a:p b a a a:x a:y a:y a:w a:z b:x a b a:y far a:z b:z none none q b");
  for (std::string first, second; ends >> first >> second;) refused([&] { model.integrate(first, second); });
  refused([&] { model.integrate("a:y", "old:x", {.cross_model = true}); });
  refused([&] { model.remove_relation(0); });
  refused([&] { model.add_unit("a", {.leader = true}); });
  refused([&] { model.add_unit("s"); });
  refused([&] { model.set_address("a/0", ""); });
  refused([&] { model.resolved("a/0"); });
  refused([&] { model.deploy<Charm>("a", metadata("name: c")); });
  refused([&] { model.deploy<Charm>("c", metadata("name: c"), {.units = -1}); });
  refused([&] { model.deploy<Charm>("c", metadata("name: c"), {.units = 0, .addresses = {"a"}}); });
  refused([&] { model.upgrade<Charm>("a", metadata("name: c")); });
  refused([&] { model.unit_data(id, "a/7"); });
  refused([&] { model.unit_data(id, "old/0"); });
  refused([&] { model.unit("a/0").charm_directory(); });
  refused([&] { model.unit("a/0").inspect<Failing>([](Failing&) { return 0; }); });
  refused([&] { model.unit("a/0").fire(juju::testing::action("x")); });
  refused([&] { model.unit("a/0").fire(relation_created(id)); });
  refused([&] { model.settle({.order = [](std::size_t hooks) { return hooks; }}); });
  refused([&] { model.settle({.max_hooks = 1}); });
  model.remove_unit("a/0");
  refused([&] { model.set_leader("a/0"); });
  model.remove_application("old");
  refused([&] {
    model.add_unit("b");
    model.remove_application("b");
    model.add_unit("b");
  });
  refused([&] { model.integrate("a:y", "b:x"); });
  for (const std::string script : {"echo no disk >&2; exit 7", "kill -9 $$"}) {
    const support::ShellCharm charm(script);
    refused([&] { run({}, start(), CharmDirectory(charm.path())); });
  }
  TestModel beside;
  beside.deploy<Charm>("a", metadata("{name: a, provides: {z: {interface: z}}}"));
  beside.deploy<Charm>("far", metadata("{name: f, provides: {z: {interface: z}}}"), {.model_uuid = "far"});
  beside.deploy<Charm>("s", metadata("{name: s, subordinate: true, requires: {z: {interface: z, scope: container}}}"));
  refused([&] { beside.integrate("far", "s", {.cross_model = true}); });
  beside.integrate("a", "s");
  refused([&] { beside.remove_unit("s/0"); });
  TestModel failing;
  failing.deploy<Failing>("c", Metadata::parse("name: c"));
  refused([&] { failing.settle(); });
}

}  // namespace messages
