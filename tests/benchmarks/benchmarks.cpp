// SPDX-License-Identifier: Apache-2.0
// Measures the library in one process, on data bags in memory. A benchmark is named WHAT/WORLD, such as jobs/10x100x2.
//
//     benchmarks [--benchmark_filter=REGEX ...]   measures (Google Benchmark)
//     benchmarks --show WORLD                     checks the text, prints the relations and jobs of the world as JSON
//     benchmarks --show-prometheus WORLD          the same for prometheus_scrape
#include <benchmark/benchmark.h>

#include <ctime>
#include <functional>
#include <iostream>
#include <juju/testing.hpp>
#include <stdexcept>
#include <string>
#include <support/shell_charm.hpp>

#include "prometheus_worlds.hpp"
#include "worlds.hpp"

namespace {

using namespace benchmarks;
using benchmark::DoNotOptimize;
using benchmark::State;
using Work = std::function<void()>;

template <typename Consumer>
std::string jobs_text(Consumer& consumer) {
  return scrape::to_yaml_safe_json(consumer.read().scrape_configs);
}

void update_status(juju::Framework& framework) { framework.run({.kind = juju::HookKind::update_status}); }

double processor_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// Runs the measured work. callgrind counts only this function: `--toggle-collect=measured`.
extern "C" [[gnu::noinline]] void measured(const Work& work) { work(); }

/// Measures the processor time of `work`, without that of `prepare`.
void measure(State& state, const Work& prepare, const Work& work) {
  for (auto _ : state) {
    prepare();
    const double begin = processor_seconds();
    measured(work);
    state.SetIterationTime(processor_seconds() - begin);
  }
}

void measure(State& state, const Work& work) {
  measure(state, Work([] {}), work);
}

void add(const std::string& name, const std::function<void(State&)>& run) {
  benchmark::RegisterBenchmark(name.c_str(), run)->UseManualTime()->Unit(benchmark::kMillisecond);
}

/// Adds `use(consumer)` at the start of a hook.
template <typename MakeWorld, typename Use>
void add_use(const std::string& name, MakeWorld make_world, Use use) {
  add(name, [=](State& state) {
    const auto world = make_world();
    const auto start_hook = [&] {
      for (MemoryRelation& relation : world->model.memory_relations) relation.start_hook();
    };
    measure(state, start_hook, [&] { use(world->charm.consumer); });
  });
}

/// Adds what a consumer does, and the same with nlohmann/json: parsing the same texts and dumping the same jobs, and
/// copying the jobs.
template <typename MakeWorld>
void add_consumer(const std::string& prefix, const std::string& world_name, MakeWorld make_world) {
  const auto name = [&](const std::string& what) { return prefix + what + "/" + world_name; };
  add_use(name("jobs"), make_world, [](auto& consumer) { DoNotOptimize(consumer.jobs()); });
  add_use(name("text"), make_world, [](auto& consumer) { DoNotOptimize(jobs_text(consumer)); });
  add_use(name("read"), make_world, [](auto& consumer) { DoNotOptimize(consumer.read()); });
  add(name("floor"), [=](State& state) {
    const auto world = make_world();
    const nlohmann::json jobs = world->charm.consumer.jobs();
    measure(state, [&] {
      for (MemoryRelation& relation : world->model.memory_relations) {
        const StringMap& bag = relation.bags[relation.application()].content;
        DoNotOptimize(nlohmann::json::parse(bag.at("scrape_metadata")));
        DoNotOptimize(nlohmann::json::parse(bag.at("scrape_jobs")));
      }
      DoNotOptimize(jobs.dump());
    });
  });
  add(name("copy"), [=](State& state) {
    const nlohmann::json jobs = make_world()->charm.consumer.jobs();
    measure(state, [&] { DoNotOptimize(nlohmann::json(jobs)); });
  });
}

/// Adds an update of a leader's data in every relation.
/// @param published_jobs  restored before each run, so that all data differs. Empty: no data differs.
void add_provider(const std::string& what, int relations, const std::string& published_jobs) {
  add(what + "/" + std::to_string(relations), [=](State& state) {
    World<Workload> world("music/0", "name: music\nprovides: {tracing: {interface: tempo_scrape}}");
    for (int id = 0; id < relations; ++id) world.model.memory_relations.emplace_back(id, "tempo");
    update_status(world.framework);
    const auto restore = [&] {
      if (published_jobs.empty()) return;
      for (MemoryRelation& relation : world.model.memory_relations) {
        relation.bags["music"].content = {{"scrape_metadata", R"({"model": "old"})"}, {"scrape_jobs", published_jobs}};
        relation.bags["music/0"].content = {{"tempo_scrape_unit_name", "old"}, {"tempo_scrape_unit_address", "old"}};
      }
    };
    measure(state, restore, [&] { update_status(world.framework); });
  });
}

void add_parsers() {
  for (const int count : {10, 1000}) {
    add("parse-jobs/" + std::to_string(count), [text = scrape_jobs(count)](State& state) {
      measure(state, [&] { DoNotOptimize(tempo_scrape::ScrapeJob::parse(text)); });
    });
  }
  add("parse-endpoint", [](State& state) {  // in the form that PyYAML writes
    const char* text =
        "hostname: tempo.local\notlp_grpc_port: 4317\notlp_http_port: 4318\ntempo_port: 3200\nzipkin_port: 9411\n";
    measure(state, [&] {
      std::vector<tempo_scrape::Problem> problems;
      DoNotOptimize(tempo_scrape::parse_endpoint(text, problems));
    });
  });
}

/// Adds a hook of a charm directory in the test kit, and the same script without the kit. The script calls a hook tool,
/// or /bin/true, `calls` times.
void add_kit(int calls) {
  const auto script = [calls](const std::string& program) {
    std::string text;
    for (int i = 0; i < calls; ++i) text += program + " >/dev/null\n";
    return text;
  };
  const auto add_real_time = [&](const std::string& what, const std::function<void(State&)>& run) {
    const std::string name = what + "/" + std::to_string(calls);
    benchmark::RegisterBenchmark(name.c_str(), run)->UseRealTime()->Unit(benchmark::kMillisecond);
  };
  add_real_time("kit-hook", [charm_script = script("is-leader")](State& state) {
    const support::ShellCharm charm(charm_script);
    juju::testing::TestModel model;
    model.deploy("shell", juju::testing::CharmDirectory(charm.path()));
    model.settle();
    for (auto _ : state) {
      model.unit("shell/0").fire(juju::testing::update_status());
      model.settle();
    }
  });
  add_real_time("script", [charm_script = script("/bin/true")](State& state) {
    const support::ShellCharm charm(charm_script);
    for (auto _ : state) {
      DoNotOptimize(juju::hook_tools::run_commands({{.arguments = {(charm.path() / "dispatch").string()}}}, 0));
    }
  });
}

/// Prints the relations and the jobs in the form of tests/vectors.
template <typename Charm>
void show(World<Charm>& world) {
  auto& consumer = world.charm.consumer;
  const nlohmann::json jobs = consumer.jobs();
  if (jobs_text(consumer) != juju::to_yaml_safe_json(jobs)) throw std::runtime_error("the text differs from jobs()");
  if (!consumer.problems().empty()) throw std::runtime_error("the world has problems");
  nlohmann::json relations = nlohmann::json::array();
  for (MemoryRelation& relation : world.model.memory_relations) {
    const std::string& app = relation.application();
    nlohmann::json units = nlohmann::json::object();
    for (const std::string& unit : relation.units()) units[unit] = relation.bags[unit].content;
    relations.push_back(
        {{"id", relation.id()}, {"app", app}, {"app_data", relation.bags[app].content}, {"units", units}});
  }
  std::cout << nlohmann::json{{"input", {{"relations", relations}}}, {"expected", jobs}} << "\n";
}

/// A Tempo that shows its jobs.
struct ShowingTempo final : juju::CharmBase {
  explicit ShowingTempo(juju::Framework& framework) : CharmBase(framework) {
    framework.observe(consumer.on().targets_changed, [this](juju::Event&) {
      unit().set_status(juju::ActiveStatus{std::to_string(consumer.jobs().size())});
    });
  }
  tempo_scrape::TracingEndpointConsumer<ShowingTempo> consumer{*this};
};

/// All calls of a Tempo unit while the units of a workload come up.
int calls_while_coming_up(juju::testing::TestModel model, int units) {
  model.deploy<Workload>("music", juju::Metadata::parse("name: music\nprovides: {tracing: {interface: tempo_scrape}}"),
                         {.units = units});
  model.integrate("music:tracing", "tempo:tracing");
  int calls = 0;
  for (bool ran = true; ran;) {
    int in_hook = 0;
    const auto trace = model.advance(1, {.before_call = [&](const juju::testing::Call&) { ++in_hook; }});
    ran = !trace.empty();
    if (ran && trace[0].unit == "tempo/0") calls += in_hook;
  }
  return calls;
}

/// Prints these calls with the cache and without, and those of a charm directory if there is one.
void show_calls(int units, const std::string& directory) {
  for (const bool cache : {true, false}) {
    juju::testing::TestModel model({.cache = cache});
    model.deploy<ShowingTempo>("tempo",
                               juju::Metadata::parse("name: tempo\nrequires: {tracing: {interface: tempo_scrape}}"));
    std::cout << calls_while_coming_up(std::move(model), units) << " ";
  }
  if (!directory.empty()) {
    juju::testing::TestModel model;
    model.deploy("tempo", juju::testing::CharmDirectory(directory));
    std::cout << calls_while_coming_up(std::move(model), units);
  }
  std::cout << "\n";
}

}  // namespace

int main(int argc, char* argv[]) {
  if (argc == 3 && std::string(argv[1]) == "--show") {
    show(*tempo_world(argv[2]));
    return 0;
  }
  if (argc >= 3 && std::string(argv[1]) == "--come-up") {
    show_calls(std::stoi(argv[2]), argc > 3 ? argv[3] : "");
    return 0;
  }
  if (argc == 3 && std::string(argv[1]) == "--show-prometheus") {
    show(*prometheus_world(argv[2]));
    return 0;
  }
  for (const std::string world : {"1x1x1", "10x10x2", "100x10x2", "10x100x2", "100x100x2", "1x100x1", "1x10000x1"}) {
    add_consumer("", world, [=] { return tempo_world(world); });
  }
  for (const std::string world : {"10x100x2", "100x100x2", "1x100x1", "1x10000x1"}) {
    add_consumer("prometheus-", world, [=] { return prometheus_world(world); });
  }
  for (const std::string world : {"1x1x3000", "1x1x30000"}) {
    add_use(
        "clash/" + world, [=] { return tempo_world(world, false); },
        [](auto& consumer) { DoNotOptimize(consumer.jobs()); });
  }
  for (const int relations : {1, 100}) {
    add_provider("provider-same", relations, "");
    add_provider("provider-changed", relations, scrape_jobs(1));
  }
  add_parsers();
  for (const int calls : {0, 20}) add_kit(calls);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
