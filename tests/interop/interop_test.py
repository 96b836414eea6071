# SPDX-License-Identifier: Apache-2.0
"""Charms in C++ and in Python on either side of one relation: the bags and the scrape configuration are the same."""

import json
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Callable

import kit
from standin import Model

JOBS = json.dumps([
    {"job_name": "web", "scrape_interval": "30s", "scrape_timeout": "5s",
     "static_configs": [{"targets": ["*:8000", "status.example:443"], "labels": {"tier": "front \"<&>\" ü"}}]},
    {"job_name": "batch", "static_configs": [{"targets": ["batch.example:9100"]}]}])


class Trial:
    """A scenario on one pair of charms, and what was seen after each of its steps."""

    def __init__(self, model: Model, workload: Path, tempo: Path):
        self.model, self.workload, self.tempo = model, workload, tempo
        self.shots: list[tuple[str, Any]] = []
        self.leader_moved = False

    def deploy(self, units: int = 2, tempo_model: str = "prod") -> None:
        self.model.deploy("music", self.workload, units)
        self.model.deploy("tempo", self.tempo, model=tempo_model)
        self.relation = self.model.integrate("music:tracing", "tempo:tracing")

    def settle(self, step: str) -> list[str]:
        """Returns the targets of tempo/0."""
        self.model.settle()
        world = self.model.world
        bags = {number: kit.bags(relation) for number, relation in world.relations.items()}
        for bag in (bag for owners in bags.values() for bag in owners.values()):
            if self.leader_moved and "scrape_metadata" in bag:
                bag["scrape_metadata"].pop("unit")
        configs = {name: kit.scrape_configs(self.model, name) for name in world.units if name.startswith("tempo/")}
        told = {name: unit.status for name, unit in world.units.items() if not name.startswith("tempo/")}
        self.shots.append((step, {"bags": bags, "scrape_configs": configs, "workloads' statuses": told}))
        return kit.targets(configs["tempo/0"])


def pairs() -> dict[str, tuple[Path, Path]]:
    found = {"C++ on both sides": (kit.cpp("spring-music"), kit.cpp("tempo"))}
    if kit.VENV.exists():
        found["C++ workload, Python Tempo"] = (kit.cpp("spring-music"), kit.python("py_tempo"))
        found["Python workload, C++ Tempo"] = (kit.python("py_workload"), kit.cpp("tempo"))
    return found


@kit.needs_pypi
class InterOp(unittest.TestCase):
    maxDiff = None

    def same_for_all(self, scenario: Callable[[Trial], None]) -> None:
        def shots(pair: str, workload: Path, tempo: Path) -> list[tuple[str, Any]]:
            try:
                with Model(kit.CLIENT) as model:
                    trial = Trial(model, workload, tempo)
                    scenario(trial)
                    return trial.shots
            except Exception as error:
                error.add_note(pair)
                raise

        with ThreadPoolExecutor() as pool:
            seen = {pair: pool.submit(shots, pair, *charms) for pair, charms in pairs().items()}
        first, *others = seen
        for other in others:
            for left, right in zip(seen[first].result(), seen[other].result(), strict=True):
                with self.subTest(step=left[0], pair=other):
                    self.assertEqual(left, right)

    def test_joined(self) -> None:
        def scenario(trial: Trial) -> None:
            trial.deploy()
            self.assertEqual(trial.settle("joined"),
                             ["10.1.0.2:8000", "10.1.0.2:8081", "10.1.0.3:8000", "10.1.0.3:8081"])
            self.assertEqual(trial.model.world.units["music/1"].status,
                             ("active", "traces go to http://tempo.local:4317"))
        self.same_for_all(scenario)

    def test_changed(self) -> None:
        def scenario(trial: Trial) -> None:
            trial.deploy()
            trial.settle("joined")
            trial.model.set_config("music", {"jobs": JOBS})
            self.assertEqual(trial.settle("jobs"), ["status.example:443", "10.1.0.2:8000", "10.1.0.3:8000",
                                                    "batch.example:9100"])
            trial.model.set_config("tempo", {"hostname": "traces.example", "otlp-grpc-port": 14317})
            trial.settle("endpoint")
            self.assertEqual(trial.model.world.units["music/1"].status[1], "traces go to http://traces.example:14317")
        self.same_for_all(scenario)

    def test_scaled_up_and_down(self) -> None:
        def scenario(trial: Trial) -> None:
            trial.deploy(units=1)
            trial.settle("one")
            for _ in range(3):
                trial.model.add_unit("music")
            trial.model.add_unit("tempo")
            self.assertEqual(len(trial.settle("four, and two Tempos")), 8)
            trial.model.remove_unit("music/2")
            trial.model.remove_unit("music/0")
            trial.leader_moved = True
            self.assertEqual(trial.settle("two"), ["10.1.0.4:8000", "10.1.0.4:8081", "10.1.0.6:8000", "10.1.0.6:8081"])
        self.same_for_all(scenario)

    def test_leader_moved(self) -> None:
        def scenario(trial: Trial) -> None:
            trial.deploy()
            trial.model.add_unit("tempo")
            trial.settle("joined")
            trial.leader_moved = True
            trial.model.set_leader("music/1")
            trial.model.set_leader("tempo/1")
            trial.settle("moved")
            trial.model.set_config("music", {"jobs": JOBS})
            trial.model.set_config("tempo", {"hostname": "traces.example"})
            self.assertIn("batch.example:9100", trial.settle("the new leaders publish"))
            self.assertEqual(trial.model.world.units["music/0"].status[1], "traces go to http://traces.example:4317")
        self.same_for_all(scenario)

    def test_address_changed(self) -> None:
        def scenario(trial: Trial) -> None:
            trial.deploy()
            trial.settle("joined")
            trial.model.set_address("music/1", "10.9.9.9")
            self.assertIn("10.9.9.9:8000", trial.settle("another"))
            trial.model.set_address("music/0", "fd00::7")
            self.assertIn("[fd00::7]:8000", trial.settle("IPv6"))
        self.same_for_all(scenario)

    def test_relation_removed(self) -> None:
        def scenario(trial: Trial) -> None:
            trial.deploy()
            trial.model.deploy("lyrics", trial.workload)
            trial.model.integrate("lyrics:tracing", "tempo:tracing")
            self.assertEqual(len(trial.settle("two relations")), 6)
            trial.model.remove_relation(trial.relation)
            self.assertEqual(trial.settle("one removed"), ["10.1.0.5:8000", "10.1.0.5:8081"])
            self.assertEqual(trial.model.world.units["music/0"].status, ("waiting", "no Tempo to send traces to yet"))
            trial.model.integrate("music:tracing", "tempo:tracing")
            self.assertEqual(len(trial.settle("related again")), 6)
        self.same_for_all(scenario)

    def test_upgraded(self) -> None:
        def scenario(trial: Trial) -> None:
            trial.deploy()
            trial.settle("joined")
            trial.model.upgrade("music")
            trial.model.upgrade("tempo")
            self.assertEqual(len(trial.settle("upgraded")), 4)
        self.same_for_all(scenario)

    def test_another_model(self) -> None:
        def scenario(trial: Trial) -> None:
            trial.deploy(tempo_model="observability")
            trial.settle("joined")
            labels = kit.scrape_configs(trial.model, "tempo/0")[0]["static_configs"][1]["labels"]
            self.assertEqual((labels["juju_model"], labels["juju_unit"]), ("prod", "music/1"))
            trial.model.remove_unit("music/1")
            self.assertEqual(trial.settle("one left"), ["10.1.0.2:8000", "10.1.0.2:8081"])
            trial.model.remove_relation(trial.relation)
            self.assertEqual(trial.settle("removed"), [])
        self.same_for_all(scenario)

    def test_python_upgraded_to_cpp(self) -> None:
        """What Python wrote is left alone: no text changes, so no unit of the other side gets a hook."""
        with Model(kit.CLIENT) as model:
            trial = Trial(model, kit.python("py_workload"), kit.python("py_tempo"))
            trial.deploy()
            trial.settle("Python")
            model.upgrade("music", kit.cpp("spring-music"))
            model.upgrade("tempo", kit.cpp("tempo"))
            hooks = len(model.runs)
            trial.settle("C++")
            runs = model.runs[hooks:]
            self.assertEqual(trial.shots[0][1], trial.shots[1][1])
            self.assertEqual(kit.count(runs, "relation-set"), 0)
            self.assertEqual({run.hook.name for run in runs}, {"upgrade-charm", "config-changed"})


class AnyOrder(unittest.TestCase):
    def test_any_order_of_hooks(self) -> None:
        """C++ on both sides: whatever order Juju chooses, they come to the same."""
        ends = []
        for seed in (None, *range(6)):
            with Model(kit.CLIENT, seed) as model:
                trial = Trial(model, kit.cpp("spring-music"), kit.cpp("tempo"))
                trial.deploy(units=3)
                model.add_unit("tempo")
                trial.settle("joined")
                trial.leader_moved = True
                model.remove_unit("music/0")
                model.set_leader("tempo/1")
                trial.settle("moved")
                ends.append(trial.shots)
        for end in ends[1:]:
            self.assertEqual(ends[0], end)
