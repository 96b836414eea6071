// SPDX-License-Identifier: Apache-2.0
// A Juju for one unit: its hook tools on PATH, over a State in a file. See hook_tool.cpp.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <juju/testing.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include <support/temporary_directory.hpp>

namespace juju {
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Status, name, message)
inline void to_json(nlohmann::json& json, const Port& port) { json = to_string(port); }
inline void from_json(const nlohmann::json& json, Port& port) {
  port = parse_juju_port(json.get_ref<const std::string&>()).value();
}
NLOHMANN_JSON_SERIALIZE_ENUM(LogLevel, {{LogLevel::debug, "DEBUG"},
                                        {LogLevel::info, "INFO"},
                                        {LogLevel::warning, "WARNING"},
                                        {LogLevel::error, "ERROR"}})
}  // namespace juju

namespace juju::testing {
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(LogLine, level, message)
inline void to_json(nlohmann::json& json, const ActionState& action) {
  json = {{"parameters", action.parameters}, {"results", action.results}, {"failure", nullptr}, {"log", action.log}};
  if (action.failure) json["failure"] = *action.failure;
}
inline void from_json(const nlohmann::json& json, ActionState& action) {
  action = {.parameters = json.at("parameters"),
            .results = json.at("results").get<StringMap>(),
            .log = json.at("log").get<std::vector<std::string>>()};
  if (!json.at("failure").is_null()) action.failure = json.at("failure").get<std::string>();
}
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(RelationState, id, endpoint, remote_application, remote_units,
                                   remote_application_data, local_application_data, local_unit_data, departed_units,
                                   address)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(State, leader, relations, config, model_name, model_uuid, unit_name, address,
                                   deferred, unit_status, application_status, log, opened_ports, workload_version,
                                   action)
}  // namespace juju::testing

namespace support {

/// Variables of this process's environment, set for as long as this lives.
class EnvironmentVariables {
 public:
  explicit EnvironmentVariables(const std::map<std::string, std::string>& variables) {
    for (const auto& [name, text] : variables) {
      const char* before = std::getenv(name.c_str());
      before_.emplace_back(name, before == nullptr ? "" : before);
      ::setenv(name.c_str(), text.c_str(), 1);
    }
  }
  EnvironmentVariables(const EnvironmentVariables&) = delete;
  EnvironmentVariables& operator=(const EnvironmentVariables&) = delete;
  ~EnvironmentVariables() {
    for (const auto& [name, text] : before_) ::setenv(name.c_str(), text.c_str(), 1);
  }

 private:
  std::vector<std::pair<std::string, std::string>> before_;
};

/// Juju for one unit, for as long as this lives.
class StandInJuju {
 public:
  using StringMap = juju::StringMap;

  StandInJuju(juju::testing::State state, const juju::Metadata& metadata)
      : file_(directory_.path() / "juju.json"),
        variables_({{"PATH", directory_.path().string() + ":" + std::getenv("PATH")}, {"STAND_IN_JUJU", file_}}) {
    for (const char* tool : {"relation-ids", "relation-list", "relation-get", "relation-set",
                             "is-leader",    "network-get",   "config-get",   "status-set",
                             "juju-log",     "state-get",     "state-set",    "state-delete",
                             "opened-ports", "open-port",     "close-port",   "application-version-set",
                             "action-get",   "action-set",    "action-fail",  "action-log"}) {
      put_back(tool);
    }
    if (state.unit_name.empty()) state.unit_name = metadata.name + "/0";
    document_ = {{"peers", nlohmann::json::array()}, {"failures", nlohmann::json::object()}, {"fault", nullptr}};
    for (const auto& [endpoint, declared] : metadata.relations) {
      if (declared.role == juju::RelationRole::peer) document_["peers"].push_back(endpoint);
    }
    for (const auto& [option, declared] : metadata.config) {
      if (declared.default_value.is_null() || state.config.contains(option)) continue;
      state.config[option] = declared.default_value;
    }
    document_["kept"] = state;
    document_["kept"]["state"] = nlohmann::json::object();
    discard();
  }

  /// What is kept: that of the hooks that ended well.
  juju::testing::State state() {
    load();
    return document_["kept"].get<juju::testing::State>();
  }

  /// What the unit keeps in the controller.
  StringMap unit_state() {
    load();
    return document_["kept"]["state"].get<StringMap>();
  }

  /// Something happens elsewhere, between two hooks.
  template <typename Change>
  void change(Change change_state) {
    juju::testing::State next = state();
    change_state(next);
    document_["kept"].update(nlohmann::json(next));
    discard();
  }

  /// Ends a hook that exited 0: what it wrote is kept.
  void flush() {
    load();
    document_["kept"] = document_["written"];
    save();
  }

  /// Ends a hook that failed: what it wrote is forgotten.
  void drop() {
    load();
    discard();
  }

  /// Every call whose command line begins so fails from now on, with this text after "ERROR ".
  void fail(const std::string& command_line, const std::string& text) {
    load();
    document_["failures"][command_line] = text;
    save();
  }

  /// One call fails: that of this command line, number 1 being its first since the calls were forgotten. `fault` says
  /// how (see hook_tool.cpp).
  void fail_call(const std::string& command_line, int number, nlohmann::json fault) {
    load();
    fault.update({{"line", command_line}, {"number", number}});
    document_["fault"] = std::move(fault);
    save();
  }

  /// There is no such tool until `put_back`; or one that cannot be executed.
  void take_away(const std::string& tool, bool leave_text = false) const {
    std::filesystem::remove(directory_.path() / tool);
    if (leave_text) std::ofstream(directory_.path() / tool) << "not a program";
  }
  void put_back(const std::string& tool) const {
    std::filesystem::remove(directory_.path() / tool);
    std::filesystem::create_symlink(HOOK_TOOL_PROGRAM, directory_.path() / tool);
  }

  /// All that is kept, and how to go back to it; nothing fails any more then.
  nlohmann::json kept() {
    load();
    return document_["kept"];
  }
  void go_back(const nlohmann::json& kept) {
    document_["kept"] = kept;
    document_["fault"] = nullptr;
    document_["failures"] = nlohmann::json::object();
    forget_calls();
    discard();
  }

  /// The command lines so far, in their order; of one tool, or of all.
  std::vector<std::string> calls(const std::string& tool = {}) const {
    std::ifstream file(directory_.path() / "calls");
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) {
      if (line.starts_with(tool)) lines.push_back(line);
    }
    return lines;
  }

  void forget_calls() { std::filesystem::remove(directory_.path() / "calls"); }

 private:
  void load() { document_ = nlohmann::json::parse(std::ifstream(file_)); }
  void save() { std::ofstream(file_) << document_; }
  void discard() {
    document_["written"] = document_["kept"];
    save();
  }

  TemporaryDirectory directory_;
  std::filesystem::path file_;
  EnvironmentVariables variables_;
  nlohmann::json document_;
};

}  // namespace support
