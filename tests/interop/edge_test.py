# SPDX-License-Identifier: Apache-2.0
"""Charms in C++ where Juju does not help: bags that are denied, hooks that name no application, processes that fail."""

import unittest

import kit
from standin import HookFailed, Model
from world import Hook


class Edge(unittest.TestCase):
    def setUp(self) -> None:
        self.model = self.enterContext(Model(kit.CLIENT))

    def deploy(self, workloads: int, tempos: int) -> None:
        for number in range(workloads):
            self.model.deploy(f"music{number}", kit.cpp("spring-music"))
        for number in range(tempos):
            self.model.deploy(f"tempo{number}", kit.cpp("tempo"))
        self.relations = [self.model.integrate(f"music{left}:tracing", f"tempo{right}:tracing")
                          for left in range(workloads) for right in range(tempos)]
        self.model.settle()

    def warnings(self, unit: str) -> list[str]:
        return [message for level, message in self.model.world.units[unit].log if level == "WARNING"]

    def test_provider_with_a_relation_that_is_denied(self) -> None:
        self.deploy(1, 3)
        self.relations[1].denied = True
        self.model.set_address("music0/0", "10.9.9.9")
        self.model.settle()
        told = [relation.side("music0").units["music0/0"].texts["tempo_scrape_unit_address"]
                for relation in self.relations]
        self.assertEqual(told, ["10.9.9.9", "10.1.0.2", "10.9.9.9"])
        self.assertTrue(self.warnings("music0/0"))
        self.assertEqual([line for line in self.warnings("music0/0") if "tracing:1" not in line], [])

    def test_consumer_with_a_relation_that_is_denied(self) -> None:
        self.deploy(3, 1)
        self.relations[1].denied = True
        run = self.model.run("tempo0/0", Hook("update-status"))
        targets = kit.targets(kit.scrape_configs(self.model, "tempo0/0"))
        self.assertEqual(targets, ["10.1.0.2:8000", "10.1.0.2:8081", "10.1.0.4:8000", "10.1.0.4:8081"])
        self.assertTrue(all("tracing:1" in line for line in self.warnings("tempo0/0")), self.warnings("tempo0/0"))
        self.assertEqual(run.status, 0)

    def test_hooks_that_name_no_application(self) -> None:
        self.deploy(1, 1)
        for unit, remote in (("tempo0/0", "music0/0"), ("music0/0", "tempo0/0"), ("tempo0/0", "")):
            self.model.run(unit, Hook("tracing-relation-changed", 0, "tracing", "", remote))
        self.assertEqual(len(kit.targets(kit.scrape_configs(self.model, "tempo0/0"))), 2)
        self.assertEqual(self.model.world.units["music0/0"].status[0], "active")

    def test_hook_that_fails_keeps_nothing_and_comes_again(self) -> None:
        self.deploy(1, 1)
        unit = self.model.world.units["music0/0"]
        before = kit.bags(self.relations[0])
        self.model.set_config("music0", {"port": 9000})
        metadata = unit.directory / "metadata.yaml"
        text = metadata.read_text()
        metadata.write_text("]")
        with self.assertRaises(HookFailed):
            self.model.settle()
        self.assertEqual((unit.log[-1][0], kit.bags(self.relations[0])), ("ERROR", before))
        metadata.write_text(text)
        self.model.settle()
        self.assertEqual(kit.targets(kit.scrape_configs(self.model, "tempo0/0")), ["10.1.0.2:9000", "10.1.0.2:8081"])

    def test_operators_typo_is_blocked_and_leaves_what_is_published(self) -> None:
        self.deploy(1, 1)
        before = kit.bags(self.relations[0])
        self.model.set_config("music0", {"jobs": '[{"static_configs": [{"targets": ["*:80000"]}]}]'})
        self.model.settle()
        self.assertEqual(self.model.world.units["music0/0"].status[0], "blocked")
        self.assertEqual(kit.bags(self.relations[0]), before)
        self.model.set_config("music0", {})
        self.model.settle()
        self.assertEqual(self.model.world.units["music0/0"].status[0], "active")

    def test_unknown_hook(self) -> None:
        self.deploy(1, 1)
        self.assertEqual(self.model.run("music0/0", Hook("never-heard-of")).status, 0)
