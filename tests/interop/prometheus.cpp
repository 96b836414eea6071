// SPDX-License-Identifier: Apache-2.0
// Charms with this library and charms on plain ops on either side of prometheus_scrape: the data bags, the scrape
// configs, the alert rules and the statuses are the same.
#include <charms/prometheus_k8s/v0/prometheus_scrape.hpp>
#include <juju/testing.hpp>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <support/catch.hpp>
#include <support/charm_directories.hpp>
#include "trial.hpp"

namespace {

namespace prometheus_scrape = charms::prometheus_k8s::v0::prometheus_scrape;
using juju::testing::CharmDirectory;
using juju::testing::TestModel;
using nlohmann::json;
using Targets = std::vector<std::string>;

CharmDirectory python(const std::string& charm) {
  return CharmDirectory(std::filesystem::path(PYTHON_CHARMS_DIRECTORY) / charm);
}

/// The C++ twin of charms/py_metrics.
class Metrics final : public juju::CharmBase {
 public:
  explicit Metrics(juju::Framework& framework) : CharmBase(framework) {
    framework.observe(metrics_.on().alert_rule_status_changed,
                      [this](juju::Event&) { unit().set_status(juju::ActiveStatus("scraped")); });
    framework.observe(metrics_.on().invalid_scrape_job, [this](prometheus_scrape::InvalidScrapeJobEvent& event) {
      unit().set_status(juju::BlockedStatus(event.errors));
    });
  }

 private:
  prometheus_scrape::MetricsEndpointProvider<Metrics> metrics_{
      *this, {.jobs = prometheus_scrape::ScrapeJob::parse(config<std::string>("jobs")).jobs}};
};

/// The C++ twin of charms/py_prometheus.
class Scraper final : public juju::CharmBase {
 public:
  using CharmBase::CharmBase;
  json jobs() { return metrics_.jobs(); }
  json alerts() { return metrics_.alerts(); }

 private:
  std::optional<std::string> refusal(const json& jobs) {
    const std::string refused = config<std::string>("refused");
    for (const json& job : jobs) {
      if (job.value("scrape_interval", "") == refused) return refused + " is too often";
    }
    return std::nullopt;
  }

  prometheus_scrape::MetricsEndpointConsumer<Scraper> metrics_{
      *this, {.check_jobs = [this](const json& jobs) { return refusal(jobs); }}};
};

/// One scenario on one pair of charms, with the result of each step.
class Trial {
 public:
  Trial(std::string languages, bool python_workload, bool python_scraper)
      : pair(std::move(languages)), python_workload_(python_workload), python_scraper_(python_scraper) {}

  std::string pair;

  TestModel model{{.name = "prod"}};
  juju::RelationId relation = 0;
  bool leader_moved = false;  ///< If true, the unit in `scrape_metadata` is not compared: it may be the old leader.
  std::vector<json> seen = {};

  void deploy(int units, bool cross_model = false) {
    deploy_workload("music", units);
    juju::testing::DeployOptions options;
    if (cross_model) {
      options.model_name = "observability";
      options.model_uuid = "12de4fae-06cc-4ceb-9089-567be09fec78";
    }
    if (python_scraper_) {
      model.deploy("prometheus", python("py_prometheus"), options);
    } else {
      model.deploy<Scraper>("prometheus", metadata_of("py_prometheus"), options);
    }
    cross_model_ = cross_model;
    relation = integrate("music");
  }

  juju::RelationId integrate(const std::string& application) {
    return model.integrate(application + ":metrics-endpoint", "prometheus:metrics-endpoint",
                           {.cross_model = cross_model_});
  }

  void deploy_workload(const std::string& name, int units) {
    if (python_workload_) {
      model.deploy(name, python("py_metrics"), {.units = units});
    } else {
      model.deploy<Metrics>(name, metadata_of("py_metrics"), {.units = units});
    }
  }

  /// @returns the targets of prometheus/0.
  Targets settle() {
    model.settle();
    seen.push_back(look());
    Targets targets;
    for (const json& job : seen.back()["scrapers"]["prometheus/0"]["jobs"]) {
      for (const json& config : job.at("static_configs")) {
        for (const json& target : config.at("targets")) targets.push_back(target.get<std::string>());
      }
    }
    return targets;
  }

 private:
  static juju::Metadata metadata_of(const std::string& charm) { return juju::Metadata::load(python(charm).path); }

  json look() {
    json result;
    result["bags"] = interop::data_bags(model, [this](const juju::StringMap& bag) { return values(bag); });
    result["status"] = interop::statuses(model, interop::units_without(model, "prometheus"));
    for (const std::string& unit : model.units("prometheus")) result["scrapers"][unit] = read_by(unit);
    return result;
  }

  json read_by(const std::string& unit) {
    json read;
    if (python_scraper_) {
      read["jobs"] = support::scrape_configs(model, unit, "prometheus.json");
      read["rules"] = json::parse(support::text_of(model.unit(unit).charm_directory() / "rules.json"));
    } else {
      read["jobs"] = model.unit(unit).inspect<Scraper>([](Scraper& scraper) { return scraper.jobs(); });
      read["rules"] = model.unit(unit).inspect<Scraper>([](Scraper& scraper) { return scraper.alerts(); });
    }
    for (json& file : read["rules"]) remove_annotations(file);
    return read;
  }

  json values(const juju::StringMap& bag) const {
    json values = json::object();
    for (const auto& [key, text] : bag) {
      values[key] = json::accept(text) ? json::parse(text) : json(text);
      if (key == "prometheus_scrape_unit_fqdn") values[key] = "a name";  // of this machine in a charm in Python
    }
    if (leader_moved && values.contains("scrape_metadata")) values["scrape_metadata"].erase("unit");
    if (values.contains("alert_rules")) remove_annotations(values["alert_rules"]);
    return values;
  }

  /// The words for a person differ.
  static void remove_annotations(json& rules) {
    for (json& group : rules["groups"]) {
      for (json& rule : group["rules"]) rule.erase("annotations");
    }
  }

  bool python_workload_;
  bool python_scraper_;
  bool cross_model_ = false;
};

template <typename Scenario>
void same_for_all(Scenario scenario) {
  interop::same_for_all<Trial>({{"C++ on both sides", false, false},
                                {"C++ workload, Python scraper", false, true},
                                {"Python workload, C++ scraper", true, false}},
                               scenario);
}

const json jobs = json::parse(R"([
  {"job_name": "web", "metrics_path": "/stats", "scheme": "https", "params": {"kind": ["a", "b"]},
   "static_configs": [{"targets": ["10.1.0.2:9000", "*:8000", "status.example:443"], "labels": {"tier": "ü \"<&>\""}}]},
  {"job_name": "batch", "scrape_interval": "30s", "static_configs": [{"targets": ["batch.example:9100"]}]}])");

}  // namespace

TEST_CASE("interop prometheus: jobs and addresses changed") {
  same_for_all([](Trial& trial) {
    trial.deploy(2);
    CHECK(trial.settle() == Targets{"10.1.0.2:8000", "10.1.0.3:8000"});
    CHECK(trial.seen[0]["scrapers"]["prometheus/0"]["rules"].size() == 1);
    trial.model.set_config("music", {{"jobs", jobs.dump()}});
    CHECK(trial.settle() ==
          Targets{"10.1.0.2:9000", "10.1.0.2:8000", "10.1.0.3:8000", "status.example:443", "batch.example:9100"});
    trial.model.set_address("music/1", "fd00::7");
    CHECK(trial.settle()[2] == "[fd00::7]:8000");
  });
}

TEST_CASE("interop prometheus: jobs are refused and corrected") {
  same_for_all([](Trial& trial) {
    trial.deploy(2);
    trial.deploy_workload("lyrics", 1);
    trial.integrate("lyrics");
    trial.settle();
    trial.model.set_config("music",
                           {{"jobs", R"([{"scrape_interval": "15s", "static_configs": [{"targets": ["*:1"]}]}])"}});
    CHECK(trial.settle() == Targets{"10.1.0.5:8000"});
    CHECK(trial.model.unit("music/0").status() == juju::BlockedStatus("scrape_jobs: refused: 15s is too often"));
    trial.model.set_config("music", {});
    CHECK(trial.settle().size() == 3);
    CHECK(trial.model.unit("music/0").status() == juju::ActiveStatus("scraped"));
  });
}

TEST_CASE("interop prometheus: scaled up and down") {
  same_for_all([](Trial& trial) {
    trial.deploy(1);
    trial.settle();
    for (int i = 0; i < 2; ++i) trial.model.add_unit("music");
    CHECK(trial.settle().size() == 3);
    trial.model.remove_unit("music/0");
    trial.leader_moved = true;
    CHECK(trial.settle() == Targets{"10.1.0.4:8000", "10.1.0.5:8000"});
  });
}

TEST_CASE("interop prometheus: leaders moved") {
  same_for_all([](Trial& trial) {
    trial.deploy(2);
    trial.model.add_unit("prometheus");
    trial.settle();
    trial.leader_moved = true;
    trial.model.set_leader("music/1");
    trial.model.set_leader("prometheus/1");
    trial.settle();
    trial.model.set_config("music", {{"jobs", jobs.dump()}});
    CHECK(trial.settle().back() == "batch.example:9100");
  });
}

TEST_CASE("interop prometheus: removed and made again in another model") {
  same_for_all([](Trial& trial) {
    trial.deploy(2, true);
    CHECK(trial.settle().size() == 2);
    const json job = trial.seen[0]["scrapers"]["prometheus/0"]["jobs"][1];
    CHECK(job["static_configs"][0]["labels"]["juju_model"] == "prod");
    trial.model.remove_relation(trial.relation);
    CHECK(trial.settle().empty());
    trial.integrate("music");
    trial.model.remove_unit("music/1");
    CHECK(trial.settle() == Targets{"10.1.0.2:8000"});
  });
}

TEST_CASE("interop prometheus: the packed charms are related to charms in Python") {
  TestModel model;
  model.deploy("prometheus", support::built("prometheus"));
  model.deploy("other", python("py_prometheus"));
  model.deploy("music", support::built("music"), {.units = 2});
  model.deploy("lyrics", python("py_metrics"));
  for (const char* workload : {"music", "lyrics"}) {
    for (const char* scraper : {"prometheus", "other"}) {
      model.integrate(std::string(workload) + ":metrics-endpoint", std::string(scraper) + ":metrics-endpoint");
    }
  }
  model.settle();
  CHECK(model.unit("prometheus/0").status() == juju::ActiveStatus("3 targets of 2 applications"));
  const json configs = support::scrape_configs(model, "prometheus/0", "prometheus.json");
  CHECK(configs.size() == 3);
  CHECK(configs == support::scrape_configs(model, "other/0", "prometheus.json"));
}
