// SPDX-License-Identifier: Apache-2.0
// The event of an action, and the keys of its results.
#pragma once

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

#include <juju/action.hpp>
#include <juju/event.hpp>
#include <juju/json.hpp>
#include <juju/model.hpp>
#include <juju/text.hpp>

namespace juju {

namespace detail {

/// Whether Juju accepts `key` for an action's result: lower-case letters, digits, dots and dashes, alphanumeric at both
/// ends.
inline bool is_result_key(std::string_view key) {
  const auto is_alphanumeric = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  const auto is_allowed = [&](char c) { return is_alphanumeric(c) || c == '.' || c == '-'; };
  return !key.empty() && is_alphanumeric(key.front()) && is_alphanumeric(key.back()) &&
         std::all_of(key.begin(), key.end(), is_allowed) && key.find("..") == std::string_view::npos;
}

/// Juju sets these results itself.
inline bool is_reserved_result(std::string_view key) {
  return is_one_of(key, {"stdout", "stdout-encoding", "stderr", "stderr-encoding"});
}

inline void flatten(const nlohmann::json& results, const std::string& prefix, StringMap& flat) {
  for (auto result = results.begin(); result != results.end(); ++result) {
    const nlohmann::json& value = *result;
    const std::string key = prefix + result.key();
    if (!is_result_key(result.key()) || is_reserved_result(result.key())) {
      throw std::invalid_argument("'" + printable(key) + "' cannot be the key of an action's result");
    }
    if (value.is_object()) {
      flatten(value, key + ".", flat);
    } else if (!flat.emplace(key, value.is_string() ? string_of(value) : value.dump()).second) {
      throw std::invalid_argument("two of the action's results have the key '" + key + "'");
    }
  }
}

}  // namespace detail

/// An operator runs an action with `juju run`. The operator waits for the results, so an action cannot be deferred.
///
/// An exception in a handler fails the action with the exception's text, and nothing is written.
/// ```
/// void on_restart(juju::ActionEvent& event) {
///   if (!restart(event.parameters().value("force", false))) return event.fail("the server does not stop");
///   event.set_results({{"uptime", {{"seconds", 3}}}});   // juju shows "uptime: {seconds: "3"}"
/// }
/// ```
class ActionEvent final : public Event {
 public:
  /// The parameters, with the defaults of actions.yaml: a JSON object.
  const nlohmann::json& parameters() const { return action_->parameters(); }

  /// Adds results: a JSON object, maybe of objects. Juju's results are text: numbers, booleans and arrays are written
  /// as JSON. A key has lower-case letters, digits, dashes and dots; a dot makes a nested result.
  /// @throws std::invalid_argument  if Juju does not accept a key, or two keys are equal.
  void set_results(const nlohmann::json& results) {
    if (!results.is_object()) throw std::invalid_argument("the results of an action are a JSON object");
    StringMap flat;
    detail::flatten(results, "", flat);
    if (!flat.empty()) action_->set_results(flat);
  }

  /// Marks the action as failed. The handler continues.
  void fail(const std::string& message) { action_->fail(message); }

  /// Shows the operator a message while the action runs.
  void log(const std::string& message) { action_->log(message); }

  void defer() = delete;

  nlohmann::json snapshot() const override { throw std::logic_error("an action cannot be deferred"); }
  void restore(const nlohmann::json&, Model&) override { throw SnapshotError("an action cannot be deferred"); }

 private:
  void take(const Hook&, Model& model) override { action_ = model.action(); }

  Action* action_ = nullptr;
};

}  // namespace juju
