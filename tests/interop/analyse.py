# SPDX-License-Identifier: Apache-2.0
"""analyse.py VENV CHARMS: runs charmcraft on the packed charms, and compares the files that it makes from a
charmcraft.yaml with those that add_charm makes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import yaml
from charmcraft.models.metadata import CharmMetadata
from charmcraft.models.project import CharmcraftProject

VENV, CHARMS = Path(sys.argv[1]), Path(sys.argv[2])
EXAMPLE = Path(__file__).resolve().parents[1] / "package" / "charm_from_charmcraft"


def analyse(charm: Path) -> None:
    environment = {**os.environ, "HOME": str(VENV)}  # charmcraft keeps a log there
    run = subprocess.run([VENV / "bin" / "charmcraft", "analyse", "--format=json", charm], capture_output=True,
                         text=True, check=False, env=environment)
    assert run.stdout, run.stderr
    results = {check["name"]: check["result"] for check in json.loads(run.stdout)}
    for check in ("metadata", "juju-config", "juju-actions"):
        assert results[check] == "ok", f"{charm.name}: {check}: {results[check]}"
    print(f"charmcraft analyse {charm.name}: ok")


def compare_files(charm: Path) -> None:
    project = CharmcraftProject.from_yaml_file(charm / "charmcraft.yaml")
    values = project.marshal()
    theirs = [CharmMetadata.from_charm(project).marshal(), values["config"], values["actions"]]
    names = ("metadata.yaml", "config.yaml", "actions.yaml")
    ours = [yaml.safe_load((charm / "expected" / name).read_text()) for name in names]
    for name, mine, other in zip(names, ours, theirs, strict=True):
        assert json.dumps(mine, sort_keys=True) == json.dumps(other, sort_keys=True), name
    print("files made from charmcraft.yaml: equal")


for name in ("music", "prometheus", "spring-music", "tempo"):
    analyse(CHARMS / f"{name}.charm")
compare_files(EXAMPLE)
