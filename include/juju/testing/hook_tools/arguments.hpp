// SPDX-License-Identifier: Apache-2.0
// The command line of a hook tool.
#pragma once

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <juju/string_map.hpp>

namespace juju::testing {

namespace detail {

/// A hook tool fails with this text after "ERROR ", and this exit status.
class ToolRefusal : public std::runtime_error {
 public:
  explicit ToolRefusal(const std::string& text, int status = 1) : std::runtime_error(text), exit_status(status) {}

  int exit_status;
};

/// An invalid command line.
inline ToolRefusal usage_error(const std::string& text) { return ToolRefusal(text, 2); }

/// The options and the operands of a command line.
class ToolArguments {
 public:
  /// @throws ToolRefusal  if no tool has such an option, or its value is missing.
  explicit ToolArguments(const std::vector<std::string>& words) {
    for (std::size_t i = 1; i < words.size(); ++i) {
      const std::string& word = words[i];
      if (word == "--") {
        operands_.insert(operands_.end(), words.begin() + static_cast<std::ptrdiff_t>(i) + 1, words.end());
        return;
      }
      if (word == "-" || !word.starts_with('-')) {
        operands_.push_back(word);
        continue;
      }
      const std::size_t equals = word.find('=');
      const std::size_t first = std::min(word.find_first_not_of('-'), word.size());
      const std::string name = word.substr(first, equals - first);
      const bool takes_value = is_one_of(valued, name) || (name == "endpoints" && words[0] != "opened-ports");
      if (takes_value && equals != std::string::npos) {
        options_[name] = word.substr(equals + 1);
      } else if (takes_value && i + 1 < words.size()) {
        options_[name] = words[++i];
      } else if (takes_value) {
        throw usage_error("option needs an argument: " + word);
      } else if (is_one_of(flags, name)) {
        options_[name] = equals == std::string::npos ? "true" : word.substr(equals + 1);
      } else if (!word.starts_with("--") && is_one_of(valued, name.substr(0, 1))) {  // "-rup:3"
        options_[name.substr(0, 1)] = word.substr(2);
      } else {
        throw usage_error("option provided but not defined: " + word.substr(0, equals));
      }
    }
  }

  const std::vector<std::string>& operands() const { return operands_; }

  /// An operand; empty if there are fewer.
  std::string operand(std::size_t place) const { return place < operands_.size() ? operands_[place] : std::string(); }

  /// The value of an option, under its short or its long name; empty if it is not given.
  std::string option(std::string_view name, std::string_view long_name = {}) const {
    for (const std::string_view each : {name, long_name}) {
      const auto found = options_.find(each);
      if (found != options_.end()) return found->second;
    }
    return {};
  }

  bool flag(std::string_view name) const {
    const std::string value = option(name);
    return value == "true" || value == "True" || value == "t" || value == "1";
  }

 private:
  static constexpr std::array<std::string_view, 8> valued = {"r",      "relation", "format", "o",
                                                             "output", "file",     "l",      "log-level"};
  static constexpr std::array<std::string_view, 13> flags = {
      "app",          "application",     "include-data",   "strict", "endpoints", "primary-address",
      "bind-address", "ingress-address", "egress-subnets", "a",      "all",       "debug",
      "help"};

  template <typename Names>
  static bool is_one_of(const Names& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  }

  StringMap options_;
  std::vector<std::string> operands_;
};

}  // namespace detail
}  // namespace juju::testing
