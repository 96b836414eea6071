// SPDX-License-Identifier: Apache-2.0
// One target of a scrape job, and the addresses that stand in for its wildcard.
#pragma once

#include <arpa/inet.h>

#include <algorithm>
#include <cstddef>
#include <juju/text.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace charms::tempo_k8s::v0::tempo_scrape {

/// A target as it is written in a scrape job: "*:8000", "10.1.32.215:7000", "[fd00::12]:80".
///
/// Made from one text only, so that a double brace in a list of targets cannot become a pair of iterators.
class Target {
 public:
  Target(std::string text) : text_(std::move(text)) {}  // NOLINT(google-explicit-constructor): {"*:80"} is the point
  Target(const char* text) : text_(text) {}             // NOLINT(google-explicit-constructor)
  Target(std::nullptr_t) = delete;
  template <typename... Texts>
  requires(sizeof...(Texts) > 1) Target(Texts&&...)
  = delete;

  const std::string& text() const { return text_; }

  bool operator==(const Target&) const = default;

 private:
  std::string text_;
};

/// A host that can be scraped: a name, an IPv4 or an IPv6 address.
class Host {
 public:
  /// Reads a host name or an IP address, an IPv6 address with or without brackets; blanks round it are dropped.
  /// @returns nothing for anything else: a port, a zone, a blank inside.
  static std::optional<Host> parse(std::string_view text) {
    text = juju::trim(text);
    const bool bracketed = text.starts_with('[') && text.ends_with(']');
    if (bracketed) text = text.substr(1, text.size() - 2);
    if (is_ipv6(text)) return Host("[" + std::string(text) + "]");
    if (bracketed || !is_name(text)) return std::nullopt;
    return Host(std::string(text));
  }

  /// An IPv6 address in brackets, anything else as it is.
  const std::string& text() const { return text_; }

  bool operator==(const Host&) const = default;

 private:
  explicit Host(std::string text) : text_(std::move(text)) {}

  static bool is_ipv6(std::string_view text) {
    in6_addr address{};
    const bool ends_early = text.find('\0') != std::string_view::npos;
    return !ends_early && inet_pton(AF_INET6, std::string(text).c_str(), &address) == 1;
  }

  static bool is_name(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
             c == '-';
    });
  }

  std::string text_;
};

/// Reads an address that was published: a host, but neither Python's "None" nor JSON's "null", which careless writers
/// publish for an address that they do not have.
inline std::optional<Host> parse_address(std::string_view text) {
  text = juju::trim(text);
  if (text == "None" || text == "null") return std::nullopt;
  return Host::parse(text);
}

/// Reads a port: 1 to 65535 in at most five decimal digits; blanks round it are dropped.
inline std::optional<int> parse_port(std::string_view text) {
  text = juju::trim(text);
  if (text.size() > 5) return std::nullopt;
  int port = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9') return std::nullopt;
    port = port * 10 + (digit - '0');
  }
  if (port < 1 || port > 65535) return std::nullopt;
  return port;
}

/// What a target says: every unit or one host, and a port or none.
struct TargetAddress {
  std::optional<Host> host = {};  ///< Nothing for the wildcard `*`.
  std::optional<int> port = {};

  bool is_wildcard() const { return !host.has_value(); }

  /// "*:8000", "[fd00::12]".
  std::string text() const { return (host ? host->text() : "*") + port_text(); }

  /// The target of one unit: its host in the wildcard's place.
  std::string text_for(const Host& unit) const { return unit.text() + port_text(); }

 private:
  std::string port_text() const { return port ? ":" + std::to_string(*port) : std::string(); }
};

/// Reads `HOST` or `HOST:PORT`, where HOST is `*`, a name, an IPv4 address or an IPv6 address in brackets. Blanks round
/// each are dropped.
inline std::optional<TargetAddress> parse_target(std::string_view text) {
  text = juju::trim(text);
  std::string_view host = text;
  TargetAddress address;
  const std::size_t colon = text.rfind(':');
  const std::size_t bracket = text.rfind(']');
  if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
    host = juju::trim(text.substr(0, colon));
    address.port = parse_port(text.substr(colon + 1));
    if (!address.port) return std::nullopt;
  }
  if (host == "*") return address;
  if (host.find(':') != std::string_view::npos && host.front() != '[') return std::nullopt;
  address.host = Host::parse(host);
  if (!address.host) return std::nullopt;
  return address;
}

}  // namespace charms::tempo_k8s::v0::tempo_scrape
