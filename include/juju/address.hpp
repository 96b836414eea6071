// SPDX-License-Identifier: Apache-2.0
// Hosts and ports as text.
#pragma once

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <juju/text.hpp>

namespace juju {

/// A host: a name, an IPv4 address or an IPv6 address.
class Address {
 public:
  /// Reads a host name or an IP address, an IPv6 address with or without brackets. Blanks around it are dropped.
  /// @returns nothing for any other text, such as one with a port, a zone or a blank inside.
  static std::optional<Address> parse(std::string_view text) {
    if (is_valid_name(text)) return Address(std::string(text));
    text = trim(text);
    const bool bracketed = text.starts_with('[') && text.ends_with(']');
    if (bracketed) text = text.substr(1, text.size() - 2);
    if (is_ipv6(text)) return Address("[" + std::string(text) + "]");
    if (bracketed || !is_valid_name(text)) return std::nullopt;
    return Address(std::string(text));
  }

  /// An IPv6 address in brackets, or any other host unchanged.
  const std::string& text() const { return text_; }

  /// Whether it is an IPv4 or an IPv6 address.
  bool is_ip() const {
    in_addr address{};
    return text_.starts_with('[') || inet_pton(AF_INET, text_.c_str(), &address) == 1;
  }

  /// A text that is equal for two texts of one host: in lower case, an IPv6 address in its shortest form.
  std::string canonical() const {
    std::string canonical = text_;
    if (text_.starts_with('[')) {
      in6_addr address{};
      std::array<char, INET6_ADDRSTRLEN> shortest{};
      inet_pton(AF_INET6, text_.substr(1, text_.size() - 2).c_str(), &address);
      canonical = inet_ntop(AF_INET6, &address, shortest.data(), shortest.size());
    }
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    std::transform(canonical.begin(), canonical.end(), canonical.begin(), lower);
    return canonical;
  }

  bool operator==(const Address&) const = default;

 private:
  explicit Address(std::string text) : text_(std::move(text)) {}

  static bool is_ipv6(std::string_view text) {
    in6_addr address{};
    const bool may_be = text.find(':') != std::string_view::npos && text.find('\0') == std::string_view::npos;
    return may_be && inet_pton(AF_INET6, std::string(text).c_str(), &address) == 1;
  }

  /// Whether `text` is `[A-Za-z0-9._-]+`.
  static bool is_valid_name(std::string_view text) {
    static constexpr std::array<bool, 256> allowed = [] {
      std::array<bool, 256> characters{};
      for (const char c : std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")) {
        characters[static_cast<unsigned char>(c)] = true;
      }
      return characters;
    }();
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return allowed[static_cast<unsigned char>(c)]; });
  }

  std::string text_;
};

/// Reads a published address: a host, but not Python's "None" or JSON's "null". Some charms publish these when they
/// have no address.
inline std::optional<Address> parse_address(std::string_view text) {
  std::optional<Address> address = Address::parse(text);
  if (address && is_one_of(address->text(), {"None", "null"})) address.reset();
  return address;
}

/// Reads a port: 1 to 65535 in at most five decimal digits. Blanks around it are dropped.
inline std::optional<int> parse_port(std::string_view text) {
  text = trim(text);
  if (text.size() > 5) return std::nullopt;
  int port = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9') return std::nullopt;
    port = port * 10 + (digit - '0');
  }
  if (port < 1 || port > 65535) return std::nullopt;
  return port;
}

}  // namespace juju
