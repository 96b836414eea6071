// SPDX-License-Identifier: Apache-2.0
// `tempo_endpoint`: where Tempo says that it listens, in any YAML.
#include <charms/tempo_k8s/v0/tempo_scrape/events.hpp>

#include "prometheus.hpp"

namespace fuzz::tempo_endpoint {
namespace {

using tempo_scrape::TempoEndpoint;

void check_endpoint(const TempoEndpoint& endpoint) {
  std::vector<tempo_scrape::Problem> problems;
  require(tempo_scrape::parse_endpoint(juju::to_yaml_safe_json(endpoint), problems) == endpoint && problems.empty(),
          "an endpoint that is printed reads the same");
  const std::optional<juju::Address> host = juju::Address::parse(endpoint.hostname);
  require(host && is_host(host->text()), "an endpoint has a host to reach");
  for (const auto& [name, member] : tempo_scrape::detail::ports) {
    const std::optional<int>& port = endpoint.*member;
    require(!port || (*port >= 1 && *port <= 65535), "a port is one");
  }
  const std::optional<std::string> url = tempo_scrape::otlp_grpc_endpoint(endpoint);
  require(url.has_value() == endpoint.otlp_grpc_port.has_value(), "there is a URL where there is its port");
  require(!url || (url->starts_with("http://") && is_target(url->substr(7))), "the URL is one of a host and a port");
}

void check(std::string_view bytes) {
  const std::string text(bytes);
  std::vector<tempo_scrape::Problem> problems;
  const std::optional<TempoEndpoint> endpoint = tempo_scrape::parse_endpoint(text, problems);
  const juju::Parsed<json> document = juju::parse_yaml(text);
  for (const tempo_scrape::Problem& problem : problems) {
    require_well_told(problem, document.value.value_or(json()), document ? Secrets(*document) : Secrets::of(text));
  }
  require(endpoint || !problems.empty(), "where there is no endpoint, a problem tells why");
  if (document) require_reads_the_same(*document);
  if (endpoint) check_endpoint(*endpoint);
}

const Registration registration({"tempo_endpoint", check});

}  // namespace
}  // namespace fuzz::tempo_endpoint
