// SPDX-License-Identifier: Apache-2.0
// The example charms where Juju does not help: data bags that are denied, hooks that name no application, hooks that
// fail.
#include <juju/testing.hpp>

#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <support/catch.hpp>
#include <support/charm_directories.hpp>

namespace {

using juju::testing::Call;
using juju::testing::TestModel;
using juju::testing::SettleOptions;
using Targets = std::vector<std::string>;

/// Workloads music0, music1, ... and Tempos tempo0, ..., each related to each other and at rest.
TestModel related(int workloads, int tempos) {
  TestModel model;
  const auto name = [](const char* application, int number) { return application + std::to_string(number); };
  for (int number = 0; number < workloads; ++number)
    model.deploy(name("music", number), support::built("spring-music"));
  for (int number = 0; number < tempos; ++number) model.deploy(name("tempo", number), support::built("tempo"));
  for (int left = 0; left < workloads; ++left) {
    for (int right = 0; right < tempos; ++right) {
      model.integrate(name("music", left) + ":tracing", name("tempo", right) + ":tracing");
    }
  }
  model.settle();
  return model;
}

/// Juju keeps the data bags of relation 1 from everyone, as it may while a relation is being removed.
const SettleOptions relation_1_is_denied{.before_call = [](const Call& call) {
  const bool is_bag = call.tool == "relation-get" || call.tool == "relation-set";
  if (is_bag && call.relation == 1) throw std::runtime_error("permission denied");
}};

Targets warnings(TestModel& model, const std::string& unit) {
  Targets warnings;
  for (const auto& [level, message] : model.unit(unit).log()) {
    if (level == juju::LogLevel::warning) warnings.push_back(message);
  }
  return warnings;
}

bool all_name_relation_1(const Targets& warnings) {
  return std::all_of(warnings.begin(), warnings.end(),
                     [](const std::string& line) { return line.find("tracing:1") != std::string::npos; });
}

}  // namespace

TEST_CASE("dying relation: a provider publishes in the others and warns of the one that is denied") {
  TestModel model = related(1, 3);
  model.set_address("music0/0", "10.9.9.9");
  model.settle(relation_1_is_denied);
  const auto address = [&](juju::RelationId id) {
    return model.unit_data(id, "music0/0").at("tempo_scrape_unit_address");
  };
  CHECK((address(0) == "10.9.9.9" && address(1) == "10.1.0.2" && address(2) == "10.9.9.9"));
  CHECK_FALSE(warnings(model, "music0/0").empty());
  CHECK(all_name_relation_1(warnings(model, "music0/0")));
}

TEST_CASE("dying relation: a consumer scrapes the others and warns of the one that is denied") {
  TestModel model = related(3, 1);
  model.unit("tempo0/0").fire(juju::testing::update_status());
  model.settle(relation_1_is_denied);
  CHECK(support::targets(model, "tempo0/0") ==
        Targets{"10.1.0.2:8000", "10.1.0.2:8081", "10.1.0.4:8000", "10.1.0.4:8081"});
  CHECK_FALSE(warnings(model, "tempo0/0").empty());
  CHECK(all_name_relation_1(warnings(model, "tempo0/0")));
}

TEST_CASE("failed hook: a charm directory's writes are dropped and the hook comes again") {
  TestModel model = related(1, 1);
  const juju::StringMap before = model.application_data(0, "music0");
  model.set_config("music0", {{"port", 9000}});
  const std::filesystem::path metadata = model.unit("music0/0").charm_directory() / "metadata.yaml";
  const std::string text = support::text_of(metadata);
  std::ofstream(metadata) << "]";
  CHECK_THROWS_AS(model.settle(), juju::testing::HookFailed);
  CHECK(model.unit("music0/0").log().back().level == juju::LogLevel::error);
  CHECK(model.application_data(0, "music0") == before);
  std::ofstream(metadata) << text;
  model.settle();
  CHECK(support::targets(model, "tempo0/0") == Targets{"10.1.0.2:9000", "10.1.0.2:8081"});
}

TEST_CASE("hook without an application: a charm directory finds it by its units") {
  TestModel model = related(1, 1);
  juju::testing::State state = model.unit("tempo0/0").state();
  state.relations[0].remote_application.clear();
  const auto after = juju::testing::run(state, juju::testing::relation_changed(0, "music0/0"), support::built("tempo"));
  CHECK(after.unit_status.message == "2 targets of 1 application");
}

TEST_CASE("unknown hook: a charm directory succeeds and changes nothing") {
  const juju::testing::State before{.unit_name = "music/0"};
  CHECK(juju::testing::run(before, juju::Hook{.subject = "never-heard-of"}, support::built("spring-music")) == before);
}
