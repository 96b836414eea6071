#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the library with `ops` and nlohmann/json, prints tables, and draws the ratios in BUILD/ratios.svg.

    run.py BUILD COMPILER

`cmake --workflow --preset benchmark` runs this. A time is the time of the fastest run. C++ and Python run in turn.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import plot
from plot import Row

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
WORLDS = ("1x1x1", "10x10x2", "100x10x2", "10x100x2", "100x100x2", "1x10000x1")  # relations x units x jobs
LARGE_WORLDS = ("10x100x2", "100x100x2", "1x10000x1")
PROMETHEUS_WORLDS = ("10x100x2", "1x10000x1")  # of prometheus_scrape, with a job for each unit
HOOK_WORLD = "1x10x2"
LIBRARIES = ("tempo_k8s/v0/tempo_scrape", "prometheus_k8s/v0/prometheus_scrape", "tempo_coordinator_k8s/v0/tracing")
CHARMS = ("spring-music", "tempo", "music", "prometheus")
ROUNDS, HOOKS = 3, 30
HOOK_UNITS = {1: 10, 100: 5, 1000: 3, 10000: 2}  # and the number of rounds
MODEL_UUID = "12de4fae-06cc-4ceb-9089-567be09fec78"

# Every hook tool: prints the line in ANSWERS/TOOL[.app]/RELATION/ENTITY.json, and starts no other process.
HOOK_TOOL = """#!/bin/sh
tool=${0##*/} relation= entity=
while [ $# -gt 0 ]; do
  case $1 in -r) relation=${2##*:}; shift ;; --app) tool=$tool.app ;; -*) ;; *) entity=$1 ;; esac
  shift
done
file="ANSWERS/$tool/$relation/$entity.json"
[ ! -f "$file" ] || { IFS= read -r line <"$file"; printf '%s\\n' "$line"; }
"""
HOOK_TOOLS = ("relation-ids", "relation-list", "relation-get", "relation-set", "is-leader", "network-get", "config-get",
              "status-set", "juju-log", "state-get", "state-set", "state-delete")
ANSWERS = {
    "relation-ids//tracing": ["tracing:0"], "is-leader//": True, "state-get//": {},
    "config-get//": {"jobs": "", "port": 8000, "hostname": "tempo.local", "tempo-port": 3200, "otlp-grpc-port": 4317,
                     "otlp-http-port": 4318, "zipkin-port": 9411},
    "network-get/0/tracing": {"bind-addresses": [{"interface-name": "eth0", "addresses": [{"value": "10.0.0.1"}]}]}}


class Cost(NamedTuple):
    """Of one process: milliseconds, milliseconds of the processor, and megabytes."""

    wall: float
    processor: float
    memory: float


def output_of(*command) -> str:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else sys.exit(f"{command[0]} failed:\n{done.stdout}{done.stderr}")


class InProcess:
    """The benchmarks in C++ and the peer in Python. `times` has milliseconds by name, such as text/10x100x2."""

    def __init__(self, program: Path, python: Path, scratch: Path):
        self._program, self._python, self._scratch = program, python, scratch
        self.times: dict[str, float] = {}
        self.files = {world: scratch / f"{world}.json" for world in (*WORLDS, HOOK_WORLD)}
        self.prometheus_files = {world: scratch / f"prometheus-{world}.json" for world in PROMETHEUS_WORLDS}

    def check(self) -> None:
        """Checks that C++ and Python return the same jobs, and that the peer returns the same as the Python library."""
        for world, file in self.files.items():
            file.write_text(output_of(self._program, "--show", world))
        self._peer("check", *self.files.values(), *(ROOT / "tests/vectors/consumer-jobs").glob("*.json"))
        for world, file in self.prometheus_files.items():
            file.write_text(output_of(self._program, "--show-prometheus", world))
        self._prometheus_peer("check", *self.prometheus_files.values())

    def measure(self) -> None:
        for world in WORLDS:
            self._run(f"/{world}/")
            for name, milliseconds in json.loads(self._peer("measure", self.files[world])).items():
                self._keep(f"python-{name}/{world}", milliseconds)
        for world, file in self.prometheus_files.items():
            for name, milliseconds in json.loads(self._prometheus_peer("measure", file)).items():
                self._keep(f"python-prometheus-{name}/{world}", milliseconds)
        self._run("^(clash|provider|parse|kit|script)")

    def instructions(self, name: str) -> int:
        file = self._scratch / "callgrind.out"
        output_of("valgrind", "--tool=callgrind", "--toggle-collect=measured", f"--callgrind-out-file={file}",
                  self._program, f"--benchmark_filter=^{name}/", "--benchmark_min_time=0")
        return next(int(line.split()[1]) for line in file.read_text().splitlines() if line.startswith("totals:"))

    def _peer(self, *arguments) -> str:
        return output_of(self._python, "-B", HERE / "peer/in_process.py", *arguments)

    def _prometheus_peer(self, *arguments) -> str:
        return output_of(self._python, "-B", HERE / "peer/prometheus.py", *arguments)

    def _run(self, pattern: str) -> None:
        options = "--benchmark_format=json", "--benchmark_min_time=0.2"
        for row in json.loads(output_of(self._program, f"--benchmark_filter={pattern}", *options))["benchmarks"]:
            self._keep(row["name"].removesuffix("/manual_time").removesuffix("/real_time"), row["real_time"])

    def _keep(self, name: str, milliseconds: float) -> None:
        self.times[name] = min(milliseconds, self.times.get(name, milliseconds))


def run_process(command: Path, environment: dict) -> Cost:
    begin = time.perf_counter()
    process = subprocess.Popen([command], cwd=command.parent, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Cost(1000 * (time.perf_counter() - begin), 1000 * (usage.ru_utime + usage.ru_stime), usage.ru_maxrss / 1024)


def hook_costs(directory: Path, charm: Path, peer: str, unit: str, app: str, bags: dict, rounds: int) -> dict[str, Cost]:
    """Runs tracing-relation-changed of a charm and of its peer, as processes with the same hook tools.

    `bags` has the data bag of each unit and application. The charm runs without what it remembers and with it. Returns
    the fastest run of each.
    """
    charms, tools = [directory / "cpp", directory / "python"], directory / "tools"
    for copy in charms:
        shutil.copytree(charm, copy)
    (charms[1] / "dispatch").write_text(f"#!/bin/sh\nexec {peer}\n")
    tools.mkdir()
    (tools / "tool").write_text(HOOK_TOOL.replace("ANSWERS", str(directory / "answers")))
    (tools / "tool").chmod(0o755)
    for tool in HOOK_TOOLS:
        (tools / tool).symlink_to("tool")
    answers = {f"relation-get{'' if '/' in name else '.app'}/0/{name}": bag for name, bag in bags.items()}
    answers |= {"relation-list/0/": [name for name in bags if name.startswith(f"{app}/")],
                "relation-list.app/0/": app, **ANSWERS}
    for name, answer in answers.items():
        file = directory / f"answers/{name}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(answer) + "\n")
    environment = {
        "PATH": f"{tools}:{os.environ['PATH']}", "JUJU_DISPATCH_PATH": "hooks/tracing-relation-changed",
        "JUJU_HOOK_NAME": "tracing-relation-changed", "JUJU_UNIT_NAME": unit, "JUJU_MODEL_NAME": "cos",
        "JUJU_MODEL_UUID": MODEL_UUID, "JUJU_VERSION": "3.6.0", "JUJU_RELATION": "tracing",
        "JUJU_RELATION_ID": "tracing:0", "JUJU_REMOTE_APP": app, "JUJU_REMOTE_UNIT": f"{app}/0"}

    def run(copy: Path) -> Cost:
        return run_process(copy / "dispatch", environment | {"JUJU_CHARM_DIR": str(copy)})

    runs = {"full read": [], "with the cache": [], "Python": []}
    for _ in range(rounds):
        (charms[0] / ".relation-cache").unlink(missing_ok=True)
        for costs, copy in zip(runs.values(), (charms[0], *charms)):
            if copy != charms[1] or peer:
                costs.append(run(copy))
    return {name: min(costs) for name, costs in runs.items() if costs}


def measure_hooks(charms: Path, python: Path, scratch: Path, relation: dict) -> dict[str, dict[str, Cost]]:
    """Returns the costs of a hook of both examples, and of one of Tempo for each number of units."""
    peer, app = f"{python} {HERE}/peer/charm.py", relation["app"]
    tempo = {"tempo": {"tempo_endpoint": '{"hostname": "tempo.local", "otlp_grpc_port": 4317}'}, "tempo/0": {}}
    metadata = {"model": "cos", "model_uuid": MODEL_UUID, "application": "music", "unit": "music/0",
                "charm_name": "spring-music"}
    music = {"music": {"scrape_metadata": json.dumps(metadata),
                       "scrape_jobs": '[{"static_configs": [{"targets": ["*:8000", "*:8081"]}]}]'},
             "music/0": {"tempo_scrape_unit_name": "music/0", "tempo_scrape_unit_address": "10.0.0.1"}}
    hooks = {"tempo": hook_costs(scratch / "tempo", charms / "tempo", f"{peer} Tempo", "tempo/0", app,
                                 {app: relation["app_data"], **relation["units"], **tempo}, HOOKS),
             "spring-music": hook_costs(scratch / "music", charms / "spring-music", f"{peer} SpringMusic",
                                        "music/0", "tempo", {**tempo, **music}, HOOKS)}
    for units, rounds in HOOK_UNITS.items():
        bags = {"music": music["music"], **tempo}
        for number in range(units):
            name, address = f"music/{number}", f"10.1.{number // 250}.{number % 250 + 1}"
            bags[name] = {"egress-subnets": f"{address}/32", "ingress-address": address, "private-address": address,
                          "tempo_scrape_unit_name": name, "tempo_scrape_unit_address": address}
        hooks[f"tempo, {units} units"] = hook_costs(
            scratch / str(units), charms / "tempo", f"{peer} Tempo" if units <= 1000 else "", "tempo/0", "music", bags,
            rounds)
    return hooks


def compile_seconds(compiler: str, level: str, source: str, directory: Path = ROOT) -> float:
    """Returns processor time. `directory` has further headers."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([compiler, "-std=c++20", level, f"-I{ROOT}/include", f"-I{directory}", "-c", "-xc++", "-",
                    "-o", "/dev/null"], input=source, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compile_figures(compiler: str) -> tuple[list[Row], list[Row]]:
    """Returns the ratios of the libraries' headers to json.hpp, and the seconds of two examples."""
    sources = {"json": ("-O0", "#include <nlohmann/json.hpp>\n")}
    for library in LIBRARIES:
        sources[library] = "-O0", f"#include <charms/{library}.hpp>\n"
    for charm in ("spring-music", "music"):
        directory = ROOT / "examples" / charm
        sources[charm] = "-O1", (directory / "main.cpp").read_text(), directory
    runs = [{name: compile_seconds(compiler, *source) for name, source in sources.items()} for _ in range(ROUNDS)]
    seconds = {name: min(run[name] for run in runs) for name in sources}
    return ([Row(f"compile {library.split('/')[-1]}.hpp / json.hpp, -O0", seconds[library] / seconds["json"], 1.4)
             for library in LIBRARIES],
            [Row(f"compile examples/{charm}, -O1, s", seconds[charm], 7) for charm in ("spring-music", "music")])


def size_figures(build: Path) -> list[Row]:
    headers = [file for file in (ROOT / "include").rglob("*.hpp") if "testing" not in str(file.relative_to(ROOT))]
    return [*(Row(f"executable of {charm}, static and stripped, MB",
                  (build / "charms" / charm / "dispatch").stat().st_size / 1e6, 2) for charm in CHARMS),
            Row("lines in include/ without testing", sum(len(file.read_text().splitlines()) for file in headers), 5149)]


def table(headings: str, rows: list[list[str]]) -> None:
    for line in ["", headings, "|---" * headings[1:].count("|") + "|", *(f"| {' | '.join(row)} |" for row in rows)]:
        print(line)


def main() -> None:
    build, compiler = Path(sys.argv[1]), sys.argv[2]
    python = build / "venv/bin/python"
    output_of(sys.executable, "-m", "venv", build / "venv")
    output_of(python, "-m", "pip", "install", "--quiet", "-r", HERE / "requirements.txt")
    with tempfile.TemporaryDirectory() as directory:
        in_process = InProcess(build / "bin/benchmarks", python, Path(directory))
        print("checking that C++ and Python return the same jobs, then measuring for about five minutes ...", flush=True)
        in_process.check()
        for _ in range(ROUNDS):
            in_process.measure()
        names = [f"{what}/{world}" for world in LARGE_WORLDS for what in ("text", "floor", "jobs", "copy")]
        names += [f"prometheus-{what}/{world}" for world in PROMETHEUS_WORLDS for what in ("text", "floor", "jobs", "copy")]
        count = {name: in_process.instructions(name) for name in [*names, "text/1x100x1"]}
        relation = json.loads(in_process.files[HOOK_WORLD].read_text())["input"]["relations"][0]
        hooks = measure_hooks(build / "charms", python, Path(directory), relation)
        calls = [[str(units), *output_of(build / "bin/benchmarks", "--come-up", units,
                                         *([Path(directory) / "tempo/python"] if units <= 100 else [])).split()]
                 for units in (1, 10, 100, 1000)]
    times = in_process.times
    headers, examples = compile_figures(compiler)

    def ratios(of: dict, label: str, numerator: str, denominator: str, worlds, *target) -> list[Row]:
        return [Row(f"{label}, {world}", of[f"{numerator}/{world}"] / of[f"{denominator}/{world}"], *target)
                for world in worlds]

    faster = [*ratios(times, "jobs()", "python-jobs", "jobs", WORLDS, None, True),
              *ratios(times, "text, json.dumps", "python-json", "text", LARGE_WORLDS, 50, True),
              *ratios(times, "text, yaml.safe_dump", "python-yaml", "text", LARGE_WORLDS, 1000, True),
              *ratios(times, "prometheus_scrape jobs()", "python-prometheus-jobs", "prometheus-jobs",
                      PROMETHEUS_WORLDS, None, True),
              *ratios(times, "prometheus_scrape text, json.dumps", "python-prometheus-json", "prometheus-text",
                      PROMETHEUS_WORLDS, None, True),
              *(Row(f"hook of {name}, {how}", costs["Python"].wall / costs[how].wall,
                    100 if (name, how) == ("tempo, 1000 units", "with the cache") else None, True)
                for name, costs in hooks.items() if "Python" in costs for how in ("full read", "with the cache"))]
    cost = [*ratios(count, "text / nlohmann/json", "text", "floor", LARGE_WORLDS, 0.15),
            *ratios(count, "jobs() / copy of its result", "jobs", "copy", LARGE_WORLDS, 1.3),
            *ratios(count, "prometheus_scrape text / nlohmann/json", "prometheus-text", "prometheus-floor",
                    PROMETHEUS_WORLDS, 0.15),
            *ratios(count, "prometheus_scrape jobs() / copy", "prometheus-jobs", "prometheus-copy",
                    PROMETHEUS_WORLDS, 1.3), *headers]
    other = [Row("text, 100 times the units, instructions", count["text/1x10000x1"] / count["text/1x100x1"], 105),
             Row("3,000 jobs with one name, ms", times["clash/1x1x3000"], 50),
             Row("30,000 jobs with one name, ms", times["clash/1x1x30000"], 1000),
             Row("test kit, a hook without its script, ms", times["kit-hook/0"] - times["script/0"], 3),
             Row("test kit, a hook tool, ms", (times["kit-hook/20"] - times["kit-hook/0"]) / 20, 1),
             Row("for comparison: /bin/true, ms", (times["script/20"] - times["script/0"]) / 20), *examples,
             *size_figures(build)]
    panels = [("Time in Python / time in C++", "times faster than Python (more is better)", faster),
              ("C++ / nlohmann/json, instructions and compile time", "times the cost (less is better)", cost)]
    for heading, _, rows in [*panels, ("Other figures", "", other)]:
        table(f"| {heading} | measured | target | |",
              [[row.what, plot.number(row.value), row.target_text(), row.verdict()] for row in rows])
    millions = {name: f"{instructions / 1e6:.1f}" for name, instructions in count.items()}
    table("| | ms | million instructions |",
          [[name, f"{ms:.4g}", millions.get(name, "")] for name, ms in times.items()])
    table("| hook | | ms | processor, ms | memory, MB |",
          [[name, how, *(f"{figure:.1f}" for figure in cost)] for name, costs in hooks.items()
           for how, cost in costs.items()])
    table("| units that come up | calls of Tempo's unit | without the cache | Python |", calls)
    (build / "ratios.svg").write_text(plot.svg("tempo_scrape compared with Python and nlohmann/json", panels))
    print(f"\n{build}/ratios.svg is the plot. To show it in README, copy it to tests/benchmarks/ratios.svg.")


if __name__ == "__main__":
    main()
