// SPDX-License-Identifier: Apache-2.0
// Runs the program explain on recorded dumps, and changes dumps.
#pragma once

#include <fstream>
#include <initializer_list>
#include <juju/json.hpp>
#include <string>
#include <vector>

#include <support/catch.hpp>
#include <support/program.hpp>

namespace support::explain {

using nlohmann::json;
using support::ProgramRun;

inline const std::string dumps = TEMPO_SCRAPE_TESTS_DIRECTORY "/dumps/";

inline json read_json(const std::string& file) {
  std::ifstream stream(dumps + file);
  return json::parse(stream);
}

inline ProgramRun explain(const std::vector<std::string>& arguments, const std::string& input = {}) {
  return run_program(EXPLAIN_PROGRAM, arguments, input);
}

inline ProgramRun explain_dump(const json& dump, const std::vector<std::string>& arguments = {}) {
  return explain(arguments, dump.dump());
}

inline json jobs_of(const ProgramRun& run) {
  REQUIRE(run.status == 0);
  return json::parse(run.output);
}

/// Whether all lines are text without control characters.
inline bool is_printable(const std::string& output) {
  std::string text = output;
  std::erase(text, '\n');
  return juju::is_valid_text(text);
}

/// The dump with only these units.
inline json only(const json& dump, std::initializer_list<const char*> units) {
  json rest = json::object();
  for (const char* unit : units) rest[unit] = dump.at(unit);
  return rest;
}

template <typename Change>
json with_each_relation(json dump, Change change) {
  for (json& unit : dump) {
    for (json& relation : unit["relation-info"]) change(relation);
  }
  return dump;
}

inline json without(const json& dump, const char* key) {
  return with_each_relation(dump, [&](json& relation) { relation.erase(key); });
}

/// The dump of two units in the form of Juju 4: the application data of their first relation is swapped, and that of
/// the other relations is absent.
inline json in_form_of_juju4(json dump) {
  std::vector<json*> data;
  for (json& unit : dump) {
    json& relations = unit["relation-info"];
    for (std::size_t i = 1; i < relations.size(); ++i) relations[i].erase("application-data");
    data.push_back(&relations[0]["application-data"]);
  }
  REQUIRE(data.size() == 2);
  std::swap(*data[0], *data[1]);
  return dump;
}

}  // namespace support::explain
