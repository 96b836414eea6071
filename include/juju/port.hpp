// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include <juju/address.hpp>

namespace juju {

/// A port that a unit opens for connections.
struct Port {
  std::string protocol = "tcp";  ///< "tcp", "udp" or "icmp".
  int number = 0;                ///< 1 to 65535; 0 for ICMP, which has no ports.

  bool operator==(const Port&) const = default;
  bool operator<(const Port& other) const {
    return protocol != other.protocol ? protocol < other.protocol : number < other.number;
  }
};

/// Juju's spelling: "8000/tcp", "icmp".
inline std::string to_string(const Port& port) {
  return port.number == 0 ? port.protocol : std::to_string(port.number) + "/" + port.protocol;
}

/// Reads Juju's spelling of a port; a number alone is a TCP port.
/// @returns nothing for any other text, such as a range of ports.
inline std::optional<Port> parse_juju_port(std::string_view text) {
  if (text == "icmp") return Port{"icmp", 0};
  const std::size_t slash = text.find('/');
  const std::string_view protocol = slash == std::string_view::npos ? "tcp" : text.substr(slash + 1);
  const std::optional<int> number = parse_port(text.substr(0, slash));
  if (!number || (protocol != "tcp" && protocol != "udp")) return std::nullopt;
  return Port{std::string(protocol), *number};
}

/// @throws std::invalid_argument  if the port is invalid.
inline void require_valid(const Port& port) {
  if (port.protocol != "tcp" && port.protocol != "udp" && port.protocol != "icmp") {
    throw std::invalid_argument("protocol '" + port.protocol + "' is not tcp, udp or icmp");
  }
  if (port.protocol == "icmp" && port.number != 0) throw std::invalid_argument("icmp has no port numbers");
  if (port.protocol != "icmp" && (port.number < 1 || port.number > 65535)) {
    throw std::invalid_argument("port " + std::to_string(port.number) + " is not between 1 and 65535");
  }
}

}  // namespace juju
