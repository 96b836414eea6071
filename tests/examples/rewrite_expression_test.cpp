// SPDX-License-Identifier: Apache-2.0
// An example of the option `rewrite_expression`: promtool adds the topology's matchers to every selector.
#include <charms/prometheus_k8s/v0/prometheus_scrape.hpp>
#include <juju/testing.hpp>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>

#include <support/catch.hpp>
#include <support/program.hpp>
#include <support/temporary_directory.hpp>

namespace {

namespace prometheus_scrape = charms::prometheus_k8s::v0::prometheus_scrape;

/// Needs a promtool with `promql label-matchers`: Debian 13 has one, Debian 12 has not.
std::string with_matchers(std::string expression, const juju::StringMap& matchers) {
  for (const auto& [label, value] : matchers) {
    const support::ProgramRun run = support::run_program(
        "/usr/bin/env",
        {"promtool", "--experimental", "promql", "label-matchers", "set", "--", expression, label, value});
    if (run.status != 0) throw std::runtime_error("promtool: " + run.errors);
    expression = run.output.substr(0, run.output.find_last_not_of('\n') + 1);
  }
  return expression;
}

class Workload final : public juju::CharmBase {
 public:
  using CharmBase::CharmBase;
  std::size_t problems() { return metrics_.problems().size(); }

 private:
  prometheus_scrape::MetricsEndpointProvider<Workload> metrics_{
      *this, {.generic_alert_rules = false, .rewrite_expression = with_matchers}};
};

class Scraper final : public juju::CharmBase {
 public:
  using CharmBase::CharmBase;
};

}  // namespace

TEST_CASE("rewrite_expression: promtool adds the matchers of the topology") {
  // Without the subcommand the callable throws, and the rule stays as it is.
  const bool is_known =
      support::run_program("/usr/bin/env", {"promtool", "--experimental", "promql", "--help"}).status == 0;
  const support::TemporaryDirectory charm;
  std::filesystem::create_directories(charm.path() / "src/prometheus_alert_rules");
  std::ofstream(charm.path() / "src/prometheus_alert_rules/a.rule") << "{alert: A, expr: 'rate(a[5m]) > b{c=\"d\"}'}";
  juju::Metadata metadata =
      juju::Metadata::parse("{name: music, provides: {metrics-endpoint: {interface: prometheus_scrape}}}");
  metadata.charm_directory = charm.path();
  juju::testing::TestModel model({.name = "prod", .uuid = "u"});
  model.deploy<Workload>("music", metadata);
  model.deploy<Scraper>(
      "prometheus", juju::Metadata::parse("{name: p, requires: {metrics-endpoint: {interface: prometheus_scrape}}}"));
  const juju::RelationId relation = model.integrate("music:metrics-endpoint", "prometheus:metrics-endpoint");
  model.settle();
  const nlohmann::json rules = nlohmann::json::parse(model.application_data(relation, "music").at("alert_rules"));
  const std::string added = R"(juju_application="music",juju_model="prod",juju_model_uuid="u")";
  std::string expression = rules["groups"][0]["rules"][0]["expr"].get<std::string>();
  std::erase_if(expression, [](char c) { return c == ' ' || c == '\n'; });  // promtool breaks long lines
  CHECK(expression == (is_known ? "rate(a{" + added + "}[5m])>b{c=\"d\"," + added + "}" : R"(rate(a[5m])>b{c="d"})"));
  CHECK(model.unit("music/0").inspect<Workload>([](Workload& music) { return music.problems(); }) ==
        (is_known ? 0 : 1));
}
