# SPDX-License-Identifier: Apache-2.0
"""What a hook costs: the hook tools that it calls, counted, and held to what is promised. Prints README's table."""

import collections
import unittest
from typing import Any

import kit
from standin import Model, Run
from world import Bag, Hook, Seen

JOBS_CALLS = {"relation-ids", "relation-list", "relation-get"}


def told(run: Run) -> collections.Counter[str]:
    return collections.Counter(call.argv[0] for call in run.calls)


def table(rows: list[tuple[str, Run]]) -> str:
    """A column for each tool that was called."""
    counts = [told(run) for _, run in rows]
    tools = sorted(set().union(*counts), key=lambda tool: -sum(count[tool] for count in counts))
    lines = [["hook", "calls", *(f"`{tool}`" for tool in tools)], ["---"] * (len(tools) + 2)]
    lines += [[title, str(count.total()), *(str(count[tool] or "") for tool in tools)]
              for (title, _), count in zip(rows, counts)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


class Calls(unittest.TestCase):
    rows: list[tuple[str, Run]] = []

    @classmethod
    def tearDownClass(cls) -> None:
        print("\n" + table(sorted(cls.rows, key=lambda row: not row[0].startswith("provider"))), flush=True)

    def model(self, workload_config: dict[str, Any] | None = None) -> Model:
        model = self.enterContext(Model(kit.CLIENT))
        model.deploy("music", kit.cpp("spring-music"), 1, workload_config)
        model.deploy("tempo", kit.cpp("tempo"))
        self.relation = model.integrate("music:tracing", "tempo:tracing")
        model.settle()
        return model

    def with_units(self, model: Model, application: str, units: int) -> None:
        """More of the other side's units, each with a bag as the first one's, joined; without running their hooks."""
        watcher = model.world.units["tempo/0" if application == "music" else "music/0"]
        side = self.relation.side(application)
        for number in range(1, units):
            name, address = f"{application}/{number}", f"10.2.0.{number}"
            texts = {**side.units[f"{application}/0"].texts}
            if "tempo_scrape_unit_name" in texts:
                texts |= {"tempo_scrape_unit_name": name, "tempo_scrape_unit_address": address}
            unit = model.world.add_unit(model.world.applications[application], address, None)
            unit.due = set()
            side.units[name] = Bag(texts, 1)
            watcher.seen.setdefault(self.relation.id, Seen()).units[name] = 1

    def hook(self, kind: str, remote: str) -> Hook:
        return Hook(f"tracing-{kind}", self.relation.id, "tracing", remote.partition("/")[0], remote)

    def test_provider(self) -> None:
        for units in (1, 10, 100):
            model = self.model()
            self.with_units(model, "tempo", units)
            run = model.run("music/0", Hook("update-status"))
            self.assertEqual(told(run)["relation-set"], 0)
            self.assertLessEqual(len(run.calls), 10)  # however many units the other side has
            self.rows.append((f"provider, update-status, nothing to change; Tempo's units: {units}", run))
        first = next(run for run in model.runs if run.unit == "music/0" and run.hook.kind == "relation-created")
        self.assertEqual(told(first)["relation-set"], 2)
        self.rows.append(("provider, relation-created; publishes for the first time", first))

    def test_consumer(self) -> None:
        for units in (1, 10, 100):
            model = self.model()
            self.with_units(model, "music", units)
            run = model.run("tempo/0", self.hook("relation-changed", "music/0"))
            self.assertEqual(len(kit.targets(kit.scrape_configs(model, "tempo/0"))), 2 * units)
            self.assertLessEqual(sum(call.argv[0] in JOBS_CALLS for call in run.calls), 1 + 2 + units)
            self.rows.append((f"consumer, relation-changed; the workload's units: {units}", run))

    def test_consumer_without_a_wildcard(self) -> None:
        model = self.model({"jobs": '[{"static_configs": [{"targets": ["music.example:80"]}]}]'})
        self.with_units(model, "music", 100)
        run = model.run("tempo/0", self.hook("relation-changed", "music/0"))
        self.assertEqual(kit.targets(kit.scrape_configs(model, "tempo/0")), ["music.example:80"])
        self.assertEqual([call for call in run.calls if any(word.startswith("music/") for word in call.argv)], [])
        self.rows.append(("consumer, relation-changed; the workload's units: 100, and no `*` in a job", run))

    def test_consumer_of_many_relations(self) -> None:
        """At most 1 + 2R + U calls for jobs()."""
        model = self.model()
        for number in range(11):
            model.deploy(f"app{number}", kit.cpp("spring-music"))
            model.integrate(f"app{number}:tracing", "tempo:tracing")
        model.settle()
        run = model.run("tempo/0", Hook("update-status"))
        own_bags = [call for call in run.calls if call.argv[0] == "relation-get" and "tempo" in call.argv]
        self.assertEqual(len(own_bags), 12)  # which the requirer looks at
        self.assertLessEqual(sum(call.argv[0] in JOBS_CALLS for call in run.calls), 12 + 1 + 2 * 12 + 12)
        self.assertEqual(len(kit.targets(kit.scrape_configs(model, "tempo/0"))), 24)
        self.rows.append(("consumer, update-status; 12 relations of one unit each", run))
