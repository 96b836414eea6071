// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include <juju/action.hpp>
#include <juju/hook_tools/tools.hpp>

namespace juju::hook_tools {

/// The action that this process runs. Its parameters are read once.
class Action final : public juju::Action {
 public:
  /// @param tools  must outlive this.
  explicit Action(Tools& tools) : tools_(tools) {}

  const nlohmann::json& parameters() override {
    if (!parameters_) parameters_ = tools_.action_get();
    return *parameters_;
  }
  void set_results(const StringMap& results) override { tools_.action_set(results); }
  void fail(const std::string& message) override { tools_.action_fail(message); }
  void log(const std::string& message) override { tools_.action_log(message); }

 private:
  Tools& tools_;
  std::optional<nlohmann::json> parameters_;
};

}  // namespace juju::hook_tools
