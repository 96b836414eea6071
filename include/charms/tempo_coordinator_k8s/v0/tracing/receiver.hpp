// SPDX-License-Identifier: Apache-2.0
// Where a tracing backend receives traces, and its text on the wire.
#pragma once

#include <cstddef>
#include <juju/url.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <charms/tempo_coordinator_k8s/v0/tracing/protocol.hpp>

namespace charms::tempo_coordinator_k8s::v0::tracing {

/// The protocol of a receiver. A backend may have protocols that this library does not know. Mirrors `ProtocolType`.
struct ProtocolType {
  std::string name = {};
  TransportProtocolType type = TransportProtocolType::http;

  bool operator==(const ProtocolType&) const = default;
};

/// An active receiver of traces. Mirrors `Receiver`.
struct Receiver {
  ProtocolType protocol = {};
  std::string url = {};  ///< "http://tempo:4318" of an http protocol, "tempo:4317" of a grpc protocol.

  bool operator==(const Receiver&) const = default;
};

/// A receiver to publish; its transport follows from the protocol. Mirrors `RawReceiver`.
struct RawReceiver {
  ReceiverProtocol protocol;
  std::string url;
};

/// Whether `url` is a receiver's URL: HOST:PORT for grpc, an http or https URL for http.
inline bool is_valid_url(TransportProtocolType type, std::string_view url) {
  if (type == TransportProtocolType::http) {
    const std::optional<juju::Url> parsed = juju::parse_url(url);
    return parsed && juju::is_one_of(parsed->scheme, {"http", "https"});
  }
  if (url.find_first_of("/?") != std::string_view::npos) return false;
  const std::optional<juju::Url> parsed = juju::parse_url("grpc://" + std::string(url));
  return parsed && parsed->port;
}

/// What is wrong with a URL that is not valid.
constexpr const char* url_problem(TransportProtocolType type) {
  return type == TransportProtocolType::http ? "not an http or https URL" : "not HOST:PORT";
}

/// The receivers to write for `receivers`, each once.
/// @throws InvalidOptionError  if a protocol is unknown, or a URL does not fit its protocol.
inline std::vector<Receiver> make_receivers(const std::vector<RawReceiver>& receivers) {
  std::vector<Receiver> made;
  for (std::size_t i = 0; i < receivers.size(); ++i) {
    const auto& [protocol, url] = receivers[i];
    const std::string option = "receivers[" + std::to_string(i) + "]";
    require_known(option, protocol);
    const TransportProtocolType type = *protocol.transport();
    if (!is_valid_url(type, url)) throw InvalidOptionError(option, url_problem(type));
    add_unless_listed(made, Receiver{{protocol.name(), type}, url});
  }
  return made;
}

/// The JSON object on the wire.
inline void to_json(nlohmann::json& json, const Receiver& receiver) {
  json = juju::empty_object();
  json["protocol"] = juju::empty_object();
  json["protocol"]["name"] = juju::json_string(receiver.protocol.name);
  json["protocol"]["type"] = juju::json_string(std::string(to_string(receiver.protocol.type)));
  json["url"] = juju::json_string(receiver.url);
}

/// The JSON array on the wire.
inline nlohmann::json to_json_array(const std::vector<Receiver>& receivers) {
  nlohmann::json array = juju::empty_array();
  for (const Receiver& receiver : receivers) to_json(array.emplace_back(), receiver);
  return array;
}

namespace detail {

inline std::optional<TransportProtocolType> read_transport(const nlohmann::json& type) {
  for (const TransportProtocolType each : {TransportProtocolType::http, TransportProtocolType::grpc}) {
    if (type.is_string() && juju::string_of(type) == to_string(each)) return each;
  }
  return std::nullopt;
}

inline std::optional<Receiver> read_receiver(const nlohmann::json& value, const juju::Place& place,
                                             std::vector<Problem>& problems) {
  const auto skip = [&](const juju::Place& where, const char* reason) {
    report(problems, where, reason);
    return std::nullopt;
  };
  const juju::Place protocol_place = place / "protocol";
  if (!value.is_object()) return skip(place, "not an object");
  const nlohmann::json& protocol = juju::member(value, "protocol");
  if (!protocol.is_object()) return skip(protocol_place, "not an object");
  const nlohmann::json& name = juju::member(protocol, "name");
  if (!name.is_string() || juju::string_of(name).empty() || !juju::is_text(juju::string_of(name))) {
    return skip(protocol_place / "name", "not a name");
  }
  const std::optional<TransportProtocolType> type = read_transport(juju::member(protocol, "type"));
  if (!type) return skip(protocol_place / "type", "not 'http' or 'grpc'");
  const nlohmann::json& url = juju::member(value, "url");
  const juju::Place url_place = place / "url";
  if (!url.is_string()) return skip(url_place, "not a text");
  Receiver receiver{{juju::string_of(name), *type}, juju::string_of(url)};
  const bool has_scheme = type == TransportProtocolType::grpc && juju::parse_url(receiver.url).has_value();
  if (has_scheme) receiver.url.erase(0, receiver.url.find("://") + 3);
  if (!is_valid_url(*type, receiver.url)) return skip(url_place, url_problem(*type));
  if (has_scheme) report(problems, url_place, "the URL of a grpc protocol has a scheme, which is dropped");
  return receiver;
}

}  // namespace detail

/// Reads receivers from a JSON array. An item that is not a receiver is skipped.
/// @param problems  get what is wrong.
/// @returns nothing if `value` is not an array, or has items and none of them is a receiver.
inline std::optional<std::vector<Receiver>> read_receivers(const nlohmann::json& value,
                                                           std::vector<Problem>& problems) {
  if (!value.is_array()) {
    report(problems, juju::Place(), "not an array");
    return std::nullopt;
  }
  std::vector<Receiver> receivers;
  const juju::Place root;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (auto receiver = detail::read_receiver(value[i], root / i, problems)) receivers.push_back(*std::move(receiver));
  }
  if (receivers.empty() && !value.empty()) return std::nullopt;
  return receivers;
}

/// Reads the text of a backend's `receivers`: JSON.
/// @param problems  get what is wrong.
/// @returns nothing if the text is not an array, or has items and none of them is a receiver.
inline std::optional<std::vector<Receiver>> parse_receivers(std::string_view text, std::vector<Problem>& problems) {
  const juju::Parsed<nlohmann::json> parsed = juju::parse_json(text);
  if (parsed) return read_receivers(*parsed, problems);
  report(problems, juju::Place(), to_string(parsed.error));
  return std::nullopt;
}

}  // namespace charms::tempo_coordinator_k8s::v0::tracing
