// SPDX-License-Identifier: Apache-2.0
// Include this only in the file with a charm's main().
#pragma once

#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include <juju/charm.hpp>
#include <juju/hook_tools/copy_file.hpp>
#include <juju/hook_tools/deferred.hpp>
#include <juju/hook_tools/model.hpp>
#include <juju/hook_tools/process_tools.hpp>
#include <juju/run_charm.hpp>

namespace juju {

/// Options of `juju::main`.
struct MainOptions {
  bool cache = true;             ///< Whether a hook uses what earlier hooks read. See `juju::hook_tools::Cache`.
  int hook_tool_timeout_ms = 0;  ///< For each call of a hook tool, in milliseconds; 0: no limit.
};

namespace detail {

/// `run_charm` of a charm's type.
using CharmRunner = std::vector<Notice> (*)(Model&, const Metadata&, std::vector<Notice>, const Hook&);

/// The text of the exception that is being handled.
inline std::string current_exception_text() {
  try {
    throw;
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "an exception that is not a std::exception";
  }
}

inline void run_hook_or_action(CharmRunner run, const hook_tools::Environment& environment, hook_tools::Tools& tools) {
  const Metadata metadata = Metadata::load(environment.charm_directory, ConfigFile::skip);
  hook_tools::Model model(environment, metadata, tools);
  hook_tools::DeferredEvents stored(tools, model.log());
  std::vector<Notice> deferred = stored.load();
  try {
    deferred = run(model, metadata, std::move(deferred), environment.hook);
  } catch (...) {
    if (environment.hook.kind != HookKind::action) throw;
    return tools.action_fail(current_exception_text());  // with exit status 1, Juju would replace the message
  }
  stored.save(deferred);
  model.commit();
}

/// The same with the answers of earlier hooks.
inline void run_with_cache(CharmRunner run, const hook_tools::Environment& environment, hook_tools::Tools& juju,
                           const std::string& owner) {
  hook_tools::CopyFile file(juju, join_path(environment.charm_directory, ".relation-cache"), owner);
  hook_tools::Cache cache(juju, file, environment);
  run_hook_or_action(run, environment, cache);
  cache.save();
}

inline int main(int argc, char* argv[], MainOptions options, CharmRunner run) {
  const hook_tools::Environment environment = hook_tools::Environment::read();
  if (environment.dispatch_path.empty() || environment.unit_name.empty()) {
    std::fprintf(stderr, "%s is a Juju charm: Juju runs it, once for each event; deploy it with `juju deploy`.\n",
                 argc > 0 ? argv[0] : "this program");
    return 2;
  }
  const std::string name = environment.hook.name();
  if (name == "collect-metrics" || name == "meter-status-changed") return 0;  // Juju refuses most hook tools in these
  hook_tools::ProcessTools tools(options.hook_tool_timeout_ms);
  try {
    const std::optional<std::string> owner = options.cache ? hook_tools::copy_owner(environment) : std::nullopt;
    if (owner) {
      run_with_cache(run, environment, tools, *owner);
    } else {
      run_hook_or_action(run, environment, tools);
    }
    return 0;
  } catch (...) {
    const std::string message = "uncaught exception in " + name + ": " + current_exception_text();
    try {
      tools.juju_log(LogLevel::error, message);
    } catch (const std::exception&) {
      std::fprintf(stderr, "%s\n", message.c_str());  // Juju logs standard error at WARNING
    }
    return 1;
  }
}

}  // namespace detail

/// Runs the hook or action in Juju's environment variables:
/// `int main(int argc, char* argv[]) { return juju::main<SpringMusic>(argc, argv); }`
///
/// An exception of a hook is logged once, at ERROR, with `juju-log`. If that fails, it goes to standard error. Juju
/// then drops all writes of the hook, and runs the hook again. An exception of an action's handlers is the message of
/// the failed action, which writes nothing.
/// @returns the exit status: 0 if the hook succeeded, or the charm does not know it, or an action ran (even if it
///   failed); 1 if an exception was thrown; 2 if Juju did not start this program.
template <typename CharmType>
int main(int argc, char* argv[], MainOptions options = {}) {
  return detail::main(argc, argv, options, &run_charm<CharmType>);
}

}  // namespace juju
