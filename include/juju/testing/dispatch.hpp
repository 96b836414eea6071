// SPDX-License-Identifier: Apache-2.0
// Runs a hook of a charm directory in a process.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <juju/hook_tools/process.hpp>
#include <juju/testing/agent_socket.hpp>
#include <juju/testing/charm_directory.hpp>
#include <juju/testing/hook_tools.hpp>
#include <juju/testing/run.hpp>
#include <juju/testing/unit_directory.hpp>

namespace juju::testing {

/// `dispatch` failed.
class DispatchFailed : public std::runtime_error {
 public:
  explicit DispatchFailed(const juju::hook_tools::CommandResult& result)
      : std::runtime_error(describe(result)),
        exit_status(result.exit_status),
        signal(result.signal),
        timed_out(result.timed_out),
        standard_error(result.errors) {}

  int exit_status;  ///< -1 if it did not exit by itself.
  int signal;       ///< The signal that killed it, or 0.
  bool timed_out;
  std::string standard_error;

 private:
  static std::string describe(const juju::hook_tools::CommandResult& result) {
    if (result.not_started != 0) {
      return "dispatch cannot be started: " + std::generic_category().message(result.not_started);
    }
    const std::string how = result.timed_out     ? "took too long"
                            : result.signal != 0 ? "was killed by signal " + std::to_string(result.signal)
                                                 : "ended with exit status " + std::to_string(result.exit_status);
    return "dispatch " + how + (result.errors.empty() ? "" : "; standard error:\n" + result.errors);
  }
};

namespace detail {

/// @throws std::runtime_error  if there are no hook tools.
inline void require_hook_tools(const CharmDirectory& charm) {
  if (charm.hook_tools.empty()) {
    throw std::runtime_error("a charm directory needs the hook tools: link the test with tempo_scrape::testing");
  }
  if (std::filesystem::exists(charm.hook_tools / "relation-get")) return;
  throw std::runtime_error("a charm directory needs the hook tools in " + charm.hook_tools.string() +
                           ": build the target tempo_scrape_hook_tool, or install the component testing");
}

/// This process's environment without Juju's variables, and Juju's variables for this hook.
inline std::vector<std::string> dispatch_environment(const State& state, const Hook& hook, const AgentSocket& agent,
                                                     const std::string& hook_tools, const std::string& directory) {
  std::vector<std::string> environment;
  std::string path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  for (char** variable = ::environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    if (text.starts_with("PATH=")) path = text.substr(5);
    const bool is_ours = text.starts_with("JUJU_") || text.starts_with("PATH=") || text.starts_with("CHARM_DIR=");
    if (!is_ours) environment.emplace_back(text);
  }
  const auto add = [&](const char* name, const std::string& text) {
    environment.push_back(std::string(name) + "=" + text);
  };
  const bool is_action = hook.kind == HookKind::action;
  add("PATH", hook_tools + ":" + path);
  add("CHARM_DIR", directory);
  add("JUJU_CHARM_DIR", directory);
  add("JUJU_CONTEXT_ID", agent.context());
  add("JUJU_AGENT_SOCKET_ADDRESS", agent.address());
  add("JUJU_AGENT_SOCKET_NETWORK", "unix");
  add("JUJU_DISPATCH_PATH", is_action ? "actions/" + hook.subject : "hooks/" + hook.name());
  add("JUJU_HOOK_NAME", is_action ? "" : hook.name());
  add("JUJU_UNIT_NAME", state.unit_name);
  add("JUJU_MODEL_NAME", state.model_name);
  add("JUJU_MODEL_UUID", state.model_uuid);
  add("JUJU_VERSION", "3.6.4");
  add("JUJU_API_ADDRESSES", "10.0.0.1:17070");
  add("CLOUD_API_VERSION", "1.28.0");
  add("JUJU_PRINCIPAL_UNIT", state.principal);
  for (const char* name : {"JUJU_MACHINE_ID", "JUJU_AVAILABILITY_ZONE", "JUJU_CHARM_HTTP_PROXY",
                           "JUJU_CHARM_HTTPS_PROXY", "JUJU_CHARM_FTP_PROXY", "JUJU_CHARM_NO_PROXY"}) {
    add(name, "");
  }
  if (is_action) {
    add("JUJU_ACTION_NAME", hook.subject);
    add("JUJU_ACTION_UUID", "1");
    add("JUJU_ACTION_TAG", "action-1");
  }
  if (hook.relation_id) {
    add("JUJU_RELATION", hook.endpoint);
    add("JUJU_RELATION_ID", hook.endpoint + ":" + std::to_string(*hook.relation_id));
    add("JUJU_REMOTE_APP", hook.remote_application);
    add("JUJU_REMOTE_UNIT", hook.remote_unit);
  }
  if (!hook.departing_unit.empty()) add("JUJU_DEPARTING_UNIT", hook.departing_unit);
  if (hook.kind == HookKind::pebble_ready) add("JUJU_WORKLOAD_NAME", hook.subject);
  return environment;
}

/// Logs the output of the hook, as Juju does.
inline void log_lines(State& state, LogLevel level, std::string_view printed) {
  while (!printed.empty()) {
    const std::string_view line = printed.substr(0, printed.find('\n'));
    if (!line.empty()) state.log.push_back({level, std::string(line)});
    printed.remove_prefix(std::min(line.size() + 1, printed.size()));
  }
}

}  // namespace detail

/// Runs `dispatch` in `directory`. Does not check whether this is possible in Juju.
/// @throws std::runtime_error  if there are no hook tools.
inline Attempt dispatch(State before, const Hook& hook, const Metadata& metadata, const RunOptions& options,
                        const CharmDirectory& charm, const std::filesystem::path& directory) {
  detail::require_hook_tools(charm);
  detail::arrive(before, hook);
  try {
    detail::at(options, Moment::start);
  } catch (...) {
    return {std::move(before), std::current_exception()};
  }
  HookTools tools(std::move(before), metadata, hook, options.before_call);
  juju::hook_tools::Command command{.arguments = {"./dispatch"}, .directory = directory.string(), .is_group = true};
  juju::hook_tools::CommandResult result;
  {
    const detail::AgentSocket agent([&](const ToolCall& call) { return tools.call(call); });
    command.environment =
        detail::dispatch_environment(tools.state(), hook, agent, charm.hook_tools.string(), directory.string());
    result = std::move(juju::hook_tools::run_commands({command}, charm.timeout_ms).front());
  }
  const bool succeeded = result.exit_status == 0;
  Attempt attempt{tools.end(succeeded)};
  detail::log_lines(attempt.after, LogLevel::debug, result.output);
  detail::log_lines(attempt.after, LogLevel::warning, result.errors);
  detail::leave(attempt.after, hook);
  if (!succeeded) attempt.failure = std::make_exception_ptr(DispatchFailed(result));
  if (succeeded) detail::apply(options, attempt);
  return attempt;
}

/// Runs one hook of a charm directory, and returns the state after it. The files are copied only for this hook.
///
/// ```cpp
/// State after = run({.leader = true}, start(), CharmDirectory("charms/prometheus-k8s"));
/// ```
/// @throws ConsistencyError  if this hook on this state is not possible in Juju.
/// @throws DispatchFailed    if the hook fails.
inline State run(State before, const EventRequest& event, const CharmDirectory& charm, const RunOptions& options = {}) {
  const Metadata metadata = Metadata::load(charm.path);
  const detail::UnitDirectory directory(charm.path);
  const Hook hook = detail::prepare(before, event, metadata);
  Attempt made = dispatch(std::move(before), hook, metadata, options, charm, directory.path());
  if (made.failure) std::rethrow_exception(made.failure);
  return std::move(made.after);
}

}  // namespace juju::testing
