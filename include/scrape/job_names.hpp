// SPDX-License-Identifier: Apache-2.0
// What the jobs of all applications are called in one scrape configuration.
#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <scrape/allowance.hpp>
#include <scrape/scraped_application.hpp>

namespace scrape::detail {

/// Gives each job a name that no other has. A job's name depends on the jobs before it alone, so it never changes
/// because of an address, a unit or a younger relation.
class JobNames {
 public:
  std::string claim(const std::string& name, juju::RelationId relation, std::size_t place) {
    if (taken_.insert(name).second) return name;
    const std::string of_relation = name + "_" + std::to_string(relation);
    if (taken_.insert(of_relation).second) return of_relation;
    std::size_t& next = next_place_[of_relation];
    next = std::max(next, place);
    while (!taken_.insert(of_relation + "_" + std::to_string(next)).second) ++next;
    return of_relation + "_" + std::to_string(next++);
  }

 private:
  std::set<std::string> taken_;
  std::map<std::string, std::size_t> next_place_;
};

/// The bytes that are counted for what is appended to a name that is taken, whether it is or not: how much comes out of
/// a relation is up to that relation alone.
inline constexpr std::size_t name_suffix_bytes = 32;

/// A job and its name.
struct NamedJob {
  const PlacedScrapeJob* placed;
  std::string wanted;  ///< What it would be without other jobs.
  std::string name;    ///< What it has claimed.
};

/// The names of one application's jobs.
struct Claims {
  std::vector<NamedJob> jobs = {};
  std::optional<std::size_t> limit_met_at = {};  ///< The place of the first job that got none.
};

/// Claims a name for each job that says something new.
inline Claims claim_names(JobNames& names, const ScrapedApplication& application, Allowance allowance,
                          std::vector<juju::Problem>& problems) {
  const std::string identifier = application.topology.identifier();
  const Place list;
  Claims claims;
  std::set<std::string> specifications;
  for (const PlacedScrapeJob& placed : application.jobs) {
    if (!specifications.insert(json(placed.job).dump()).second) {
      report(problems, list / placed.place, "the same as an earlier job");
      continue;
    }
    std::string wanted = placed.job.job_name.empty() ? identifier : identifier + "_" + placed.job.job_name;
    if (!allowance.spend(wanted.size() + name_suffix_bytes)) {
      claims.limit_met_at = placed.place;
      break;
    }
    std::string name = names.claim(wanted, application.relation_id, placed.place);
    if (name != wanted) report(problems, list / placed.place, "its name is taken; the relation's id is appended");
    claims.jobs.push_back({&placed, std::move(wanted), std::move(name)});
  }
  return claims;
}

}  // namespace scrape::detail
