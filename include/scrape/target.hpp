// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <juju/address.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace scrape {

/// One target of a scrape job: "*:8000", "10.1.32.215:7000", "[fd00::12]:80". The host `*` is the wildcard: it stands
/// for every unit of the application.
///
/// The text is parsed once, here: `HOST` or `HOST:PORT`, where HOST is `*`, a host name, an IPv4 address or an IPv6
/// address in brackets. Blanks around each are dropped. A text that is refused is kept; the provider's constructor
/// reports it.
///
/// Made from one text only, so that a double brace in a list of targets cannot become a pair of iterators.
class Target {
 public:
  Target(const std::string& text) : Target(std::string_view(text)) {}  // NOLINT(google-explicit-constructor)
  Target(const char* text) : Target(std::string_view(text)) {}         // NOLINT(google-explicit-constructor)
  Target(std::nullptr_t) = delete;
  template <typename... Texts>
  requires(sizeof...(Texts) > 1) Target(Texts&&...)
  = delete;

  /// Reads a target; nothing if the text is refused.
  static std::optional<Target> parse(std::string_view text) {
    Target target(text);
    if (!target.is_valid()) return std::nullopt;
    return target;
  }

  bool is_valid() const { return host_length_ != refused; }
  bool is_wildcard() const { return host_length_ == 1 && text_.front() == '*'; }

  /// "*", "10.1.32.215", "[fd00::12]"; of a refused target, its text.
  std::string_view host() const { return std::string_view(text_).substr(0, host_length_); }

  /// ":8000"; empty without a port, and for a refused target.
  std::string_view port_suffix() const {
    return is_valid() ? std::string_view(text_).substr(host_length_) : std::string_view();
  }

  /// Host and port; of a refused target, the text that it was made from.
  const std::string& text() const { return text_; }

  bool operator==(const Target&) const = default;

 private:
  static constexpr std::size_t refused = std::string::npos;

  explicit Target(std::string_view given) {
    if (!read(juju::trim(given))) text_ = given;
  }

  bool read(std::string_view given) {
    std::string_view host = given;
    std::optional<int> port;
    const std::size_t colon = given.rfind(':');
    const std::size_t bracket = given.rfind(']');
    if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
      host = juju::trim(given.substr(0, colon));
      port = juju::parse_port(given.substr(colon + 1));
      if (!port) return false;
    }
    if (host == "*") {
      text_ = host;
    } else {
      if (host.find(':') != std::string_view::npos && host.front() != '[') return false;
      const std::optional<juju::Address> address = juju::Address::parse(host);
      if (!address) return false;
      text_ = address->text();
    }
    host_length_ = text_.size();
    if (port) text_ += ":" + std::to_string(*port);
    return true;
  }

  std::string text_;
  std::size_t host_length_ = refused;
};

}  // namespace scrape
