// SPDX-License-Identifier: Apache-2.0
#include <support/tracing_charms.hpp>

using namespace support::tracing_charms;
using namespace juju::testing;
using Catch::Matchers::ContainsSubstring;

namespace {

const std::string offered = R"([{"protocol": {"name": "otlp_http", "type": "http"}, "url": "http://tempo:4318"},
    {"protocol": {"name": "otlp_http", "type": "http"}, "url": "http://second:4318"},
    {"protocol": {"name": "tempo_http", "type": "http"}, "url": "http://tempo:3200"}])";

const juju::Metadata many = juju::Metadata::parse("{name: music, requires: {tracing: {interface: tracing}}}");

/// The leader in relation 1 with tempo and in relation 2 with another backend.
State in_two() {
  State state = related_to("tempo", offered);
  state.relations.push_back({.id = 2, .endpoint = "tracing", .remote_application = "other"});
  return state;
}

State run_workload(const State& before, const EventRequest& event, const Protocols& protocols,
                   const juju::Metadata& metadata = workload_metadata) {
  return run(before, event, metadata, workload({.protocols = protocols}));
}

/// The URL for a protocol; "none", or "not requested".
std::string endpoint(State state, const std::string& protocol, const Protocols& protocols, bool leader = true) {
  state.leader = leader;
  return inspect_workload(std::move(state), {.protocols = protocols}, [&](Workload& charm) -> std::string {
    try {
      return charm.requirer.get_endpoint(protocol).value_or("none");
    } catch (const tracing::ProtocolNotRequestedError& error) {
      CHECK(error.protocol == protocol);
      return "not requested";
    }
  });
}

}  // namespace

TEST_CASE("tracing requirer: the leader requests its protocols on each event") {
  const EventRequest event =
      GENERATE(as<EventRequest>{}, relation_created(2), relation_joined(1, "tempo/0"), relation_changed(1),
               leader_elected(), upgrade_charm(), config_changed(), update_status());
  CAPTURE(event.hook.name());
  State before = in_two();
  before.relation(1).local_application_data = {{"receivers", R"(["zipkin"])"}, {"own", "kept"}};
  const State after = run_workload(before, event, {"otlp_http", "otlp_grpc", "otlp_http"}, many);
  CHECK(after.relation(1).local_application_data ==
        juju::StringMap{{"receivers", R"(["otlp_http","otlp_grpc"])"}, {"own", "kept"}});
  CHECK(published_in(after, 2) == R"(["otlp_http","otlp_grpc"])");
}

TEST_CASE("tracing requirer: a follower requests nothing") {
  State before = in_two();
  before.leader = false;
  CHECK(published_in(run_workload(before, config_changed(), {"otlp_http"}, many)).empty());
}

TEST_CASE("tracing requirer: without protocols nothing is requested") {
  CHECK(published_in(run_workload(in_two(), config_changed(), {}, many)).empty());
}

TEST_CASE("tracing requirer: a request in another order and form stays") {
  State before = related_to("tempo", "");
  before.relation(1).local_application_data["receivers"] = R"( [ "otlp_grpc", "otlp_http" ] )";
  const State after = run_workload(before, config_changed(), {"otlp_http", "otlp_grpc"});
  CHECK(after == before);
}

TEST_CASE("tracing requirer: a request that is invalid or has more is replaced") {
  State before = related_to("tempo", "");
  before.relation(1).local_application_data["receivers"] =
      GENERATE("[]", "x", R"(["otlp_http", "zipkin"])", R"(["otlp_http", "unknown"])", R"(["otlp_http", 1])");
  CHECK(published_in(run_workload(before, config_changed(), {"otlp_http"})) == R"(["otlp_http"])");
}

TEST_CASE("tracing requirer: request_protocols writes in all relations or one") {
  const auto requested = [](bool one) {
    const auto make = [one](juju::Framework& framework) {
      auto charm = std::make_unique<Workload>(framework);
      framework.observe(charm->on().start, [one, self = charm.get()](juju::Event&) {
        if (one) self->requirer.request_protocols({"zipkin"}, *self->model().relation(2));
        if (!one) self->requirer.request_protocols({"zipkin"});
      });
      return charm;
    };
    const State after = run(in_two(), start(), many, make);
    return Lines{published_in(after, 1), published_in(after, 2)};
  };
  CHECK(requested(false) == Lines{R"(["zipkin"])", R"(["zipkin"])"});
  CHECK(requested(true) == Lines{"", R"(["zipkin"])"});
}

TEST_CASE("tracing requirer: request_protocols refuses what it cannot write") {
  const auto request = [](const Protocols& protocols, bool leader) {
    inspect_workload(related_to("tempo", "", leader), {},
                     [&](Workload& charm) { return charm.requirer.request_protocols(protocols), 0; });
  };
  CHECK_THROWS_AS(request({"otlp_http"}, false), tracing::DataAccessPermissionError);
  CHECK_THROWS_WITH(request({"otlp_http"}, false), "only the leader may call request_protocols");
  CHECK_THROWS_AS(request({}, true), tracing::InvalidOptionError);
  CHECK_THROWS_AS(request({"otlp"}, true), tracing::InvalidOptionError);
}

TEST_CASE("tracing requirer: the first receiver of a protocol is its endpoint") {
  CHECK(endpoint(related_to("tempo", offered), "otlp_http", {"otlp_http"}) == "http://tempo:4318");
}

TEST_CASE("tracing requirer: a protocol that was not requested has its endpoint") {
  const bool leader = GENERATE(true, false);
  CHECK(endpoint(related_to("tempo", offered), "tempo_http", {"otlp_http"}, leader) == "http://tempo:3200");
}

TEST_CASE("tracing requirer: a requested protocol may have no endpoint yet") {
  const std::string receivers = GENERATE("", "[]", "x", R"([{}])");
  const bool leader = GENERATE(true, false);
  CHECK(endpoint(related_to("tempo", receivers), "zipkin", {"otlp_http", "zipkin"}, leader) == "none");
  CHECK(endpoint(State{}, "zipkin", {"zipkin"}, leader) == "none");
  State state = related_to("tempo", receivers);
  state.relation(1).local_application_data["receivers"] = R"(["zipkin"])";
  CHECK(endpoint(state, "zipkin", {}) == "none");
  CHECK(endpoint(state, "zipkin", {"otlp_http"}) == "none");
}

TEST_CASE("tracing requirer: a protocol that nobody requested or offers throws") {
  CHECK(endpoint(related_to("tempo", offered), "zipkin", {}) == "not requested");
  CHECK(endpoint(related_to("tempo", offered), "zipkin", {"otlp_http"}) == "not requested");
  CHECK(endpoint(related_to("tempo", ""), "zipkin", {"otlp_http"}, false) == "not requested");
  CHECK(endpoint(State{}, "zipkin", {}) == "not requested");
}

TEST_CASE("tracing requirer: a follower without protocols gets no error") {
  CHECK(endpoint(related_to("tempo", offered), "zipkin", {}, false) == "none");
  CHECK(endpoint(State{}, "zipkin", {}, false) == "none");
}

TEST_CASE("tracing requirer: without a relation argument the limit must be 1") {
  const juju::Metadata two = juju::Metadata::parse("{name: m, requires: {tracing: {interface: tracing, limit: 2}}}");
  inspect_workload(
      in_two(), {.protocols = {"otlp_http"}},
      [](Workload& charm) {
        CHECK_THROWS_AS(charm.requirer.is_ready(), tracing::AmbiguousRelationUsageError);
        CHECK_THROWS_AS(charm.requirer.get_all_endpoints(), tracing::AmbiguousRelationUsageError);
        CHECK_THROWS_WITH(charm.requirer.get_endpoint("otlp_http"), ContainsSubstring("limit: 1"));
        juju::Relation& first = *charm.model().relation(1);
        juju::Relation& second = *charm.model().relation(2);
        CHECK((charm.requirer.is_ready(first) && !charm.requirer.is_ready(second)));
        CHECK(charm.requirer.get_all_endpoints(first)->size() == 3);
        CHECK(charm.requirer.get_endpoint("otlp_http", first) == "http://tempo:4318");
        CHECK_FALSE(charm.requirer.get_endpoint("otlp_http", second));
        return 0;
      },
      GENERATE_REF(values({many, two})));
}

TEST_CASE("tracing requirer: with a limit of 1 the relation may be left out") {
  inspect_workload(related_to("tempo", offered), {}, [](Workload& charm) {
    CHECK(charm.requirer.is_ready());
    CHECK(charm.requirer.get_all_endpoints()->size() == 3);
    return 0;
  });
  CHECK_FALSE(inspect_workload(State{}, {}, [](Workload& charm) { return charm.requirer.is_ready(); }));
}

TEST_CASE("tracing requirer: the constructor checks the options") {
  const auto construct = [](const tracing::TracingEndpointRequirerOptions& options, const std::string& metadata) {
    inspect_workload(
        State{}, options, [](Workload&) { return 0; }, juju::Metadata::parse(metadata));
  };
  const std::string right = "{name: m, requires: {tracing: {interface: tracing}, sink: {interface: tracing}}}";
  CHECK_NOTHROW(construct({.protocols = {"zipkin"}, .relation_name = "sink"}, right));
  CHECK_THROWS_WITH(construct({.protocols = {"zipkin", "otlp"}}, right),
                    "option 'protocols': 'otlp' is not one of zipkin, otlp_grpc, otlp_http, jaeger_thrift_http, "
                    "jaeger_grpc");
  CHECK_THROWS_AS(construct({.relation_name = "traces"}, right), tracing::RelationNotFoundError);
  CHECK_THROWS_AS(construct({}, "{name: m, requires: {tracing: {interface: tempo_scrape}}}"),
                  tracing::RelationInterfaceMismatchError);
  CHECK_THROWS_AS(construct({}, "{name: m, provides: {tracing: {interface: tracing}}}"),
                  tracing::RelationRoleMismatchError);
}
