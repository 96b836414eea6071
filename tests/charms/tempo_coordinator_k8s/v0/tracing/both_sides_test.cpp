// SPDX-License-Identifier: Apache-2.0
// A workload and a backend in one model.
#include <support/tracing_charms.hpp>

using namespace support::tracing_charms;
using namespace juju::testing;

namespace {

struct Pair {
  explicit Pair(bool cross_model = false) {
    model.deploy("music", workload_metadata, workload({.protocols = {"otlp_http", "otlp_grpc"}}), {.units = 2});
    DeployOptions options{.units = 2};
    if (cross_model) options.model_uuid = "another-model";
    model.deploy<Backend>("tempo", backend_metadata, options);
    relation = model.integrate("music:tracing", "tempo:tracing", {.cross_model = cross_model});
    model.settle();
  }

  std::optional<std::string> endpoint(const std::string& unit, const std::string& protocol) {
    return model.unit(unit).inspect<Workload>([&](Workload& charm) { return charm.requirer.get_endpoint(protocol); });
  }

  Lines log(const std::string& unit) { return infos(model.unit(unit).log()); }

  TestModel model;
  juju::RelationId relation = 0;
};

}  // namespace

TEST_CASE("tracing: a request leads to endpoints on every unit") {
  Pair pair(GENERATE(false, true));
  for (const std::string unit : {"music/0", "music/1"}) {
    CHECK(pair.endpoint(unit, "otlp_http") == "http://t:1");
    CHECK(pair.endpoint(unit, "otlp_grpc") == "t:1");
    CHECK_THROWS_AS(pair.endpoint(unit, "zipkin"), tracing::ProtocolNotRequestedError);
    CHECK(pair.log(unit).back() == "changed 0: otlp_grpc=t:1 otlp_http=http://t:1");
  }
  CHECK(pair.log("tempo/1").back() == "request 0: otlp_http otlp_grpc");
}

TEST_CASE("tracing: changed receivers and requests reach the other side") {
  Pair pair;
  pair.model.set_config("tempo", {{"host", "u"}});
  pair.model.settle();
  CHECK(pair.endpoint("music/1", "otlp_http") == "http://u:1");
  pair.model.deploy("lyrics", workload_metadata, workload({.protocols = {"zipkin"}}));
  pair.model.integrate("lyrics:tracing", "tempo:tracing");
  pair.model.settle();
  CHECK(pair.endpoint("music/1", "zipkin") == "http://u:1");
  CHECK(pair.endpoint("lyrics/0", "otlp_grpc") == "u:1");
}

TEST_CASE("tracing: new leaders write nothing that is the same") {
  Pair pair;
  const juju::StringMap request = pair.model.application_data(pair.relation, "music");
  pair.model.set_leader("music/1");
  pair.model.set_leader("tempo/1");
  int writes = 0;
  pair.model.settle({.before_call = [&](const Call& call) { writes += call.tool == "relation-set" ? 1 : 0; }});
  CHECK(writes == 0);
  pair.model.set_config("tempo", {{"host", "u"}});
  pair.model.settle();
  CHECK(pair.model.application_data(pair.relation, "music") == request);
  CHECK(pair.endpoint("music/0", "otlp_grpc") == "u:1");
}

TEST_CASE("tracing: a request stays when the charm no longer names protocols") {
  Pair pair;
  pair.model.upgrade<Workload>("music", workload_metadata);  // without protocols: the request stays
  pair.model.settle();
  CHECK(pair.model.application_data(pair.relation, "music").at("receivers") == R"(["otlp_http","otlp_grpc"])");
  CHECK(pair.endpoint("music/0", "otlp_grpc") == "t:1");
  CHECK_THROWS_AS(pair.endpoint("music/0", "zipkin"), tracing::ProtocolNotRequestedError);
  CHECK_FALSE(pair.endpoint("music/1", "zipkin"));  // a follower cannot read its application's request
}

TEST_CASE("tracing: a removed relation removes the endpoint") {
  const bool cross_model = GENERATE(false, true);
  Pair pair(cross_model);
  pair.model.remove_relation(pair.relation);
  pair.model.settle();
  for (const std::string unit : {"music/0", "music/1"}) {
    CHECK(pair.log(unit).back() == "removed 0");
    CHECK_FALSE(pair.endpoint(unit, "otlp_http"));
  }
  CHECK(pair.log("tempo/0").back() == "broken 0");
  pair.model.integrate("music:tracing", "tempo:tracing", {.cross_model = cross_model});
  pair.model.settle();
  CHECK(pair.endpoint("music/1", "otlp_http") == "http://t:1");
}

TEST_CASE("tracing: any order of hooks leads to the same endpoints") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    Pair pair;
    pair.model.set_leader("music/1");
    pair.model.set_config("tempo", {{"host", "u"}});
    pair.model.add_unit("tempo");
    pair.model.settle({.order = shuffled(seed)});
    CHECK(pair.endpoint("music/0", "otlp_http") == "http://u:1");
    CHECK(pair.endpoint("music/1", "otlp_grpc") == "u:1");
  }
}
