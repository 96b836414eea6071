# SPDX-License-Identifier: Apache-2.0
"""What charmcraft says of the packed charms."""

import json
import os
import subprocess
import unittest

import kit


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
