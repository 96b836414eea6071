// SPDX-License-Identifier: Apache-2.0
// Deploy and integrate, in one model and across two.
#include <string>

#include <support/catch.hpp>

#include "scripted_charm.hpp"

namespace {

using namespace juju::testing;
using Catch::Matchers::ContainsSubstring;
using scripted::Idle;

TestModel deployed() {
  TestModel model;
  model.deploy<Idle>("app", juju::Metadata::parse("{name: app, provides: {tracing: {interface: x}, web: {interface: "
                                                  "http}, log: {interface: x}}, peers: {cluster: {interface: x}}}"));
  model.deploy<Idle>("tempo", juju::Metadata::parse("{name: tempo, requires: {tracing: {interface: x}}}"));
  model.deploy<Idle>("traefik", juju::Metadata::parse("{name: traefik, requires: {in: {interface: http}}}"));
  model.deploy<Idle>("twin", juju::Metadata::parse("{name: twin, provides: {tracing: {interface: x}}}"));
  return model;
}

std::string refused(const std::string& first, const std::string& second) {
  TestModel model = deployed();
  try {
    model.integrate(first, second);
  } catch (const ConsistencyError& error) {
    return error.what();
  }
  return "integrated";
}

TestModel across() {
  TestModel model({.name = "here", .uuid = "uuid-here"});
  model.deploy<Idle>("app", scripted::app_metadata(), {.model_name = "there", .model_uuid = "uuid-there"});
  model.deploy<Idle>("tempo", scripted::tempo_metadata());
  return model;
}

}  // namespace

TEST_CASE("integrate: a provider and a requirer of one interface are related") {
  REQUIRE(refused("app:tracing", "tempo:tracing") == "integrated");
  REQUIRE(refused("tempo:tracing", "app:log") == "integrated");
}

TEST_CASE("integrate: endpoints may be omitted if only one pair matches") {
  REQUIRE(refused("app", "traefik") == "integrated");
  REQUIRE(refused("app:web", "traefik") == "integrated");
  CHECK_THAT(refused("app", "tempo"), ContainsSubstring("name the endpoints"));
}

TEST_CASE("integrate: endpoints that do not match are refused with the reason") {
  CHECK_THAT(refused("app:tracing", "loki:tracing"), ContainsSubstring("no application 'loki'"));
  CHECK_THAT(refused("app:nothing", "tempo:tracing"), ContainsSubstring("declare 'nothing' of 'app'"));
  CHECK_THAT(refused("app:cluster", "tempo:tracing"), ContainsSubstring("declare 'cluster' of 'app'"));
  CHECK_THAT(refused("app:web", "tempo:tracing"), ContainsSubstring("'app:web' has 'http', 'tempo:tracing' has 'x'"));
  CHECK_THAT(refused("app:tracing", "twin:tracing"), ContainsSubstring("are 'provides'"));
  CHECK_THAT(refused("app:tracing", "app:tracing"), !ContainsSubstring("integrated"));
}

TEST_CASE("integrate: two endpoints are related once") {
  TestModel model = deployed();
  model.integrate("app:tracing", "tempo:tracing");
  REQUIRE_THROWS_AS(model.integrate("tempo:tracing", "app:tracing"), ConsistencyError);
  REQUIRE_NOTHROW(model.integrate("app:log", "tempo:tracing"));
  REQUIRE_NOTHROW(model.integrate("twin:tracing", "tempo:tracing"));
}

TEST_CASE("deploy: an invalid name or an undeclared configuration is refused") {
  TestModel model = deployed();
  const juju::Metadata metadata = scripted::app_metadata();
  CHECK_THROWS_AS(model.deploy<Idle>("app", metadata), ConsistencyError);
  CHECK_THROWS_AS(model.deploy<Idle>("a/0", metadata), ConsistencyError);
  CHECK_THROWS_AS(model.deploy<Idle>("other", metadata, {.config = {{"port", 1}}}), ConsistencyError);
  CHECK_THROWS_AS(model.deploy<Idle>("other", metadata, {.units = -1}), ConsistencyError);
  CHECK_NOTHROW(model.deploy<Idle>("other", metadata, {.config = {}}));
}

TEST_CASE("deploy: a peer relation exists from the start and cannot be removed") {
  TestModel model = deployed();
  REQUIRE(model.application_data(0, "app").empty());
  REQUIRE_THROWS_AS(model.remove_relation(0), ConsistencyError);
}

TEST_CASE("test model: an unknown unit, application or relation is an error") {
  TestModel model = deployed();
  CHECK_THROWS_AS(model.unit("app/9"), ConsistencyError);
  CHECK_THROWS_AS(model.add_unit("loki"), ConsistencyError);
  CHECK_THROWS_AS(model.remove_relation(99), ConsistencyError);
  CHECK_THROWS_AS(model.application_data(0, "tempo"), ConsistencyError);
  CHECK_THROWS_AS(model.unit("tempo/0").relation_data(0), ConsistencyError);
}

TEST_CASE("cross-model: each side has an alias for the other") {
  TestModel model = across();
  const juju::RelationId id = model.integrate("app", "tempo", {.cross_model = true});
  const auto trace = model.settle();
  const State seen = model.unit("tempo/0").state();
  const std::string alias = seen.relation(id).remote_application;
  REQUIRE(alias.starts_with("remote-"));
  REQUIRE(alias.size() == 39);
  REQUIRE(alias.find_first_not_of("0123456789abcdef", 7) == std::string::npos);
  REQUIRE(seen.relation(id).remote_units.contains(alias + "/0"));
  REQUIRE(scripted::lines_of("tempo/0", trace).back() == "tracing-relation-changed " + alias + "/0");
  REQUIRE(seen.model_name == "here");
  REQUIRE(model.unit("app/0").state().model_uuid == "uuid-there");
  REQUIRE(model.unit("app/0").state().relation(id).remote_application != alias);
}

TEST_CASE("cross-model: units depart by alias, and a test reads data bags by name") {
  TestModel model = across();
  const juju::RelationId id = model.integrate("app", "tempo", {.cross_model = true});
  model.add_unit("app");
  model.settle();
  REQUIRE(model.unit_data(id, "app/1").contains("ingress-address"));
  model.remove_unit("app/1");
  const auto hooks = scripted::lines_of("tempo/0", model.settle());
  REQUIRE(hooks.size() == 1);
  CHECK_THAT(hooks.at(0), ContainsSubstring("tracing-relation-departed remote-") && Catch::Matchers::EndsWith("/1"));
  REQUIRE(model.settle().empty());
}

TEST_CASE("cross-model: an alias is the same in every run and differs by relation") {
  const auto alias = [](bool twice) {
    TestModel model = across();
    juju::RelationId id = model.integrate("app", "tempo", {.cross_model = true});
    if (twice) model.remove_relation(id);
    if (twice) id = model.integrate("app", "tempo", {.cross_model = true});
    model.settle();
    return model.unit("tempo/0").state().relation(id).remote_application;
  };
  REQUIRE(alias(false) == alias(false));
  REQUIRE(alias(false) != alias(true));
}

TEST_CASE("cross-model: the option is required for two models and refused for one") {
  TestModel model = across();
  REQUIRE_THROWS_AS(model.integrate("app", "tempo"), ConsistencyError);
  TestModel one = deployed();
  REQUIRE_THROWS_AS(one.integrate("app:web", "traefik", {.cross_model = true}), ConsistencyError);
}
