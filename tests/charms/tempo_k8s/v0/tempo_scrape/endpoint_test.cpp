// SPDX-License-Identifier: Apache-2.0
#include <charms/tempo_k8s/v0/tempo_scrape/endpoint.hpp>

#include <support/catch.hpp>

using namespace charms::tempo_k8s::v0::tempo_scrape;
using nlohmann::json;

namespace {

struct Read {
  std::optional<TempoEndpoint> endpoint = {};
  std::vector<std::string> pointers = {};
};

Read read(const std::string& text) {
  std::vector<Problem> problems;
  Read result{parse_endpoint(text, problems)};
  for (const Problem& problem : problems) {
    CHECK(problem.key == "tempo_endpoint");
    CHECK_FALSE(problem.reason.empty());
    result.pointers.push_back(problem.pointer);
  }
  return result;
}

const std::vector<std::string> no_pointers = {};
const TempoEndpoint full{"tempo.local", 3200, 4317, 4318, 9411};

}  // namespace

TEST_CASE("endpoint: the text is a JSON object with the fields that are set") {
  CHECK(json(full) == json::parse(R"({"hostname": "tempo.local", "tempo_port": 3200, "otlp_grpc_port": 4317,
                                      "otlp_http_port": 4318, "zipkin_port": 9411})"));
  json used = json::array({1});
  to_json(used, TempoEndpoint{.hostname = "t"});
  CHECK(used == json::parse(R"({"hostname": "t"})"));
}

TEST_CASE("endpoint: a written endpoint is read as the same endpoint") {
  const std::vector<TempoEndpoint> endpoints = {
      full, {.hostname = "fd00::1", .otlp_grpc_port = 1}, {.hostname = "[fd00::1]", .zipkin_port = 65535}};
  for (const TempoEndpoint& given : endpoints) {
    const Read again = read(juju::to_yaml_safe_json(given));
    CHECK(again.endpoint == given);
    CHECK(again.pointers == no_pointers);
  }
}

TEST_CASE("endpoint: any form of YAML is read") {
  const std::string text = GENERATE(
      "hostname: tempo.local\notlp_grpc_port: 4317\notlp_http_port: 4318\ntempo_port: 3200\nzipkin_port: 9411\n",
      "{hostname: 'tempo.local', otlp_grpc_port: \"4317\", otlp_http_port: 4318, tempo_port: 3200, zipkin_port: 9411}",
      "---\n# Tempo\n? hostname\n: tempo.local\ntempo_port:   3200 # default\n\"otlp_grpc_port\": '4317'\n"
      "otlp_http_port: !!int 4318\nzipkin_port: |-\n  9411\n...\n",
      R"({"hostname": " tempo.local ", "tempo_port": "3200", "otlp_grpc_port": " 4317 ", "otlp_http_port": 4318,
          "zipkin_port": "09411", "more": [{}]})",
      "hostname: x\nhostname: tempo.local\ntempo_port: 3200\notlp_grpc_port: 1\notlp_grpc_port: 4317\n"
      "otlp_http_port: 4318\nzipkin_port: 9411\n");
  INFO(text);
  CHECK(read(text).endpoint == full);
  CHECK(read(text).pointers == no_pointers);
}

TEST_CASE("endpoint: an absent or null port is not set") {
  const std::string text = GENERATE("hostname: t", R"({"hostname": "t", "tempo_port": null})",
                                    "hostname: t\ntempo_port: ~\nzipkin_port:\notlp_grpc_port: null\n");
  CHECK(read(text).endpoint == TempoEndpoint{.hostname = "t"});
  CHECK(read(text).pointers == no_pointers);
}

TEST_CASE("endpoint: an invalid port is a problem, the rest is used") {
  const std::string port = GENERATE("0", "65536", "123456", "-1", "1.5", "80.0", "true", "[]", "{}", "\"\"", "\"0x50\"",
                                    "\"None\"", "\"80/tcp\"", "1e3", "\"８０\"", "[80]", R"(["\_"])", R"(["\N"])",
                                    R"(["\L\P\e\xff\u00e9\U0001F600"])", R"({"\_": "\_"})", R"("\_")");
  const Read result = read(R"({"hostname": "t", "otlp_grpc_port": )" + port + R"(, "zipkin_port": 9411})");
  INFO(port);
  CHECK(result.endpoint == TempoEndpoint{.hostname = "t", .zipkin_port = 9411});
  CHECK(result.pointers == std::vector<std::string>{"/otlp_grpc_port"});
}

TEST_CASE("endpoint: without a valid host name there is no endpoint") {
  const std::string text = GENERATE("{}", "tempo_port: 3200", R"({"hostname": null})", R"({"hostname": 7})",
                                    R"({"hostname": ""})", "hostname: None", "hostname: 'null'", "hostname: http://t",
                                    "hostname: t:80", "hostname: a b", R"({"hostname": "t\n"})", "hostname: [t]",
                                    R"({"hostname": "fe80::1%eth0"})", R"({"hostname": "::1\u0000x"})");
  INFO(text);
  CHECK_FALSE(read(text).endpoint);
  CHECK(read(text).pointers == std::vector<std::string>{"/hostname"});
}

TEST_CASE("endpoint: text that is not a YAML map is one problem") {
  const std::string text = GENERATE("", "null", "[]", "7", "tempo.local", ",", "- hostname", "\xff", "{", "hostname: [",
                                    "a: *b", "hostname: &h t\nx: *h", "&a [*a]", "hostname: t\n---\nhostname: u",
                                    "? [a]\n: b", "\thostname: t", "%YAML 9.9", "!<", "--- ---", "'", "@");
  INFO(text);
  CHECK_FALSE(read(text).endpoint);
  CHECK(read(text).pointers.size() == 1);
}

TEST_CASE("endpoint: text with YAML aliases is refused") {
  CHECK(read("hostname: &h tempo.local\n").endpoint == TempoEndpoint{.hostname = "tempo.local"});
  CHECK_FALSE(read("hostname: &h tempo.local\nmore: *h\n").endpoint.has_value());
}

TEST_CASE("endpoint: the OTLP gRPC endpoint is a URL") {
  CHECK(otlp_grpc_endpoint(full) == "http://tempo.local:4317");
  CHECK(otlp_grpc_endpoint({.hostname = "fd00::1", .otlp_grpc_port = 1}) == "http://[fd00::1]:1");
  CHECK(otlp_grpc_endpoint({.hostname = "[fd00::1]", .otlp_grpc_port = 1}) == "http://[fd00::1]:1");
  CHECK_FALSE(otlp_grpc_endpoint({.hostname = "tempo.local", .otlp_http_port = 4318}));
  CHECK_FALSE(otlp_grpc_endpoint({.hostname = "a b", .otlp_grpc_port = 1}));
}

TEST_CASE("endpoint: the message says what is wrong and where") {
  const auto [text, problem] = GENERATE(table<std::string, std::string>({
      {"[]", "tempo_endpoint: not a map"},
      {"\xff", "tempo_endpoint: not UTF-8"},
      {"hostname: [", "tempo_endpoint: not YAML (byte 12)"},
      {"{}", "tempo_endpoint at /hostname: not a text"},
      {"hostname: a b", "tempo_endpoint at /hostname: not a host name or an IP address"},
      {"hostname: t\nzipkin_port: 0", "tempo_endpoint at /zipkin_port: not a port from 1 to 65535"},
  }));
  std::vector<Problem> problems;
  parse_endpoint(text, problems);
  REQUIRE(problems.size() == 1);
  CHECK(to_string(problems[0]) == problem);
}
