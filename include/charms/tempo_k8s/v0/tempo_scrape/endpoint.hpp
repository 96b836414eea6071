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

/// Where Tempo listens.
struct TempoEndpoint {
  std::string hostname = {};  ///< A host name or an IP address, an IPv6 address with or without brackets.
  std::optional<int> tempo_port = {};
  std::optional<int> otlp_grpc_port = {};
  std::optional<int> otlp_http_port = {};
  std::optional<int> zipkin_port = {};

  bool operator==(const TempoEndpoint&) const = default;
};

namespace detail {

inline constexpr const char* hostname_key = "hostname";

/// The keys of the ports, with their members.
inline constexpr std::array<std::pair<const char*, std::optional<int> TempoEndpoint::*>, 4> ports = {
    {{"tempo_port", &TempoEndpoint::tempo_port},
     {"otlp_grpc_port", &TempoEndpoint::otlp_grpc_port},
     {"otlp_http_port", &TempoEndpoint::otlp_http_port},
     {"zipkin_port", &TempoEndpoint::zipkin_port}}};

inline constexpr const char* not_a_host = "not a host name or an IP address";
inline constexpr const char* not_a_port = "not a port from 1 to 65535";

}  // namespace detail

/// What is wrong with one's own endpoint: `key` is the field, "hostname" or "tempo_port".
inline std::vector<Problem> problems_of(const TempoEndpoint& endpoint) {
  std::vector<Problem> problems;
  if (!juju::parse_address(endpoint.hostname)) {
    problems.push_back({.key = detail::hostname_key, .reason = detail::not_a_host});
  }
  for (const auto& [key, member] : detail::ports) {
    const std::optional<int>& port = endpoint.*member;
    if (port && !juju::parse_port(std::to_string(*port))) {
      problems.push_back({.key = key, .reason = detail::not_a_port});
    }
  }
  return problems;
}

/// The JSON object on the wire. A port that is not set is left out.
inline void to_json(nlohmann::json& json, const TempoEndpoint& endpoint) {
  json = juju::empty_object();
  json[detail::hostname_key] = juju::json_string(endpoint.hostname);
  for (const auto& [key, member] : detail::ports) {
    if (endpoint.*member) json[key] = *(endpoint.*member);
  }
}

/// Reads an endpoint from a JSON value: what `to_json` gives, and what another charm or an older build writes. A port
/// is a number, or a text of digits.
/// @param problems  get what is wrong: no usable host, or a port, which is then not set.
/// @returns nothing without a usable host name.
inline std::optional<TempoEndpoint> read_endpoint(const nlohmann::json& value, std::vector<Problem>& problems) {
  const auto refuse = [&](const char* reason, const std::string& pointer) {
    problems.push_back({.key = tempo_endpoint_key, .pointer = pointer, .reason = reason});
    return std::nullopt;
  };
  if (!value.is_object()) return refuse("not a map", "");
  const nlohmann::json& hostname = juju::member(value, detail::hostname_key);
  if (!hostname.is_string()) return refuse("not a text", std::string("/") + detail::hostname_key);
  TempoEndpoint endpoint{.hostname = std::string(juju::trim(juju::string_of(hostname)))};
  if (!juju::parse_address(endpoint.hostname))
    return refuse(detail::not_a_host, std::string("/") + detail::hostname_key);
  for (const auto& [key, member] : detail::ports) {
    const nlohmann::json& port = juju::member(value, key);
    if (port.is_null()) continue;
    endpoint.*member = juju::parse_port(juju::text_of(port).value_or(""));
    if (!(endpoint.*member)) refuse(detail::not_a_port, std::string("/") + key);
  }
  return endpoint;
}

/// Reads the text of `tempo_endpoint`: any YAML, including JSON.
/// @param problems  get what is wrong: the text, or a port, which is then not set.
/// @returns nothing without a usable host name.
inline std::optional<TempoEndpoint> parse_endpoint(std::string_view text, std::vector<Problem>& problems) {
  const juju::Parsed<nlohmann::json> parsed = juju::parse_yaml(text);
  if (parsed) return read_endpoint(*parsed, problems);
  problems.push_back({.key = tempo_endpoint_key, .reason = to_string(parsed.error)});
  return std::nullopt;
}

/// "http://tempo.local:4317", as the mirrored library writes it; nothing without that port.
inline std::optional<std::string> otlp_grpc_endpoint(const TempoEndpoint& endpoint) {
  const std::optional<juju::Address> host = juju::Address::parse(endpoint.hostname);
  if (!host || !endpoint.otlp_grpc_port) return std::nullopt;
  return "http://" + host->text() + ":" + std::to_string(*endpoint.otlp_grpc_port);
}

}  // namespace charms::tempo_k8s::v0::tempo_scrape
