# SPDX-License-Identifier: Apache-2.0
"""A stand-in for the part of Juju that runs hooks. Charms are directories with an executable `dispatch`, hooks are
processes, hook tools are executables; units, applications and relations come and go as in Juju."""

import os
import random
import shutil
import subprocess
import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import agent
import yaml_text
from context import Context
from server import Call, ToolServer
from world import Application, Hook, Relation, Texts, Unit, World, natural

VERSION = "3.6.4"


@dataclass
class Run:
    """A hook that has run."""

    unit: str
    hook: Hook
    status: int
    calls: list[Call]
    output: str


class HookFailed(Exception):
    """A hook ended with a status other than 0. It stays pending."""

    def __init__(self, run: Run, log: list[tuple[str, str]]):
        lines = [f"{level} {message}" for level, message in log[-5:]]
        super().__init__("\n".join([f"{run.unit}: {run.hook.name} ended with {run.status}", run.output, *lines]))


def load_yaml(path: Path) -> Any:
    return yaml_text.load(path.read_text()) if path.exists() else None


def lay_out(charm: Path, directory: Path) -> None:
    """Copies a charm's files into a unit's directory. Another process does it: a hook that starts in another thread
    would hold a copy open that this process writes, and what is open for writing cannot be executed."""
    directory.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a", f"{charm}/.", directory], check=True)


def withdraw(charm: Path, directory: Path) -> None:
    """Takes a charm's files out of a unit's directory; what the charm itself left there stays."""
    for root, directories, files in os.walk(charm):
        for name in directories + files:
            copy = directory / Path(root).relative_to(charm) / name
            if copy.is_symlink() or copy.is_file():
                copy.unlink()


def metadata_of(charm: Path) -> dict[str, Any]:
    return load_yaml(charm / "metadata.yaml") or load_yaml(charm / "charmcraft.yaml")


def defaults_of(charm: Path) -> dict[str, Any]:
    declared = load_yaml(charm / "config.yaml") or (load_yaml(charm / "charmcraft.yaml") or {}).get("config") or {}
    return {name: option.get("default") for name, option in (declared.get("options") or {}).items()}


class Model:
    """Applications of one Juju model, or of several where `deploy` says so."""

    def __init__(self, client: Path, seed: int | None = None):
        """`client` is the hook tools' executable. With a seed hooks run in another order that Juju could choose."""
        self.world = World()
        self.runs: list[Run] = []
        self._random = random.Random(seed) if seed is not None else None
        self._directory = Path(tempfile.mkdtemp(prefix="standin-"))
        self._server = ToolServer(self._directory, client.resolve())

    def __enter__(self) -> "Model":
        return self

    def __exit__(self, *_: object) -> None:
        self._server.close()
        shutil.rmtree(self._directory)

    # What an operator does.

    def deploy(self, name: str, charm: Path, units: int = 1, config: dict[str, Any] | None = None,
               model: str = "prod") -> Application:
        application = Application(name, model, str(uuid.uuid5(uuid.NAMESPACE_DNS, model)), charm,
                                  metadata_of(charm), defaults_of(charm), config or {},
                                  f"10.152.183.{len(self.world.applications) + 1}")
        self.world.applications[name] = application
        for endpoint, role in application.endpoints().items():
            if role == "peers":
                self.world.add_relation((name, endpoint), None)
        for _ in range(units):
            self.add_unit(name)
        return application

    def add_unit(self, application: str, address: str = "") -> Unit:
        record = self.world.applications[application]
        directory = self._directory / f"unit-{application}-{record.next_unit}" / "charm"
        lay_out(record.charm, directory)
        return self.world.add_unit(record, address, directory)

    def remove_unit(self, name: str) -> None:
        unit = self.world.units[name]
        unit.dying = True
        if "install" in unit.due:
            self.world.forget_unit(unit)

    def integrate(self, first: str, second: str) -> Relation:
        """Joins "application:endpoint" with another; across models each sees an alias."""
        left, right = ((name, endpoint) for name, _, endpoint in (first.partition(":"), second.partition(":")))
        return self.world.add_relation(left, right)

    def remove_relation(self, relation: Relation) -> None:
        relation.dying = True
        self.world.sweep()

    def set_leader(self, unit: str) -> None:
        self.world.set_leader(self.world.units[unit])

    def set_address(self, unit: str, address: str) -> None:
        self.world.units[unit].address = address
        self.world.units[unit].due.add("config-changed")

    def set_config(self, application: str, config: dict[str, Any]) -> None:
        self.world.applications[application].config = config
        for unit in self.world.units_of(application):
            unit.due.add("config-changed")

    def upgrade(self, application: str, charm: Path | None = None) -> None:
        """Gives the application another build of its charm, or the same anew."""
        record = self.world.applications[application]
        before, record.charm = record.charm, charm or record.charm
        record.metadata, record.defaults = metadata_of(record.charm), defaults_of(record.charm)
        for unit in self.world.units_of(application):
            withdraw(before, unit.directory)
            lay_out(record.charm, unit.directory)
            unit.due |= {"upgrade-charm", "config-changed"}

    def fire(self, unit: str, hook: str = "update-status") -> None:
        self.world.units[unit].fired.append(Hook(hook))

    # What the agents do.

    def settle(self, most_hooks: int = 5000) -> list[Run]:
        """Runs hooks, unit by unit, until nothing is pending. A hook that fails raises HookFailed and stays."""
        first = len(self.runs)
        while pending := self._pending():
            for unit, hook in pending:
                if unit.name in self.world.units and hook in agent.next_hooks(self.world, unit):
                    self.run(unit.name, hook)
                if len(self.runs) - first > most_hooks:
                    raise RuntimeError(f"no rest after {most_hooks} hooks; the last is {hook}")
        return self.runs[first:]

    def _pending(self) -> list[tuple[Unit, Hook]]:
        units = sorted(self.world.units.values(), key=lambda unit: natural(unit.name))
        pending = [(unit, hooks) for unit in units if (hooks := agent.next_hooks(self.world, unit))]
        if self._random and pending:
            unit, hooks = self._random.choice(pending)
            return [(unit, self._random.choice(hooks))]
        return [(unit, hooks[0]) for unit, hooks in pending]

    def run(self, name: str, hook: Hook) -> Run:
        """Runs one hook to its end."""
        unit = self.world.units[name]
        context = Context(self.world, unit, hook)
        context_id = f"{name}-{hook.name}-{len(self.runs)}"
        self._server.begin(context, context_id)
        process = subprocess.run(["./dispatch"], cwd=unit.directory, env=self._environment(unit, hook, context_id),
                                 stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                 text=True, timeout=600, check=False)
        run = Run(name, hook, process.returncode, self._server.end(), process.stdout)
        self.runs.append(run)
        unit.failed = hook if run.status else None
        if run.status:
            raise HookFailed(run, unit.log)
        context.flush()
        agent.hook_ran(self.world, unit, hook)
        return run

    def _environment(self, unit: Unit, hook: Hook, context_id: str) -> Texts:
        application = self.world.applications[unit.application]
        directory = str(unit.directory)
        environment = {
            "PATH": f"{self._server.directory}:{os.environ['PATH']}", "HOME": str(self._directory), "LANG": "C.UTF-8",
            "CHARM_DIR": directory, "JUJU_CHARM_DIR": directory, "JUJU_CONTEXT_ID": context_id,
            "JUJU_HOOK_NAME": hook.name, "JUJU_DISPATCH_PATH": f"hooks/{hook.name}",
            "JUJU_AGENT_SOCKET_ADDRESS": self._server.address, "JUJU_AGENT_SOCKET_NETWORK": "unix",
            "JUJU_UNIT_NAME": unit.name, "JUJU_MODEL_NAME": application.model, "JUJU_MODEL_UUID": application.uuid,
            "JUJU_API_ADDRESSES": "10.0.0.1:17070", "JUJU_VERSION": VERSION, "CLOUD_API_VERSION": "1.28.0"}
        empty = ("MACHINE_ID", "PRINCIPAL_UNIT", "AVAILABILITY_ZONE", "METER_STATUS", "METER_INFO", "SLA",
                 "CHARM_HTTP_PROXY", "CHARM_HTTPS_PROXY", "CHARM_FTP_PROXY", "CHARM_NO_PROXY")
        environment |= {f"JUJU_{name}": "" for name in empty}
        if hook.relation is not None:
            environment |= {"JUJU_RELATION": hook.endpoint, "JUJU_RELATION_ID": f"{hook.endpoint}:{hook.relation}",
                            "JUJU_REMOTE_UNIT": hook.remote_unit, "JUJU_REMOTE_APP": hook.remote_application}
        if hook.departing_unit:
            environment["JUJU_DEPARTING_UNIT"] = hook.departing_unit
        if hook.workload:
            environment["JUJU_WORKLOAD_NAME"] = hook.workload
        return environment
