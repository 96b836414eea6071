// SPDX-License-Identifier: Apache-2.0
// `scrape_jobs` of another application, and the jobs in a config option of the own application.
#include "related.hpp"

namespace fuzz::scrape_jobs {
namespace {

using tempo_scrape::ScrapeJob;

std::vector<ScrapeJob> jobs_of(const scrape::ApplicationReader& application) {
  std::vector<ScrapeJob> jobs;
  jobs.reserve(application.application().jobs.size());
  for (const scrape::PlacedJob& placed : application.application().jobs) {
    jobs.push_back(placed.job);
    jobs.back().dropped_keys.clear();
  }
  return jobs;
}

scrape::ApplicationReader read(const Reading& reading, const std::string& jobs) {
  return reading.read(1, {{"scrape_metadata", valid_metadata}, {"scrape_jobs", jobs}}, valid_units);
}

void require_round_trip(const Reading& reading, const scrape::ApplicationReader& application) {
  const std::vector<ScrapeJob> jobs = jobs_of(application);
  const scrape::ApplicationReader again = read(reading, juju::to_yaml_safe_json(jobs));
  require(jobs_of(again) == jobs && again.problems().empty(), "printed jobs are read as the same jobs");
}

void check_related(const Reading& reading, const std::string& text) {
  const scrape::ApplicationReader application = read(reading, text);
  const Source source(text);
  for (const tempo_scrape::Problem& problem : application.problems()) require_valid_problem(problem, source);
  require(application.problems().size() <= 100, "a text has at most 100 problems");
  require_round_trip(reading, application);
  require_independent(reading, application.application(), source);
}

void check_own(const std::string& text) {
  const tempo_scrape::ScrapeJobs own = ScrapeJob::parse(text);
  require(own.jobs.empty() || own.problems.empty(), "a text gives either jobs or problems");
  require_valid_problem(own.problems, text);
  if (own.problems.empty()) {
    const tempo_scrape::ScrapeJobs again = ScrapeJob::parse(juju::to_yaml_safe_json(own.jobs));
    require(again.jobs == own.jobs && again.problems.empty(), "printed own jobs are read as the same jobs");
  }
  const juju::Parsed<json> document = juju::parse_json(text);
  if (!document) return;
  try {
    const auto jobs = document->get<std::vector<ScrapeJob>>();
    require(own.problems.empty() ==
                std::all_of(jobs.begin(), jobs.end(), [](const ScrapeJob& job) { return job.dropped_keys.empty(); }),
            "code and config option accept the same jobs, except dropped keys");
  } catch (const tempo_scrape::InvalidScrapeJobError& error) {
    require(!own.problems.empty(), "jobs that throw in code are a problem in a config option");
    require_valid_problem({.pointer = error.pointer, .reason = error.reason}, *document, Secrets(*document));
  }
}

void check(std::string_view bytes) {
  const Input input(bytes);
  check_related(Reading(input), input.text);
  check_own(input.text);
}

const Registration registration({"scrape_jobs", check});

}  // namespace
}  // namespace fuzz::scrape_jobs
