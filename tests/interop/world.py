# SPDX-License-Identifier: Apache-2.0
"""The truth of the models, and what each unit's agent has seen of it. As include/juju/testing/world.hpp."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Texts = dict[str, str]


def natural(name: str) -> tuple[str, int]:
    """Orders app/2 before app/10."""
    application, _, number = name.partition("/")
    return application, int(number or -1)


def application_of(unit: str) -> str:
    return unit.partition("/")[0]


@dataclass
class Bag:
    """A data bag, and how often it has really changed. Version 0 was never written."""

    texts: Texts = field(default_factory=dict)
    version: int = 0

    def update(self, differences: Texts) -> bool:
        """Takes over what was written, an empty text deletes; tells whether that is a change."""
        after = {key: text for key, text in {**self.texts, **differences}.items() if text}
        changed = after != self.texts
        self.texts = after
        self.version += changed
        return changed


@dataclass
class Side:
    """One application's side of a relation."""

    application: str
    endpoint: str
    shown_as: str  # what the other side takes the application's name to be
    app_bag: Bag = field(default_factory=Bag)
    written_by: str = ""
    units: dict[str, Bag] = field(default_factory=dict)  # those in scope
    departed: dict[str, Bag] = field(default_factory=dict)  # those that were

    def shown(self, unit: str) -> str:
        return self.shown_as + unit[unit.index("/"):] if unit else ""

    def real(self, shown: str) -> str:
        return self.application + shown[shown.index("/"):] if shown else ""


@dataclass
class Relation:
    id: int
    sides: list[Side]  # one of a peer relation, else two
    dying: bool = False
    denied: bool = False  # Juju keeps its bags from everyone, as it may while a relation dies

    @property
    def is_peer(self) -> bool:
        return len(self.sides) == 1

    def is_of(self, application: str) -> bool:
        return any(side.application == application for side in self.sides)

    def side(self, application: str) -> Side:
        return next(side for side in self.sides if side.application == application)

    def other_side(self, application: str) -> Side:
        return next((side for side in self.sides if side.application != application), self.sides[0])


@dataclass(frozen=True)
class Hook:
    """A hook to run, in the names that the unit knows."""

    name: str
    relation: int | None = None
    endpoint: str = ""
    remote_application: str = ""
    remote_unit: str = ""
    departing_unit: str = ""
    workload: str = ""

    @property
    def kind(self) -> str:
        return self.name.removeprefix(self.endpoint + "-")


@dataclass
class Seen:
    """What a unit's agent has seen of a relation."""

    units: dict[str, int] = field(default_factory=dict)  # those that joined, with the version seen of their bags
    changed_due: str = ""  # the unit whose relation-changed follows its joining
    application_version: int = 0


@dataclass
class Unit:
    name: str
    address: str
    directory: Path | None  # its copy of the charm; none: its hooks are not run
    due: set[str] = field(default_factory=set)
    fired: list[Hook] = field(default_factory=list)
    dying: bool = False
    seen: dict[int, Seen] = field(default_factory=dict)  # the relations whose relation-created has run
    failed: Hook | None = None
    state: Texts = field(default_factory=dict)
    status: tuple[str, str] = ("unknown", "")
    log: list[tuple[str, str]] = field(default_factory=list)

    @property
    def application(self) -> str:
        return application_of(self.name)


@dataclass
class Application:
    name: str
    model: str
    uuid: str
    charm: Path | None
    metadata: dict[str, Any]
    defaults: dict[str, Any]
    config: dict[str, Any] = field(default_factory=dict)
    service_address: str = ""
    leader: str = ""
    next_unit: int = 0
    status: tuple[str, str] = ("unknown", "")

    def endpoints(self) -> dict[str, str]:
        """Each endpoint's role."""
        roles = ("provides", "requires", "peers")
        return {name: role for role in roles for name in self.metadata.get(role) or {}}

    def settings(self) -> dict[str, Any]:
        """What config-get tells: the options that have a value."""
        return {key: value for key, value in {**self.defaults, **self.config}.items() if value is not None}


class World:
    """Applications, units and relations: how they come and go."""

    def __init__(self) -> None:
        self.applications: dict[str, Application] = {}
        self.units: dict[str, Unit] = {}
        self.relations: dict[int, Relation] = {}
        self.next_relation = 0
        self.next_address = 1

    def units_of(self, application: str) -> list[Unit]:
        return [unit for unit in self.units.values() if unit.application == application]

    def relations_of(self, application: str) -> list[Relation]:
        return [relation for relation in self.relations.values() if relation.is_of(application)]

    def in_scope(self, side: Side, unit: str) -> bool:
        """Whether the other units list it, or will."""
        return unit in side.units and not self.units[unit].dying

    def new_address(self) -> str:
        number, self.next_address = self.next_address, self.next_address + 1
        return f"10.1.{number // 250}.{number % 250 + 1}"

    def network_texts(self, unit: Unit) -> Texts:
        """Juju's own keys in each unit's bag; on Kubernetes the ingress address is the service's."""
        ingress = self.applications[unit.application].service_address
        width = 128 if ":" in unit.address else 32
        return {"ingress-address": ingress, "private-address": ingress, "egress-subnets": f"{unit.address}/{width}"}

    def add_unit(self, application: Application, address: str, directory: Path | None) -> Unit:
        name = f"{application.name}/{application.next_unit}"
        application.next_unit += 1
        unit = Unit(name, address or self.new_address(), directory)
        unit.due = {"install", "config-changed", "start"}
        unit.due |= {f"{workload}-pebble-ready" for workload in application.metadata.get("containers") or {}}
        self.units[name] = unit
        if not application.leader:
            self.set_leader(unit)
        return unit

    def set_leader(self, unit: Unit) -> None:
        application = self.applications[unit.application]
        if application.leader == unit.name:
            return
        if application.leader in self.units:
            self.units[application.leader].due.discard("leader-elected")
        application.leader = unit.name
        unit.due.add("leader-elected")

    def add_relation(self, first: tuple[str, str], second: tuple[str, str] | None) -> Relation:
        """A relation of two (application, endpoint); of one: a peer relation."""
        ends = [first] if second is None else [first, second]
        models = {self.applications[application].uuid for application, _ in ends}
        relation = Relation(self.next_relation, [])
        for application, endpoint in ends:
            alias = "remote-" + hashlib.md5(f"{application}{relation.id}".encode()).hexdigest()
            relation.sides.append(Side(application, endpoint, alias if len(models) > 1 else application))
        self.next_relation += 1
        self.relations[relation.id] = relation
        for unit in self.units.values():
            self.enter_scope(relation, unit)
        return relation

    def enter_scope(self, relation: Relation, unit: Unit) -> None:
        """Shows the unit to the other side, once it is installed."""
        if relation.dying or unit.dying or "install" in unit.due or not relation.is_of(unit.application):
            return
        relation.side(unit.application).units.setdefault(unit.name, Bag(self.network_texts(unit), 1))

    def leave_scope(self, relation: Relation, unit: Unit) -> None:
        side = relation.side(unit.application)
        if unit.name in side.units:
            side.departed[unit.name] = side.units.pop(unit.name)

    def sweep(self) -> None:
        """Forgets the dying relations that no unit minds any more."""
        for relation in list(self.relations.values()):
            if relation.dying and not any(relation.id in unit.seen for unit in self.units.values()):
                del self.relations[relation.id]

    def forget_unit(self, unit: Unit) -> None:
        for relation in self.relations_of(unit.application):
            self.leave_scope(relation, unit)
        del self.units[unit.name]
        application = self.applications[unit.application]
        heirs = sorted(self.units_of(unit.application), key=lambda heir: (heir.dying, natural(heir.name)))
        if application.leader == unit.name:
            application.leader = ""
            if heirs:
                self.set_leader(heirs[0])
