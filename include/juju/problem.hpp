// SPDX-License-Identifier: Apache-2.0
// A problem in a text from outside, and its place.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <juju/relation_data_bag.hpp>
#include <juju/text.hpp>

namespace juju {

/// One problem in a text from outside. Fields that do not apply are empty.
///
/// The reader skipped the value at the pointer, or the smallest part that needs this value, and used the rest. The
/// reason never quotes the text, which may hold secrets. The pointer contains the names of members.
struct Problem {
  std::optional<RelationId> relation_id = {};
  std::string application = {};  ///< Juju's name of the application.
  std::string unit = {};         ///< Juju's name of the unit; empty if the text is the application's.
  std::string key = {};          ///< The data bag's key, or the name of a file.
  std::string pointer = {};      ///< A JSON pointer into the text; empty for the text itself.
  std::string reason = {};
  bool skips_entry = false;  ///< Whether a job or an alert rule is skipped because of it, not only a part of one.

  bool operator==(const Problem&) const = default;
};

/// One line for a person: "relation 3, gateway, scrape_jobs at /0/static_configs/0/targets/0: not HOST or HOST:PORT".
inline std::string to_string(const Problem& problem) {
  std::string where;
  const auto add = [&](std::string_view separator, const std::string& part) {
    if (part.empty()) return;
    if (!where.empty()) where += separator;
    where += printable(part);
  };
  if (problem.relation_id) where = "relation " + std::to_string(*problem.relation_id);
  add(", ", problem.unit.empty() ? problem.application : problem.unit);
  add(", ", problem.key);
  add(" at ", problem.pointer);
  return where.empty() ? problem.reason : where + ": " + problem.reason;
}

/// Writes `to_string(problem)`.
template <typename Traits>
std::basic_ostream<char, Traits>& operator<<(std::basic_ostream<char, Traits>& out, const Problem& problem) {
  return out << to_string(problem);
}

/// A place in a JSON text. A reader extends it for each level. A place refers to its parent and does not copy it.
class Place {
 public:
  Place() = default;

  Place operator/(std::string_view key) const { return Place(this, key, 0, true); }
  Place operator/(std::size_t index) const { return Place(this, {}, index, false); }

  /// The JSON pointer (RFC 6901).
  std::string pointer() const {
    if (parent_ == nullptr) return {};
    std::string text = parent_->pointer() + "/";
    if (!is_key_) return text + std::to_string(index_);
    for (const char c : key_) text += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    return text;
  }

 private:
  Place(const Place* parent, std::string_view key, std::size_t index, bool is_key)
      : parent_(parent), key_(key), index_(index), is_key_(is_key) {}

  const Place* parent_ = nullptr;
  std::string_view key_ = {};
  std::size_t index_ = 0;
  bool is_key_ = false;
};

/// The maximum number of problems that are reported for one text.
inline constexpr std::size_t max_problems = 100;

/// Adds a problem of one text. The last of `max_problems` says that there are more.
inline void report(std::vector<Problem>& problems, std::string pointer, std::string reason) {
  if (problems.size() + 1 < max_problems) {
    problems.push_back({.pointer = std::move(pointer), .reason = std::move(reason)});
  } else if (problems.size() < max_problems) {
    problems.push_back({.reason = "more problems than are reported here"});
  }
}

/// The same for a place. Forms no pointer if there are `max_problems` already.
inline void report(std::vector<Problem>& problems, const Place& place, std::string reason) {
  if (problems.size() < max_problems) report(problems, place.pointer(), std::move(reason));
}

/// Adds a problem that skips a job or an alert rule.
inline void report_skipped(std::vector<Problem>& problems, const Place& place, std::string reason) {
  report(problems, place, std::move(reason));
  problems.back().skips_entry = true;
}

/// Adds a problem that skips the rest and must be seen: it replaces another one if there are `max_problems` already.
inline void report_surely(std::vector<Problem>& problems, const Place& place, std::string reason) {
  if (problems.size() == max_problems) problems.erase(problems.end() - 2);
  problems.push_back({.pointer = place.pointer(), .reason = std::move(reason), .skips_entry = true});
}

}  // namespace juju
