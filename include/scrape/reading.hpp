// SPDX-License-Identifier: Apache-2.0
// How a text of the other side is walked: down to a place, and back with what is wrong there.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <juju/problem.hpp>

namespace scrape::detail {

using nlohmann::json;

/// A place inside a JSON text, extended on the way down without copying what lies above.
class Place {
 public:
  Place() = default;

  Place operator/(std::string_view key) const { return Place(this, key, 0, true); }
  Place operator/(std::size_t index) const { return Place(this, {}, index, false); }

  /// The JSON pointer (RFC 6901).
  std::string pointer() const {
    if (parent_ == nullptr) return {};
    const std::string above = parent_->pointer() + "/";
    if (!is_key_) return above + std::to_string(index_);
    std::string escaped;
    for (const char c : key_) escaped += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    return above + escaped;
  }

 private:
  Place(const Place* parent, std::string_view key, std::size_t index, bool is_key)
      : parent_(parent), key_(key), index_(index), is_key_(is_key) {}

  const Place* parent_ = nullptr;
  std::string_view key_ = {};
  std::size_t index_ = 0;
  bool is_key_ = false;
};

/// The most problems that are told of one text.
inline constexpr std::size_t most_problems = 100;

/// Adds a problem to those of one text, up to `most_problems`.
inline void report(std::vector<juju::Problem>& problems, std::string pointer, std::string reason) {
  if (problems.size() + 1 < most_problems) {
    problems.push_back({.pointer = std::move(pointer), .reason = std::move(reason)});
  } else if (problems.size() < most_problems) {
    problems.push_back({.reason = "more problems than are told here"});
  }
}

inline void report(std::vector<juju::Problem>& problems, const Place& place, std::string reason) {
  if (problems.size() < most_problems) report(problems, place.pointer(), std::move(reason));
}

/// Adds a problem that is told however many there are: one of the others makes room for it.
inline void report_surely(std::vector<juju::Problem>& problems, const Place& place, std::string reason) {
  if (problems.size() == most_problems) problems.erase(problems.end() - 2);
  problems.push_back({.pointer = place.pointer(), .reason = std::move(reason)});
}

/// The member of an object; null where it is absent.
inline const json& member(const json& object, const char* key) {
  static const json none;
  const auto found = object.find(key);
  return found == object.end() ? none : *found;
}

/// The text of a string without control characters, a number or a boolean.
inline std::optional<std::string> text_of(const json& value) {
  if (value.is_number() || value.is_boolean()) return value.dump();
  if (!value.is_string() || !juju::is_text(value.get_ref<const std::string&>())) return std::nullopt;
  return value.get<std::string>();
}

}  // namespace scrape::detail
