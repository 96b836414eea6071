// SPDX-License-Identifier: Apache-2.0
// The events of a workload, and the calls that a hook makes.
#include <support/tracing_charms.hpp>

using namespace support::tracing_charms;
using namespace juju::testing;

namespace {

const std::string grpc_receiver = R"([{"protocol": {"name": "otlp_grpc", "type": "grpc"}, "url": "tempo:4317"}])";

State run_logging(const State& before, const EventRequest& event, bool defers = false) {
  return run(before, event, workload_metadata, workload({}, defers));
}

}  // namespace

TEST_CASE("tracing events: endpoint_changed has the receivers and the relation") {
  const EventRequest event = GENERATE(as<EventRequest>{}, relation_changed(1), relation_changed(1, "tempo/0"));
  const bool leader = GENERATE(true, false);
  CHECK(infos(run_logging(related_to("tempo", grpc_receiver, leader), event).log) ==
        Lines{"changed 1: otlp_grpc=tempo:4317"});
  CHECK(infos(run_logging(related_to("tempo", "[]", leader), event).log) == Lines{"changed 1:"});
}

TEST_CASE("tracing events: other hooks emit no event") {
  const EventRequest event = GENERATE(as<EventRequest>{}, relation_created(1), relation_joined(1, "tempo/0"),
                                      relation_departed(1, "tempo/0"), update_status(), config_changed());
  CHECK(run_logging(related_to("tempo", grpc_receiver), event).log.empty());
}

TEST_CASE("tracing events: endpoint_removed means not ready, or broken") {
  const std::string receivers = GENERATE("", "x", "[1]");
  CHECK(infos(run_logging(related_to("tempo", receivers), relation_changed(1)).log) == Lines{"removed 1"});
  CHECK(infos(run_logging(related_to("tempo", grpc_receiver), relation_broken(1)).log) == Lines{"removed 1"});
}

TEST_CASE("tracing events: a deferred endpoint_changed keeps its receivers") {
  State state = run_logging(related_to("tempo", grpc_receiver), relation_changed(1), true);
  REQUIRE(state.deferred.size() == 1);
  CHECK(nlohmann::json(state.deferred[0]) == nlohmann::json::parse(R"({
    "event": "tracing.TracingEndpointRequirer[tracing]/endpoint_changed", "observer": 0,
    "snapshot": {"relation_id": 1, "relation_name": "tracing", "app": "tempo", "unit": "",
                 "receivers": [{"protocol": {"name": "otlp_grpc", "type": "grpc"}, "url": "tempo:4317"}]}})"));
  state.relation(1).remote_application_data["receivers"] = "[]";
  const std::vector<juju::Notice> deferred = state.deferred;
  state = run_logging(state, update_status(), true);
  CHECK(state.deferred == deferred);
  state.relations.clear();
  state = run_logging(state, update_status());
  CHECK(infos(state.log) == Lines{"changed 1: otlp_grpc=tempo:4317", "changed 1: otlp_grpc=tempo:4317",
                                  "changed 1 gone: otlp_grpc=tempo:4317"});
}

TEST_CASE("tracing events: a deferred endpoint_removed comes again") {
  State state = run_logging(related_to("tempo", ""), relation_broken(1), true);
  REQUIRE(state.deferred.size() == 1);
  CHECK(state.deferred[0].event == "tracing.TracingEndpointRequirer[tracing]/endpoint_removed");
  state.relations.clear();
  CHECK(infos(run_logging(state, update_status()).log) == Lines{"removed 1", "removed 1"});
}

TEST_CASE("tracing events: a stored event without receivers is dropped") {
  State state = run_logging(related_to("tempo", grpc_receiver), relation_changed(1), true);
  state.deferred[0].snapshot["receivers"] = GENERATE(nlohmann::json(), nlohmann::json("x"), nlohmann::json({1}));
  state.log.clear();
  state = run_logging(state, update_status());
  REQUIRE(state.log.size() == 1);
  CHECK(state.log[0].level == juju::LogLevel::warning);
  CHECK(state.deferred.empty());
}

TEST_CASE("tracing calls: the constructors call no hook tool") {
  Lines calls;
  run(related_to("tempo", grpc_receiver), start(), workload_metadata, workload({.protocols = {"otlp_http"}}),
      collecting(calls));
  run<Backend>(related_to("music", R"(["otlp_http"])"), start(), backend_metadata, collecting(calls));
  CHECK(calls == Lines{"state-get", "state-get"});
}

TEST_CASE("tracing calls: a workload reads each thing once") {
  const auto calls_of = [](const State& state, const EventRequest& event) {
    Lines calls;
    run(state, event, workload_metadata, workload({.protocols = {"otlp_grpc"}}), collecting(calls));
    return calls;
  };
  State state = related_to("tempo", grpc_receiver);
  CHECK(calls_of(state, relation_created(1)) ==
        Lines{"state-get", "is-leader", "relation-ids tracing", "relation-get music", "relation-set music"});
  state.relation(1).local_application_data["receivers"] = R"(["otlp_grpc"])";
  CHECK(calls_of(state, update_status()) ==
        Lines{"state-get", "is-leader", "relation-ids tracing", "relation-get music"});
  CHECK(calls_of(state, relation_changed(1, "tempo/0")) == Lines{"state-get", "is-leader", "relation-ids tracing",
                                                                 "relation-get music", "relation-get tempo",
                                                                 "juju-log"});
  state.leader = false;
  CHECK(calls_of(state, update_status()) == Lines{"state-get", "is-leader"});
  CHECK(calls_of(state, relation_changed(1, "tempo/0")) ==
        Lines{"state-get", "is-leader", "relation-get tempo", "juju-log"});
}

TEST_CASE("tracing calls: asking for the endpoint again costs nothing") {
  Lines calls;
  const auto make = [](juju::Framework& framework) {
    auto charm = std::make_unique<Workload>(framework);
    framework.observe(charm->on().start, [self = charm.get()](juju::Event&) {
      for (int i = 0; i < 3; ++i) {
        CHECK(self->requirer.is_ready());
        CHECK(self->requirer.get_endpoint("otlp_grpc") == "tempo:4317");
      }
    });
    return charm;
  };
  run(related_to("tempo", grpc_receiver), start(), workload_metadata, make, collecting(calls));
  CHECK(calls == Lines{"state-get", "relation-ids tracing", "relation-list", "relation-get tempo"});
}
