// SPDX-License-Identifier: Apache-2.0
// Makes each call of each hook fail once in each way, and checks the result.
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <cstdlib>
#include <iomanip>
#include <iostream>
#include <map>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "judge.hpp"
#include "kit.hpp"

namespace {

using namespace faults;

struct Chosen {
  std::string backend = "both";
  std::string scenario = {};
  std::string call = {};
  std::string way = {};
  int jobs = 2;
  int part = 1;
  int parts = 1;
};

/// One fault to try over the hook tools.
struct Case {
  std::size_t scenario = 0;
  Fault fault;

  std::string replay(const Scenario& of) const {
    return "fault_sweep --backend hook-tools --scenario " + of.name + " --call '" + fault.call.line + "' --way '" +
           fault.way.name + "'";
  }
};

/// A counter in shared memory: the index of the next case.
class CaseCounter {
 public:
  CaseCounter()
      : next_(new (::mmap(nullptr, sizeof(Number), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0))
                  Number(0)) {}
  std::size_t take() { return next_->fetch_add(1); }

 private:
  using Number = std::atomic<std::size_t>;
  Number* next_;
};

/// The sweep over the hook tools. Each worker process takes the next case and writes its verdict to a pipe.
class HookToolSweep {
 public:
  HookToolSweep(const std::vector<Scenario>& all, const Chosen& chosen) : all_(all), chosen_(chosen) { find_cases(); }

  std::size_t faults() const { return quick_.size() + slow_.size(); }
  std::size_t calls() const { return calls_; }

  int run() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
    CaseCounter quick_counter;
    CaseCounter slow_counter;
    int workers = 0;
    const auto work = [&](const std::vector<Case>& cases, CaseCounter& counter, int count) {
      for (int i = 0; i < count; ++i, ++workers) {
        if (::fork() != 0) continue;
        worker(cases, counter, ends[1]);
        ::_exit(0);
      }
    };
    std::cout << std::flush;
    work(slow_, slow_counter, hanging_workers_per_job * chosen_.jobs);
    work(quick_, quick_counter, chosen_.jobs);
    ::close(ends[1]);
    int failures = blocked_failures_ + read_verdicts(ends[0]);
    for (; workers > 0; --workers) {
      int status = 0;
      ::wait(&status);
      if (status != 0) ++failures;
    }
    if (judged_ != faults()) {
      std::cout << "only " << judged_ << " of " << faults() << " faults were judged\n";
      ++failures;
    }
    return failures;
  }

  void print_table() const {
    std::cout << std::left << std::setw(36) << "scenario" << std::right << std::setw(7) << "calls";
    for (const std::string& kind : kinds) std::cout << std::setw(9) << kind;
    std::cout << "\n";
    for (const auto& [name, row] : table_) {
      std::cout << std::left << std::setw(36) << name << std::right << std::setw(7) << row.calls;
      for (std::size_t kind = 0; kind < kinds.size(); ++kind) std::cout << std::setw(9) << row.faults[kind];
      std::cout << "\n";
    }
  }

 private:
  static constexpr int hanging_workers_per_job = 12;

  struct Row {
    std::size_t calls = 0;
    std::vector<int> faults = std::vector<int>(kinds.size());
  };

  void find_cases() {
    const std::vector<Way> all_ways = ways();
    std::size_t number = 0;
    for (std::size_t i = 0; i < all_.size(); ++i) {
      HookTools tools(all_[i]);
      references_.push_back(Reference::of(all_[i], tools));
      known_.push_back(tools.known());
      const Ended& after = references_.back().after;
      if (after.status != 0 || (after.calls.empty() && !all_[i].remembers))
        throw std::runtime_error(all_[i].name + " fails without a fault: " + after.errors);
      std::set<std::string> tools_seen;
      const bool logs = std::any_of(after.calls.begin(), after.calls.end(),
                                    [](const Call& call) { return call.tool() == "juju-log"; });
      for (const Call& call : after.calls) {
        const bool is_tools_first = tools_seen.insert(call.tool()).second;
        for (const Way& way : all_ways) {
          if (!way.applies_to(call) || (way.kind == Way::Kind::missing && !is_tools_first)) continue;
          if (way.kind == Way::Kind::log && logs) continue;
          if (!is_chosen(all_[i], call, way) ||
              static_cast<int>(number++ % static_cast<std::size_t>(chosen_.parts)) + 1 != chosen_.part)
            continue;
          (way.kind == Way::Kind::hang ? slow_ : quick_).push_back({i, {call, way}});
          ++table_[all_[i].name].faults[static_cast<std::size_t>(way.kind)];
        }
      }
      report_blocked_copy(i, tools);
      calls_ += after.calls.size();
      if (table_.contains(all_[i].name)) table_[all_[i].name].calls = after.calls.size();
    }
  }

  void report_blocked_copy(std::size_t scenario, HookTools& tools) {
    for (const std::string& problem : judge_blocked_copy(all_[scenario], references_[scenario], tools)) {
      ++blocked_failures_;
      std::cout << "FAILED " << all_[scenario].name << ", its copy is blocked: " << problem << "\n";
    }
  }

  bool is_chosen(const Scenario& scenario, const Call& call, const Way& way) const {
    const auto matches = [](const std::string& wanted, const std::string& is) {
      return wanted.empty() || wanted == is;
    };
    return matches(chosen_.scenario, scenario.name) && matches(chosen_.call, call.line) &&
           matches(chosen_.way, way.name);
  }

  void worker(const std::vector<Case>& cases, CaseCounter& counter, int to) {
    std::unique_ptr<HookTools> tools;
    std::size_t scenario = all_.size();
    for (std::size_t i = counter.take(); i < cases.size(); i = counter.take()) {
      const Case& at = cases[i];
      if (at.scenario != scenario) {
        tools.reset();
        tools = std::make_unique<HookTools>(all_[at.scenario], known_[at.scenario]);
        scenario = at.scenario;
      }
      std::string verdict;
      for (const std::string& problem : Judge(all_[at.scenario], references_[at.scenario], *tools, at.fault).judge())
        verdict += "\n  " + problem;
      if (!verdict.empty()) verdict = at.replay(all_[at.scenario]) + verdict;
      verdict = verdict.substr(0, 3000) + '\0';
      if (::write(to, verdict.data(), verdict.size()) < 0) ::_exit(3);
    }
  }

  int read_verdicts(int from) {
    int failures = 0;
    std::string verdict;
    std::array<char, 4096> buffer{};
    for (ssize_t got = 0; (got = ::read(from, buffer.data(), buffer.size())) > 0;) {
      for (ssize_t i = 0; i < got; ++i) {
        if (buffer[static_cast<std::size_t>(i)] != '\0') {
          verdict += buffer[static_cast<std::size_t>(i)];
          continue;
        }
        ++judged_;
        if (!verdict.empty()) {
          ++failures;
          std::cout << "FAILED " << verdict << "\n";
        }
        verdict.clear();
        if (::isatty(STDOUT_FILENO) != 0 && judged_ % 20 == 0)
          std::cout << judged_ << " of " << faults() << "\r" << std::flush;
      }
    }
    return failures;
  }

  const std::vector<Scenario>& all_;
  const Chosen& chosen_;
  std::vector<Reference> references_;
  std::vector<KnownEnds> known_;  ///< Of each scenario. The workers do not run the hooks without a fault again.
  std::vector<Case> quick_;
  std::vector<Case> slow_;
  std::map<std::string, Row> table_;
  std::size_t calls_ = 0;
  std::size_t judged_ = 0;
  int blocked_failures_ = 0;
};

struct KitSum {
  int faults = 0;
  int failures = 0;
};

KitSum sweep_kit(const std::vector<Scenario>& all) {
  KitSum sum;
  const auto report = [&](const std::string& what, const Problems& problems) {
    if (problems.empty()) return;
    ++sum.failures;
    std::cout << "FAILED " << what << "\n";
    for (const std::string& problem : problems) std::cout << "  " << problem << "\n";
  };
  for (const Scenario& scenario : all) {
    const std::string replay = "fault_sweep --backend kit --scenario " + scenario.name;
    Kit kit(scenario);
    HookTools tools(scenario);
    const Ended ended = tools.run(tools.before(), scenario.hook);
    Problems apart = differences(kit.after(), ended.world);
    require_same_calls(kit.calls(), ended.calls, apart);
    report(replay + ", against the hook tools", apart);
    for (std::size_t call = 0; call < kit.calls().size(); ++call) {
      for (const Thrown& way : thrown) {
        ++sum.faults;
        report(replay + ", call " + std::to_string(call) + " throws " + way.name, kit.judge(call, way));
      }
    }
    std::cout << std::left << std::setw(36) << scenario.name << std::right << std::setw(7) << kit.calls().size()
              << " calls in the kit\n";
  }
  return sum;
}

/// The same on a model with several applications.
KitSum sweep_model() {
  KitSum sum;
  const SettlingModel model;
  for (std::size_t call = 0; call < model.calls(); ++call) {
    for (const Thrown& way : thrown) {
      ++sum.faults;
      const Problems problems = model.judge(call, way);
      if (problems.empty()) continue;
      ++sum.failures;
      std::cout << "FAILED fault_sweep --backend kit, the model, call " << call << " throws " << way.name << "\n";
      for (const std::string& problem : problems) std::cout << "  " << problem << "\n";
    }
  }
  std::cout << std::left << std::setw(36) << "a model that settles" << std::right << std::setw(7) << model.calls()
            << " calls in the kit\n";
  return sum;
}

/// Writes the many small files of the hooks to memory if possible. A disk would take longer than the hook.
void keep_files_in_memory() {
  const char* memory = "/dev/shm";
  if (::access(memory, W_OK | X_OK) == 0) ::setenv("TMPDIR", memory, 0);
}

}  // namespace

int main(int argc, char* argv[]) {
  Chosen chosen;
  CLI::App app("Makes each call of each hook fail once in each way.");
  app.add_option("--backend", chosen.backend, "hook-tools, kit or both")
      ->check(CLI::IsMember({"hook-tools", "kit", "both"}));
  app.add_option("--scenario", chosen.scenario, "run only this scenario");
  app.add_option("--call", chosen.call, "make only this command line fail");
  app.add_option("--way", chosen.way, "fail only in this way");
  app.add_option("--jobs", chosen.jobs, "the number of faults at the same time")->check(CLI::PositiveNumber);
  app.add_option("--part", chosen.part, "run only this part of the faults over the hook tools")
      ->check(CLI::PositiveNumber);
  app.add_option("--of", chosen.parts, "the number of parts")->check(CLI::PositiveNumber);
  CLI11_PARSE(app, argc, argv);
  keep_files_in_memory();

  std::vector<Scenario> all = scenarios();
  std::erase_if(all, [&](const Scenario& it) { return !chosen.scenario.empty() && it.name != chosen.scenario; });
  std::string summary = std::to_string(all.size()) + " scenarios";
  std::size_t faults = 0;
  int failures = 0;
  if (chosen.backend != "kit") {
    HookToolSweep sweep(all, chosen);
    failures += sweep.run();
    sweep.print_table();
    faults += sweep.faults();
    summary += ", " + std::to_string(sweep.calls()) + " calls, " + std::to_string(sweep.faults()) +
               " faults over the hook tools";
  }
  if (chosen.backend != "hook-tools") {
    KitSum sum = sweep_kit(all);
    if (chosen.scenario.empty()) {
      const KitSum of_model = sweep_model();
      sum.faults += of_model.faults;
      sum.failures += of_model.failures;
    }
    failures += sum.failures;
    faults += static_cast<std::size_t>(sum.faults);
    summary += ", " + std::to_string(sum.faults) + " faults over the kit";
  }
  const bool passed = failures == 0 && faults > 0;
  std::cout << summary << ": " << (passed ? "no failure" : "failed: " + std::to_string(failures)) << "\n";
  return passed ? 0 : 1;
}
