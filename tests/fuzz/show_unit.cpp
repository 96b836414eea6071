// SPDX-License-Identifier: Apache-2.0
// The output of `juju show-unit`, as `explain` reads it.
#include <explain/findings.hpp>
#include <sstream>

#include "prometheus.hpp"
#include "texts.hpp"

namespace fuzz::show_unit {
namespace {

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

void require_text_lines(const std::string& text) {
  for (const std::string_view line : parts_of(text, "\n")) require_text(std::string(line), "each printed line is text");
}

using Sources = std::map<std::pair<std::string, std::string>, Source>;  // by unit (empty for the application) and key

/// The text that a problem refers to. Empty if the dump does not have it.
const Source& source_of(const juju::Problem& problem, const explain::ScrapeRelation& relation, Sources& sources) {
  std::string text;
  if (problem.key == explain::scraper_key(relation.interface)) {
    require(problem.application == relation.scraper, "a problem of the scraper's text has its name");
    text = relation.scraper_text.value_or("");
  } else if (problem.unit.empty()) {
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

/// Adds the values of a relation's data bags. The application, unit and pointer of a problem are not secret.
void collect(Secrets& secrets, const explain::Explanation& explanation) {
  const explain::ScrapeRelation& relation = *explanation.relation;
  const auto take = [&](const juju::StringMap& bag) {
    for (const auto& [key, text] : bag) secrets.take(text);
  };
  take(relation.workload_data.value_or(juju::StringMap()));
  for (const auto& [unit, bag] : relation.units) take(bag);
  if (relation.scraper_text) {
    secrets.take(*relation.scraper_text);
    secrets.take_document(juju::parse_yaml(*relation.scraper_text).value.value_or(json()));
  }
  for (const juju::Problem& problem : explanation.problems) {
    for (const std::string& name : {problem.application, problem.unit, problem.pointer}) secrets.except(name);
  }
}

void check_scraped(const std::vector<explain::Explanation>& explanations) {
  Secrets secrets;
  for (const explain::Explanation& explanation : explanations) {
    Sources sources;
    for (const juju::Problem& problem : explanation.problems) {
      require_valid_problem(problem, source_of(problem, *explanation.relation, sources));
    }
    collect(secrets, explanation);
  }
  for (const explain::Explanation& explanation : explanations) {
    for (const juju::Problem& problem : explanation.problems) secrets.require_not_quoted(to_string(problem));
  }
}

void check_traced(const explain::TracingExplanation& explanation) {
  Secrets secrets;
  for (const auto& list : {explanation.relation->asked, explanation.relation->given}) secrets.take(list.value_or(""));
  for (const juju::Problem& problem : explanation.problems) {
    require(problem.key == "receivers" && !problem.reason.empty(), "a problem of a list has its key and a reason");
    secrets.require_not_quoted(problem.reason);
  }
}

/// What explain prints, with and without --jobs.
std::string printed_by_explain(const explain::Findings& findings) {
  std::ostringstream stream;
  explain::Output out(stream);
  findings.print(out);
  print(out, findings.hints());
  for (const explain::Scraper& scraper : findings.scrapers()) {
    stream << juju::to_yaml_safe_json(scraper.jobs(), 1) << "\n";
  }
  return stream.str();
}

constexpr const char* marker = "Ma?ker of a credential";

/// Replaces each credential in the jobs of a bag.
void mark_credentials(juju::StringMap& bag) {
  const auto text = bag.find("scrape_jobs");
  if (text == bag.end()) return;
  juju::Parsed<json> jobs = juju::parse_json(text->second);
  if (!jobs) return;
  explain::replace_credentials(*jobs.value, marker);
  text->second = juju::to_yaml_safe_json(*jobs);
}

/// Checks that no output has a credential, also if the scraper reports one.
void check_credentials(std::vector<explain::ShownUnit> units, const explain::Reader& reader) {
  for (explain::ShownUnit& unit : units) {
    for (explain::ShownRelation& relation : unit.relations) mark_credentials(relation.application_data);
  }
  const explain::Findings findings(units, explain::default_endpoints(), reader);
  require(printed_by_explain(findings).find(marker) == std::string::npos, "no credential is printed");
  for (const explain::Scraper& scraper : findings.scrapers()) {
    for (const explain::Explanation& explanation : scraper.explanations) {
      const juju::StringMap bag = explanation.relation->workload_data.value_or(juju::StringMap());
      const auto jobs = bag.find("scrape_jobs");
      if (jobs == bag.end() || jobs->second.find(marker) == std::string::npos) continue;
      std::vector<juju::Problem> problems;
      const std::string report = json{{"errors", std::string("refused: ") + marker}}.dump();
      const explain::ScraperEvent event =
          explain::read_event(report, scrape::Credentials(json::parse(jobs->second)), problems);
      require(event.errors.find(marker) == std::string::npos, "a report has no credential");
    }
  }
}

void check_findings(const std::vector<explain::ShownUnit>& units, const explain::Reader& reader) {
  const explain::Findings findings(units, explain::default_endpoints(), reader);
  for (const explain::Scraper& scraper : findings.scrapers()) {
    if (scraper.interface == explain::Interface::tempo_scrape && !scraper.application.empty()) {
      require_fits_prometheus(scraper.jobs(), reader.label_names, tempo_scrape::TopologyLabels::library);
    }
    check_scraped(scraper.explanations);
  }
  for (const explain::TracingExplanation& explanation : findings.traces()) check_traced(explanation);
  require_text_lines(printed_by_explain(findings));
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
  check_findings(*units, reader);
  if (input.text.find(marker) == std::string::npos) check_credentials(*units, reader);
}

const Registration registration({"show_unit", check});

}  // namespace
}  // namespace fuzz::show_unit
