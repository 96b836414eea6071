// SPDX-License-Identifier: Apache-2.0
#include <support/charms.hpp>

using namespace support;
using namespace charms::tempo_k8s::v0::tempo_scrape;
using namespace juju::testing;
using nlohmann::json;

namespace {

const juju::Metadata requirer_metadata =
    juju::Metadata::parse("{name: tempo-k8s, requires: {tracing: {interface: tempo_scrape}}}",
                          "options: {hostname: {default: t}, tempo-port: {type: int, default: 3200}}");

/// Publishes also when it starts.
class Requirer final : public juju::CharmBase {
 public:
  explicit Requirer(juju::Framework& framework, TracingEndpointRequirerOptions options)
      : CharmBase(framework), endpoint_(*this, std::move(options)) {
    framework.observe(on().start, *this, &Requirer::on_start);
  }

 private:
  void on_start(juju::StartEvent&) { endpoint_.update_relation_data(); }

  TracingEndpointRequirer<Requirer> endpoint_;
};

/// Takes its endpoint from the configuration, in the constructor or in a handler of start.
template <bool in_handler>
class ConfiguredRequirer final : public juju::CharmBase {
 public:
  explicit ConfiguredRequirer(juju::Framework& framework) : CharmBase(framework) {
    if (!in_handler) set_endpoint();
    framework.observe(on().start, [this](juju::Event&) {
      if (in_handler) set_endpoint();
    });
  }

 private:
  void set_endpoint() {
    for (const Problem& problem : endpoint_.set_endpoint(
             {.hostname = config<std::string>("hostname"), .tempo_port = config<int>("tempo-port")})) {
      unit().set_status(juju::BlockedStatus{to_string(problem)});
    }
  }

  TracingEndpointRequirer<ConfiguredRequirer> endpoint_{*this};
};

/// A unit of Tempo in relations 0 and 7.
State in_two_relations(bool leader = true) {
  return {.leader = leader,
          .relations = {{.id = 0, .endpoint = "tracing", .remote_application = "a", .remote_units = {{"a/0", {}}}},
                        {.id = 7, .endpoint = "tracing", .remote_application = "b"}}};
}

State run_requirer(const State& before, const EventRequest& event,
                   const TracingEndpointRequirerOptions& options = {
                       .hostname = "tempo.local", .tempo_port = 3200, .otlp_grpc_port = 4317}) {
  return run(before, event, requirer_metadata,
             [&](juju::Framework& framework) { return std::make_unique<Requirer>(framework, options); });
}

json published_in(const State& state, juju::RelationId id) {
  return json::parse(state.relation(id).local_application_data.at("tempo_endpoint"));
}

const json published = {{"hostname", "tempo.local"}, {"tempo_port", 3200}, {"otlp_grpc_port", 4317}};
const json configured = {{"hostname", "tempo.local"}, {"tempo_port", 3200}};

}  // namespace

TEST_CASE("requirer: the leader publishes the endpoint on each of its events") {
  const auto event = GENERATE(as<EventRequest>{}, relation_created(0), relation_joined(0, "a/0"), leader_elected(),
                              update_status(), upgrade_charm(), config_changed(), start());
  CAPTURE(event.hook.name());
  State before = in_two_relations();
  before.relation(7).local_application_data["tempo_endpoint"] = R"({"hostname": "former.local"})";
  const State after = run_requirer(before, event);
  CHECK(published_in(after, 0) == published);
  CHECK(published_in(after, 7) == published);
}

TEST_CASE("requirer: a unit that is not the leader writes nothing") {
  const State before = in_two_relations(false);
  CHECK(run_requirer(before, config_changed()) == before);
}

TEST_CASE("requirer: a published endpoint is not written again in another form") {
  State before = in_two_relations();
  const std::string yaml = "hostname: tempo.local\notlp_grpc_port: 4317\ntempo_port: '3200'\n";
  before.relation(0).local_application_data["tempo_endpoint"] = yaml;
  before.relation(7).local_application_data["tempo_endpoint"] = "hostname: tempo.local\n";
  const State after = run_requirer(before, config_changed());
  CHECK(after.relation(0).local_application_data.at("tempo_endpoint") == yaml);
  CHECK(published_in(after, 7) == published);
}

TEST_CASE("requirer: a published endpoint with an invalid part is replaced") {
  State before = in_two_relations();
  json with_more = published;
  with_more["zipkin_port"] = "none";
  before.relation(0).local_application_data["tempo_endpoint"] = with_more.dump();
  CHECK(published_in(run_requirer(before, update_status()), 0) == published);
}

TEST_CASE("requirer: blanks around the host name are not published") {
  const State after =
      run_requirer(in_two_relations(), update_status(), {.hostname = "  tempo.local ", .tempo_port = 3200});
  CHECK(published_in(after, 0) == configured);
}

TEST_CASE("requirer: an invalid option throws") {
  const auto run_with = [](const TracingEndpointRequirerOptions& options) {
    run_requirer(in_two_relations(), config_changed(), options);
  };
  try {
    run_with({.hostname = "tempo.local", .zipkin_port = 70000});
    FAIL("a port out of range was accepted");
  } catch (const InvalidOptionError& error) {
    CHECK(error.option == "zipkin_port");
    CHECK(std::string(error.what()) == "option 'zipkin_port': not a port from 1 to 65535");
  }
  CHECK_THROWS_AS(run_with({.tempo_port = 3200}), InvalidOptionError);
  CHECK_THROWS_AS(run_with({.hostname = "t", .relation_name = "metrics"}), RelationNotFoundError);
}

TEST_CASE("requirer: an endpoint set in the constructor is published with events") {
  State before = in_two_relations();
  before.config = {{"hostname", "tempo.local"}};
  CHECK(published_in(run<ConfiguredRequirer<false>>(before, config_changed(), requirer_metadata), 7) == configured);
  CHECK(run<ConfiguredRequirer<false>>(before, start(), requirer_metadata).relation(7).local_application_data.empty());
}

TEST_CASE("requirer: an endpoint set in a handler is published at once") {
  State before = in_two_relations();
  before.config = {{"hostname", "tempo.local"}};
  CHECK(published_in(run<ConfiguredRequirer<true>>(before, start(), requirer_metadata), 7) == configured);
}

TEST_CASE("requirer: an invalid endpoint is a problem, the published one stays") {
  State before = in_two_relations();
  before.config = {{"hostname", "tempo.local"}, {"tempo-port", 70000}};
  before.relation(7).local_application_data["tempo_endpoint"] = "hostname: old";
  const State after = run<ConfiguredRequirer<false>>(before, config_changed(), requirer_metadata);
  CHECK(after.relation(7).local_application_data.at("tempo_endpoint") == "hostname: old");
  CHECK(after.unit_status == juju::BlockedStatus{"tempo_port: not a port from 1 to 65535"});
}
