// SPDX-License-Identifier: Apache-2.0
// Where Tempo listens, and its text on the wire.
#pragma once

#include <array>
#include <juju/yaml.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <charms/tempo_k8s/v0/tempo_scrape/vocabulary.hpp>
#include <charms/tempo_k8s/v0/tempo_scrape/wire.hpp>

namespace charms::tempo_k8s::v0::tempo_scrape {

/// Tempo's host and those of its ports that it tells.
struct TempoEndpoint {
  std::string hostname = {};  ///< A host name or an IP address, an IPv6 address with or without brackets.
  std::optional<int> tempo_port = {};
  std::optional<int> otlp_grpc_port = {};
  std::optional<int> otlp_http_port = {};
  std::optional<int> zipkin_port = {};

  bool operator==(const TempoEndpoint&) const = default;
};

namespace detail {

using PortMember = std::pair<const char*, std::optional<int> TempoEndpoint::*>;

inline constexpr std::array<PortMember, 4> ports = {{{"tempo_port", &TempoEndpoint::tempo_port},
                                                     {"otlp_grpc_port", &TempoEndpoint::otlp_grpc_port},
                                                     {"otlp_http_port", &TempoEndpoint::otlp_http_port},
                                                     {"zipkin_port", &TempoEndpoint::zipkin_port}}};

/// @throws InvalidOptionError  if the author's own endpoint could not be read by the other side.
inline void require_valid(const TempoEndpoint& endpoint) {
  if (!parse_address(endpoint.hostname)) throw InvalidOptionError("hostname", "not a host name or an IP address");
  for (const auto& [name, member] : ports) {
    const std::optional<int>& port = endpoint.*member;
    if (port && !parse_port(std::to_string(*port))) throw InvalidOptionError(name, "not a port from 1 to 65535");
  }
}

}  // namespace detail

/// What the wire carries. A port that is not set is left out.
inline void to_json(nlohmann::json& json, const TempoEndpoint& endpoint) {
  json = nlohmann::json::object();
  json["hostname"] = endpoint.hostname;
  for (const auto& [name, member] : detail::ports) {
    if (endpoint.*member) json[name] = *(endpoint.*member);
  }
}

namespace detail {

inline Problem endpoint_problem(std::string reason, std::string pointer = {}) {
  return {.key = wire::tempo_endpoint, .pointer = std::move(pointer), .reason = std::move(reason)};
}

/// Reads what `to_json` gives, and the same as another charm or an older build may have written it.
inline std::optional<TempoEndpoint> read_endpoint(const nlohmann::json& value, std::vector<Problem>& problems) {
  const auto refuse = [&](std::string reason, std::string pointer = {}) {
    problems.push_back(endpoint_problem(std::move(reason), std::move(pointer)));
    return std::nullopt;
  };
  if (!value.is_object()) return refuse("not a map");
  const auto hostname = value.find("hostname");
  if (hostname == value.end() || !hostname->is_string()) return refuse("no text", "/hostname");
  TempoEndpoint endpoint;
  endpoint.hostname = juju::trim(hostname->get_ref<const std::string&>());
  if (!parse_address(endpoint.hostname)) return refuse("not a host name or an IP address", "/hostname");
  for (const auto& [name, member] : ports) {
    const auto port = value.find(name);
    if (port == value.end() || port->is_null()) continue;
    if (port->is_string()) endpoint.*member = parse_port(port->get_ref<const std::string&>());
    if (port->is_number()) endpoint.*member = parse_port(port->dump());
    if (!(endpoint.*member)) refuse("not a port from 1 to 65535", std::string("/") + name);
  }
  return endpoint;
}

}  // namespace detail

/// Reads the text of `tempo_endpoint`: any YAML, JSON included.
/// @param problems  what could not be read is added: the whole of it, or a port, which is then not set.
/// @returns nothing if there is no host name to reach.
inline std::optional<TempoEndpoint> parse_endpoint(std::string_view text, std::vector<Problem>& problems) {
  const juju::Parsed<nlohmann::json> parsed = juju::parse_yaml(text);
  if (parsed) return detail::read_endpoint(*parsed, problems);
  problems.push_back(detail::endpoint_problem(to_string(parsed.error)));
  return std::nullopt;
}

/// "http://tempo.local:4317", as the mirrored library has it; nothing without that port.
inline std::optional<std::string> otlp_grpc_endpoint(const TempoEndpoint& endpoint) {
  const std::optional<Host> host = Host::parse(endpoint.hostname);
  if (!host || !endpoint.otlp_grpc_port) return std::nullopt;
  return "http://" + host->text() + ":" + std::to_string(*endpoint.otlp_grpc_port);
}

}  // namespace charms::tempo_k8s::v0::tempo_scrape
