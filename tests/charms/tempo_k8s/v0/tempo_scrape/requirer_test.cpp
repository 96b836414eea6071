// SPDX-License-Identifier: Apache-2.0
#include <charms/tempo_k8s/v0/tempo_scrape.hpp>
#include <juju/testing.hpp>

#include <string>

#include <support/catch.hpp>

namespace {

using namespace charms::tempo_k8s::v0::tempo_scrape;
using namespace juju::testing;
using nlohmann::json;

const juju::Metadata metadata = juju::Metadata::parse(
    "{name: tempo-k8s, requires: {tracing: {interface: tempo_scrape}}, provides: {other: {interface: o}}}");

template <TracingEndpointRequirerOptions (*options)()>
class Tempo final : public juju::CharmBase {
 public:
  explicit Tempo(juju::Framework& framework) : CharmBase(framework), endpoint(*this, options()) {
    framework.observe(on().start, *this, &Tempo::on_start);
  }

  TracingEndpointRequirer<Tempo> endpoint;

 private:
  void on_start(juju::StartEvent&) { endpoint.update_relation_data(); }
};

TracingEndpointRequirerOptions two_ports() {
  return {.hostname = "tempo.local", .tempo_port = 3200, .otlp_grpc_port = 4317};
}
TracingEndpointRequirerOptions spaced_hostname() { return {.hostname = "  tempo.local ", .tempo_port = 3200}; }
TracingEndpointRequirerOptions port_out_of_range() { return {.hostname = "tempo.local", .zipkin_port = 70000}; }
TracingEndpointRequirerOptions no_hostname() { return {.tempo_port = 3200}; }
TracingEndpointRequirerOptions missing_endpoint() { return {.hostname = "t", .relation_name = "metrics"}; }

using Plain = Tempo<two_ports>;

State related(bool leader = true) {
  return {.leader = leader,
          .relations = {{.id = 0, .endpoint = "tracing", .remote_application = "a", .remote_units = {{"a/0", {}}}},
                        {.id = 7, .endpoint = "tracing", .remote_application = "b"}}};
}

const json published = {{"hostname", "tempo.local"}, {"tempo_port", 3200}, {"otlp_grpc_port", 4317}};

}  // namespace

TEST_CASE("the leader publishes the endpoint in every relation, on each of the requirer's events") {
  const auto event = GENERATE(as<EventRequest>{}, relation_created(0), relation_joined(0, "a/0"), leader_elected(),
                              update_status(), upgrade_charm(), config_changed(), start());
  CAPTURE(event.hook.name());
  const State after = run<Plain>(related(), event, metadata);
  CHECK(json::parse(after.relation(0).local_application_data.at("tempo_endpoint")) == published);
  CHECK(json::parse(after.relation(7).local_application_data.at("tempo_endpoint")) == published);
}

TEST_CASE("users 21: a requirer that is not the leader writes nothing and reads nothing that it may not") {
  const State before = related(false);
  const State after = run<Plain>(before, config_changed(), metadata);
  CHECK(after == before);
}

TEST_CASE("an endpoint that is published already is left in the form that it has, YAML included") {
  State before = related();
  const std::string yaml = "hostname: tempo.local\notlp_grpc_port: 4317\ntempo_port: '3200'\n";
  before.relation(0).local_application_data["tempo_endpoint"] = yaml;
  before.relation(7).local_application_data["tempo_endpoint"] = "hostname: tempo.local\n";
  const State after = run<Plain>(before, config_changed(), metadata);
  CHECK(after.relation(0).local_application_data.at("tempo_endpoint") == yaml);
  CHECK(json::parse(after.relation(7).local_application_data.at("tempo_endpoint")) == published);
}

TEST_CASE("blanks round the host name are not published") {
  const State after = run<Tempo<spaced_hostname>>(related(), update_status(), metadata);
  CHECK(json::parse(after.relation(0).local_application_data.at("tempo_endpoint"))["hostname"] == "tempo.local");
}

TEST_CASE("an endpoint that says what this one says, and beside it what cannot be read, is published anew") {
  State before = related();
  json with_more = published;
  with_more["zipkin_port"] = "none";
  before.relation(0).local_application_data["tempo_endpoint"] = with_more.dump();
  const State after = run<Plain>(before, update_status(), metadata);
  CHECK(json::parse(after.relation(0).local_application_data.at("tempo_endpoint")) == published);
}

TEST_CASE("an endpoint that could not be read, an undeclared relation: the author's mistake throws at construction") {
  try {
    run<Tempo<port_out_of_range>>(related(), config_changed(), metadata);
    FAIL("a port out of range was accepted");
  } catch (const InvalidOptionError& error) {
    CHECK(error.option == "zipkin_port");
    CHECK(std::string(error.what()) == "option 'zipkin_port': not a port from 1 to 65535");
  }
  CHECK_THROWS_AS(run<Tempo<no_hostname>>(related(), config_changed(), metadata), InvalidOptionError);
  CHECK_THROWS_AS(run<Tempo<missing_endpoint>>(related(), config_changed(), metadata), RelationNotFoundError);
}

TEST_CASE("an endpoint that a skipped hook left unpublished is published by update-status") {
  State before = related();
  before.relations.front().local_application_data["tempo_endpoint"] = R"({"hostname": "former.local"})";
  const State after = run<Plain>(before, update_status(), metadata);
  CHECK(json::parse(after.relation(0).local_application_data.at("tempo_endpoint")) == published);
}

namespace {

/// Takes its endpoint from the configuration, in the constructor or in a handler of update-status.
template <bool in_a_handler>
class Configured final : public juju::CharmBase {
 public:
  explicit Configured(juju::Framework& framework) : CharmBase(framework) {
    if (!in_a_handler) set_endpoint();
    framework.observe(on().start, [this](juju::Event&) {
      if (in_a_handler) set_endpoint();
    });
  }

 private:
  void set_endpoint() {
    for (const Problem& problem : endpoint_.set_endpoint(
             {.hostname = config<std::string>("hostname"), .tempo_port = config<int>("tempo-port")})) {
      unit().set_status(juju::BlockedStatus{to_string(problem)});
    }
  }

  TracingEndpointRequirer<Configured> endpoint_{*this};
};

const juju::Metadata configured_metadata =
    juju::Metadata::parse("{name: tempo-k8s, requires: {tracing: {interface: tempo_scrape}}}",
                          "options: {hostname: {default: t}, tempo-port: {type: int, default: 3200}}");

State configured(const nlohmann::json& config) {
  return {
      .leader = true, .relations = {{.id = 1, .endpoint = "tracing", .remote_application = "app"}}, .config = config};
}

}  // namespace

TEST_CASE("requirer: an endpoint set in the constructor is published in the hooks that publish") {
  const State before = configured({{"hostname", "tempo.local"}});
  const State after = run<Configured<false>>(before, config_changed(), configured_metadata);
  CHECK(json::parse(after.relation(1).local_application_data.at("tempo_endpoint")) ==
        json{{"hostname", "tempo.local"}, {"tempo_port", 3200}});
  CHECK(run<Configured<false>>(before, start(), configured_metadata).relation(1).local_application_data.empty());
}

TEST_CASE("requirer: an endpoint set in a handler is published at once") {
  const State after = run<Configured<true>>(configured({{"hostname", "tempo.local"}}), start(), configured_metadata);
  CHECK(json::parse(after.relation(1).local_application_data.at("tempo_endpoint")) ==
        json{{"hostname", "tempo.local"}, {"tempo_port", 3200}});
}

TEST_CASE("requirer: an invalid endpoint is a problem, and the published one stays") {
  State before = configured({{"hostname", "tempo.local"}, {"tempo-port", 70000}});
  before.relations[0].local_application_data["tempo_endpoint"] = "hostname: old";
  const State after = run<Configured<false>>(before, config_changed(), configured_metadata);
  CHECK(after.relation(1).local_application_data.at("tempo_endpoint") == "hostname: old");
  CHECK(after.unit_status == juju::BlockedStatus{"tempo_port: not a port from 1 to 65535"});
}
