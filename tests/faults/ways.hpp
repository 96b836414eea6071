// SPDX-License-Identifier: Apache-2.0
// The ways in which a call of a hook tool fails, and the expected result of the hook.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <support/stand_in_juju.hpp>

namespace faults {

/// One call that a hook makes.
struct Call {
  std::string line = {};  ///< "relation-get --format=json -r tracing:3 - tempo --app"
  int number = 1;         ///< Counts the calls with the same line, from 1.

  bool operator==(const Call&) const = default;

  std::string tool() const { return line.substr(0, line.find(' ')); }

  /// Such as "tracing:3". Empty if the call has no relation.
  std::string relation() const {
    if (tool() == "juju-log" || tool() == "status-set") return {};
    const std::size_t option = line.find(" -r ");
    return option == std::string::npos ? "" : line.substr(option + 4, line.find(' ', option + 4) - option - 4);
  }
  bool prints() const {
    return !std::set<std::string>{"relation-set", "status-set", "juju-log", "state-set", "state-delete"}.contains(
        tool());
  }
  bool reads_input() const { return line.ends_with("--file -"); }
};

/// The expected result of the hook.
enum class End {
  same_as_without_fault,
  unnoticed,  ///< The answer is valid but wrong, so the hook cannot detect it. The next hook corrects the data.
  tolerated,
  failed,
};

/// A way to fail.
struct Way {
  enum class Kind { exit, signal, hang, cut, wrong, noise, missing, pipe, log };

  Kind kind = Kind::exit;
  std::string name = {};
  support::ToolFault fault = {};         ///< Unused if the tool is removed.
  std::string text = {};                 ///< The log must contain it.
  bool is_removed = false;               ///< Juju's error for a relation that is being removed.
  std::map<std::string, End> ends = {};  ///< By tool, if the hook does not fail.
  std::map<std::string, std::string> other_texts =
      {};                     ///< By tool, if the log contains this text instead of tool and `text`.
  std::string only = {};      ///< The only tool that can fail in this way. Empty: all.
  bool loses_events = false;  ///< Whether the hook loses its deferred events.

  bool applies_to(const Call& call) const {
    if (!only.empty() && call.tool() != only) return false;
    if (kind == Kind::cut || kind == Kind::wrong) return call.prints();
    if (kind == Kind::pipe) return call.reads_input();
    if (kind == Kind::missing) return call.number == 1;
    if (kind == Kind::log) return call.tool() != "juju-log";
    return true;
  }

  End expected(const Call& call) const {
    if (kind == Kind::noise) return End::same_as_without_fault;
    if (kind == Kind::log) return End::failed;
    if (is_removed && !call.relation().empty()) return End::tolerated;
    const auto end = ends.find(call.tool());
    return end == ends.end() ? End::failed : end->second;
  }

  /// Texts that the log must contain.
  std::vector<std::string> message_parts(const Call& call) const {
    const auto other = other_texts.find(call.tool());
    if (other != other_texts.end()) return {call.relation(), other->second};
    return {call.tool(), call.relation(), text};
  }
};

/// The columns of the summary.
inline const std::vector<std::string> kinds = {"exit",  "signal",  "hang", "cut",   "wrong",
                                               "noise", "missing", "pipe", "no log"};

inline std::vector<Way> ways() {
  using Kind = Way::Kind;
  std::vector<Way> all;
  const auto refusal = [&](const std::string& text, bool is_removed = false, std::map<std::string, End> ends = {}) {
    all.push_back({Kind::exit,
                   "exit 1: " + text,
                   {.errors = "ERROR " + text + "\n", .exit_status = 1},
                   "ERROR " + text,
                   is_removed,
                   std::move(ends)});
  };
  for (const char* text :
       {"relation not found", "invalid value \"tracing:3\" for option -r: relation not found", "permission denied",
        "permission denied (unauthorized access)", "cannot read relation application settings: permission denied"}) {
    refusal(text, true);
  }
  refusal("no network config found for binding \"tracing\"", false, {{"network-get", End::tolerated}});
  for (const char* text : {"connection is shut down", "cannot write relation settings: lease not held",
                           "cannot read settings for unit \"x/0\": settings not found",
                           "could not write settings: state changing too quickly; try again soon"}) {
    refusal(text);
  }
  all.push_back({Kind::exit, "exit 2 without a message", {.exit_status = 2}, "exit status 2"});
  all.push_back({Kind::exit,
                 "exit 1 with two lines",
                 {.errors = "ERROR try later\na second line\n", .exit_status = 1},
                 "ERROR try later"});
  all.push_back({Kind::signal, "killed before it has an effect", {.signal = 9}, "killed by signal 9"});
  all.push_back({Kind::signal, "killed after it had its effect", {.works = true, .signal = 9}, "killed by signal 9"});
  all.push_back({Kind::hang, "hangs before it has an effect", {.hangs = true}, "took too long"});
  all.push_back({Kind::hang, "hangs after it had its effect", {.works = true, .hangs = true}, "took too long"});
  all.push_back({Kind::cut, "prints half", {.works = true, .is_cut = true}, "unexpected text"});
  all.push_back({Kind::cut, "prints nothing", {.output = ""}, "unexpected text"});
  all.push_back({Kind::wrong, "prints a number", {.output = "7\n"}, "unexpected text"});
  all.push_back({Kind::wrong, "prints a list of objects", {.output = "[{\"unexpected\": 7}]\n"}, "unexpected text"});
  all.push_back({Kind::wrong, "prints invalid JSON", {.output = "do-not-tell-anybody: {\n"}, "unexpected text"});
  all.push_back({.kind = Kind::wrong,
                 .name = "prints an unexpected object",
                 .fault = {.output = "{\"unexpected\": 7}\n"},
                 .text = "unexpected text",
                 .ends = {{"network-get", End::tolerated}, {"state-get", End::unnoticed}},
                 .other_texts = {{"network-get", "network-get returned no address"},
                                 {"config-get", "option \""}}});  // the charm's message for a missing option
  all.push_back({.kind = Kind::wrong,
                 .name = "prints no address",
                 .fault = {.output = "{\"bind-addresses\": []}\n"},
                 .ends = {{"network-get", End::tolerated}},
                 .only = "network-get"});
  all.push_back({.kind = Kind::wrong,
                 .name = "prints an invalid deferred event",
                 .fault = {.output = "{\"deferred-000000\": 7}\n"},
                 .ends = {{"state-get", End::tolerated}},
                 .other_texts = {{"state-get", "deferred event that cannot be read: deferred-000000"}},
                 .only = "state-get",
                 .loses_events = true});
  all.push_back({Kind::noise,
                 "succeeds with a warning on standard error",
                 {.works = true, .errors = "WARNING: --format is deprecated\n"}});
  all.push_back({Kind::missing, "the tool is missing", {}, "no such hook tool"});
  all.push_back({Kind::missing, "the tool is not executable", {}, "cannot be started"});
  all.push_back({Kind::pipe, "exits without reading standard input", {.exit_status = 1}, "exit status 1"});
  all.push_back({Kind::log,
                 "fails, and juju-log fails",
                 {.errors = "ERROR connection is shut down\n", .exit_status = 1},
                 "connection is shut down"});
  return all;
}

}  // namespace faults
