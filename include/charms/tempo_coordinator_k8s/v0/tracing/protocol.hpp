// SPDX-License-Identifier: Apache-2.0
// Protocols for traces, and the text in which a workload requests them.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <juju/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <charms/tempo_coordinator_k8s/v0/tracing/vocabulary.hpp>

namespace charms::tempo_coordinator_k8s::v0::tracing {

/// The transport of a protocol. Mirrors `TransportProtocolType`.
enum class TransportProtocolType { http, grpc };

/// The word on the wire.
constexpr std::string_view to_string(TransportProtocolType type) {
  return type == TransportProtocolType::http ? "http" : "grpc";
}

/// The known protocols, with their transports.
inline constexpr std::array<std::pair<std::string_view, TransportProtocolType>, 5>
    receiver_protocol_to_transport_protocol = {{{"zipkin", TransportProtocolType::http},
                                                {"otlp_grpc", TransportProtocolType::grpc},
                                                {"otlp_http", TransportProtocolType::http},
                                                {"jaeger_thrift_http", TransportProtocolType::http},
                                                {"jaeger_grpc", TransportProtocolType::grpc}}};

/// The name of a protocol: "otlp_http". Mirrors `ReceiverProtocol`.
///
/// Made from one text only, so that a double brace in a list of protocols cannot become a pair of iterators.
class ReceiverProtocol {
 public:
  ReceiverProtocol(std::string name) : name_(std::move(name)) {}  // NOLINT(google-explicit-constructor)
  ReceiverProtocol(const char* name) : name_(name) {}             // NOLINT(google-explicit-constructor)
  ReceiverProtocol(std::nullptr_t) = delete;
  template <typename... Texts>
  requires(sizeof...(Texts) > 1) ReceiverProtocol(Texts&&...)
  = delete;

  const std::string& name() const { return name_; }

  /// The transport of a known protocol; nothing for an unknown one.
  std::optional<TransportProtocolType> transport() const {
    for (const auto& [known, type] : receiver_protocol_to_transport_protocol) {
      if (known == name_) return type;
    }
    return std::nullopt;
  }

  bool operator==(const ReceiverProtocol&) const = default;
  bool operator<(const ReceiverProtocol& other) const { return name_ < other.name_; }

 private:
  std::string name_;
};

/// Checks that a protocol is known.
/// @param option  names the place in the message.
/// @throws InvalidOptionError  if it is unknown.
inline void require_known(const std::string& option, const ReceiverProtocol& protocol) {
  if (protocol.transport()) return;
  std::string known;
  for (const auto& [name, type] : receiver_protocol_to_transport_protocol) {
    known.append(known.empty() ? "" : ", ").append(name);
  }
  throw InvalidOptionError(option, "'" + juju::printable(protocol.name()) + "' is not one of " + known);
}

/// Adds a value to a list unless the list has it.
template <typename Value>
void add_unless_listed(std::vector<Value>& list, Value value) {
  if (std::find(list.begin(), list.end(), value) == list.end()) list.push_back(std::move(value));
}

/// Reads the text of a workload's `receivers`: a JSON array of names.
/// @param problems  get what is wrong: the text, or an unknown protocol, which is skipped.
/// @returns each known protocol once, in the order of the text; nothing if the text is not an array of texts.
inline std::optional<std::vector<ReceiverProtocol>> parse_request(std::string_view text,
                                                                  std::vector<Problem>& problems) {
  const juju::Parsed<nlohmann::json> parsed = juju::parse_json(text);
  if (!parsed || !parsed->is_array()) {
    report(problems, juju::Place(), parsed ? "not an array of texts" : to_string(parsed.error));
    return std::nullopt;
  }
  std::vector<ReceiverProtocol> protocols;
  const juju::Place root;
  for (std::size_t i = 0; i < parsed->size(); ++i) {
    const nlohmann::json& item = (*parsed)[i];
    if (!item.is_string()) {
      problems.clear();  // the unknown protocols do not matter any more
      report(problems, root / i, "not a text");
      return std::nullopt;
    }
    ReceiverProtocol protocol(juju::string_of(item));
    if (protocol.transport()) {
      add_unless_listed(protocols, std::move(protocol));
    } else {
      report(problems, root / i, "an unknown protocol, which is skipped");
    }
  }
  return protocols;
}

/// The text of a workload's `receivers`.
inline std::string to_text(const std::vector<ReceiverProtocol>& protocols) {
  nlohmann::json names = juju::empty_array();
  for (const ReceiverProtocol& protocol : protocols) names.push_back(juju::json_string(protocol.name()));
  return juju::to_yaml_safe_json(names);
}

}  // namespace charms::tempo_coordinator_k8s::v0::tracing
