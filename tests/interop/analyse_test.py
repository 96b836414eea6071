# SPDX-License-Identifier: Apache-2.0
"""Runs charmcraft on the packed charms, and compares what it makes from a charmcraft.yaml with what add_charm makes."""

import json
import os
import subprocess
import unittest

import kit

# Prints the files that `charmcraft pack` makes from a charmcraft.yaml, then those in expected/, as JSON.
FILES = """
import json, pathlib, sys, yaml
from charmcraft.models.metadata import CharmMetadata
from charmcraft.models.project import CharmcraftProject
charm = pathlib.Path(sys.argv[1])
project = CharmcraftProject.from_yaml_file(charm / "charmcraft.yaml")
values = project.marshal()
print(json.dumps([CharmMetadata.from_charm(project).marshal(), values["config"], values["actions"]], sort_keys=True))
names = ["metadata.yaml", "config.yaml", "actions.yaml"]
files = [yaml.safe_load((charm / "expected" / name).read_text()) for name in names]
print(json.dumps(files, sort_keys=True))
"""


@kit.needs_pypi
class Analyse(unittest.TestCase):
    def test_charmcraft_analyse(self) -> None:
        for name in ("spring-music", "tempo"):
            with self.subTest(name):
                run = subprocess.run([kit.VENV / "bin" / "charmcraft", "analyse", "--format=json",
                                      kit.CHARMS / f"{name}.charm"],
                                     capture_output=True, text=True, check=False,
                                     env={**os.environ, "HOME": str(kit.VENV.parent)})  # charmcraft keeps a log there
                self.assertTrue(run.stdout, run.stderr)
                results = {check["name"]: check["result"] for check in json.loads(run.stdout)}
                for check in ("metadata", "juju-config", "juju-actions"):
                    self.assertEqual(results[check], "ok", check)

    def test_files_made_from_charmcraft_yaml(self) -> None:
        charm = kit.HERE.parent / "package" / "charm_from_charmcraft"
        run = subprocess.run([kit.VENV / "bin" / "python", "-c", FILES, charm],
                             capture_output=True, text=True, check=False)
        self.assertEqual(run.returncode, 0, run.stderr)
        theirs, ours = run.stdout.splitlines()
        self.assertEqual(json.loads(ours), json.loads(theirs))
        self.assertEqual(ours, theirs)
