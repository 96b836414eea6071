// SPDX-License-Identifier: Apache-2.0
// The data bags of an application's units: lines of KEY=TEXT. Empty lines separate the units.
#include "related.hpp"
#include "texts.hpp"

namespace fuzz::unit_keys {
namespace {

using Units = std::map<std::string, juju::StringMap>;

Units units_in(const std::string& text) {
  Units units;
  for (const std::string_view bag : parts_of(text, "\n\n")) {
    if (units.size() < 8) units["app/" + std::to_string(units.size())] = texts_in(bag);
  }
  return units;
}

scrape::ApplicationReader read(const Reading& reading, const Units& units) {
  return reading.read(1, {{"scrape_metadata", valid_metadata}, {"scrape_jobs", valid_jobs}}, units);
}

void require_valid_problem(const tempo_scrape::Problem& problem, const Units& units) {
  const auto unit = units.find(problem.unit);
  require(unit != units.end() && unit->second.contains(problem.key), "a problem names a unit and a key of its bag");
  fuzz::require_valid_problem(problem, json(), Secrets(unit->second));
}

void check(std::string_view bytes) {
  const Input input(bytes);
  const Reading reading(input);
  const Units units = units_in(input.text);
  const scrape::ApplicationReader application = read(reading, units);
  for (const tempo_scrape::Problem& problem : application.problems()) require_valid_problem(problem, units);
  Units printed;
  for (const scrape::Unit& unit : application.application().units) {
    require(is_host(unit.address.text()), "a unit's address is a host");
    require_text(unit.name, "a unit's name is a text");
    const std::string known = reading.own_model.name == "dev" ? unit.name : "app/" + std::to_string(printed.size());
    printed[known] = {{"tempo_scrape_unit_name", unit.name}, {"tempo_scrape_unit_address", unit.address.text()}};
  }
  const scrape::ApplicationReader again = read(reading, printed);
  require(again.problems().empty(), "printed units are read without a problem");
  const Source jobs(valid_jobs);
  const Expanded once = reading.expand({application.application()}, jobs);
  const Expanded twice = reading.expand({again.application()}, jobs);
  require(once.jobs == twice.jobs && once.problems == twice.problems, "printed units give the same jobs");
  require_independent(reading, application.application(), jobs);
}

const Registration registration({"unit_keys", check});

}  // namespace
}  // namespace fuzz::unit_keys
