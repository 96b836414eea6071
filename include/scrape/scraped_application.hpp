// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <juju/relation.hpp>
#include <juju/topology.hpp>
#include <string>
#include <vector>

#include <scrape/scrape_job_grammar.hpp>

namespace scrape {

/// A unit that can be scraped.
struct ScrapedUnit {
  std::string name;
  juju::Address host;
};

/// What is to be scraped of an application.
struct ScrapedApplication {
  juju::RelationId relation_id = 0;
  std::string application = {};  ///< Juju's name of it, for problems; labels take the topology's.
  juju::Topology topology = {};
  std::vector<PlacedScrapeJob> jobs = {};
  std::vector<ScrapedUnit> units = {};  ///< Those with an address, in natural order.
  bool has_units = true;                ///< Whether there are any, with an address or without.

  /// Whether any target stands for the units, so that their addresses matter.
  bool has_wildcard() const {
    const auto is_wildcard = [](const Target& target) { return target.text().starts_with('*'); };
    const auto in_config = [&](const StaticConfig& config) {
      return std::any_of(config.targets.begin(), config.targets.end(), is_wildcard);
    };
    return std::any_of(jobs.begin(), jobs.end(), [&](const PlacedScrapeJob& placed) {
      return std::any_of(placed.job.static_configs.begin(), placed.job.static_configs.end(), in_config);
    });
  }
};

}  // namespace scrape
