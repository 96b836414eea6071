// SPDX-License-Identifier: Apache-2.0
// Runs a charm's hooks through juju::main, with Juju's environment, hook tools and a charm directory.
#pragma once

#include <filesystem>
#include <fstream>
#include <juju/main.hpp>
#include <map>
#include <string>

#include <support/stand_in_juju.hpp>

namespace support {

inline const std::string music = "{name: music, provides: {tracing: {interface: tempo_scrape}}}";
inline const juju::Hook update_status{.kind = juju::HookKind::update_status};

/// The environment variables that Juju sets for a hook of this unit.
inline std::map<std::string, std::string> environment_of(const juju::testing::State& state, const juju::Hook& hook,
                                                         const std::filesystem::path& charm_directory) {
  const bool is_of_relation = hook.relation_id.has_value();
  return {
      {"JUJU_DISPATCH_PATH", hook.kind == juju::HookKind::action ? "actions/" + hook.subject : "hooks/" + hook.name()},
      {"JUJU_HOOK_NAME", hook.kind == juju::HookKind::action ? "" : hook.name()},
      {"JUJU_UNIT_NAME", state.unit_name},
      {"JUJU_MODEL_NAME", state.model_name},
      {"JUJU_MODEL_UUID", state.model_uuid},
      {"JUJU_CHARM_DIR", charm_directory.string()},
      {"JUJU_RELATION", hook.endpoint},
      {"JUJU_RELATION_ID", is_of_relation ? hook.endpoint + ":" + std::to_string(*hook.relation_id) : ""},
      {"JUJU_REMOTE_APP", hook.remote_application},
      {"JUJU_REMOTE_UNIT", hook.remote_unit},
      {"JUJU_DEPARTING_UNIT", hook.departing_unit}};
}

/// Runs hooks of one unit of a charm.
class HookRunner {
 public:
  HookRunner(juju::testing::State before, const std::string& metadata_yaml)
      : juju(std::move(before), juju::Metadata::parse(metadata_yaml)) {
    write("metadata.yaml", metadata_yaml);
  }

  /// Writes a file of the charm's directory.
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(charm_directory_.path() / name) << text;
  }

  /// Runs one hook or action, and returns its exit status. Its writes are kept if that is 0.
  template <typename CharmType>
  int run(const juju::testing::EventRequest& event, juju::MainOptions options = {}) {
    const juju::Hook& hook = event.hook;
    if (hook.kind == juju::HookKind::action) {
      juju.change([&](juju::testing::State& state) { state.action = {.parameters = event.parameters}; });
    }
    juju.set_hook(hook);
    const EnvironmentVariables variables(environment_of(juju.state(), hook, charm_directory_.path()));
    char program[] = "./dispatch";
    char* arguments[] = {program, nullptr};
    juju.forget_calls();
    const int status = juju::main<CharmType>(1, arguments, options);
    if (status == 0) {
      juju.flush();
    } else {
      juju.drop();
    }
    return status;
  }

  /// All lines of the log, such as "WARNING text".
  std::vector<std::string> log() {
    std::vector<std::string> lines;
    for (const auto& [level, message] : juju.state().log) {
      lines.push_back(std::string(juju::to_string(level)) + " " + message);
    }
    return lines;
  }

  /// The file in which hooks keep what they read.
  std::filesystem::path cache() const { return charm_directory_.path() / ".relation-cache"; }

  StandInJuju juju;

 private:
  TemporaryDirectory charm_directory_;
};

}  // namespace support
