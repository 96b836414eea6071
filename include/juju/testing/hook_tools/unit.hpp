// SPDX-License-Identifier: Apache-2.0
// The hook tools about the unit itself: configuration, status, log, ports, state.
#pragma once

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <juju/testing/hook_tools/session.hpp>
#include <juju/testing/hook_tools/texts.hpp>

namespace juju::testing::detail {

inline nlohmann::json is_leader(ToolSession& session, const ToolArguments&, const std::string&) {
  return session.written.leader;
}

inline nlohmann::json config_get(ToolSession& session, const ToolArguments& arguments, const std::string&) {
  nlohmann::json config = config_of(session.written, session.metadata);
  if (arguments.operands().empty()) return config;
  return config.contains(arguments.operand(0)) ? config[arguments.operand(0)] : nlohmann::json();
}

inline nlohmann::json unit_get(ToolSession& session, const ToolArguments&, const std::string&) {
  return session.written.address;
}

inline nlohmann::json application_version_set(ToolSession& session, const ToolArguments& arguments,
                                              const std::string&) {
  session.at_once([&](State& state) { state.workload_version = arguments.operand(0); });
  return nothing();
}

inline nlohmann::json juju_log(ToolSession& session, const ToolArguments& arguments, const std::string&) {
  std::string given = arguments.flag("debug") ? "DEBUG" : arguments.option("l", "log-level");
  std::transform(given.begin(), given.end(), given.begin(), [](unsigned char c) { return std::toupper(c); });
  LogLevel level = LogLevel::info;
  for (const LogLevel each : {LogLevel::debug, LogLevel::warning, LogLevel::error}) {
    if (given == to_string(each)) level = each;
  }
  session.at_once([&](State& state) { state.log.push_back({level, joined(arguments.operands(), 0)}); });
  return nothing();
}

inline nlohmann::json juju_reboot(ToolSession&, const ToolArguments&, const std::string&) {
  throw ToolRefusal("juju-reboot is not possible here");
}

inline nlohmann::json status_get(ToolSession& session, const ToolArguments& arguments, const std::string&) {
  const bool of_application = arguments.flag("application");
  if (of_application && !session.written.leader) {
    throw ToolRefusal("finding application status: this unit is not the leader");
  }
  const Status& status = of_application ? session.written.application_status : session.written.unit_status;
  if (!of_application && !arguments.flag("include-data")) return status.name;
  nlohmann::json shown;
  shown["status"] = status.name;
  shown["message"] = status.message;
  shown["status-data"] = nlohmann::json::object();
  if (!of_application) return shown;
  shown["units"] = nlohmann::json::object();
  nlohmann::json answer;
  answer["application-status"] = std::move(shown);
  return answer;
}

inline nlohmann::json status_set(ToolSession& session, const ToolArguments& arguments, const std::string&) {
  const Status status{arguments.operand(0), joined(arguments.operands(), 1)};
  if (status.name != "maintenance" && status.name != "blocked" && status.name != "waiting" && status.name != "active") {
    throw usage_error("invalid status \"" + status.name + "\", expected one of [maintenance blocked waiting active]");
  }
  const bool of_application = arguments.flag("application");
  if (of_application && !session.written.leader) throw ToolRefusal("this unit is not the leader");
  session.at_once([&](State& state) { (of_application ? state.application_status : state.unit_status) = status; });
  return nothing();
}

// Ports are opened and closed when the hook has succeeded, and `opened-ports` does not show this hook's changes.

/// The ports of "8000/tcp", "9000-9010/udp" or "icmp".
inline std::set<Port> ports_of(const std::string& text) {
  const std::size_t dash = text.find('-');
  const std::string protocol = text.find('/') == std::string::npos ? "" : text.substr(text.find('/'));
  const std::optional<Port> first = parse_juju_port(dash == std::string::npos ? text : text.substr(0, dash) + protocol);
  const std::optional<Port> last = dash == std::string::npos ? first : parse_juju_port(text.substr(dash + 1));
  if (!first || !last || last->number < first->number) {
    throw usage_error("invalid port \"" + text + "\"");
  }
  std::set<Port> ports;
  for (int number = first->number; number <= last->number; ++number) ports.insert({first->protocol, number});
  return ports;
}

inline nlohmann::json opened_ports(ToolSession& session, const ToolArguments&, const std::string&) {
  std::vector<std::string> names;
  for (const Port& port : session.kept.opened_ports) names.push_back(to_string(port));
  return names;
}

inline nlohmann::json open_port(ToolSession& session, const ToolArguments& arguments, const std::string&) {
  session.written.opened_ports.merge(ports_of(arguments.operand(0)));
  return nothing();
}

inline nlohmann::json close_port(ToolSession& session, const ToolArguments& arguments, const std::string&) {
  for (const Port& port : ports_of(arguments.operand(0))) session.written.opened_ports.erase(port);
  return nothing();
}

inline nlohmann::json state_get(ToolSession& session, const ToolArguments& arguments, const std::string&) {
  const std::string key = arguments.operand(0);
  if (key.empty() || key == "-") return session.written.stored;
  const auto text = session.written.stored.find(key);
  return text == session.written.stored.end() ? nlohmann::json() : nlohmann::json(text->second);
}

inline nlohmann::json state_set(ToolSession& session, const ToolArguments& arguments, const std::string& input) {
  const StringMap texts = texts_of(arguments, input);
  for (const auto& [key, text] : texts) {
    if (key.size() > 256 || text.size() > 65536) {
      throw ToolRefusal("cannot add state for \"" + key + "\": max allowed size (65536) exceeded");
    }
  }
  for (const auto& [key, text] : texts) session.written.stored.insert_or_assign(key, text);
  return nothing();
}

inline nlohmann::json state_delete(ToolSession& session, const ToolArguments& arguments, const std::string&) {
  session.written.stored.erase(arguments.operand(0));
  return nothing();
}

}  // namespace juju::testing::detail
