// SPDX-License-Identifier: Apache-2.0
// One target of a scrape job, and the addresses that stand in for its wildcard.
#pragma once

#include <algorithm>
#include <cstddef>
#include <juju/address.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace scrape {

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

/// What a target says: every unit or one host, and a port or none.
struct TargetAddress {
  std::optional<juju::Address> host = {};  ///< Nothing for the wildcard `*`.
  std::optional<int> port = {};

  bool is_wildcard() const { return !host.has_value(); }

  /// "*:8000", "[fd00::12]".
  std::string text() const { return (host ? host->text() : "*") + port_text(); }

  /// The target of one unit: its host in the wildcard's place.
  std::string text_for(const juju::Address& unit) const { return unit.text() + port_text(); }

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
    address.port = juju::parse_port(text.substr(colon + 1));
    if (!address.port) return std::nullopt;
  }
  if (host == "*") return address;
  if (host.find(':') != std::string_view::npos && host.front() != '[') return std::nullopt;
  address.host = juju::Address::parse(host);
  if (!address.host) return std::nullopt;
  return address;
}

}  // namespace scrape
