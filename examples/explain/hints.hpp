// SPDX-License-Identifier: Apache-2.0
// Data that a dump does not have, and the command that prints it.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "output.hpp"
#include "relations.hpp"
#include "words.hpp"

namespace explain {

/// One sentence, and the command that prints more data.
struct Hint {
  std::string sentence = {};
  std::string command = {};
};

namespace detail {

using Relations = std::vector<const ScrapeRelation*>;

/// "spring-music, billing and relation 3".
inline std::string enumeration(const Relations& relations) {
  std::vector<std::string> names;
  for (const ScrapeRelation* relation : relations) {
    names.push_back(name_or(relation->workload, relation->has_id ? "relation " + std::to_string(relation->id)
                                                                 : "a relation of unknown id"));
  }
  return enumerated(names);
}

/// The command for units of both sides. It has one unit of each application if that unit lists the others. Otherwise it
/// has all known units, and UNIT... for the others.
inline std::string show_unit_command(const Relations& relations) {
  std::string command = "juju show-unit";
  std::set<std::string> named;
  const auto add = [&](const std::string& unit) {
    if (named.insert(unit).second) command += " " + unit;
  };
  for (const ScrapeRelation* relation : relations) {
    add(name_or(relation->scraper_unit, name_or(relation->scraper, "SCRAPER") + "/0"));
  }
  bool is_complete = true;
  for (const ScrapeRelation* relation : relations) {
    if (relation->cross_model && relation->shows_scraper()) continue;
    is_complete &= relation->has_unit_list || !relation->shows_scraper();
    for (const auto& [unit, bag] : relation->units) {
      add(unit);
      if (relation->has_unit_list || !relation->shows_scraper()) break;
    }
  }
  return command + (is_complete ? "" : " UNIT...") + " --format=json";
}

class Hints {
 public:
  explicit Hints(const Relations& relations) {
    for (const ScrapeRelation* relation : relations) classify(*relation);
    add(without_scraper_, without_scraper_, "The scraper's own units show all units and all targets of ", ".");
    add(unlisted_, with_scraper_, "This dump lists no units of ",
        ": there are none, or the dump is of Juju 4.0 to 4.0.5, which omits them. The result has only the units in "
        "the dump. `juju status --relations` lists all units.");
    add(without_data_, with_scraper_, "This dump has the scraper's application data, but not that of ",
        ": Juju 4 shows it with the application's own units, or none is published yet. Add a unit of each side.");
    add(unpublished_, with_scraper_, "This dump has no application data of ",
        ": none is published yet, or the dump is of Juju 4, which shows it with the application's own units.");
    if (elsewhere_.empty()) return;
    hints_.push_back({"The application data of " + enumeration(elsewhere_) +
                          " is in another model. Run explain on a dump of that model, too.",
                      "juju show-unit --model MODEL UNIT... --format=json"});
  }

  std::vector<Hint> take() { return std::move(hints_); }

 private:
  void classify(const ScrapeRelation& relation) {
    if (!relation.shows_scraper()) return without_scraper_.push_back(&relation);
    with_scraper_.push_back(&relation);
    if (!relation.has_unit_list) return unlisted_.push_back(&relation);
    if (relation.workload_data) return;
    if (relation.cross_model) return elsewhere_.push_back(&relation);
    (relation.scraper_text ? without_data_ : unpublished_).push_back(&relation);
  }

  void add(const Relations& about, const Relations& to_show, const std::string& before, const std::string& after) {
    if (!about.empty()) hints_.push_back({before + enumeration(about) + after, show_unit_command(to_show)});
  }

  Relations with_scraper_, without_scraper_, unlisted_, without_data_, unpublished_, elsewhere_;
  std::vector<Hint> hints_;
};

}  // namespace detail

/// The commands that print the missing data. Empty if the dump is complete.
inline std::vector<Hint> hints(const std::vector<const ScrapeRelation*>& relations) {
  return detail::Hints(relations).take();
}

/// Prints the hints.
inline void print(Output& out, const std::vector<Hint>& hints) {
  for (const Hint& hint : hints) {
    out.stream << out.yellow("hint:") << " " << hint.sentence << "\n  " << hint.command << "\n";
  }
}

}  // namespace explain
