// SPDX-License-Identifier: Apache-2.0
// Prints the relations of the interface `tracing` for an operator.
#pragma once

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "hints.hpp"
#include "output.hpp"
#include "tracing_explanation.hpp"
#include "words.hpp"

namespace explain {
namespace detail {

inline std::string heading_of(const TracingRelation& relation) {
  const std::string id = relation.id ? std::to_string(*relation.id) : "(of unknown id)";
  if (!relation.backend.empty() && !relation.workload.empty()) {
    return "relation " + id + ": " + relation.workload + ", which sends traces to " + relation.backend;
  }
  std::vector<std::string> applications;
  for (const std::string& unit : relation.units) applications.push_back(juju::application_of(unit));
  return "relation " + id + ": " + enumerated(applications);
}

inline void print_asked(Output& out, const TracingExplanation& explanation) {
  out.stream << "  asked for: ";
  if (!explanation.relation->asked) {
    out.stream << (explanation.relation->shows_both ? "nothing yet" : "not in this dump") << "\n";
  } else if (!explanation.asked) {
    out.stream << "invalid\n";
  } else {
    std::vector<std::string> names;
    for (const tracing::ReceiverProtocol& protocol : *explanation.asked) names.push_back(protocol.name());
    out.stream << (names.empty() ? "no known protocol" : listed(names, ", ")) << "\n";
  }
}

inline void print_given(Output& out, const TracingExplanation& explanation) {
  const bool is_shown = explanation.relation->given.has_value();
  if (!explanation.given || explanation.given->empty()) {
    const char* absent = explanation.relation->shows_both ? "nothing yet" : "not in this dump";
    out.stream << "  given: " << (explanation.given ? "no receiver" : is_shown ? "invalid" : absent) << "\n";
    return;
  }
  out.stream << "  given\n";
  std::size_t width = 0;
  for (const tracing::Receiver& receiver : *explanation.given) {
    width = std::max(width, std::min<std::size_t>(juju::printable(receiver.protocol.name).size(), 60));
  }
  for (const tracing::Receiver& receiver : *explanation.given) {
    std::string name = juju::printable(receiver.protocol.name);
    name.resize(std::max(name.size(), width), ' ');
    out.stream << "    " << name << "  " << juju::printable(receiver.url) << "\n";
  }
}

}  // namespace detail

/// Prints the relations. Prints nothing if there are none.
inline void print(Output& out, const std::vector<TracingExplanation>& explanations) {
  if (explanations.empty()) return;
  std::size_t problems = 0;
  for (const TracingExplanation& explanation : explanations) problems += explanation.problems.size();
  out.stream << out.bold("traces") << " (tracing): " << detail::counted(explanations.size(), "relation") << ", "
             << detail::counted(problems, "problem") << "\n";
  for (const TracingExplanation& explanation : explanations) {
    out.stream << "\n" << out.bold(detail::heading_of(*explanation.relation)) << "\n";
    detail::print_asked(out, explanation);
    detail::print_given(out, explanation);
    for (const juju::Problem& problem : explanation.problems) detail::print(out, problem);
  }
  out.stream << "\n";
}

/// The command that shows the side that is missing in the dump.
inline std::vector<Hint> hints(const std::vector<TracingExplanation>& explanations) {
  std::vector<std::string> ids;
  std::string command = "juju show-unit";
  std::set<std::string> named;
  for (const TracingExplanation& explanation : explanations) {
    const TracingRelation& relation = *explanation.relation;
    if (relation.shows_both || (relation.asked && relation.given)) continue;
    ids.push_back(relation.id ? "relation " + std::to_string(*relation.id) : "a relation of unknown id");
    for (const std::string& unit : relation.units) {
      if (named.insert(unit).second) command += " " + unit;
    }
    if (relation.units.size() < 2 && named.insert("").second) command += " UNIT...";
  }
  if (ids.empty()) return {};
  return {{"This dump has only one side of " + detail::enumerated(ids) + ". Add a unit of each side.",
           command + " --format=json"}};
}

}  // namespace explain
