// SPDX-License-Identifier: Apache-2.0
#include <support/provider.hpp>

using namespace support;
using namespace juju::testing;
using nlohmann::json;
using tempo_scrape::InvalidScrapeJobError;
using tempo_scrape::ScrapeJob;

namespace {

/// Takes its jobs from the configuration.
class ConfiguredProvider final : public juju::CharmBase {
 public:
  explicit ConfiguredProvider(juju::Framework& framework) : CharmBase(framework) {
    for (const tempo_scrape::Problem& problem :
         tracing_.set_jobs(ScrapeJob::parse(model().config().at("jobs").get<std::string>()))) {
      unit().set_status(juju::BlockedStatus{to_string(problem)});
    }
  }

 private:
  tempo_scrape::TracingEndpointProvider<ConfiguredProvider> tracing_{*this};
};

/// Sets its jobs when it starts.
class SetsJobsOnStart final : public juju::CharmBase {
 public:
  explicit SetsJobsOnStart(juju::Framework& framework) : CharmBase(framework) {
    framework.observe(on().start, [this](juju::Event&) {
      static_cast<void>(tracing_.set_jobs({.jobs = {{.job_name = "a", .static_configs = {{.targets = {"*:1"}}}}}}));
    });
  }

 private:
  tempo_scrape::TracingEndpointProvider<SetsJobsOnStart> tracing_{*this};
};

}  // namespace

TEST_CASE("provider jobs: invalid jobs of the configuration are not published") {
  juju::Metadata with_jobs = provider_metadata;
  with_jobs.config["jobs"];
  State before = related();
  before.config["jobs"] = R"([{"job_name": "a", "static_configs": 1}])";
  before.relation(3).local_application_data["scrape_jobs"] = R"([{"job_name":"before"}])";
  const State after = run<ConfiguredProvider>(before, config_changed(), with_jobs);
  CHECK(after.relation(3).local_application_data.at("scrape_jobs") == R"([{"job_name":"before"}])");
  CHECK(after.relation(3).local_application_data.contains("scrape_metadata"));
  CHECK(after.relation(3).local_unit_data == published_unit());
  CHECK(after.unit_status == juju::BlockedStatus{"/0/static_configs: not an array"});
  before.config["jobs"] = R"([{"job_name": "a"}])";
  CHECK(run<ConfiguredProvider>(before, config_changed(), with_jobs)
            .relation(3)
            .local_application_data.at("scrape_jobs") ==
        R"([{"job_name":"a","static_configs":[{"targets":["*:80"]}]}])");
}

TEST_CASE("provider jobs: jobs that a handler sets are published at once") {
  const State after = run<SetsJobsOnStart>(related(), start(), provider_metadata);
  CHECK(after.relation(3).local_application_data.at("scrape_jobs") ==
        R"([{"job_name":"a","static_configs":[{"targets":["*:1"]}]}])");
}

TEST_CASE("provider jobs: an invalid job throws with its index and place") {
  try {
    join({.jobs = {{.job_name = "a"}, {.job_name = "b", .static_configs = {{.targets = {"*:80", "*:65536"}}}}}});
    FAIL("a port out of range was accepted");
  } catch (const InvalidScrapeJobError& error) {
    CHECK(error.job_index == 1);
    CHECK(error.pointer == "/1/static_configs/0/targets/1");
    CHECK(error.reason == "not HOST or HOST:PORT with a port from 1 to 65535");
  }
  try {
    join({.jobs = {{.job_name = "a"}, {.job_name = "a"}}});
    FAIL("two jobs with one name were accepted");
  } catch (const InvalidScrapeJobError& error) {
    CHECK(error.job_index == 1);
    CHECK(error.pointer == "/1/job_name");
  }
  CHECK_THROWS_AS(join({.jobs = {ScrapeJob{}, ScrapeJob{}}}), InvalidScrapeJobError);
  CHECK_THROWS_AS(join({.jobs = {{.job_name = "a\xff"}}}), InvalidScrapeJobError);
}

TEST_CASE("provider jobs: unknown keys are dropped with one warning") {
  const json jobs = {
      {{"job_name", "a"}, {"metrics_path", "/m"}, {"static_configs", {{{"targets", {"*:1"}}, {"x", 1}}}}},
      {{"job_name", "b"}, {"scheme", "https"}}};
  const State after = join({.jobs = jobs.get<std::vector<ScrapeJob>>()});
  CHECK(json::parse(after.relation(3).local_application_data.at("scrape_jobs")) ==
        json::parse(R"([{"job_name": "a", "static_configs": [{"targets": ["*:1"]}]},
                        {"job_name": "b", "static_configs": [{"targets": ["*:80"]}]}])"));
  REQUIRE(warnings(after) == 1);
  CHECK(after.log[0].message ==
        "keys of scrape jobs that are not published: /static_configs/0/x /metrics_path /scheme");
}

TEST_CASE("provider jobs: a job named after a unit is a warning") {
  const State after = join({.jobs = {{.job_name = "app-spring-music/1"}}});
  REQUIRE(warnings(after) == 1);
  CHECK(after.log[0].message ==
        "the scrape job 'app-spring-music/1' is named after a unit: its series will break when the leader changes");
}

TEST_CASE("provider jobs: a timeout over a minute without interval is a warning") {
  const State after = join({.jobs = {{.job_name = "slow", .scrape_timeout = "2m"}}});
  REQUIRE(warnings(after) == 1);
  CHECK(after.log[0].message ==
        "the scrape job 'slow' has a timeout of over a minute, longer than the interval of most scrapers: give "
        "it a scrape_interval too");
  CHECK(warnings(join({.jobs = {{.job_name = "a", .scrape_timeout = "1m"},
                                {.job_name = "b", .scrape_interval = "3m", .scrape_timeout = "2m"}}})) == 0);
}
