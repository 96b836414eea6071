// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>
#include <support/provider.hpp>
#include <support/temporary_directory.hpp>

using namespace support;
using namespace juju::testing;
using nlohmann::json;

namespace {

void write_rule(const std::filesystem::path& directory, const std::string& text) {
  std::filesystem::create_directories(directory);
  std::ofstream(directory / "up.rule") << text;
}

std::string published_rules(const State& state) { return state.relation(3).local_application_data.at("alert_rules"); }

}  // namespace

TEST_CASE("provider alert rules: the leader publishes and updates its rules") {
  const TemporaryDirectory directory;
  juju::Metadata charm = provider_metadata;
  charm.charm_directory = directory.path().string();
  const auto update = [&](const State& before) { return run_provider(before, update_status(), {}, charm); };
  State state = update(related());
  CHECK_FALSE(state.relation(3).local_application_data.contains("alert_rules"));
  write_rule(directory.path() / "src/alert_rules", "{alert: Down, expr: up == 0}");
  state = update(state);
  CHECK(json::parse(published_rules(state))["groups"][0]["rules"][0]["alert"] == "Down");
  CHECK(state.log.empty());
  const std::string in_another_form = json::parse(published_rules(state)).dump(2);
  state.relation(3).local_application_data["alert_rules"] = in_another_form;
  state = update(state);
  CHECK(published_rules(state) == in_another_form);
  std::filesystem::remove_all(directory.path() / "src");
  CHECK(published_rules(update(state)) == R"({"groups":[]})");
}

TEST_CASE("provider alert rules: the directory is an option") {
  const TemporaryDirectory directory;
  write_rule(directory.path(), "{alert: Down, expr: up == 0}");
  const State after = run_provider(related(), update_status(), {.alert_rules_directory = directory.path()});
  CHECK(json::parse(published_rules(after))["groups"].size() == 1);
}

TEST_CASE("provider alert rules: an invalid file is a warning of the leader") {
  const TemporaryDirectory directory;
  write_rule(directory.path(), "{alert: Down}");
  const ProviderOptions options{.alert_rules_directory = directory.path()};
  const State leader = run_provider(related(), update_status(), options);
  REQUIRE(leader.log.size() == 1);
  CHECK(leader.log[0].level == juju::LogLevel::warning);
  CHECK(leader.log[0].message.starts_with("up.rule"));
  CHECK(run_provider(related(false), update_status(), options).log.empty());
}
