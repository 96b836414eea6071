// SPDX-License-Identifier: Apache-2.0
// `tempo_endpoint`, the endpoint that Tempo publishes: any YAML.
#include <charms/tempo_k8s/v0/tempo_scrape/events.hpp>

#include "prometheus.hpp"

namespace fuzz::tempo_endpoint {
namespace {

using tempo_scrape::TempoEndpoint;

void check_endpoint(const TempoEndpoint& endpoint) {
  std::vector<tempo_scrape::Problem> problems;
  require(tempo_scrape::parse_endpoint(juju::to_yaml_safe_json(endpoint), problems) == endpoint && problems.empty(),
          "a printed endpoint is read as the same endpoint");
  const std::optional<juju::Address> host = juju::Address::parse(endpoint.hostname);
  require(host && is_host(host->text()), "an endpoint has a valid host");
  for (const auto& [name, member] : tempo_scrape::detail::ports) {
    const std::optional<int>& port = endpoint.*member;
    require(!port || (*port >= 1 && *port <= 65535), "a port is valid");
  }
  const std::optional<std::string> url = tempo_scrape::otlp_grpc_endpoint(endpoint);
  require(url.has_value() == endpoint.otlp_grpc_port.has_value(), "there is a URL if the endpoint has its port");
  require(!url || (url->starts_with("http://") && is_target(url->substr(7))), "the URL has a host and a port");
}

void check(std::string_view bytes) {
  const std::string text(bytes);
  std::vector<tempo_scrape::Problem> problems;
  const std::optional<TempoEndpoint> endpoint = tempo_scrape::parse_endpoint(text, problems);
  const juju::Parsed<json> document = juju::parse_yaml(text);
  for (const tempo_scrape::Problem& problem : problems) {
    require_valid_problem(problem, document.value.value_or(json()), document ? Secrets(*document) : Secrets::of(text));
  }
  require(endpoint || !problems.empty(), "without an endpoint there is a problem");
  if (document) require_round_trip(*document);
  if (endpoint) check_endpoint(*endpoint);
}

const Registration registration({"tempo_endpoint", check});

}  // namespace
}  // namespace fuzz::tempo_endpoint
