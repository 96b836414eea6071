// SPDX-License-Identifier: Apache-2.0
// A backend reads a workload's `receivers`, and gets events.
#include <support/tracing_charms.hpp>
#include <support/untrusted_text.hpp>

using namespace support;
using namespace support::tracing_charms;
using namespace juju::testing;

namespace {

/// What a backend reads of relation 1.
struct Seen {
  bool ready;
  std::set<tracing::ReceiverProtocol> protocols;
  Lines problems;
};

Seen seen(const std::string& request) {
  return inspect<Backend>(related_to("music", request), backend_metadata, [](Backend& charm) {
    return Seen{charm.provider.is_requirer_ready(*charm.model().relation(1)), charm.provider.requested_protocols(),
                messages_of(charm.provider.problems())};
  });
}

}  // namespace

TEST_CASE("tracing requests: the known protocols are read") {
  const Seen request = seen(R"(["zipkin", "otlp_grpc", "otlp_http", "jaeger_thrift_http", "jaeger_grpc", "zipkin"])");
  CHECK(request.ready);
  CHECK(request.protocols ==
        std::set<tracing::ReceiverProtocol>{"jaeger_grpc", "jaeger_thrift_http", "otlp_grpc", "otlp_http", "zipkin"});
  CHECK(request.problems.empty());
}

TEST_CASE("tracing requests: an unknown protocol is skipped with a problem") {
  const Seen request = seen(R"(["otlp", "otlp_http", ""])");
  CHECK(request.ready);
  CHECK(request.protocols == std::set<tracing::ReceiverProtocol>{"otlp_http"});
  CHECK(request.problems == Lines{"relation 1, music, receivers at /0: an unknown protocol, which is skipped",
                                  "relation 1, music, receivers at /2: an unknown protocol, which is skipped"});
}

TEST_CASE("tracing requests: without known protocols it is ready and empty") {
  const std::string text = GENERATE("[]", R"(["opentelemetry"])");
  CHECK(seen(text).ready);
  CHECK(seen(text).protocols.empty());
  CHECK(infos(run<Backend>(related_to("music", text), relation_changed(1), backend_metadata).log) ==
        Lines{"request 1:"});
}

TEST_CASE("tracing requests: a text that is not an array of texts is not ready") {
  const auto [text, reason] =
      GENERATE(table<std::string, std::string>({{"x", ": not JSON (byte 1)"},
                                                {R"({"otlp_http": 1})", ": not an array of texts"},
                                                {R"("otlp_http")", ": not an array of texts"},
                                                {R"(["otlp", "otlp_http", null])", " at /2: not a text"}}));
  CHECK_FALSE(seen(text).ready);
  CHECK(seen(text).protocols.empty());
  CHECK(seen(text).problems == Lines{"relation 1, music, receivers" + reason});
  CHECK(run<Backend>(related_to("music", text), relation_changed(1), backend_metadata).log.empty());
}

TEST_CASE("tracing requests: without the key the workload is not ready") {
  CHECK_FALSE(seen("").ready);
  CHECK(seen("").problems.empty());
}

TEST_CASE("tracing requests: request is emitted on created, joined and changed") {
  const EventRequest event = GENERATE(as<EventRequest>{}, relation_created(1), relation_joined(1, "music/0"),
                                      relation_changed(1, "music/0"), relation_changed(1));
  const State before = related_to("music", R"(["otlp_http", "zipkin"])", false);
  CHECK(infos(run<Backend>(before, event, backend_metadata).log) == Lines{"request 1: otlp_http zipkin"});
  CHECK(run<Backend>(related_to("music", "", false), event, backend_metadata).log.empty());
}

TEST_CASE("tracing requests: broken is emitted on relation-broken") {
  const State before = related_to("music", R"(["otlp_http"])", false);
  CHECK(infos(run<Backend>(before, relation_broken(1), backend_metadata).log) == Lines{"broken 1"});
}

TEST_CASE("tracing requests: a deferred request has the protocols of now") {
  State state = related_to("music", R"(["otlp_http"])");
  state.config = {{"host", "later"}};
  state = run<Backend>(state, relation_changed(1), backend_metadata);
  REQUIRE(state.deferred.size() == 1);
  CHECK(state.deferred[0].event == "tracing.TracingEndpointProvider[tracing]/request");
  state.relation(1).remote_application_data["receivers"] = R"(["zipkin"])";
  state = run<Backend>(state, update_status(), backend_metadata);
  state.relations.clear();
  state = run<Backend>(state, update_status(), backend_metadata);
  CHECK(infos(state.log) == Lines{"request 1: otlp_http", "request 1: zipkin", "request 1 gone:"});
}

TEST_CASE("tracing requests: hostile texts never throw, and no value is quoted") {
  Lines texts = wrong_texts();
  for (const nlohmann::json& mutant : mutants_of({"otlp_http", "zipkin"})) texts.push_back(mutant.dump());
  texts.push_back(R"(["5ecret", {"5ecret": "5ecret"}])");
  for (const std::string& text : texts) {
    INFO(beginning_of(text));
    const State after = run<Backend>(related_to("music", text), relation_changed(1), backend_metadata);
    const Seen request = seen(text);
    CHECK((request.ready || !request.problems.empty()));
    CHECK(after.log.size() == (request.ready ? 1 : 0));
    CHECK(request.problems.size() <= juju::max_problems);
    for (const std::string& problem : request.problems) CHECK(problem.find("5ecret") == std::string::npos);
  }
}
