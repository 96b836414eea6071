// SPDX-License-Identifier: Apache-2.0
// The limit of what one relation may cost: a few bytes of jobs can expand to gigabytes.
#pragma once

#include <cstddef>
#include <string>

namespace scrape {

/// The default maximum of bytes that one relation's scrape configs are written as, and again its alert rules.
inline constexpr std::size_t default_max_bytes_per_relation = std::size_t{16} * 1024 * 1024;

/// What is left of a limit of bytes. The first part that does not fit ends it, so that the parts that fit are a
/// beginning of all.
class Limit {
 public:
  explicit Limit(std::size_t bytes) : bytes_(bytes), left_(bytes) {}

  /// @returns whether this part fits, and all parts before it did.
  bool take(std::size_t bytes) {
    is_met_ = is_met_ || bytes > left_;
    if (!is_met_) left_ -= bytes;
    return !is_met_;
  }

  bool is_met() const { return is_met_; }

  /// What a problem says.
  std::string reason() const {
    return "the limit of " + std::to_string(bytes_) + " bytes for one relation is met; the rest is skipped";
  }

 private:
  std::size_t bytes_;
  std::size_t left_;
  bool is_met_ = false;
};

}  // namespace scrape
