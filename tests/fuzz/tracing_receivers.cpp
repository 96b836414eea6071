// SPDX-License-Identifier: Apache-2.0
// `receivers` of the relation `tracing`: where a backend receives traces, or, with the first bit, what a workload
// requests.
#include <charms/tempo_coordinator_k8s/v0/tracing.hpp>

#include "prometheus.hpp"

namespace fuzz::tracing_receivers {
namespace {

namespace tracing = charms::tempo_coordinator_k8s::v0::tracing;
using tracing::TransportProtocolType;

/// HOST or HOST:PORT, where the port may begin with zeros.
bool is_server(std::string_view text, bool needs_port) {
  const std::size_t colon = text.find(':', text.starts_with('[') ? text.find(']') : 0);
  if (colon == std::string_view::npos) return !needs_port && is_host(text);
  const std::string_view port = text.substr(colon + 1);
  if (!consists_of(port, digits) || port.size() > 5) return false;
  const int number = std::stoi(std::string(port));
  return is_host(text.substr(0, colon)) && number >= 1 && number <= 65535;
}

void check_receiver(const tracing::Receiver& receiver) {
  require_text(receiver.protocol.name, "a protocol's name can be shown");
  require(!receiver.protocol.name.empty(), "a protocol has a name");
  require_text(receiver.url, "a URL can be shown");
  require(receiver.url.size() <= juju::max_url_bytes, "a URL is short");
  if (receiver.protocol.type == TransportProtocolType::grpc) {
    require(is_server(receiver.url, true), "the URL of a grpc protocol is HOST:PORT");
    return;
  }
  const std::size_t end = receiver.url.find("://");
  require(end == 4 || end == 5, "the URL of an http protocol has a scheme");
  const std::string_view rest = std::string_view(receiver.url).substr(end + 3);
  require(is_server(rest.substr(0, rest.find_first_of("/?")), false), "the URL of an http protocol has a host");
}

void check_receivers(const std::string& text) {
  std::vector<juju::Problem> problems;
  const auto receivers = tracing::parse_receivers(text, problems);
  require_valid_problem(problems, text);
  require(receivers || !problems.empty(), "receivers that are not ready have a problem");
  if (!receivers) return;
  for (const tracing::Receiver& receiver : *receivers) check_receiver(receiver);
  problems.clear();
  require(tracing::parse_receivers(juju::to_yaml_safe_json(tracing::to_json_array(*receivers)), problems) == receivers,
          "receivers that are printed read the same");
  require(problems.empty(), "receivers that are printed have no problem");
}

void check_request(const std::string& text) {
  std::vector<juju::Problem> problems;
  const auto protocols = tracing::parse_request(text, problems);
  require_valid_problem(problems, text);
  require(protocols || !problems.empty(), "a request that is not ready has a problem");
  if (!protocols) return;
  for (const tracing::ReceiverProtocol& protocol : *protocols) {
    require(protocol.transport().has_value(), "a requested protocol is known");
  }
  require(std::set(protocols->begin(), protocols->end()).size() == protocols->size(), "a protocol is requested once");
  problems.clear();
  require(tracing::parse_request(tracing::to_text(*protocols), problems) == protocols && problems.empty(),
          "a request that is printed reads the same");
}

void check(std::string_view bytes) {
  const Input input(bytes);
  if (input.has(0)) {
    check_request(input.text);
  } else {
    check_receivers(input.text);
  }
}

const Registration registration({"tracing_receivers", check});

}  // namespace
}  // namespace fuzz::tracing_receivers
