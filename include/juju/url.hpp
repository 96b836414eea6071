// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <juju/address.hpp>
#include <juju/text.hpp>

namespace juju {

/// The maximum size of a URL.
inline constexpr std::size_t max_url_bytes = 2048;

/// A URL of a server: `http://tempo.local:3200/api?tenant=1`.
struct Url {
  std::string scheme;       ///< In lower case: "http".
  Address host;             ///< `host.text()` has brackets around an IPv6 address.
  std::optional<int> port;  ///< Empty if the URL names none.
  std::string path;         ///< Empty, or "/...".
  std::string query;        ///< Without the "?".

  bool operator==(const Url&) const = default;
};

namespace detail {

/// Reads a scheme as lower case. It is empty if `text` is not a scheme.
inline std::string parse_scheme(std::string_view text) {
  std::string scheme;
  for (const char c : text) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    const bool is_letter = lower >= 'a' && lower <= 'z';
    const bool is_other = (lower >= '0' && lower <= '9') || lower == '+' || lower == '-' || lower == '.';
    if (!is_letter && (scheme.empty() || !is_other)) return {};
    scheme += lower;
  }
  return scheme;
}

}  // namespace detail

/// Reads a URL: a scheme, a host, and optionally a port, a path and a query. An IPv6 host needs brackets.
///
/// ```cpp
/// const std::optional<juju::Url> url = juju::parse_url("http://[fd00::1]:3200/api");
/// url->host.text();  // [fd00::1]
/// url->port;         // 3200
/// ```
/// @returns nothing for anything else: control characters, blanks, over `max_url_bytes`, a user part, a fragment, or
///   "None" or "null" as host, which some writers publish instead of a host that they do not have.
inline std::optional<Url> parse_url(std::string_view text) {
  constexpr std::size_t none = std::string_view::npos;
  if (text.size() > max_url_bytes || !is_valid_text(text) || text.find_first_of(" #") != none) return std::nullopt;
  const std::size_t scheme_end = text.find("://");
  if (scheme_end == none) return std::nullopt;
  const std::string_view rest = text.substr(scheme_end + 3);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?"));
  const std::string_view path_and_query = rest.substr(authority.size());
  const std::string_view path = path_and_query.substr(0, path_and_query.find('?'));

  const std::size_t colon = authority.find(':', authority.starts_with('[') ? authority.find(']') : 0);
  const std::optional<Address> host = parse_address(authority.substr(0, colon));
  std::optional<int> port;
  if (colon != none) port = parse_port(authority.substr(colon + 1));
  std::string scheme = detail::parse_scheme(text.substr(0, scheme_end));
  if (scheme.empty() || !host || (colon != none && !port)) return std::nullopt;

  const std::string_view query = path_and_query.substr(path.size());
  return Url{std::move(scheme), *host, port, std::string(path), std::string(query.empty() ? query : query.substr(1))};
}

}  // namespace juju
