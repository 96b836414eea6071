// SPDX-License-Identifier: Apache-2.0
#include <support/tracing_charms.hpp>

using namespace support::tracing_charms;
using namespace juju::testing;
using nlohmann::json;

namespace {

/// The leader of a backend in relations 1 and 2.
State asked_by_two() {
  State state = related_to("music", R"(["otlp_http"])");
  state.relations.push_back({.id = 2, .endpoint = "tracing", .remote_application = "lyrics"});
  state.relation(2).remote_application_data["receivers"] = R"(["otlp_grpc", "otlp_http"])";
  return state;
}

/// Publishes in start.
State publish(State before, const std::vector<tracing::RawReceiver>& receivers) {
  return run(std::move(before), start(), backend_metadata, [&](juju::Framework& framework) {
    auto charm = std::make_unique<Backend>(framework);
    framework.observe(charm->on().start,
                      [&, self = charm.get()](juju::Event&) { self->provider.publish_receivers(receivers); });
    return charm;
  });
}

const std::vector<tracing::RawReceiver> two = {{"otlp_grpc", "tempo:4317"}, {"otlp_http", "http://tempo:4318"}};
const json two_on_the_wire = json::parse(R"([
    {"protocol": {"name": "otlp_grpc", "type": "grpc"}, "url": "tempo:4317"},
    {"protocol": {"name": "otlp_http", "type": "http"}, "url": "http://tempo:4318"}])");

}  // namespace

TEST_CASE("tracing provider: receivers are published in every relation") {
  State before = asked_by_two();
  before.relation(1).local_application_data["own"] = "kept";
  const State after = publish(before, two);
  CHECK(json::parse(published_in(after, 1)) == two_on_the_wire);
  CHECK(json::parse(published_in(after, 2)) == two_on_the_wire);
  CHECK(after.relation(1).local_application_data.at("own") == "kept");
  CHECK(published_in(publish(before, {{"zipkin", "http://h"}, {"zipkin", "http://h"}})) ==
        R"([{"protocol":{"name":"zipkin","type":"http"},"url":"http://h"}])");
}

TEST_CASE("tracing provider: an empty list is published") {
  CHECK(published_in(publish(asked_by_two(), {})) == "[]");
  State before = asked_by_two();
  before.relation(1).local_application_data["receivers"] = two_on_the_wire.dump();
  CHECK(published_in(publish(before, {})) == "[]");
}

TEST_CASE("tracing provider: the same receivers in another order stay") {
  State before = asked_by_two();
  before.relation(1).local_application_data["receivers"] = json{two_on_the_wire[1], two_on_the_wire[0]}.dump(2);
  CHECK(published_in(publish(before, two)) == published_in(before));
  const auto other = GENERATE(as<std::string>{}, "[]", "x", R"([{"protocol": {"name": "otlp_grpc", "type": "grpc"},
      "url": "http://tempo:4317"}, {"protocol": {"name": "otlp_http", "type": "http"}, "url": "http://tempo:4318"}])");
  before.relation(1).local_application_data["receivers"] = other;
  CHECK(json::parse(published_in(publish(before, two))) == two_on_the_wire);
}

TEST_CASE("tracing provider: only the leader publishes") {
  State before = asked_by_two();
  before.leader = false;
  CHECK_THROWS_AS(publish(before, two), tracing::DataAccessPermissionError);
  CHECK_THROWS_WITH(publish(before, two), "only the leader may call publish_receivers");
}

TEST_CASE("tracing provider: invalid receivers are refused") {
  const auto refused = [](const tracing::RawReceiver& receiver, const std::string& reason) {
    CHECK_THROWS_WITH(publish(asked_by_two(), {{"zipkin", "http://h"}, receiver}), "option 'receivers[1]': " + reason);
  };
  refused({"tempo_http", "http://h"},
          "'tempo_http' is not one of zipkin, otlp_grpc, otlp_http, jaeger_thrift_http, jaeger_grpc");
  refused({"otlp_grpc", "http://h:4317"}, "not HOST:PORT");
  refused({"otlp_http", "h:4318"}, "not an http or https URL");
}

TEST_CASE("tracing provider: the requests of all relations are joined") {
  State state = asked_by_two();
  state.relations.push_back({.id = 3, .endpoint = "tracing", .remote_application = "invalid"});
  state.relation(3).remote_application_data["receivers"] = R"({"zipkin": 1})";
  inspect<Backend>(state, backend_metadata, [](Backend& charm) {
    CHECK(charm.provider.requested_protocols() == std::set<tracing::ReceiverProtocol>{"otlp_grpc", "otlp_http"});
    CHECK(charm.provider.is_requirer_ready(*charm.model().relation(2)));
    CHECK_FALSE(charm.provider.is_requirer_ready(*charm.model().relation(3)));
    CHECK(messages_of(charm.provider.problems()) == Lines{"relation 3, invalid, receivers: not an array of texts"});
    return 0;
  });
}

TEST_CASE("tracing provider: a relation that is being removed is passed over") {
  std::set<juju::RelationId> written;
  const State after =
      run<Backend>(asked_by_two(), relation_broken(2), backend_metadata, {.before_call = [&](const Call& call) {
                     if (call.tool == "relation-set") written.insert(call.relation.value_or(-1));
                   }});
  CHECK(published_in(after, 1) == R"([{"protocol":{"name":"otlp_http","type":"http"},"url":"http://t:1"}])");
  CHECK(written == std::set<juju::RelationId>{1});
}

TEST_CASE("tracing provider: the constructor checks the endpoint") {
  const auto construct = [](const std::string& metadata) {
    inspect<Backend>(State{}, juju::Metadata::parse(metadata), [](Backend&) { return 0; });
  };
  CHECK_THROWS_AS(construct("name: tempo"), tracing::RelationNotFoundError);
  CHECK_THROWS_AS(construct("{name: t, provides: {tracing: {interface: x}}}"), tracing::RelationInterfaceMismatchError);
  CHECK_THROWS_AS(construct("{name: t, requires: {tracing: {interface: tracing}}}"),
                  tracing::RelationRoleMismatchError);
}

TEST_CASE("tracing provider: each bag is read once and written once") {
  Lines calls;
  run<Backend>(asked_by_two(), relation_changed(1, "music/0"), backend_metadata, collecting(calls));
  CHECK(calls == Lines{"state-get", "relation-get music", "juju-log", "is-leader", "relation-ids tracing",
                       "relation-list", "relation-list --app", "relation-get lyrics", "config-get",
                       "relation-get tempo", "relation-get tempo", "relation-set tempo", "relation-set tempo"});
}
