// SPDX-License-Identifier: Apache-2.0
// The explanations by scraper.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "explanation.hpp"

namespace explain {

/// The relations of one scraper. If the dump shows no scraper, the relations that it shows from the workload's side.
struct Scraper {
  Interface interface = Interface::tempo_scrape;
  std::string application = {};  ///< Empty if the dump does not show the scraper.
  std::vector<Explanation> explanations = {};

  /// The result of `jobs()`, without credentials.
  nlohmann::json jobs() const {
    nlohmann::json jobs = nlohmann::json::array();
    for (const Explanation& explanation : explanations) {
      jobs.insert(jobs.end(), explanation.jobs.begin(), explanation.jobs.end());
    }
    replace_credentials(jobs, hidden);
    return jobs;
  }
};

/// Explains all relations, by interface and scraper.
inline std::vector<Scraper> explain_scrapers(const std::vector<ScrapeRelation>& relations, const Reader& reader) {
  std::map<std::pair<Interface, std::string>, std::vector<const ScrapeRelation*>> grouped;
  for (const ScrapeRelation& relation : relations) {
    grouped[{relation.interface, relation.shows_scraper() ? relation.scraper : ""}].push_back(&relation);
  }
  std::vector<Scraper> scrapers;
  for (const auto& [key, related] : grouped) {
    Scraper& scraper = scrapers.emplace_back(Scraper{key.first, key.second, {}});
    if (!key.second.empty()) {
      scraper.explanations = explain(related, reader);
      continue;
    }
    for (const ScrapeRelation* relation : related) {  // each may be of another scraper, which has names of its own
      for (Explanation& explanation : explain({relation}, reader)) {
        scraper.explanations.push_back(std::move(explanation));
      }
    }
  }
  return scrapers;
}

/// Keeps only the relations of one related application. The names of jobs stay as they are.
inline void restrict_to(std::vector<Scraper>& scrapers, const std::string& application) {
  for (Scraper& scraper : scrapers) {
    std::erase_if(scraper.explanations, [&](const Explanation& explanation) {
      const ScrapeRelation& relation = *explanation.relation;
      return relation.workload != application && (relation.shows_scraper() || relation.scraper != application);
    });
  }
  std::erase_if(scrapers, [](const Scraper& scraper) { return scraper.explanations.empty(); });
}

}  // namespace explain
