// SPDX-License-Identifier: Apache-2.0
// The charms music and prometheus of examples/, in memory and as charm directories.
#include <juju/testing.hpp>

#include <filesystem>
#include <string>
#include <vector>

#include <support/catch.hpp>
#include <support/charm_directories.hpp>
#include <support/promtool.hpp>
#include <support/temporary_directory.hpp>
#include "../examples/music/music.hpp"
#include "../examples/prometheus/prometheus.hpp"

namespace {

using Catch::Matchers::ContainsSubstring;
using juju::testing::TestModel;
using nlohmann::json;
using support::metadata_of;

/// music with two units and prometheus, related and settled.
struct MusicAndPrometheus {
  MusicAndPrometheus() {
    juju::Metadata prometheus = metadata_of("prometheus");
    prometheus.charm_directory = directory;
    model.deploy<Prometheus>("prometheus", prometheus);
    model.deploy<Music>("music", metadata_of("music"), {.units = 2});
    relation = model.integrate("music:metrics-endpoint", "prometheus:metrics-endpoint");
    model.settle();
  }

  void configure(const std::string& application, const json& config) {
    model.set_config(application, config);
    model.settle();
  }

  json configuration() const { return json::parse(support::text_of(directory / "prometheus.json")); }
  json target(std::size_t job) const { return configuration()["scrape_configs"][job]["static_configs"][0]["targets"]; }
  juju::Status status() { return model.unit("prometheus/0").status(); }

  support::TemporaryDirectory scratch = {};
  std::filesystem::path directory = scratch.path();
  TestModel model;
  juju::RelationId relation = 0;
};

/// An application with this text under `key`, related to prometheus. It has one unit.
std::string publish(TestModel& model, const std::string& key, const std::string& text) {
  class Raw final : public juju::CharmBase {
   public:
    Raw(juju::Framework& framework, std::string key, std::string text) : CharmBase(framework) {
      framework.observe(on()["metrics-endpoint"].relation_created,
                        [this, key = std::move(key), text = std::move(text)](juju::RelationCreatedEvent& event) {
                          event.relation->data(app().name()).set(key, text);
                        });
    }
  };
  const juju::Metadata metadata =
      juju::Metadata::parse("{name: raw, provides: {metrics-endpoint: {interface: prometheus_scrape}}}");
  model.deploy("raw", metadata,
               [=](juju::Framework& framework) { return std::make_unique<Raw>(framework, key, text); });
  const juju::RelationId id = model.integrate("raw:metrics-endpoint", "prometheus:metrics-endpoint");
  model.settle();
  const juju::StringMap feedback = model.application_data(id, "prometheus");
  return feedback.contains("event") ? feedback.at("event") : "";
}

}  // namespace

TEST_CASE("music: each unit is scraped on the option port, under /stats") {
  MusicAndPrometheus both;
  CHECK(both.status() == juju::ActiveStatus("2 targets of 1 application"));
  CHECK(both.target(1) == json{"10.1.0.4:8000"});
  CHECK(both.configuration()["scrape_configs"][1]["metrics_path"] == "/stats");
  both.configure("music", {{"port", 9000}});
  CHECK(both.target(1) == json{"10.1.0.4:9000"});
  both.configure("music", {{"port", 65536}});
  CHECK(both.target(1) == json{"10.1.0.4:9000"});
  CHECK(both.model.unit("music/1").status() == juju::BlockedStatus("port: not a port from 1 to 65535"));
}

TEST_CASE("music: its status is where traces go") {
  class Collector final : public juju::CharmBase {
   public:
    explicit Collector(juju::Framework& framework) : CharmBase(framework) {
      framework.observe(tracing_.on().request, [this](tracing::RequestEvent&) {
        tracing_.publish_receivers({{"otlp_http", "http://collector.local:4318"}});
      });
    }

   private:
    tracing::TracingEndpointProvider<Collector> tracing_{*this};
  };
  TestModel model;
  model.deploy<Music>("music", metadata_of("music"), {.units = 2});
  model.deploy<Collector>("collector",
                          juju::Metadata::parse("{name: collector, provides: {tracing: {interface: tracing}}}"));
  model.settle();
  CHECK(model.unit("music/1").status() == juju::ActiveStatus("no traces"));
  const juju::RelationId relation = model.integrate("music:tracing", "collector:tracing");
  model.settle();
  CHECK(model.unit("music/1").status() == juju::ActiveStatus("traces go to http://collector.local:4318/v1/traces"));
  model.remove_relation(relation);
  model.settle();
  CHECK(model.unit("music/1").status() == juju::ActiveStatus("no traces"));
}

TEST_CASE("prometheus: promtool accepts its configuration, with a rule file for each relation") {
  MusicAndPrometheus both;
  both.model.deploy<Music>("other", metadata_of("music"));
  const juju::RelationId other = both.model.integrate("other:metrics-endpoint", "prometheus:metrics-endpoint");
  both.model.settle();
  CHECK(both.status() == juju::ActiveStatus("3 targets of 2 applications"));
  const std::filesystem::path first = both.directory / "rules" / "relation-0.json";
  const std::filesystem::path second = both.directory / "rules" / "relation-1.json";
  const json groups = json::parse(support::text_of(second))["groups"];
  CHECK(groups.size() == 2);
  CHECK_THAT(groups[0]["rules"][0]["expr"].get<std::string>(), ContainsSubstring(R"(juju_application="other")"));
  const support::Verdict rules = support::promtool_check_rules(groups);
  CHECK((rules.accepted && rules.output.find("4 rules found") != std::string::npos));
  CHECK(support::promtool_check(both.configuration()["scrape_configs"]).accepted);
  both.model.remove_relation(other);
  both.model.settle();
  CHECK(std::filesystem::exists(first));
  CHECK_FALSE(std::filesystem::exists(second));
}

TEST_CASE("prometheus: what promtool refuses is left out and reported, and blocks it") {
  MusicAndPrometheus both;
  const json rules = {{"groups", {{{"name", "g"}, {"rules", {{{"alert", "A"}, {"expr", "up ==="}}}}}}}};
  const std::string jobs =
      R"([{"static_configs": [{"targets": ["a:80"]}], "metric_relabel_configs": [{"source_labels": ["b"], "regex": "(", "action": "drop"}]}])";
  const auto [key, text, message] = GENERATE_COPY(table<std::string, std::string, std::string>(
      {{"alert_rules", rules.dump(), "unexpected <op:=="}, {"scrape_jobs", jobs, "error parsing regexp"}}));
  const std::string event = publish(both.model, key, text);
  CAPTURE(key, event);
  CHECK_THAT(event, ContainsSubstring("refused: ") && ContainsSubstring("check-"));
  CHECK(event.find(both.directory.string()) == std::string::npos);
  CHECK(both.status() == juju::BlockedStatus("refused: " + key + " of raw; the log of this unit says why"));
  CHECK(both.target(1) == json{"10.1.0.4:8000"});
  CHECK_FALSE(std::filesystem::exists(both.directory / "rules" / "relation-1.json"));
  std::vector<std::string> calls;
  both.model.unit("prometheus/0").fire(juju::testing::update_status());
  both.model.settle({.before_call = [&](const juju::testing::Call& call) { calls.emplace_back(call.tool); }});
  CHECK(std::count(calls.begin(), calls.end(), "relation-set") == 0);
}

TEST_CASE("prometheus: the option prometheus-version decides what is written") {
  CHECK(parse_version("3.5.0")->is_at_least(3, 5));
  CHECK_FALSE(parse_version("2.9")->is_at_least(2, 48));
  CHECK_FALSE(parse_version("new"));
  MusicAndPrometheus both;
  both.configure("prometheus", {{"prometheus-version", "new"}});
  CHECK(both.status() == juju::BlockedStatus("configuration: prometheus-version is not such as 2.42"));
  CHECK(both.target(0) == json{"10.1.0.3:8000"});
  both.configure("prometheus", {{"prometheus-version", "3.5"}});
  CHECK(both.status().name == "active");
}

TEST_CASE("music and prometheus: the packed charms are related") {
  TestModel model;
  model.deploy("prometheus", support::built("prometheus"));
  model.deploy("music", support::built("music"), {.units = 2});
  model.integrate("music:metrics-endpoint", "prometheus:metrics-endpoint");
  model.settle();
  CHECK(model.unit("prometheus/0").status() == juju::ActiveStatus("2 targets of 1 application"));
  CHECK(support::scrape_configs(model, "prometheus/0", "prometheus.json").size() == 2);
  CHECK(std::filesystem::exists(model.unit("prometheus/0").charm_directory() / "rules" / "relation-0.json"));
}
