// SPDX-License-Identifier: Apache-2.0
// Workloads and a scraper in one model.
#include <support/prometheus.hpp>

using namespace support::prometheus;
using namespace juju::testing;

namespace {

/// Refuses jobs of another path than `/metrics`.
std::optional<std::string> only_metrics(const json& jobs) {
  for (const json& job : jobs) {
    if (job.at("metrics_path") != "/metrics") return "path " + job.at("metrics_path").get<std::string>();
  }
  return std::nullopt;
}

struct Pair {
  explicit Pair(bool cross_model = false, const std::string& path = "") {
    model.deploy("music", workload_metadata, workload({.jobs = {{.job_name = "a", .metrics_path = path}}}),
                 {.units = 2, .addresses = {"10.0.0.1", "10.0.0.2"}});
    DeployOptions options{.units = 2};
    if (cross_model) options.model_uuid = "another-model";
    model.deploy("prometheus", scraper_metadata, scraper({.check_jobs = only_metrics}), options);
    relation = model.integrate("music", "prometheus", {.cross_model = cross_model});
    model.settle();
  }

  json jobs(const std::string& unit = "prometheus/0") {
    return model.unit(unit).inspect<Scraper>([](Scraper& charm) { return charm.metrics.jobs(); });
  }

  Lines targets() {
    Lines all;
    const json of_all = jobs();
    for (const json& job : of_all) {
      all.push_back(job["static_configs"][0]["labels"].value("juju_unit", "-") + " " +
                    job["static_configs"][0]["targets"][0].get<std::string>());
    }
    return all;
  }

  std::string report() {
    return model.application_data(relation, "prometheus").contains("event")
               ? model.application_data(relation, "prometheus").at("event")
               : "-";
  }

  TestModel model;
  juju::RelationId relation = 0;
};

/// A later build of the workload, with another job.
struct Upgraded final : juju::CharmBase {
  explicit Upgraded(juju::Framework& framework) : CharmBase(framework) {}
  prom::MetricsEndpointProvider<Upgraded> metrics{*this, {.jobs = {{.job_name = "b"}}}};
};

}  // namespace

TEST_CASE("prometheus: each unit is scraped under its own name") {
  Pair pair(GENERATE(false, true));
  CHECK(pair.targets() == Lines{"music/0 10.0.0.1:80", "music/1 10.0.0.2:80"});
  CHECK(pair.jobs()[1]["job_name"] == "juju_test-model_6ba7b810_music_prometheus_scrape_a-1");
  CHECK(pair.jobs("prometheus/1") == pair.jobs());
  CHECK(pair.report() == "-");
  const auto names = pair.model.unit("prometheus/0").inspect<Scraper>([](Scraper& charm) {
    Lines all;
    const json alerts = charm.metrics.alerts();
    for (const auto& entry : alerts.items()) all.push_back(entry.key());
    return all;
  });
  CHECK(names == Lines{"test-model_6ba7b810_music_metrics-endpoint_0"});
}

TEST_CASE("prometheus: two remotes in other models stay apart") {
  Pair pair(true);
  pair.model.deploy("other", workload_metadata, workload({}), {.addresses = {"10.0.0.9"}});
  pair.model.integrate("other", "prometheus", {.cross_model = true});
  pair.model.settle();
  CHECK(pair.targets() == Lines{"music/0 10.0.0.1:80", "music/1 10.0.0.2:80", "other/0 10.0.0.9:80"});
  CHECK(pair.jobs().dump().find("remote-") == std::string::npos);
}

TEST_CASE("prometheus: scaling, moved leaders and new addresses") {
  Pair pair;
  pair.model.add_unit("music", {.address = "10.0.0.3"});
  pair.model.set_leader("music/1");
  pair.model.set_leader("prometheus/1");
  pair.model.settle();
  const json names = pair.jobs()[0]["job_name"];
  pair.model.remove_unit("music/0");
  pair.model.set_address("music/1", "10.0.0.7");
  pair.model.settle();
  CHECK(pair.targets() == Lines{"music/1 10.0.0.7:80", "music/2 10.0.0.3:80"});
  CHECK(names == "juju_test-model_6ba7b810_music_prometheus_scrape_a-0");
  CHECK(pair.jobs()[0]["job_name"] == "juju_test-model_6ba7b810_music_prometheus_scrape_a-1");
}

TEST_CASE("prometheus: a report reaches the workload and is withdrawn") {
  Pair pair(GENERATE(false, true), "/private");
  CHECK(pair.jobs().empty());
  CHECK(pair.report() == R"({"scrape_job_errors":"scrape_jobs: refused: path /private"})");
  const Lines events = logged(pair.model.unit("music/0").log());
  REQUIRE(events.size() >= 2);
  CHECK(events.back() == "0 jobs 'scrape_jobs: refused: path /private'");
  CHECK(logged(pair.model.unit("music/1").log()).empty());
  pair.model.upgrade<Upgraded>("music", workload_metadata);
  pair.model.settle();
  CHECK(pair.report() == R"({"valid":true})");
  CHECK(pair.targets().size() == 2);
}

TEST_CASE("prometheus: an upgrade changes the jobs and nothing else") {
  Pair pair;
  juju::StringMap before = pair.model.application_data(pair.relation, "music");
  pair.model.upgrade<Upgraded>("music", workload_metadata);
  pair.model.settle();
  juju::StringMap after = pair.model.application_data(pair.relation, "music");
  CHECK(after.extract("scrape_jobs").mapped() != before.extract("scrape_jobs").mapped());
  CHECK(after == before);
  CHECK(pair.jobs()[0]["job_name"] == "juju_test-model_6ba7b810_music_prometheus_scrape_b-0");
}

TEST_CASE("prometheus: nothing is written in steady state") {
  Pair pair(false, GENERATE("", "/private"));
  pair.model.set_leader("music/1");
  pair.model.set_leader("prometheus/1");
  for (const char* unit : {"music/0", "music/1", "prometheus/0", "prometheus/1"}) {
    pair.model.unit(unit).fire(update_status());
    pair.model.unit(unit).fire(config_changed());
  }
  int writes = 0;
  pair.model.settle({.before_call = [&](const Call& call) { writes += call.tool == "relation-set" ? 1 : 0; }});
  CHECK(writes == 0);
}

TEST_CASE("prometheus: a removed relation has no targets, and is read no more") {
  Pair pair(GENERATE(false, true), GENERATE("", "/private"));
  pair.model.remove_relation(pair.relation);
  pair.model.settle();
  CHECK(pair.jobs().empty());
  CHECK(logged(pair.model.unit("prometheus/0").log()).back() == "0 0 jobs");
}
