// SPDX-License-Identifier: Apache-2.0
// The door to Juju: only a charm's main file needs this.
#pragma once

#include <chrono>
#include <exception>
#include <iostream>
#include <optional>
#include <string>

#include <juju/charm.hpp>
#include <juju/hook_tools/deferred.hpp>
#include <juju/hook_tools/model.hpp>

namespace juju {

/// How a charm runs under Juju.
struct MainOptions {
  std::optional<std::chrono::milliseconds> hook_tool_timeout = {};  ///< Nothing: hook tools wait for the controller.
};

namespace detail {

/// Hooks in which most tools fail, so nothing can be done in them.
inline bool is_restricted(const Hook& hook) {
  return hook.name == "collect-metrics" || hook.name == "meter-status-changed";
}

/// The hook with the other side's application, which some versions of Juju leave empty.
inline Hook completed(Hook hook, Model& model) {
  if (hook.relation_id && hook.remote_application.empty()) {
    hook.remote_application = model.relation(*hook.relation_id)->application();
  }
  return hook;
}

template <typename CharmType>
void run_hook(const hook_tools::Environment& environment, const hook_tools::Tools& tools) {
  const Metadata metadata = Metadata::load(environment.charm_directory);
  hook_tools::Model model(environment, metadata, tools);
  hook_tools::DeferredEvents deferred(tools, model.log());
  Framework framework(model, metadata, deferred.load());
  {
    CharmType charm(framework);
    framework.run(completed(environment.hook, model));
  }
  deferred.save(framework.deferred());
  model.commit();
}

}  // namespace detail

/// Runs one hook of the charm, from Juju's environment to an exit status.
/// @returns 0 where all went well, or there was nothing to do: an action, a hook that the charm does not know. 1 where
///   something was thrown: it is in Juju's log, Juju keeps nothing that the hook wrote, and runs it again. 2 where this
///   is not run by Juju.
template <typename CharmType>
int main(int argc, char* argv[], MainOptions options = {}) {
  const hook_tools::Environment environment = hook_tools::Environment::read();
  if (environment.dispatch_path.empty() || environment.unit_name.empty()) {
    const std::string program = argc > 0 ? argv[0] : "this program";
    std::cerr << program << " is a Juju charm: Juju runs it, once for each event; deploy it with `juju deploy`.\n";
    return 2;
  }
  if (environment.is_action() || detail::is_restricted(environment.hook)) return 0;
  const hook_tools::Tools tools(options.hook_tool_timeout);
  const auto fail = [&](const std::string& reason) {
    const std::string message = "uncaught exception in " + environment.hook.name + ": " + reason;
    std::cerr << message << "\n";
    try {
      tools.juju_log(LogLevel::error, message);
    } catch (const std::exception&) {
      return 1;  // the log is out of reach as well; standard error has the message
    }
    return 1;
  };
  try {
    detail::run_hook<CharmType>(environment, tools);
    return 0;
  } catch (const std::exception& error) {
    return fail(error.what());
  } catch (...) {
    return fail("something that is no std::exception");
  }
}

}  // namespace juju
