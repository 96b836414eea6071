// SPDX-License-Identifier: Apache-2.0
// The ways in which a call of a hook tool fails, and what must become of the hook then.
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
  int number = 1;         ///< Among the calls of that line.

  bool operator==(const Call&) const = default;

  std::string tool() const { return line.substr(0, line.find(' ')); }

  /// "tracing:3"; empty where it is of no relation.
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

/// What must become of the hook.
enum class End {
  as_if_nothing,
  unnoticed,  ///< Juju answered well and told what is not so: nobody can say that, and the next hook mends it.
  tolerated,
  failed,
};

/// A way to fail.
struct Way {
  enum class Kind { exit, signal, hang, cut, wrong, noise, missing, pipe, log };

  Kind kind = Kind::exit;
  std::string name = {};
  support::ToolFault fault = {};                  ///< Of no use where the tool itself is taken away.
  std::string text = {};                          ///< What the log must quote of it.
  bool is_dying = false;                          ///< Juju's text for a relation that dies.
  std::map<std::string, End> ends = {};           ///< By tool, where the hook does not fail.
  std::map<std::string, std::string> tells = {};  ///< By tool, where the log says something else than tool and text.
  std::string only = {};                          ///< The one tool that fails so; empty: any.
  bool loses_events = false;                      ///< Deferred events that Juju spoilt do not come back.

  bool applies_to(const Call& call) const {
    if (!only.empty() && call.tool() != only) return false;
    if (kind == Kind::cut || kind == Kind::wrong) return call.prints();
    if (kind == Kind::pipe) return call.reads_input();
    if (kind == Kind::missing) return call.number == 1;
    if (kind == Kind::log) return call.tool() != "juju-log";
    return true;
  }

  End expected(const Call& call) const {
    if (kind == Kind::noise) return End::as_if_nothing;
    if (kind == Kind::log) return End::failed;
    if (is_dying && !call.relation().empty()) return End::tolerated;
    const auto end = ends.find(call.tool());
    return end == ends.end() ? End::failed : end->second;
  }

  /// What the log must say.
  std::vector<std::string> told(const Call& call) const {
    const auto other = tells.find(call.tool());
    if (other != tells.end()) return {call.relation(), other->second};
    return {call.tool(), call.relation(), text};
  }
};

/// The columns of the summary.
inline const std::vector<std::string> kinds = {"exit",  "signal",  "hang", "cut",   "wrong",
                                               "noise", "missing", "pipe", "no log"};

inline std::vector<Way> ways() {
  using Kind = Way::Kind;
  std::vector<Way> all;
  const auto refusal = [&](const std::string& text, bool is_dying = false, std::map<std::string, End> ends = {}) {
    all.push_back({Kind::exit,
                   "exit 1: " + text,
                   {.errors = "ERROR " + text + "\n", .exit_status = 1},
                   "ERROR " + text,
                   is_dying,
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
  all.push_back({Kind::exit, "exit 2 without a word", {.exit_status = 2}, "exit status 2"});
  all.push_back({Kind::exit,
                 "exit 1 with two lines",
                 {.errors = "ERROR try later\na second line\n", .exit_status = 1},
                 "ERROR try later"});
  all.push_back({Kind::signal, "killed before its work", {.signal = 9}, "killed by signal 9"});
  all.push_back({Kind::signal, "killed after its work", {.works = true, .signal = 9}, "killed by signal 9"});
  all.push_back({Kind::hang, "hangs before its work", {.hangs = true}, "took too long"});
  all.push_back({Kind::hang, "hangs after its work", {.works = true, .hangs = true}, "took too long"});
  all.push_back({Kind::cut, "prints half", {.works = true, .is_cut = true}, "unexpected text"});
  all.push_back({Kind::cut, "prints nothing", {.output = ""}, "unexpected text"});
  all.push_back({Kind::wrong, "prints a number", {.output = "7\n"}, "unexpected text"});
  all.push_back({Kind::wrong, "prints a list of objects", {.output = "[{\"unexpected\": 7}]\n"}, "unexpected text"});
  all.push_back({Kind::wrong, "prints no JSON", {.output = "do-not-tell-anybody: {\n"}, "unexpected text"});
  all.push_back({.kind = Kind::wrong,
                 .name = "prints an object of something else",
                 .fault = {.output = "{\"unexpected\": 7}\n"},
                 .text = "unexpected text",
                 .ends = {{"network-get", End::tolerated}, {"state-get", End::unnoticed}},
                 .tells = {{"network-get", "network-get returned no address"},
                           {"config-get", "option \""}}});  // the charm's word for the option that it misses
  all.push_back({.kind = Kind::wrong,
                 .name = "prints no address",
                 .fault = {.output = "{\"bind-addresses\": []}\n"},
                 .ends = {{"network-get", End::tolerated}},
                 .only = "network-get"});
  all.push_back({.kind = Kind::wrong,
                 .name = "prints a deferred event that is none",
                 .fault = {.output = "{\"deferred-000000\": 7}\n"},
                 .ends = {{"state-get", End::tolerated}},
                 .tells = {{"state-get", "deferred event that cannot be read: deferred-000000"}},
                 .only = "state-get",
                 .loses_events = true});
  all.push_back({Kind::noise,
                 "succeeds with a warning on standard error",
                 {.works = true, .errors = "WARNING: --format is deprecated\n"}});
  all.push_back({Kind::missing, "the tool is missing", {}, "no such hook tool"});
  all.push_back({Kind::missing, "the tool is not executable", {}, "cannot be started"});
  all.push_back({Kind::pipe, "dies without reading standard input", {.exit_status = 1}, "exit status 1"});
  all.push_back({Kind::log,
                 "fails, and so does the log",
                 {.errors = "ERROR connection is shut down\n", .exit_status = 1},
                 "connection is shut down"});
  return all;
}

}  // namespace faults
