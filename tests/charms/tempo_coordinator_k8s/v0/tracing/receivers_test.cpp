// SPDX-License-Identifier: Apache-2.0
// What a workload reads of a backend's `receivers`.
#include <support/tracing_charms.hpp>
#include <support/untrusted_text.hpp>

using namespace support;
using namespace support::tracing_charms;
using namespace juju::testing;
using tracing::Receiver;
using enum tracing::TransportProtocolType;

namespace {

const tracing::TracingEndpointRequirerOptions any;

std::optional<std::vector<Receiver>> read(const std::string& text) {
  return inspect_workload(related_to("tempo", text), any,
                          [](Workload& charm) { return charm.requirer.get_all_endpoints(); });
}

/// The problems, without "relation 1, tempo, receivers".
Lines problems(const std::string& text) {
  const std::string place = "relation 1, tempo, receivers";
  Lines lines = messages_of(
      inspect_workload(related_to("tempo", text), any, [](Workload& charm) { return charm.requirer.problems(); }));
  for (std::string& line : lines) {
    REQUIRE(line.starts_with(place));
    line.erase(0, place.size());
  }
  return lines;
}

/// A list of one receiver.
std::string receiver(const std::string& type, const std::string& url) {
  return R"([{"protocol": {"name": "p", "type": ")" + type + R"("}, "url": )" + nlohmann::json(url).dump() + "}]";
}

}  // namespace

TEST_CASE("tracing receivers: protocol, transport and URL are read") {
  CHECK(read(R"([{"protocol": {"name": "otlp_http", "type": "http"}, "url": "http://tempo:4318"},
                 {"url": "tempo:4317", "protocol": {"type": "grpc", "name": "otlp_grpc"}}])") ==
        std::vector<Receiver>{{{"otlp_http", http}, "http://tempo:4318"}, {{"otlp_grpc", grpc}, "tempo:4317"}});
}

TEST_CASE("tracing receivers: unknown protocols and unknown fields are accepted") {
  const std::string text =
      R"([{"protocol": {"name": "tempo_http", "type": "http", "a": 1}, "url": "https://h/p?q=1", "b": []}])";
  CHECK(read(text) == std::vector<Receiver>{{{"tempo_http", http}, "https://h/p?q=1"}});
  CHECK(problems(text).empty());
}

TEST_CASE("tracing receivers: an empty list is ready, without problems") {
  CHECK(read("[]") == std::vector<Receiver>{});
  CHECK(problems("[]").empty());
}

TEST_CASE("tracing receivers: without the key the backend is not ready") {
  CHECK_FALSE(read(""));
  CHECK(problems("").empty());
}

TEST_CASE("tracing receivers: a text that is not a JSON array is not ready") {
  CHECK_FALSE(read("[{]"));
  CHECK(problems("[{]") == Lines{": not JSON (byte 3)"});
  CHECK_FALSE(read("{}"));
  CHECK(problems("{}") == Lines{": not an array"});
}

TEST_CASE("tracing receivers: an invalid item is skipped with its place") {
  const std::string text = R"([1, {}, {"protocol": {"name": "", "type": "http"}, "url": "http://h"},
      {"protocol": {"name": "a", "type": "tcp"}, "url": "http://h"}, {"protocol": {"name": "a", "type": "http"}},
      {"protocol": {"name": "a", "type": "http"}, "url": "h:1"}, {"protocol": {"name": "a\n", "type": "http"}}, )";
  const Lines expected = {" at /0: not an object",
                          " at /1/protocol: not an object",
                          " at /2/protocol/name: not a name",
                          " at /3/protocol/type: not 'http' or 'grpc'",
                          " at /4/url: not a text",
                          " at /5/url: not an http or https URL",
                          " at /6/protocol/name: not a name"};
  const std::string valid = R"({"protocol": {"name": "a", "type": "grpc"}, "url": "h:1"}])";
  CHECK(read(text + valid) == std::vector<Receiver>{{{"a", grpc}, "h:1"}});
  CHECK(problems(text + valid) == expected);
  CHECK_FALSE(read(text + "1]"));
}

TEST_CASE("tracing receivers: the scheme of a grpc URL is dropped with a problem") {
  const std::string text = receiver("grpc", "http://[fd00::1]:4317");
  CHECK(read(text) == std::vector<Receiver>{{{"p", grpc}, "[fd00::1]:4317"}});
  CHECK(problems(text) == Lines{" at /0/url: the URL of a grpc protocol has a scheme, which is dropped"});
}

TEST_CASE("tracing receivers: a URL that does not fit its transport is refused") {
  const std::string url = GENERATE("", "tempo", "tempo:0", "http://tempo:4317/", "tempo:4317/", "tempo:4317?", "/:1",
                                   "fd00::1:4317", "user@tempo:4317", "http://", "grpc://http://h:1");
  CAPTURE(url);
  CHECK_FALSE(read(receiver("grpc", url)));
  CHECK(problems(receiver("grpc", url)) == Lines{" at /0/url: not HOST:PORT"});
  const std::string other = GENERATE("", "tempo:4318", "ftp://h", "http://user:secret@h", "http://", "http://h:x",
                                     "http://h\n", "http://h/\u0085", "http://fd00::1", "javascript://h");
  CAPTURE(other);
  CHECK_FALSE(read(receiver("http", other)));
  CHECK(problems(receiver("http", other)) == Lines{" at /0/url: not an http or https URL"});
}

TEST_CASE("tracing receivers: a URL has at most 2048 bytes") {
  const std::string longest = "http://h/" + std::string(2039, 'a');
  CHECK(read(receiver("http", longest)));
  CHECK_FALSE(read(receiver("http", longest + "a")));
}

TEST_CASE("tracing receivers: hostile texts never throw, and no value is quoted") {
  const nlohmann::json valid = nlohmann::json::parse(receiver("http", "http://tempo:4318"));
  Lines texts = wrong_texts();
  for (const nlohmann::json& mutant : mutants_of(valid)) texts.push_back(mutant.dump());
  texts.push_back(R"([{"protocol": "5ecret://", "url": "5ecret"}, "5ecret", {"5ecret": {"name": "5ecret"}}])");
  for (const std::string& text : texts) {
    INFO(beginning_of(text));
    const State after = run(related_to("tempo", text), relation_changed(1), workload_metadata, workload(any));
    CHECK(after.log.size() == 1);
    const Lines found = problems(text);
    CHECK((read(text) || !found.empty()));
    CHECK(found.size() <= juju::max_problems);
    for (const std::string& problem : found) {
      CHECK(problem.find("5ecret") == std::string::npos);
      CHECK(problem.size() < 200);
    }
  }
}
