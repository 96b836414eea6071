// SPDX-License-Identifier: Apache-2.0
// The jobs of a workload: the options, update_scrape_job_spec, set_jobs and more_jobs.
#include <functional>
#include <stdexcept>
#include <support/prometheus.hpp>

using namespace support::prometheus;
using namespace juju::testing;
using prom::ScrapeJob;

namespace {

ScrapeJob job(const std::string& name) { return {.job_name = name, .static_configs = {{.targets = {"*:1"}}}}; }

/// The names of the published jobs.
Lines names(const State& state) {
  Lines all;
  for (const json& each : published(state, "scrape_jobs")) all.push_back(each.value("job_name", ""));
  return all;
}

/// Replaces its jobs in the constructor, and again on start.
struct Replacing final : juju::CharmBase {
  explicit Replacing(juju::Framework& framework) : CharmBase(framework) {
    metrics.update_scrape_job_spec({job("constructed")});
    framework.observe(on().start, [this](juju::Event&) { metrics.update_scrape_job_spec({job("started")}); });
  }
  prom::MetricsEndpointProvider<Replacing> metrics{*this, {.jobs = {job("option")}}};
};

/// Takes its jobs from the configuration.
struct Configured final : juju::CharmBase {
  explicit Configured(juju::Framework& framework)
      : CharmBase(framework), problems(metrics.set_jobs(ScrapeJob::parse(config<std::string>("jobs")))) {}
  prom::MetricsEndpointProvider<Configured> metrics{*this};
  std::vector<prom::Problem> problems;
};

}  // namespace

TEST_CASE("prometheus jobs: all keys of a job are published") {
  const json jobs = json::parse(R"([{"job_name": "a", "metrics_path": "/m", "scheme": "https", "sample_limit": 5,
    "basic_auth": {"username": "u", "password_file": "/run/password"}, "proxy_url": "http://proxy:1",
    "params": {"module": ["x"]}, "relabel_configs": [{"target_label": "__address__", "replacement": "probe:1"}],
    "tls_config": {"ca_file": "/ca", "insecure_skip_verify": true}, "scrape_interval": "2m", "scrape_timeout": "90s",
    "static_configs": [{"targets": ["http://site/"], "labels": {"juju_unit": "of another"}}]}])");
  const State after = run_workload(providing(), {.jobs = jobs.get<std::vector<ScrapeJob>>()});
  CHECK(published(after, "scrape_jobs") == jobs);
  CHECK(logged(after.log, juju::LogLevel::warning).empty());
}

TEST_CASE("prometheus jobs: unknown keys are dropped with one warning") {
  const json jobs = {{{"job_name", "a"}, {"metrics_relabel_configs", 1}}, {{"job_name", "b"}, {"honor_labels", true}}};
  const json more = {{{"job_name", "c"}, {"file_sd_configs", 1}}};
  const State after = run_workload(providing(), {.jobs = jobs.get<std::vector<ScrapeJob>>(),
                                                 .more_jobs = [&] { return more.get<std::vector<ScrapeJob>>(); }});
  CHECK(names(after) == Lines{"a", "b", "c"});
  CHECK(logged(after.log, juju::LogLevel::warning) ==
        Lines{"keys of scrape jobs that are not published: /metrics_relabel_configs /honor_labels",
              "keys of scrape jobs that are not published: /file_sd_configs"});
}

TEST_CASE("prometheus jobs: update_scrape_job_spec replaces and publishes") {
  State state = run<Replacing>(providing(), config_changed(), workload_metadata);
  CHECK(names(state) == Lines{"constructed"});
  state = run<Replacing>(state, start(), workload_metadata);
  CHECK(names(state) == Lines{"started"});
  inspect<Replacing>(state, workload_metadata, [](Replacing& charm) {
    CHECK_THROWS_AS(charm.metrics.update_scrape_job_spec({job("a"), job("a")}), prom::InvalidScrapeJobError);
    return 0;
  });
}

TEST_CASE("prometheus jobs: invalid jobs of the constructor throw with a place") {
  const auto construct = [](ScrapeJob invalid) { run_workload(providing(), {.jobs = {job("a"), std::move(invalid)}}); };
  CHECK_THROWS_WITH(construct({.job_name = "b", .settings = {{"scheme", "ftp"}}}),
                    "scrape job 1 at /1/scheme: neither http nor https");
  CHECK_THROWS_WITH(construct({.job_name = "b", .metrics_path = "m"}),
                    "scrape job 1 at /1/metrics_path: not a path that begins with /");
  CHECK_THROWS_AS(construct(job("a")), prom::InvalidScrapeJobError);
}

TEST_CASE("prometheus jobs: jobs of the configuration are published if valid") {
  const juju::Metadata metadata =
      juju::Metadata::parse("{name: music, provides: {metrics-endpoint: {interface: prometheus_scrape}}}",
                            "options: {jobs: {default: '[]'}}");
  State state = run<Configured>(providing(), config_changed(), metadata);
  CHECK(names(state) == Lines{""});
  state.config["jobs"] = R"([{"job_name": "a"}])";
  state = run<Configured>(state, config_changed(), metadata);
  CHECK(names(state) == Lines{"a"});
  for (const char* invalid : {"[", R"([{"job_name": "b", "metrics_paths": "/m"}])", R"([{"scheme": 1}])"}) {
    state.config["jobs"] = invalid;
    CHECK(names(run<Configured>(state, config_changed(), metadata)) == Lines{"a"});
    CHECK(inspect<Configured>(state, metadata, [](Configured& charm) { return charm.problems.size(); }) == 1);
  }
}

TEST_CASE("prometheus jobs: more_jobs is called on each publish and never grows") {
  int calls = 0;
  const ProviderOptions options{.jobs = {job("own")}, .more_jobs = [&] {
                                  return std::vector<ScrapeJob>{job("more-" + std::to_string(++calls))};
                                }};
  State before = providing();
  before.relations.push_back({.id = 4, .endpoint = "metrics-endpoint", .remote_application = "agent"});
  const State first = run_workload(before, options);
  CHECK(names(first) == Lines{"own", "more-1"});
  CHECK(first.relation(4).local_application_data == first.relation(3).local_application_data);
  CHECK(names(run_workload(first, options)) == Lines{"own", "more-2"});
  run_workload(providing(false), options);
  CHECK(calls == 2);  // a follower publishes no jobs
  CHECK(names(run_workload(first, {.more_jobs = options.more_jobs})) == Lines{"more-3"});
  CHECK(names(run_workload(first, {.more_jobs = [] { return std::vector<ScrapeJob>(); }})) == Lines{""});
  const json twice = inspect<Workload>(providing(), workload_metadata, workload(options), [](Workload& charm) {
    for (int i = 0; i < 2; ++i) charm.framework().run({.kind = juju::HookKind::update_status});
    return json::parse(*charm.model().relation(3)->data("music").get("scrape_jobs"));
  });
  CHECK(twice.size() == 2);
}

TEST_CASE("prometheus jobs: a failing more_jobs keeps the published jobs") {
  using MoreJobs = std::function<std::vector<ScrapeJob>()>;
  const MoreJobs more = [] { return std::vector<ScrapeJob>{job("more")}; };
  const State before = run_workload(providing(), {.jobs = {job("own")}, .more_jobs = more});
  const std::pair<MoreJobs, const char*> cases[] = {
      {[]() -> std::vector<ScrapeJob> { throw std::runtime_error("no \n file"); }, R"(no \u000a file)"},
      {[]() -> std::vector<ScrapeJob> { throw std::runtime_error("\xff"); }, "failed"},
      {[] { return std::vector<ScrapeJob>{{.job_name = "b", .scrape_interval = "soon"}}; },
       "scrape job 1 at /1/scrape_interval: not a duration such as 1h30m or 500ms"},
      {[] { return std::vector<ScrapeJob>{job("own")}; },
       "scrape job 1 at /1/job_name: the name of an earlier job; give each its own"}};
  for (const auto& [failing, reason] : cases) {
    CAPTURE(reason);
    State state = before;
    state.relation(3).local_unit_data = {};
    state = run_workload(state, {.jobs = {job("own")}, .more_jobs = failing});
    CHECK(names(state) == Lines{"own", "more"});
    CHECK(state.relation(3).local_unit_data == unit_keys());
    CHECK(logged(state.log, juju::LogLevel::error) ==
          Lines{"the published scrape jobs stay: more_jobs: " + std::string(reason)});
    CHECK(published(run_workload(providing(), {.more_jobs = failing}), "scrape_metadata").size() == 5);
  }
}
