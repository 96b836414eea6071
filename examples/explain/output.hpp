// SPDX-License-Identifier: Apache-2.0
// Where the report is printed. It may have colours.
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <juju/problem.hpp>
#include <ostream>
#include <string>
#include <string_view>

namespace explain {

/// A stream, with colours or without.
class Output {
 public:
  explicit Output(std::ostream& to, bool has_colours = false) : stream(to), has_colours_(has_colours) {}

  std::string bold(const std::string& text) const { return in("\x1b[1m", text); }
  std::string red(const std::string& text) const { return in("\x1b[31m", text); }
  std::string yellow(const std::string& text) const { return in("\x1b[33m", text); }

  std::ostream& stream;

 private:
  std::string in(const char* colour, const std::string& text) const {
    return has_colours_ ? colour + text + "\x1b[0m" : text;
  }

  bool has_colours_;
};

namespace detail {

/// Prints a problem as a line.
inline void print(Output& out, const juju::Problem& problem) {
  out.stream << "  " << out.red("problem:") << " " << to_string(problem) << "\n";
}

}  // namespace detail

/// Whether a file descriptor is a terminal on which the user wants colours. See no-color.org.
inline bool wants_colours(int descriptor) {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string_view(value == nullptr ? "" : value);
  };
  return ::isatty(descriptor) == 1 && variable("NO_COLOR").empty() && variable("TERM") != "dumb";
}

}  // namespace explain
