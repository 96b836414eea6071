# SPDX-License-Identifier: Apache-2.0
"""One hook of one unit as its tools see it: whose data may be seen, and what is kept back until the hook ends well."""

from dataclasses import dataclass, field

from world import Application, Bag, Hook, Relation, Side, Texts, Unit, World, application_of

VALUED = {"r", "relation", "format", "file", "l", "log-level"}
FLAGS = {"app", "application", "include-data", "strict", "endpoints", "primary-address", "a", "all"}


class ToolError(Exception):
    """What a tool says on standard error, and its exit status: 2 where the arguments are at fault, as in Juju."""

    def __init__(self, text: str, status: int = 1):
        super().__init__(text)
        self.status = status


@dataclass
class Arguments:
    options: dict[str, str]
    words: list[str]
    stdin: str

    def flag(self, name: str) -> bool:
        return self.options.get(name, "false").lower() in ("true", "t", "1")


def parse(argv: list[str], stdin: str) -> Arguments:
    arguments, rest = Arguments({}, [], stdin), list(argv)
    while rest:
        word = rest.pop(0)
        name, is_assigned, value = word.lstrip("-").partition("=")
        if word == "--":
            arguments.words += rest
            break
        if not word.startswith("-") or word == "-":
            arguments.words.append(word)
        elif name in VALUED and (is_assigned or rest):
            arguments.options[name] = value if is_assigned else rest.pop(0)
        elif name in FLAGS:
            arguments.options[name] = value or "true"
        else:
            raise ToolError(f"option provided but not defined: {word}", 2)
    return arguments


@dataclass
class Context:
    """One hook of one unit. What it writes is kept back until it ends well."""

    world: World
    unit: Unit
    hook: Hook
    written: dict[tuple[int, str], Texts] = field(default_factory=dict)  # by relation, and unit or application
    state: Texts = field(default_factory=dict)

    @property
    def application(self) -> Application:
        return self.world.applications[self.unit.application]

    @property
    def is_leader(self) -> bool:
        return self.application.leader == self.unit.name

    def relations(self, endpoint: str) -> list[Relation]:
        return [relation for relation in self.world.relations_of(self.unit.application)
                if relation.side(self.unit.application).endpoint == endpoint
                and self.unit.name in relation.side(self.unit.application).units]

    def relation(self, arguments: Arguments) -> Relation:
        text = arguments.options.get("r", arguments.options.get("relation", ""))
        if not text and self.hook.relation is None:
            raise ToolError("no relation id specified", 2)
        if not text:
            return self.world.relations[self.hook.relation]
        endpoint, _, number = text.rpartition(":")
        if not number.isdecimal():
            raise ToolError(f'invalid value "{text}" for option -r: invalid relation id', 2)
        for name in self.application.endpoints() if not endpoint else [endpoint]:
            for relation in self.relations(name):
                if relation.id == int(number):
                    return relation
        raise ToolError(f'invalid value "{text}" for option -r: relation not found', 2)

    def bag(self, relation: Relation, entity: str) -> Bag:
        own, other = relation.side(self.unit.application), relation.other_side(self.unit.application)
        if relation.denied:
            raise ToolError("permission denied")
        if entity == self.unit.name:
            return own.units[entity]
        if entity == self.unit.application:
            if not self.is_leader and not relation.is_peer:
                raise ToolError("permission denied")
            return own.app_bag
        if entity == other.shown_as:
            return other.app_bag
        if "/" not in entity or application_of(entity) != other.shown_as:
            raise ToolError("permission denied")
        found = {**other.departed, **other.units}.get(other.real(entity))
        if found is None:
            raise ToolError(f'cannot read settings for unit "{entity}" in relation "{own.endpoint}": '
                            f'unit "{entity}": settings not found')
        return found

    def flush(self) -> None:
        """The hook has ended well."""
        for (number, entity), differences in self.written.items():
            if number not in self.world.relations:
                continue
            side: Side = self.world.relations[number].side(self.unit.application)
            if "/" in entity:
                side.units[entity].update(differences)
            elif side.app_bag.update(differences):
                side.written_by = self.unit.name
        self.unit.state = {key: text for key, text in {**self.unit.state, **self.state}.items() if text}
