// SPDX-License-Identifier: Apache-2.0
// Everything that explain finds in a dump.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "report.hpp"
#include "tracing_report.hpp"

namespace explain {

/// The explanations of all relations, or of the relations of one application.
class Findings {
 public:
  Findings(const std::vector<ShownUnit>& units, const std::vector<std::string>& endpoints, const Reader& reader)
      : scraped_(scrape_relations(units, endpoints)),
        traced_(tracing_relations(units, endpoints)),
        scrapers_(explain_scrapers(scraped_, reader)),
        traces_(explain(traced_)) {}
  Findings(const Findings&) = delete;
  Findings& operator=(const Findings&) = delete;

  bool empty() const { return scrapers_.empty() && traces_.empty(); }
  const std::vector<Scraper>& scrapers() const { return scrapers_; }
  const std::vector<TracingExplanation>& traces() const { return traces_; }

  /// The related applications: workloads, and the other side if the dump shows only a workload.
  std::set<std::string> applications() const {
    std::set<std::string> names;
    for (const ScrapeRelation& relation : scraped_) {
      names.insert(relation.workload);
      if (!relation.shows_scraper()) names.insert(relation.scraper);
    }
    for (const TracingRelation& relation : traced_) {
      for (const std::string& unit : relation.units) names.insert(juju::application_of(unit));
    }
    names.erase("");
    return names;
  }

  /// Keeps only the relations of one related application.
  void keep_only(const std::string& application) {
    restrict_to(scrapers_, application);
    std::erase_if(traces_, [&](const TracingExplanation& each) { return !each.relation->has(application); });
  }

  std::size_t problem_count() const {
    std::size_t problems = 0;
    for (const Scraper& scraper : scrapers_) {
      for (const Explanation& each : scraper.explanations) problems += each.problem_count();
    }
    for (const TracingExplanation& each : traces_) problems += each.problems.size();
    return problems;
  }

  /// Prints a line with the counts, then the relations by scraper, then those of the interface `tracing`.
  void print(Output& out) const {
    std::size_t relations = traces_.size();
    std::size_t targets = 0;
    for (const Scraper& scraper : scrapers_) {
      relations += scraper.explanations.size();
      for (const Explanation& each : scraper.explanations) targets += each.target_count();
    }
    out.stream << out.bold(detail::counted(relations, "relation") + ", " + detail::counted(targets, "target") + ", " +
                           detail::counted(problem_count(), "problem"))
               << "\n\n";
    for (const Scraper& scraper : scrapers_) explain::print(out, scraper);
    explain::print(out, traces_);
  }

  /// Data that the dump does not have.
  std::vector<Hint> hints() const {
    std::vector<const ScrapeRelation*> relations;
    for (const Scraper& scraper : scrapers_) {
      for (const Explanation& each : scraper.explanations) relations.push_back(each.relation);
    }
    std::vector<Hint> all = explain::hints(relations);
    for (Hint& hint : explain::hints(traces_)) all.push_back(std::move(hint));
    return all;
  }

 private:
  std::vector<ScrapeRelation> scraped_;
  std::vector<TracingRelation> traced_;
  std::vector<Scraper> scrapers_;
  std::vector<TracingExplanation> traces_;
};

}  // namespace explain
