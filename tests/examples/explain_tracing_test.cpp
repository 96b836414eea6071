// SPDX-License-Identifier: Apache-2.0
// The program explain: relations of tracing.
#include <string>
#include <utility>

#include <support/catch.hpp>
#include <support/explain.hpp>

namespace {

using Catch::Matchers::ContainsSubstring;
using namespace support::explain;

const std::string tracing_dump = "juju3-tracing.json";

/// The dump with other lists in the relation of spring-music. A null list is absent.
json with_lists(const json& asked, const json& given) {
  json dump = read_json(tracing_dump);
  const auto set = [&](const char* unit, const json& list) {
    json& data = dump[unit]["relation-info"][0]["application-data"];
    data = json::object();
    if (!list.is_null()) data["receivers"] = list.is_string() ? list.get<std::string>() : list.dump();
  };
  set("tempo/0", asked);
  set("spring-music/0", given);
  return dump;
}

}  // namespace

TEST_CASE("explain tracing: it shows what is asked for, given and missing") {
  const json dump = GENERATE(read_json(tracing_dump), in_form_of_juju4(read_json(tracing_dump)));
  const ProgramRun run = explain_dump(dump, {"--application", "spring-music"});
  CHECK(run.status == 1);
  CHECK(run.output.starts_with("1 relation, 0 targets, 1 problem\n"));
  CHECK_THAT(run.output, ContainsSubstring("  asked for: otlp_http, jaeger_grpc\n  given\n"
                                           "    otlp_http  http://tempo.local:4318\n"
                                           "    zipkin     http://tempo.local:9411\n"));
  CHECK_THAT(run.output, ContainsSubstring("receivers: jaeger_grpc is asked for and not given\n"));
  CHECK_THAT(run.output, !ContainsSubstring("hint"));
}

TEST_CASE("explain tracing: the side with several relations is the backend") {
  CHECK_THAT(explain({dumps + tracing_dump}).output,
             ContainsSubstring("relation 6: spring-music, which sends traces to tempo\n"));
  json dump = in_form_of_juju4(read_json(tracing_dump));
  CHECK_THAT(explain_dump(dump).output, ContainsSubstring("relation 6: spring-music, which sends traces to tempo\n"));
  dump["tempo/0"]["relation-info"].erase(1);
  CHECK_THAT(explain_dump(dump).output, ContainsSubstring("relation 6: spring-music and tempo\n"));
}

TEST_CASE("explain tracing: a hint names the command for the other side") {
  const ProgramRun run = explain_dump(only(read_json(tracing_dump), {"tempo/0"}));
  CHECK(run.status == 0);
  CHECK_THAT(run.output, ContainsSubstring("given: not in this dump\n") &&
                             ContainsSubstring("only one side of relation 6 and relation 7") &&
                             ContainsSubstring("  juju show-unit tempo/0 spring-music/0 billing/0 --format=json\n"));
}

TEST_CASE("explain tracing: each state of the two lists is reported") {
  const json http = json::parse(R"([{"protocol": {"name": "otlp_http", "type": "http"}, "url": "http://t:4318"}])");
  const json asked = json::array({"otlp_http"});
  const auto [dump, status, expected] = GENERATE_COPY(table<json, int, std::string>(
      {{with_lists(asked, http), 0, "given\n    otlp_http  http://t:4318\n"},
       {with_lists(nullptr, http), 0, "asked for: nothing yet\n"},
       {with_lists(asked, nullptr), 1, "given: nothing yet\n  problem: relation 6, tempo, receivers: the backend has"},
       {with_lists(asked, json::array()), 1, "given: no receiver\n"},
       {with_lists(json::array(), http), 0, "asked for: no known protocol\n"},
       {with_lists(json::array({"smoke"}), http), 1, "receivers at /0: an unknown protocol, which is skipped\n"},
       {with_lists(asked, "no"), 1, "given: invalid\n  problem: relation 6, tempo, receivers: not JSON"},
       {with_lists("no", http), 1, "asked for: invalid\n"},
       {with_lists(asked, R"([{"url": "\u001b[2J"}, 1])"), 1, "receivers at /1: not an object\n"},
       {with_lists(R"(["\u001b[2J", "otlp_http"])", http), 1, "asked for: otlp_http\n"}}));
  const ProgramRun run = explain_dump(dump);
  CHECK(run.status == status);
  CHECK_THAT(run.output, ContainsSubstring(expected));
  CHECK(is_printable(run.output));
}

TEST_CASE("explain tracing: --endpoint matches either side") {
  for (const char* endpoint : {"tracing", "charm-tracing"}) {
    CHECK_THAT(explain({"--endpoint", endpoint, dumps + tracing_dump}).output,
               ContainsSubstring("jaeger_grpc is asked for"));
  }
  CHECK_THAT(explain({"--endpoint", "charm-tracing", dumps + tracing_dump}).output, !ContainsSubstring("billing"));
}

TEST_CASE("explain tracing: it needs no relation ids and prints no jobs") {
  const json dump = without(read_json(tracing_dump), "relation-id");
  CHECK_THAT(explain_dump(dump).output, ContainsSubstring("relation (of unknown id): spring-music, which sends") &&
                                            ContainsSubstring("problem: tempo, receivers: jaeger_grpc"));
  const ProgramRun jobs = explain_dump(dump, {"--jobs"});
  CHECK(jobs_of(jobs) == json::array());
  CHECK_THAT(jobs.errors, ContainsSubstring("hint: The dump shows no scraper, so there are no jobs."));
}
