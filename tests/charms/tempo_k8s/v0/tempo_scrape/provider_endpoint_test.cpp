// SPDX-License-Identifier: Apache-2.0
#include <functional>
#include <support/provider.hpp>
#include <support/untrusted_text.hpp>

using namespace support;
using namespace juju::testing;
using nlohmann::json;

namespace {

std::optional<tempo_scrape::TempoEndpoint> endpoint_in(const State& state) {
  return inspect<Workload>(state, provider_metadata, [](Workload& charm) { return charm.tracing.endpoint(); });
}

/// The log after `endpoint()` or `endpoint(relation)` was called in the state.
std::vector<LogLine> log_after(const State& state, const std::function<void(Workload&)>& call) {
  MemoryModel model(state, provider_metadata);
  juju::Framework framework(model, provider_metadata);
  Workload charm(framework);
  call(charm);
  return model.take().log;
}

}  // namespace

TEST_CASE("provider endpoint: the oldest relation with a valid endpoint is used") {
  State state = related_with_endpoint("hostname: [broken");
  add_tempo(state, 10, R"({"hostname": "ten", "otlp_grpc_port": 1})");
  add_tempo(state, 9, R"({"hostname": "fd00::9", "otlp_grpc_port": 4317})");
  inspect<Workload>(state, provider_metadata, [](Workload& charm) {
    CHECK(charm.tracing.endpoint()->hostname == "fd00::9");
    CHECK(charm.tracing.otlp_grpc_endpoint() == "http://[fd00::9]:4317");
    juju::Relation& tenth = *charm.model().relation(10);
    CHECK(charm.tracing.endpoint(tenth)->hostname == "ten");
    CHECK(charm.tracing.otlp_grpc_endpoint(tenth) == "http://ten:1");
    CHECK(!charm.tracing.endpoint(*charm.model().relation(3)));
    CHECK(!charm.tracing.otlp_grpc_endpoint(*charm.model().relation(3)));
    return 0;
  });
}

TEST_CASE("provider endpoint: an absent endpoint is one line at DEBUG") {
  const State after = run_provider(related(), relation_changed(3, "tempo/0"));
  REQUIRE(after.log.size() == 1);
  CHECK(after.log[0].level == juju::LogLevel::debug);
  CHECK(after.log[0].message == "no endpoint yet in relation 3");
  const std::vector<LogLine> log = log_after(State{}, [](Workload& charm) {
    CHECK_FALSE(charm.tracing.endpoint());
    CHECK_FALSE(charm.tracing.endpoint());
  });
  REQUIRE(log.size() == 1);
  CHECK(log[0].message == "no Tempo has published its endpoint yet");
}

TEST_CASE("provider endpoint: an invalid endpoint is one line at WARNING") {
  const auto [text, message] = GENERATE(table<std::string, std::string>(
      {{"- 10.1.2.3", "relation 3, tempo, tempo_endpoint: not a map"},
       {R"({"hostname": "t", "tempo_port": 0, "zipkin_port": "x"})",
        "relation 3, tempo, tempo_endpoint at /tempo_port: not a port from 1 to 65535; "
        "relation 3, tempo, tempo_endpoint at /zipkin_port: not a port from 1 to 65535"}}));
  const State after = run_provider(related_with_endpoint(text), relation_changed(3, "tempo/0"));
  REQUIRE(after.log.size() == 1);
  CHECK(after.log[0].level == juju::LogLevel::warning);
  CHECK(after.log[0].message == message);
}

TEST_CASE("provider endpoint: one Tempo with an endpoint is enough") {
  State state = related();
  add_tempo(state, 4, R"({"hostname": "t"})");
  CHECK(log_after(state, [](Workload& charm) { CHECK(charm.tracing.endpoint()->hostname == "t"); }).empty());
}

TEST_CASE("provider endpoint: each line is logged once in a hook") {
  State state = related();
  add_tempo(state, 4, "7");
  const std::vector<LogLine> log = log_after(state, [](Workload& charm) {
    for (const juju::RelationId id : {3, 4, 3, 4}) CHECK_FALSE(charm.tracing.endpoint(*charm.model().relation(id)));
  });
  REQUIRE(log.size() == 2);
  CHECK(log[0].message == "no endpoint yet in relation 3");
  CHECK(log[1].message == "relation 4, other, tempo_endpoint: not a map");
}

TEST_CASE("provider endpoint: a hostile endpoint is refused") {
  const std::string secret = "/etc/shadow-5ecret";
  std::string laughs = "a: &a [x, x, x, x, x, x, x, x, x]\n";
  for (char c = 'b'; c < 'j'; ++c) {
    laughs += std::string(1, c) + ": &" + c + " [";
    for (int i = 0; i < 9; ++i) laughs += std::string(i == 0 ? "*" : ", *") + static_cast<char>(c - 1);
    laughs += "]\n";
  }
  const Lines texts = lines(
      laughs + "hostname: t\n", "a: &a {b: *a}\nhostname: t\n", "hostname: " + std::string(1'000'000, 'x'),
      "hostname: !!python/object/apply:os.system [" + secret + "]", "hostname: [t]", "hostname: \"t\\r\\nHost: b\"",
      "hostname: t/../" + secret, "hostname: http://t", "hostname: user:" + secret + "@t", "hostname: t:80",
      "hostname: \"\\u202et\"", "hostname: fe80::1%eth0", "hostname: t?a=b", "hostname: None", secret);
  for (const std::string& text : texts) {
    State state = related_with_endpoint(text);
    INFO(text.substr(0, 100));
    CHECK_FALSE(endpoint_in(state));
    state = run_provider(state, relation_changed(3, "tempo/0"));
    REQUIRE_FALSE(state.log.empty());
    for (const LogLine& line : state.log) {
      CHECK(line.message.find(secret) == std::string::npos);
      CHECK(line.message.size() < 300);
    }
  }
  const auto ports =
      endpoint_in(related_with_endpoint("{hostname: t, tempo_port: -1, otlp_grpc_port: 65536, otlp_http_port: 80/x, "
                                        "zipkin_port: 9411, user: root}"));
  CHECK(ports == tempo_scrape::TempoEndpoint{.hostname = "t", .zipkin_port = 9411});
}

TEST_CASE("provider endpoint: after a wrong endpoint the next one is used") {
  const json good_endpoint = {
      {"hostname", "t"}, {"tempo_port", 3200}, {"otlp_grpc_port", 4317}, {"zipkin_port", "9411"}};
  std::vector<std::string> texts = wrong_texts();
  for (const json& mutant : mutants_of(good_endpoint)) texts.push_back(mutant.dump());
  for (const std::string& text : texts) {
    INFO(beginning_of(text));
    State state = related_with_endpoint(text);
    add_tempo(state, 4, R"({"hostname": "second"})");
    const auto endpoint = endpoint_in(state);
    REQUIRE(endpoint);
    CHECK(juju::Address::parse(endpoint->hostname));
    state = run_provider(state, relation_changed(3, "tempo/0"));
    CHECK(state.relation(4).local_application_data.contains("scrape_jobs"));
    for (const LogLine& line : state.log) {
      CHECK(line.message.starts_with("relation 3, tempo, tempo_endpoint"));
      CHECK(line.message.size() < 1000);
    }
    CHECK((endpoint->hostname != "second" || !state.log.empty()));
  }
}
