# SPDX-License-Identifier: Apache-2.0
"""The stand-in's own rules: a charm in shell asks, and the answers are Juju's."""

import json
import tempfile
import unittest
from pathlib import Path

import kit
import yaml_text
from standin import HookFailed, Model, Run
from world import Hook

METADATA = "name: sh\nprovides: {up: {interface: i}}\nrequires:\n  down: {interface: i}  # the other end\n"


class Standin(unittest.TestCase):
    def setUp(self) -> None:
        directory = Path(self.enterContext(tempfile.TemporaryDirectory()))
        (directory / "metadata.yaml").write_text(METADATA)
        (directory / "config.yaml").write_text("options:\n  port: {type: int, default: 80}\n  none: {type: string}\n")
        (directory / "dispatch").write_text("#!/bin/sh\nif [ -f script ]; then . ./script; fi\n")
        (directory / "dispatch").chmod(0o755)
        self.model = self.enterContext(Model(kit.CLIENT))
        self.model.deploy("a", directory, 2)
        self.model.deploy("b", directory, 2)
        self.relation = self.model.integrate("a:up", "b:down")
        self.model.settle()

    def sh(self, script: str, unit: str = "a/0", hook: Hook = Hook("update-status")) -> Run:
        file = self.model.world.units[unit].directory / "script"
        file.write_text(script)
        try:
            return self.model.run(unit, hook)
        finally:
            file.unlink()

    def says(self, expected: str, script: str, unit: str = "a/0", hook: Hook = Hook("update-status")) -> None:
        with self.subTest(script):
            self.assertEqual(self.sh(script + "; true", unit, hook).output.strip(), expected)

    def test_relations_and_units(self) -> None:
        for _ in range(10):
            self.model.add_unit("b")
        self.model.settle()
        self.says('["up:0"]', "relation-ids --format=json up")
        self.says("[]", "relation-ids --format=json nowhere")
        self.says('["b/0", "b/1", "b/10", "b/11", "b/2", "b/3", "b/4", "b/5", "b/6", "b/7", "b/8", "b/9"]',
                  "relation-list --format=json -r up:0")
        self.says('"b"', "relation-list --format=json -r 0 --app")
        self.says('ERROR invalid value "down:0" for option -r: relation not found', "relation-list -r down:0")
        self.says('ERROR invalid value "up:x" for option -r: invalid relation id', "relation-list -r up:x")
        self.says("ERROR no relation id specified", "relation-get - b/0")

    def test_who_may_read_what(self) -> None:
        self.sh("relation-set -r 0 key=unit; relation-set -r 0 --app key=app")
        self.says('"unit"', "relation-get --format=json -r up:0 key a/0")
        self.says('"app"', "relation-get --format=json -r up:0 --app key a")
        self.says('"unit"', "relation-get --format=json -r down:0 key a/0", "b/1")
        self.says('"app"', "relation-get --format=json -r down:0 key a/0 --app", "b/1")
        self.says("null", "relation-get --format=json -r up:0 absent a/0")
        self.says("ERROR permission denied", "relation-get -r up:0 --app - a", "a/1")
        self.says("ERROR permission denied", "relation-get -r up:0 - a/1", "a/0")
        self.says('ERROR expected unit name, got application name "b"', "relation-get -r up:0 - b")
        self.says('ERROR invalid unit name "!"', "relation-get -r up:0 - '!'")
        self.says("ERROR no unit or application specified", "relation-get -r up:0")
        self.says("ERROR cannot write relation settings", "relation-set -r up:0 --app x=y", "a/1")

    def test_writes_wait_for_a_good_end(self) -> None:
        with self.assertRaises(HookFailed):
            self.sh("relation-set -r up:0 k=v; state-set s=t; relation-get -r up:0 k a/0; exit 3")
        self.assertEqual(self.model.runs[-1].output.strip(), "v")
        self.assertNotIn("k", self.relation.side("a").units["a/0"].texts)
        self.says("{}", "state-get --format=json")
        self.sh("relation-set -r up:0 k=v l=w; state-set s=t")
        self.sh("relation-set -r up:0 k=; state-delete s")
        bag = self.relation.side("a").units["a/0"].texts
        self.assertEqual({key: text for key, text in bag.items() if len(key) == 1}, {"l": "w"})
        self.says("{}", "state-get --format=json")

    def test_standard_input_is_yaml(self) -> None:
        text = "quote\" 'and' = new\nline \u00fc \U0001f600 <&>" * 20000
        (self.model.world.units["a/0"].directory / "in").write_text(json.dumps({"k": text}, ensure_ascii=False))
        self.sh("relation-set -r up:0 --file - < in")
        self.assertEqual(self.relation.side("a").units["a/0"].texts["k"], text)
        (self.model.world.units["a/0"].directory / "in").write_text('{"k": "\\ud83d\\ude00"}')
        self.says("ERROR yaml: found invalid Unicode character escape code", "relation-set -r up:0 --file - < in")

    def test_departed_data_stays_readable(self) -> None:
        self.sh("relation-set -r 0 k=last", "b/1")
        self.model.settle()
        self.model.remove_unit("b/1")
        self.model.settle()
        self.says('["b/0"]', "relation-list --format=json -r up:0")
        self.says('"last"', "relation-get --format=json -r up:0 k b/1")
        departed = [run.hook for run in self.model.runs if run.hook.kind == "relation-departed"]
        self.assertEqual({hook.departing_unit for hook in departed}, {"b/1"})

    def test_environment(self) -> None:
        run = self.sh("env", hook=Hook("up-relation-created", 0, "up", "b"))
        told = dict(line.split("=", 1) for line in run.output.splitlines())
        self.assertEqual([told["JUJU_" + name] for name in ("RELATION_ID", "REMOTE_APP", "REMOTE_UNIT")],
                         ["up:0", "b", ""])
        self.assertEqual((told["JUJU_DISPATCH_PATH"], told["JUJU_MACHINE_ID"]), ("hooks/up-relation-created", ""))
        self.assertNotIn("JUJU_DEPARTING_UNIT", told)

    def test_other_tools(self) -> None:
        self.says("true", "is-leader --format=json")
        self.says("false", "is-leader --format=json", "a/1")
        self.says('{"port": 80}', "config-get --format=json")
        self.says('ERROR no network config found for binding "x"', "network-get --format=json x")
        self.says("10.1.0.2", "network-get --format=json up -r up:0 | sed 's/.*\"value\": \"\\([^\"]*\\).*/\\1/'")
        self.sh("status-set --application=True active -- 'all is well'; juju-log -l WARNING -- -x")
        self.assertEqual(self.model.world.applications["a"].status, ("active", "all is well"))
        self.assertEqual(self.model.world.units["a/0"].log[-1], ("WARNING", "-x"))

    def test_yaml(self) -> None:
        text = "a: 1\nb:\n  - x\n  - 'y: z'\nc: {d: [e f, \"g\"], h: true}\ni: |\n  two\n   lines # here\nj: k # no\n"
        self.assertEqual(yaml_text.load(text), {"a": 1, "b": ["x", "y: z"], "c": {"d": ["e f", "g"], "h": True},
                                                "i": "two\n lines # here\n", "j": "k"})


@kit.needs_pypi
class UnmodifiedOps(unittest.TestCase):
    def test_an_ops_charm_with_peers_state_and_a_deferred_event(self) -> None:
        with Model(kit.CLIENT) as model:
            model.deploy("probe", kit.python("py_probe"), 3)
            model.settle()
            self.assertEqual(model.world.units["probe/0"].status[1], "probe/0 leads ['probe/1', 'probe/2']")
            self.assertEqual(model.world.units["probe/2"].status[1], "probe/0 leads ['probe/0', 'probe/1']")
            self.assertTrue(any("starts: 3" in text for text in model.world.units["probe/0"].state.values()))
            model.remove_unit("probe/0")
            model.settle()
            self.assertIn(model.world.applications["probe"].leader, ("probe/1", "probe/2"))

