// SPDX-License-Identifier: Apache-2.0
// What a dump does not show, and the command that shows it.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "relations.hpp"

namespace explain {

/// One sentence, and the command that shows more.
struct Hint {
  std::string sentence = {};
  std::string command = {};
};

namespace detail {

using Relations = std::vector<const ScrapeRelation*>;

inline std::string or_else(const std::string& name, const std::string& otherwise) {
  return name.empty() ? otherwise : name;
}

/// "spring-music, billing and relation 3".
inline std::string enumeration(const Relations& relations) {
  std::string text;
  for (std::size_t i = 0; i < relations.size(); ++i) {
    if (i > 0) text += i + 1 < relations.size() ? ", " : " and ";
    text += or_else(relations[i]->workload, relations[i]->id_is_told ? "relation " + std::to_string(relations[i]->id)
                                                                     : "a relation of unknown id");
  }
  return text;
}

/// Units of both sides: one of each application where that one tells of the others, else all that are known, and more
/// to be filled in.
inline std::string show_unit_command(const Relations& relations) {
  std::string command = "juju show-unit";
  std::set<std::string> named;
  const auto add = [&](const std::string& unit) {
    if (named.insert(unit).second) command += " " + unit;
  };
  for (const ScrapeRelation* relation : relations) {
    add(relation->tempo_unit.empty() ? or_else(relation->tempo, "TEMPO") + "/0" : relation->tempo_unit);
  }
  bool is_complete = true;
  for (const ScrapeRelation* relation : relations) {
    if (relation->cross_model && relation->shows_tempo()) continue;
    is_complete &= relation->units_are_listed || !relation->shows_tempo();
    for (const auto& [unit, bag] : relation->units) {
      add(unit);
      if (relation->units_are_listed || !relation->shows_tempo()) break;
    }
  }
  return command + (is_complete ? "" : " UNIT...") + " --format=json";
}

class Hints {
 public:
  explicit Hints(const std::vector<ScrapeRelation>& relations) {
    for (const ScrapeRelation& relation : relations) sort_in(relation);
    add(without_tempo_, without_tempo_, "Tempo's own units tell all units and all targets of ", ".");
    add(unlisted_, with_tempo_, "This dump lists no units of ",
        ": there is none, or it is of Juju 4.0 to 4.0.5, which leave them out. Only the units that it shows "
        "count here; `juju status --relations` names all of them.");
    add(without_data_, with_tempo_, "This dump has Tempo's application data, and not those of ",
        ": Juju 4 shows them with their own units, or none are published yet. Show a unit of each side.");
    add(silent_, with_tempo_, "This dump has no application data of ",
        ": none are published yet, or it is of Juju 4, which shows them with their own units.");
    if (elsewhere_.empty()) return;
    hints_.push_back({"The application data of " + enumeration(elsewhere_) +
                          " are in another model. Explain a dump from there, too.",
                      "juju show-unit --model MODEL UNIT... --format=json"});
  }

  std::vector<Hint> take() { return std::move(hints_); }

 private:
  void sort_in(const ScrapeRelation& relation) {
    if (!relation.shows_tempo()) return without_tempo_.push_back(&relation);
    with_tempo_.push_back(&relation);
    if (!relation.units_are_listed) return unlisted_.push_back(&relation);
    if (relation.workload_data) return;
    if (relation.cross_model) return elsewhere_.push_back(&relation);
    (relation.tempo_endpoint ? without_data_ : silent_).push_back(&relation);
  }

  void add(const Relations& about, const Relations& to_show, const std::string& before, const std::string& after) {
    if (!about.empty()) hints_.push_back({before + enumeration(about) + after, show_unit_command(to_show)});
  }

  Relations with_tempo_, without_tempo_, unlisted_, without_data_, silent_, elsewhere_;
  std::vector<Hint> hints_;
};

}  // namespace detail

/// What to run to see more; nothing where the dump shows all that there is.
inline std::vector<Hint> hints(const std::vector<ScrapeRelation>& relations) { return detail::Hints(relations).take(); }

}  // namespace explain
