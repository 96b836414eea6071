// SPDX-License-Identifier: Apache-2.0
// Charms in C++ and in Python, on both sides of a relation. The data bags, the scrape configs and the statuses must be
// the same for each pair of charms.
#include <juju/testing.hpp>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <juju/yaml.hpp>
#include <support/catch.hpp>
#include <support/charm_directories.hpp>
#include "../examples/spring-music/spring_music.hpp"
#include "trial.hpp"

namespace {

using juju::testing::CharmDirectory;
using juju::testing::TestModel;
using nlohmann::json;
using Targets = std::vector<std::string>;

/// The charms of tests/interop/charms, with ops installed in each.
const std::filesystem::path python_charms = PYTHON_CHARMS_DIRECTORY;
const std::filesystem::path spring_music_charm_directory = support::built("spring-music").path;

CharmDirectory python(const std::string& charm) { return CharmDirectory(python_charms / charm); }

const json jobs = json::parse(R"([
  {"job_name": "web", "scrape_interval": "30s", "scrape_timeout": "5s",
   "static_configs": [{"targets": ["*:8000", "status.example:443"], "labels": {"tier": "front \"<&>\" ü"}}]},
  {"job_name": "batch", "static_configs": [{"targets": ["batch.example:9100"]}]}])");

/// The value with numbers as text, because numbers in YAML are read as text.
json numbers_as_texts(json value) {
  if (value.is_number()) return value.dump();
  if (!value.is_structured()) return value;
  for (json& item : value) item = numbers_as_texts(item);
  return value;
}

/// The text of a data bag as a value.
json value_of(const std::string& text) {
  return numbers_as_texts(juju::parse_yaml(text, text.size()).value.value_or(json(text)));
}

/// One scenario on one pair of charms, with the result of each step.
class Trial {
 public:
  Trial(std::string languages, CharmDirectory workload, CharmDirectory tempo)
      : pair(std::move(languages)), workload_(std::move(workload)), tempo_(std::move(tempo)) {}

  std::string pair;

  TestModel model{{.name = "prod"}};
  juju::RelationId relation = 0;
  bool leader_moved = false;  ///< If true, the unit in `scrape_metadata` is not compared: it may be the old leader.
  std::vector<json> seen = {};

  void deploy(int units, bool cross_model = false) {
    juju::testing::DeployOptions tempo;
    if (cross_model) {
      tempo.model_name = "observability";
      tempo.model_uuid = "12de4fae-06cc-4ceb-9089-567be09fec78";
    }
    model.deploy("music", workload_, {.units = units});
    model.deploy("tempo", tempo_, tempo);
    relation = model.integrate("music:tracing", "tempo:tracing", {.cross_model = cross_model});
  }

  void deploy_workload(const std::string& name) {
    model.deploy(name, workload_);
    model.integrate(name + ":tracing", "tempo:tracing");
  }

  void upgrade() {
    model.upgrade("music", workload_);
    model.upgrade("tempo", tempo_);
  }

  /// @returns the targets of tempo/0.
  Targets settle() {
    model.settle();
    seen.push_back(look());
    return support::targets(model);
  }

 private:
  json look() {
    json result;
    result["bags"] = interop::data_bags(model, [this](const juju::StringMap& bag) { return values(bag); });
    result["status"] = interop::statuses(model, interop::units_without(model, "tempo"));
    for (const std::string& unit : model.units("tempo")) {
      result["scrape_configs"][unit] = support::scrape_configs(model, unit);
    }
    return result;
  }

  json values(const juju::StringMap& bag) const {
    json values = json::object();
    for (const auto& [key, text] : bag) values[key] = value_of(text);
    if (leader_moved && values.contains("scrape_metadata")) values["scrape_metadata"].erase("unit");
    return values;
  }

  CharmDirectory workload_;
  CharmDirectory tempo_;
};

template <typename Scenario>
void same_for_all(Scenario scenario) {
  interop::same_for_all<Trial>({{"C++ on both sides", support::built("spring-music"), support::built("tempo")},
                                {"C++ workload, Python Tempo", support::built("spring-music"), python("py_tempo")},
                                {"Python workload, C++ Tempo", python("py_workload"), support::built("tempo")}},
                               scenario);
}

/// The number of calls of this hook tool.
int count(const std::vector<std::string>& calls, const std::string& tool) {
  return static_cast<int>(std::count(calls.begin(), calls.end(), tool));
}

}  // namespace

TEST_CASE("interop: a C++ class is related to a charm in Python") {
  juju::testing::TestModel model;
  model.deploy("tempo", juju::testing::CharmDirectory(python_charms / "py_tempo"));
  model.deploy<SpringMusic>("music", juju::Metadata::load(spring_music_charm_directory), {.units = 2});
  model.integrate("music:tracing", "tempo:tracing");
  model.settle();
  REQUIRE(model.unit("tempo/0").status().message == "4 targets");
  REQUIRE(model.unit("music/1").status().message == "traces go to http://tempo.local:4317");
}

TEST_CASE("interop: joined") {
  same_for_all([](Trial& trial) {
    trial.deploy(2);
    CHECK(trial.settle() == Targets{"10.1.0.2:8000", "10.1.0.2:8081", "10.1.0.3:8000", "10.1.0.3:8081"});
    CHECK(trial.model.unit("music/1").status() == juju::ActiveStatus("traces go to http://tempo.local:4317"));
  });
}

TEST_CASE("interop: jobs and endpoint changed") {
  same_for_all([](Trial& trial) {
    trial.deploy(2);
    trial.settle();
    trial.model.set_config("music", {{"jobs", jobs.dump()}});
    CHECK(trial.settle() == Targets{"status.example:443", "10.1.0.2:8000", "10.1.0.3:8000", "batch.example:9100"});
    trial.model.set_config("tempo", {{"hostname", "traces.example"}, {"otlp-grpc-port", 14317}});
    trial.settle();
    CHECK(trial.model.unit("music/1").status().message == "traces go to http://traces.example:14317");
  });
}

TEST_CASE("interop: scaled up and down") {
  same_for_all([](Trial& trial) {
    trial.deploy(1);
    trial.settle();
    for (int i = 0; i < 3; ++i) trial.model.add_unit("music");
    trial.model.add_unit("tempo");
    CHECK(trial.settle().size() == 8);
    trial.model.remove_unit("music/2");
    trial.model.remove_unit("music/0");
    trial.leader_moved = true;
    CHECK(trial.settle() == Targets{"10.1.0.4:8000", "10.1.0.4:8081", "10.1.0.6:8000", "10.1.0.6:8081"});
  });
}

TEST_CASE("interop: leader moved") {
  same_for_all([](Trial& trial) {
    trial.deploy(2);
    trial.model.add_unit("tempo");
    trial.settle();
    trial.leader_moved = true;
    trial.model.set_leader("music/1");
    trial.model.set_leader("tempo/1");
    trial.settle();
    trial.model.set_config("music", {{"jobs", jobs.dump()}});
    trial.model.set_config("tempo", {{"hostname", "traces.example"}});
    CHECK(trial.settle().back() == "batch.example:9100");
    CHECK(trial.model.unit("music/0").status().message == "traces go to http://traces.example:4317");
  });
}

TEST_CASE("interop: address changed") {
  same_for_all([](Trial& trial) {
    trial.deploy(2);
    trial.settle();
    trial.model.set_address("music/1", "10.9.9.9");
    CHECK(trial.settle()[2] == "10.9.9.9:8000");
    trial.model.set_address("music/0", "fd00::7");
    CHECK(trial.settle()[0] == "[fd00::7]:8000");
  });
}

TEST_CASE("interop: relation removed and made again") {
  same_for_all([](Trial& trial) {
    trial.deploy(2);
    trial.deploy_workload("lyrics");
    CHECK(trial.settle().size() == 6);
    trial.model.remove_relation(trial.relation);
    CHECK(trial.settle() == Targets{"10.1.0.5:8000", "10.1.0.5:8081"});
    CHECK(trial.model.unit("music/0").status() == juju::WaitingStatus("no Tempo to send traces to yet"));
    trial.model.integrate("music:tracing", "tempo:tracing");
    CHECK(trial.settle().size() == 6);
  });
}

TEST_CASE("interop: upgraded") {
  same_for_all([](Trial& trial) {
    trial.deploy(2);
    trial.settle();
    trial.upgrade();
    CHECK(trial.settle().size() == 4);
  });
}

TEST_CASE("interop: another model") {
  same_for_all([](Trial& trial) {
    trial.deploy(2, true);
    trial.settle();
    const json labels = support::scrape_configs(trial.model)[0]["static_configs"][1]["labels"];
    CHECK((labels["juju_model"] == "prod" && labels["juju_unit"] == "music/1"));
    trial.model.remove_unit("music/1");
    CHECK(trial.settle() == Targets{"10.1.0.2:8000", "10.1.0.2:8081"});
    trial.model.remove_relation(trial.relation);
    CHECK(trial.settle().empty());
  });
}

TEST_CASE("interop: a C++ charm does not rewrite the data of a Python charm") {
  Trial trial("Python on both sides", python("py_workload"), python("py_tempo"));
  trial.deploy(2);
  trial.settle();
  trial.model.upgrade("music", support::built("spring-music"));
  trial.model.upgrade("tempo", support::built("tempo"));
  std::vector<std::string> calls;
  const auto hooks =
      trial.model.settle({.before_call = [&](const juju::testing::Call& call) { calls.emplace_back(call.tool); }});
  CHECK(count(calls, "relation-set") == 0);
  for (const juju::testing::HookRecord& record : hooks) {
    const std::string name = record.hook.name();
    CHECK((name == "upgrade-charm" || name == "config-changed"));
  }
  trial.settle();
  CHECK(trial.seen[0] == trial.seen[1]);
}

TEST_CASE("interop: an ops charm has peers, stored state and a deferred event") {
  TestModel model;
  model.deploy("probe", python("py_probe"), {.units = 3});
  model.settle();
  CHECK(model.unit("probe/0").status().message == "probe/0 leads ['probe/1', 'probe/2']");
  CHECK(model.unit("probe/2").status().message == "probe/0 leads ['probe/0', 'probe/1']");
  bool is_stored = false;
  for (const auto& [key, text] : model.unit("probe/0").state().stored) {
    is_stored = is_stored || text.find("starts: 3") != std::string::npos;
  }
  CHECK(is_stored);
  model.remove_unit("probe/0");
  model.settle();
  CHECK(model.leader("probe") == "probe/1");
}
