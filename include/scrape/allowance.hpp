// SPDX-License-Identifier: Apache-2.0
// What one relation may cost: a few bytes of its own can ask for a great many, one for each unit or topology label.
#pragma once

#include <cstddef>
#include <string>

#include <scrape/reading.hpp>

namespace scrape {

/// The most bytes of JSON that come out of one relation, for each of what it gives, unless an option says otherwise.
inline constexpr std::size_t default_most_bytes_per_relation = std::size_t{16} * 1024 * 1024;

namespace detail {

/// What is left of a limit. The first whole that does not fit ends it, so what came out before is a beginning of all.
class Allowance {
 public:
  explicit Allowance(std::size_t bytes) : limit_(bytes), left_(bytes) {}

  /// Takes `bytes` away, before anything is made of them.
  /// @returns whether they fit, and all before them did.
  bool spend(std::size_t bytes) {
    is_spent_ = is_spent_ || bytes > left_;
    if (!is_spent_) left_ -= bytes;
    return !is_spent_;
  }

  /// Whether something did not fit.
  bool is_spent() const { return is_spent_; }

  /// What a problem says of the place where the limit is met.
  std::string reason() const {
    return "the limit of " + std::to_string(limit_) + " bytes for one relation is met; the rest is left out";
  }

 private:
  std::size_t limit_;
  std::size_t left_;
  bool is_spent_ = false;
};

/// The bytes of a value's JSON.
inline std::size_t bytes_of(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace).size();
}

}  // namespace detail
}  // namespace scrape
