// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include <juju/string_map.hpp>

namespace juju {

/// The action that an operator runs with `juju run`. Charms use it through `ActionEvent`.
class Action {
 public:
  Action() = default;
  Action(const Action&) = delete;
  Action& operator=(const Action&) = delete;
  virtual ~Action() = default;

  /// The parameters, with the defaults of actions.yaml: a JSON object.
  virtual const nlohmann::json& parameters() = 0;

  /// Adds results. A dot in a key makes a nested result: "outfile.size".
  virtual void set_results(const StringMap& results) = 0;

  /// Marks the action as failed. The operator sees the message.
  virtual void fail(const std::string& message) = 0;

  /// Shows the operator a message while the action runs.
  virtual void log(const std::string& message) = 0;
};

}  // namespace juju
