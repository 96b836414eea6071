# SPDX-License-Identifier: Apache-2.0
"""What the runs run on: where the charms and the tools are, and how a model is told as values."""

import json
import os
import shutil
import unittest
from pathlib import Path
from typing import Any

import yaml_text
from standin import Model
from world import Relation

HERE = Path(__file__).resolve().parent
CLIENT = Path(os.environ.get("INTEROP_HOOK_TOOL", "hook_tool"))
CHARMS = Path(os.environ.get("INTEROP_CHARMS", "charms"))
VENV = Path(os.environ.get("INTEROP_VENV", "venv"))

needs_pypi = unittest.skipUnless(VENV.exists(), "PyPI is out of reach")


def cpp(name: str) -> Path:
    """A charm of examples/, as it was built."""
    return CHARMS / name


def python(name: str) -> Path:
    """A charm of charms/, with the libraries from PyPI beside it as charmcraft would lay them out."""
    charm = VENV.parent / "python-charms" / name
    shutil.rmtree(charm, ignore_errors=True)
    shutil.copytree(HERE / "charms" / name, charm)
    (charm / "venv").symlink_to(next(VENV.glob("lib/python3*/site-packages")).resolve())
    return charm


def value_of(text: str) -> Any:
    """A bag's text as a value: JSON and YAML alike."""
    try:
        return yaml_text.load(text)
    except ValueError:
        return text


def bags(relation: Relation) -> dict[str, Any]:
    """What is in a relation's bags, by owner."""
    found = {}
    for side in relation.sides:
        for owner, bag in {side.application: side.app_bag, **side.units}.items():
            found[owner] = {key: value_of(text) for key, text in bag.texts.items()}
    return found


def scrape_configs(model: Model, unit: str) -> Any:
    """What a Tempo's unit would give to the scraper; none while it has written none."""
    file = model.world.units[unit].directory / "scrape_config.json"
    return json.loads(file.read_text())["scrape_configs"] if file.exists() else None


def targets(configs: Any) -> list[str]:
    return [target for job in configs for config in job["static_configs"] for target in config["targets"]]


def count(runs: list[Any], tool: str) -> int:
    """How often these hooks called a tool."""
    return sum(call.argv[0] == tool for run in runs for call in run.calls)
