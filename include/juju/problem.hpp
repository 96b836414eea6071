// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <juju/json.hpp>
#include <juju/relation_data_bag.hpp>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

namespace juju {

/// What was wrong with a text of the other side, and where. What does not apply is empty.
///
/// What stands at the pointer is left out, or the smallest whole that cannot do without it; the rest stands. A reason
/// never quotes the text, which may hold secrets; a pointer names its members.
struct Problem {
  std::optional<RelationId> relation_id = {};
  std::string application = {};  ///< Juju's name of it.
  std::string unit = {};         ///< Juju's name of it; empty where the text is the application's.
  std::string key = {};          ///< The data bag's key, or the name of a file.
  std::string pointer = {};      ///< A JSON pointer into the text; empty for the whole of it.
  std::string reason = {};

  bool operator==(const Problem&) const = default;
};

/// One line for a person: "relation 3, gateway, scrape_jobs at /0/static_configs/0/targets/0: not a target".
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

inline std::ostream& operator<<(std::ostream& out, const Problem& problem) { return out << to_string(problem); }

}  // namespace juju
