// SPDX-License-Identifier: Apache-2.0
// `scrape_jobs` of another application, as prometheus_scrape reads it.
#include <charms/prometheus_k8s/v0/prometheus_scrape/wire.hpp>

#include "prometheus_settings.hpp"
#include "related.hpp"

namespace fuzz::prometheus_jobs {
namespace {

using charms::prometheus_k8s::v0::prometheus_scrape::wire;

const std::vector<std::pair<std::string, juju::StringMap>> units = {
    {"app/0",
     {{"prometheus_scrape_unit_address", "10.1.0.1"},
      {"prometheus_scrape_unit_path", "/p\"/"},
      {"prometheus_scrape_unit_fqdn", "a.local"}}},
    {"app/1", {{"prometheus_scrape_unit_address", "fd00::1"}, {"prometheus_scrape_unit_fqdn", "B.local"}}},
    {"app/2", {}},
    {"app/10", {{"prometheus_scrape_host", "10.1.0.1"}}}};

/// The settings of a scraper. The input's variant selects them.
struct Scraper {
  explicit Scraper(const Input& input)
      : rules{.file_keys = input.has(2),
              .proxy_url = input.has(3),
              .tls_inline_keys = input.has(4),
              .scrape_interval_ms = scrape::parse_duration("1m")},
        has_metadata(!input.has(5)) {
    if (!input.has(0)) rules.labels.names = tempo_scrape::LabelNames::legacy;
    expansion = {.max_bytes_per_relation = max_bytes_per_relation,
                 .identifier_prefix = wire.identifier_prefix,
                 .identifier_suffix = wire.identifier_suffix,
                 .one_job_per_unit = true,
                 .own_labels_win = true};
    if (input.has(1)) expansion.topology_labels = tempo_scrape::TopologyLabels::documented;
    fewer_bytes = max_bytes_per_relation / 4 * (input.variant >> 6U) + 1;
  }

  /// @param first  the first of the units that is read.
  scrape::ApplicationReader read(juju::RelationId id, const std::string& jobs, std::size_t first = 0) const {
    juju::StringMap bag = {{"scrape_jobs", jobs}};
    if (has_metadata) bag["scrape_metadata"] = valid_metadata;
    scrape::ApplicationReader application(wire, id, "app");
    application.read_jobs(bag, rules);
    application.read_topology(bag, {});
    for (std::size_t i = first; i < units.size(); ++i) application.read_unit(units[i].first, units[i].second);
    return application;
  }

  Expanded expand(const std::vector<scrape::Application>& applications, std::size_t limit) const {
    scrape::ExpansionRules with = expansion;
    with.max_bytes_per_relation = limit;
    const scrape::Expansion made = scrape::expand(applications, with);
    Expanded configuration{made.scrape_configs, made.problems};
    require(scrape::to_yaml_safe_json(made.scrape_configs) == juju::to_yaml_safe_json(configuration.jobs),
            "scrape configs have the same text as their JSON");
    require_fits_prometheus(configuration.jobs, rules);
    return configuration;
  }

  scrape::JobRules rules;
  bool has_metadata;
  scrape::ExpansionRules expansion;
  std::size_t fewer_bytes;
};

void require_within_limits(const Scraper& scraper, const scrape::Application& application) {
  const auto within = [&](std::size_t limit) {
    Expanded configuration = scraper.expand({application}, limit);
    require(juju::to_yaml_safe_json(configuration.jobs).size() <= limit + 2, "a relation stays within its limit");
    require(configuration.problems.size() <= 100, "an expansion has at most 100 problems for a relation");
    require(count_limit_problems(configuration, application.relation_id, limit) <= 1, "a limit has one problem");
    return configuration;
  };
  const Expanded more = within(max_bytes_per_relation);
  const Expanded fewer = within(scraper.fewer_bytes);
  require_beginning(fewer.jobs, more.jobs);
  require(fewer.jobs == more.jobs || count_limit_problems(fewer, application.relation_id, scraper.fewer_bytes) == 1,
          "a limit that cuts the output has a problem");
  offer_to_promtool(more.jobs, scraper.rules);
}

/// Checks that no name depends on the first unit.
void require_stable_names(const Scraper& scraper, const std::string& text, const scrape::Application& application) {
  const auto expand = [&](const scrape::Application& given) { return scrape::expand({given}, scraper.expansion); };
  const scrape::Expansion with = expand(application);
  const scrape::Expansion without = expand(scraper.read(1, text, 1).application());
  const auto is_cut = [](const juju::Problem& problem) { return problem.skips_entry; };
  if (std::any_of(without.problems.begin(), without.problems.end(), is_cut)) return;
  std::set<std::string> names;
  for (const scrape::ScrapeConfig& config : without.scrape_configs) names.insert(config.job_name);
  for (const scrape::ScrapeConfig& config : with.scrape_configs) {
    const bool is_first = config.one_job_per_unit && config.static_configs.front().target_count() > 0 &&
                          config.static_configs.front().ports.empty();
    require(is_first || names.contains(config.job_name), "no name depends on another unit");
  }
}

void require_independent(const Scraper& scraper, const scrape::Application& hostile) {
  std::vector applications = {scraper.read(valid_relation, valid_jobs).application()};
  const json separate = scraper.expand(applications, max_bytes_per_relation).jobs;
  applications.insert(applications.begin(), 2, hostile);
  applications[1].relation_id = 2;
  const json together = scraper.expand(applications, max_bytes_per_relation).jobs;
  require(together.size() >= separate.size(), "an application does not remove the jobs of another");
  for (std::size_t i = 0; i < separate.size(); ++i) {
    require(together[together.size() - separate.size() + i]["static_configs"] == separate[i]["static_configs"],
            "an application does not change the targets of another");
  }
}

std::vector<scrape::ScrapeJob> jobs_of(const scrape::Application& application) {
  std::vector<scrape::ScrapeJob> jobs;
  for (const scrape::PlacedJob& placed : application.jobs) jobs.push_back(placed.job);
  return jobs;
}

void check(std::string_view bytes) {
  const Input input(bytes);
  const Scraper scraper(input);
  const scrape::ApplicationReader read = scraper.read(1, input.text);
  const Source source(input.text);
  require(read.problems().size() <= 100, "a text has at most 100 problems");
  for (const juju::Problem& problem : read.problems()) {
    require_valid_problem(problem, source);
    source.secrets.require_not_quoted(problem.pointer);
  }
  const std::vector<scrape::ScrapeJob> jobs = jobs_of(read.application());
  const scrape::ApplicationReader again = scraper.read(1, juju::to_yaml_safe_json(jobs));
  require(jobs_of(again.application()) == jobs && again.problems().empty(), "printed jobs are read as the same jobs");
  require_within_limits(scraper, read.application());
  require_stable_names(scraper, input.text, read.application());
  require_independent(scraper, read.application());
}

const Registration registration({"prometheus_jobs", check});

}  // namespace
}  // namespace fuzz::prometheus_jobs
