// SPDX-License-Identifier: Apache-2.0
// The three charms of include/charms/README.md.
#include <support/prometheus.hpp>

namespace {

/// Stands in for running `promtool check config` on a file with these jobs.
std::optional<std::string> promtool_refusal(const nlohmann::json& jobs) {
  if (jobs.dump().find("(?<") == std::string::npos) return std::nullopt;
  return "invalid or unsupported Perl syntax";
}

namespace prom = charms::prometheus_k8s::v0::prometheus_scrape;

class SpringMusic final : public juju::CharmBase {
 public:
  explicit SpringMusic(juju::Framework& framework) : CharmBase(framework) {
    framework.observe(on().config_changed, [this](juju::Event&) {
      metrics_.set_external_url(config<std::string>("external_url"));  // "https://gw.example/dev-music-0", or ""
    });
    framework.observe(metrics_.on().invalid_scrape_job, [this](prom::InvalidScrapeJobEvent& event) {
      unit().set_status(juju::BlockedStatus{"Prometheus refuses the scrape jobs: " + event.errors});
    });
    framework.observe(metrics_.on().alert_rule_status_changed, [this](prom::AlertRuleStatusChangedEvent& event) {
      if (!event.valid) log().error("Prometheus refuses alert rules: " + event.errors);
    });
  }

 private:
  prom::MetricsEndpointProvider<SpringMusic> metrics_{
      *this, {.jobs = {{.metrics_path = "/stats", .static_configs = {{.targets = {"*:8000"}}}}}}};
};

class Prometheus final : public juju::CharmBase {
 public:
  explicit Prometheus(juju::Framework& framework) : CharmBase(framework) {
    framework.observe({metrics_.on().targets_changed, on().config_changed}, [this](juju::Event&) {
      const prom::Published published = metrics_.read();
      for (const prom::Problem& problem : published.problems) log().warning(to_string(problem));
      write_file(R"({"scrape_configs":)" + scrape::to_yaml_safe_json(published.scrape_configs) + "}\n");
    });
  }

 private:
  void write_file(const std::string& text) { log().info(text); }

  prom::MetricsEndpointConsumer<Prometheus> metrics_{*this, {.check_jobs = promtool_refusal}};
};

class RuleRepository final : public juju::CharmBase {
 public:
  explicit RuleRepository(juju::Framework& framework) : CharmBase(framework) {}

 private:
  prom::PrometheusRulesProvider<RuleRepository> rules_{*this, {.directory = "src/rules", .recursive = false}};
};

}  // namespace

TEST_CASE("prometheus: the charms of the README scrape and are scraped") {
  using namespace support::prometheus;
  juju::testing::TestModel model;
  model.deploy<SpringMusic>(
      "music", juju::Metadata::parse("{name: music, provides: {metrics-endpoint: {interface: prometheus_scrape}}}",
                                     "options: {external_url: {default: ''}}"));
  model.deploy<Prometheus>("prometheus", scraper_metadata);
  model.deploy<RuleRepository>("rules", workload_metadata);
  model.integrate("music", "prometheus");
  const juju::RelationId rules = model.integrate("rules", "prometheus");
  model.settle();
  CHECK(logged(model.unit("prometheus/0").log()).back().find(":8000") != std::string::npos);
  CHECK(model.application_data(rules, "rules") == juju::StringMap{{"alert_rules", "{}"}});
  model.set_config("music", {{"external_url", "https://gw/music"}});
  model.settle();
  CHECK(logged(model.unit("prometheus/0").log()).back().find("gw:8000") != std::string::npos);
}
