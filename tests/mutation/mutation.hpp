// SPDX-License-Identifier: Apache-2.0
// The switch behind which each mutant stands. TEMPO_SCRAPE_MUTANT is the number of the one that is on;
// TEMPO_SCRAPE_REACHED names a file that gets the number of each that is reached.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <type_traits>

namespace mutation {

inline const char* const file_of_reached = std::getenv("TEMPO_SCRAPE_REACHED");
inline const char* const wanted = std::getenv("TEMPO_SCRAPE_MUTANT");
inline const int active = wanted == nullptr ? -1 : std::atoi(wanted);

inline unsigned char noted[1 << 14] = {};

/// Notes that a mutant is reached; gives false.
inline bool note_reached(int mutant) {
  noted[mutant] = 1;
  static const int descriptor = ::open(file_of_reached, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  const std::string line = std::to_string(mutant) + "\n";
  static_cast<void>(::write(descriptor, line.data(), line.size()));
  return false;
}

/// Whether this mutant is on.
[[gnu::always_inline]] inline bool is_on(int mutant) {
  return mutant == active || (file_of_reached != nullptr && noted[mutant] == 0 && note_reached(mutant));
}

/// The same where the compiler may ask; none is on at compile time.
[[gnu::always_inline]] constexpr inline bool on(int mutant) { return !std::is_constant_evaluated() && is_on(mutant); }

template <typename Left, typename Right>
constexpr bool less(int mutant, const Left& left, const Right& right) {
  return on(mutant) ? left <= right : left < right;
}

template <typename Left, typename Right>
constexpr bool less_or_equal(int mutant, const Left& left, const Right& right) {
  return on(mutant) ? left < right : left <= right;
}

template <typename Left, typename Right>
constexpr bool greater(int mutant, const Left& left, const Right& right) {
  return on(mutant) ? left >= right : left > right;
}

template <typename Left, typename Right>
constexpr bool greater_or_equal(int mutant, const Left& left, const Right& right) {
  return on(mutant) ? left > right : left >= right;
}

template <typename Left, typename Right>
constexpr auto plus(int mutant, const Left& left, const Right& right) {
  return on(mutant) ? left - right : left + right;
}

template <typename Left, typename Right>
constexpr auto minus(int mutant, const Left& left, const Right& right) {
  return on(mutant) ? left + right : left - right;
}

}  // namespace mutation
