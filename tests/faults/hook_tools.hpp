// SPDX-License-Identifier: Apache-2.0
// Runs a scenario's charm over the hook tools. Each hook runs in its own process. At most one call fails.
#pragma once

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <support/dispatch.hpp>
#include "scenario.hpp"
#include "state_json.hpp"
#include "ways.hpp"

namespace faults {

inline std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Everything that a hook can change: the state in Juju, and files in the charm directory.
struct World {
  nlohmann::json kept = {};
  juju::StringMap files = {};
  std::string copy = {};  ///< What the next hook remembers.

  /// Not of the copy, which has a time in it.
  bool operator==(const World& other) const { return kept == other.kept && files == other.files; }
};

/// The result of a hook.
struct Ended {
  int status = -1;  ///< The exit status, or 128 plus the signal that ended it.
  World world = {};
  std::vector<juju::testing::LogLine> log = {};
  std::string errors = {};  ///< Standard error.
  std::vector<Call> calls = {};
};

/// The results of hooks without a fault, by the hook's name and the world before it.
using KnownEnds = std::map<std::tuple<std::string, nlohmann::json, juju::StringMap, std::string>, Ended, std::less<>>;

/// What a copy says, without its time.
inline std::string without_time(const std::string& copy) {
  const std::size_t begin = copy.find("\"read-at\":");
  return begin == std::string::npos ? copy : copy.substr(copy.find(',', begin));
}

/// A call, and how it fails.
struct Fault {
  Call call;
  Way way;
};

/// Runs hooks of one unit of the scenario's charm, with `support::StandInJuju`.
class HookTools {
 public:
  /// @param known  results from another object for the same scenario.
  explicit HookTools(const Scenario& scenario, KnownEnds known = {})
      : scenario_(scenario),
        juju_(scenario.start, juju::Metadata::load(scenario.charm.directory)),
        known_(std::move(known)) {
    for (const char* file : {"metadata.yaml", "config.yaml"}) {
      std::filesystem::copy_file(scenario.charm.directory / file, charm_.path() / file);
    }
    for (const auto& [file, text] : scenario.files) {
      std::filesystem::create_directories((charm_.path() / file).parent_path());
      std::ofstream(charm_.path() / file) << text;
    }
  }

  const KnownEnds& known() const { return known_; }

  /// The world before the scenario's hook.
  World before() {
    World world{to_json(juju_.state())};
    for (const juju::Hook& hook : scenario_.earlier) world = run(world, hook).world;
    if (!scenario_.remembers) world.copy.clear();
    juju_.go_back(from_json(world.kept));
    if (scenario_.meanwhile) juju_.change(scenario_.meanwhile);
    return {to_json(juju_.state()), world.files, world.copy};
  }

  /// Runs a hook with this fault. Without a fault, a hook that already ran in the same world does not run again: the
  /// known result is returned.
  Ended run(const World& before, const juju::Hook& hook, const std::optional<Fault>& fault = {}) {
    if (fault) return run_process(before, hook, fault);
    const auto key = std::make_tuple(hook.name(), before.kept, before.files, without_time(before.copy));
    const auto known = known_.find(key);
    if (known != known_.end()) return known->second;
    return known_.emplace(key, run_process(before, hook, {})).first->second;
  }

  /// Runs a hook that can neither read nor write the file with its copy.
  Ended run_with_blocked_copy(const World& before, const juju::Hook& hook) {
    is_copy_blocked_ = true;
    Ended ended = run_process(before, hook, {});
    is_copy_blocked_ = false;
    return ended;
  }

  /// The world after `juju resolved --no-retry`: the hook counts as done, but it did not run.
  World skipped(const World& world, const juju::Hook& hook) {
    juju_.go_back(from_json(world.kept));
    juju_.change([&](State& state) { close(state, hook); });
    return {to_json(juju_.state()), world.files, world.copy};
  }

 private:
  static constexpr int timeout_ms = 1500;

  Ended run_process(const World& before, const juju::Hook& hook, const std::optional<Fault>& fault) {
    begin(before);
    if (fault) inject(*fault);
    Ended ended{.status = dispatch(hook, fault && fault->way.kind == Way::Kind::hang)};
    if (fault) juju_.put_back(fault->call.tool());
    ended.calls = calls();
    ended.errors = text_of(errors_);
    if (ended.status == 0) {
      juju_.flush();
      if (breaks(hook)) juju_.change([&](State& state) { close(state, hook); });
    } else {
      juju_.drop();
    }
    ended.world.kept = to_json(juju_.state());
    ended.log = ended.world.kept["log"].get<std::vector<juju::testing::LogLine>>();
    ended.world.kept["log"] = nlohmann::json::array();
    for (const char* file : written_files) {
      if (std::filesystem::exists(charm_.path() / file)) ended.world.files[file] = text_of(charm_.path() / file);
    }
    if (std::filesystem::is_regular_file(copy_)) ended.world.copy = text_of(copy_);
    return ended;
  }

  void begin(const World& world) {
    juju_.go_back(from_json(world.kept));
    for (const char* file : written_files) std::filesystem::remove(charm_.path() / file);
    for (const auto& [file, text] : world.files) std::ofstream(charm_.path() / file, std::ios::binary) << text;
    std::filesystem::remove_all(copy_);
    if (is_copy_blocked_) {
      std::filesystem::create_directories(copy_ / "inside");
    } else if (!world.copy.empty()) {
      std::ofstream(copy_, std::ios::binary) << world.copy;
    }
  }

  void inject(const Fault& fault) {
    if (fault.way.kind == Way::Kind::log) juju_.fail("juju-log", "connection is shut down");
    const std::string tool = fault.call.tool();
    if (fault.way.kind == Way::Kind::missing && fault.way.text == "cannot be started") {
      juju_.replace_by_text(tool);
    } else if (fault.way.kind == Way::Kind::missing) {
      juju_.take_away(tool);
    } else if (fault.way.kind == Way::Kind::pipe) {  // only this call exits without reading its input
      juju_.replace_by_script(tool, "[ \"" + tool + " $*\" != \"" + fault.call.line + "\" ] || exit 1\nexec " +
                                        TEMPO_SCRAPE_HOOK_TOOLS "/" + tool + " \"$@\"");
    } else {
      juju_.fail_call(fault.call.line, fault.call.number, fault.way.fault);
    }
  }

  int dispatch(const juju::Hook& hook, bool with_timeout) {
    juju_.set_hook(hook);
    const auto environment = support::environment_of(juju_.state(), hook, charm_.path());
    const pid_t child = ::fork();
    if (child == 0) {
      const int errors = ::open(errors_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
      ::dup2(errors, STDERR_FILENO);
      const support::EnvironmentVariables variables(environment);
      juju::MainOptions options;
      if (with_timeout) options.hook_tool_timeout_ms = timeout_ms;
      ::_exit(scenario_.charm.main(options));
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  /// The order is not fixed: data bags are read concurrently.
  std::vector<Call> calls() const {
    std::map<std::string, int> numbers;
    std::vector<Call> calls;
    for (const std::string& line : juju_.calls()) calls.push_back({line, ++numbers[line]});
    return calls;
  }

  static constexpr const char* written_files[] = {"scrape_config.json", "scrape_config.json.new"};

  const Scenario& scenario_;
  support::StandInJuju juju_;
  support::TemporaryDirectory charm_;
  std::filesystem::path errors_ = charm_.path() / "standard-error";
  std::filesystem::path copy_ = charm_.path() / ".relation-cache";
  bool is_copy_blocked_ = false;
  KnownEnds known_;
};

}  // namespace faults
