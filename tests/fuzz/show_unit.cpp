// SPDX-License-Identifier: Apache-2.0
// The output of `juju show-unit`, as `explain` reads it.
#include <explain/report.hpp>
#include <sstream>

#include "prometheus.hpp"
#include "texts.hpp"

namespace fuzz::show_unit {
namespace {

using Relations = std::vector<const explain::ScrapeRelation*>;

json printed(const explain::UnitTexts& units, const auto& gone) {
  json all = json::object();
  for (const auto& [unit, bag] : units) all[unit] = {{"in-scope", true}, {"data", bag}};
  for (const std::string& unit : gone) all[unit] = {{"in-scope", false}};
  return all;
}

json printed(const explain::ShownRelation& relation) {
  json all = {{"endpoint", relation.endpoint},
              {"related-endpoint", relation.related_endpoint},
              {"cross-model", relation.cross_model},
              {"application-data", relation.application_data},
              {"local-unit", {{"in-scope", relation.in_scope}, {"data", relation.own_data}}},
              {"related-units", printed(relation.related_units, relation.gone_units)}};
  if (relation.id) all["relation-id"] = *relation.id;
  return all;
}

json printed(const std::vector<explain::ShownUnit>& units) {
  json all = json::object();
  for (const explain::ShownUnit& unit : units) {
    json& relations = all[unit.name]["relation-info"] = json::array();
    for (const explain::ShownRelation& relation : unit.relations) relations.push_back(printed(relation));
  }
  return all;
}

std::map<std::string, Relations> by_tempo(const std::vector<explain::ScrapeRelation>& relations) {
  std::map<std::string, Relations> grouped;
  for (const explain::ScrapeRelation& relation : relations) {
    grouped[relation.shows_tempo() ? relation.tempo : ""].push_back(&relation);
  }
  return grouped;
}

void require_text_lines(const std::string& text) {
  for (const std::string_view line : parts_of(text, "\n")) require_text(std::string(line), "each printed line is text");
}

using Sources = std::map<std::pair<std::string, std::string>, Source>;  // by unit (empty for the application) and key

/// The text that a problem refers to. Empty if the dump does not have it.
const Source& source_of(const tempo_scrape::Problem& problem, const explain::ScrapeRelation& relation,
                        Sources& sources) {
  std::string text;
  if (problem.unit.empty()) {
    require(is_one_of(problem.key, {"scrape_jobs", "scrape_metadata", "alert_rules"}), "a problem names a key");
    if (relation.workload_data && relation.workload_data->contains(problem.key)) {
      text = relation.workload_data->at(problem.key);
    }
  } else {
    const auto unit = relation.units.find(problem.unit);
    require(unit != relation.units.end() && unit->second.contains(problem.key),
            "a problem names a unit and a key of its bag");
    text = unit->second.at(problem.key);
  }
  return sources.try_emplace({problem.unit, problem.key}, text).first->second;
}

std::vector<tempo_scrape::Problem> problems_of_endpoint(const explain::ScrapeRelation& relation) {
  std::vector<tempo_scrape::Problem> problems;
  if (relation.tempo_endpoint) tempo_scrape::parse_endpoint(*relation.tempo_endpoint, problems);
  return problems;
}

/// Adds the values of a relation's data bags. The application, unit and pointer of a problem are not secret.
void collect(Secrets& secrets, const explain::Explanation& explanation) {
  const explain::ScrapeRelation& relation = *explanation.relation;
  const auto take = [&](const juju::StringMap& bag) {
    for (const auto& [key, text] : bag) secrets.take(text);
  };
  take(relation.workload_data.value_or(juju::StringMap()));
  for (const auto& [unit, bag] : relation.units) take(bag);
  if (relation.tempo_endpoint) {
    secrets.take(*relation.tempo_endpoint);
    secrets.take_document(juju::parse_yaml(*relation.tempo_endpoint).value.value_or(json()));
  }
  for (const auto& problems : {explanation.problems, problems_of_endpoint(relation)}) {
    for (const tempo_scrape::Problem& problem : problems) {
      for (const std::string& name : {problem.application, problem.unit, problem.pointer}) secrets.except(name);
    }
  }
}

void require_valid_problems(const std::vector<explain::Explanation>& explanations, const std::string& shown) {
  Secrets secrets;
  for (const explain::Explanation& explanation : explanations) {
    Sources sources;
    for (const tempo_scrape::Problem& problem : explanation.problems) {
      require_valid_problem(problem, source_of(problem, *explanation.relation, sources));
    }
    collect(secrets, explanation);
  }
  for (const std::string_view line : parts_of(shown, "\n")) {
    if (line.starts_with("  problem: ")) secrets.require_not_quoted(line);
  }
}

void check_relations(const Relations& relations, const explain::Reader& reader) {
  const std::vector<explain::Explanation> explanations = explain::explain(relations, reader);
  std::ostringstream out;
  explain::print(out, explanations);
  require_text_lines(out.str());
  require_valid_problems(explanations, out.str());
  json jobs = json::array();
  for (const explain::Explanation& explanation : explanations) {
    jobs.insert(jobs.end(), explanation.jobs.begin(), explanation.jobs.end());
  }
  require_fits_prometheus(jobs, reader.label_names, tempo_scrape::TopologyLabels::library);
}

void check(std::string_view bytes) {
  const Input input(bytes);
  const auto units = explain::read_show_unit(input.text);
  if (!units) {
    require_text(to_string(units.error), "the reason why a text is not a dump is text");
    const juju::Parsed<json> document = juju::parse_yaml(input.text, explain::max_yaml_bytes);
    (document ? Secrets(*document) : Secrets::of(input.text)).require_not_quoted(to_string(units.error));
    return;
  }
  const json dump = printed(*units);
  const auto again = explain::read_show_unit(juju::to_yaml_safe_json(dump));
  require(units->empty() || (again && printed(*again) == dump), "a printed dump is read as the same dump");
  explain::Reader reader;
  if (input.has(0)) reader.label_names = tempo_scrape::LabelNames::legacy;
  if (input.has(1)) reader.own_model = {"dev", "1234567890-uuid"};
  const std::vector<explain::ScrapeRelation> relations = explain::scrape_relations(*units, "tracing");
  for (const auto& [tempo, related] : by_tempo(relations)) {
    if (!tempo.empty()) {
      check_relations(related, reader);
    } else {
      for (const explain::ScrapeRelation* relation : related) check_relations({relation}, reader);
    }
  }
  std::ostringstream out;
  explain::print(out, explain::hints(relations));
  require_text_lines(out.str());
}

const Registration registration({"show_unit", check});

}  // namespace
}  // namespace fuzz::show_unit
