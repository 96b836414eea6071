# SPDX-License-Identifier: Apache-2.0
"""Which hooks a unit's agent could run next, and what it has seen of one. As include/juju/testing/agent.hpp."""

from world import Hook, Relation, Seen, Side, Unit, World, natural


def hook_in(relation: Relation, unit: Unit, kind: str, remote: str = "", departing: str = "") -> Hook:
    own, other = relation.side(unit.application), relation.other_side(unit.application)
    return Hook(f"{own.endpoint}-{kind}", relation.id, own.endpoint, other.shown_as, other.shown(remote), departing)


def departures(world: World, unit: Unit, relation: Relation, seen: Seen, other: Side) -> list[Hook]:
    gone = [name for name in sorted(seen.units, key=natural)
            if unit.dying or relation.dying or not world.in_scope(other, name)]
    return [hook_in(relation, unit, "relation-departed", name, unit.name if unit.dying else other.shown(name))
            for name in gone]


def arrivals(world: World, unit: Unit, relation: Relation, seen: Seen, other: Side) -> list[Hook]:
    hooks = []
    if other.written_by != unit.name and seen.application_version != other.app_bag.version:
        hooks.append(hook_in(relation, unit, "relation-changed"))
    in_scope = [name for name in sorted(other.units, key=natural)
                if name != unit.name and world.in_scope(other, name)]
    hooks += [hook_in(relation, unit, "relation-joined", name) for name in in_scope if name not in seen.units]
    hooks += [hook_in(relation, unit, "relation-changed", name) for name in in_scope
              if seen.units.get(name, other.units[name].version) != other.units[name].version]
    return hooks


def relation_hooks(world: World, unit: Unit) -> list[Hook]:
    hooks = []
    for relation in world.relations_of(unit.application):
        seen, other = unit.seen.get(relation.id), relation.other_side(unit.application)
        if seen is None:
            continue
        if seen.changed_due:
            hooks.append(hook_in(relation, unit, "relation-changed", seen.changed_due))
            continue
        hooks += departures(world, unit, relation, seen, other)
        if not unit.dying and not relation.dying:
            hooks += arrivals(world, unit, relation, seen, other)
        elif not seen.units:
            hooks.append(hook_in(relation, unit, "relation-broken"))
    return hooks


def created(world: World, unit: Unit) -> list[Hook]:
    return [hook_in(relation, unit, "relation-created") for relation in world.relations_of(unit.application)
            if not relation.dying and relation.id not in unit.seen]


def next_hooks(world: World, unit: Unit) -> list[Hook]:
    """The hooks that this unit's agent could run now, Juju's first choice first. Empty when it rests."""
    if unit.directory is None:
        return []
    if unit.failed:
        return [unit.failed]
    if "install" in unit.due:
        return [Hook("install")]
    if unit.dying:
        is_stopped = "remove" in unit.due or "start" in unit.due
        return relation_hooks(world, unit) or [Hook("remove" if is_stopped else "stop")]
    if "upgrade-charm" in unit.due:
        return [Hook("upgrade-charm")]
    due = [Hook(name) for name in ("leader-elected", "config-changed") if name in unit.due]
    if "start" in unit.due:  # between install and start there is one order only
        return (created(world, unit) + due + [Hook("start")])[:1]
    ready = [Hook(name, workload=name.removesuffix("-pebble-ready"))
             for name in sorted(unit.due) if name.endswith("-pebble-ready")]
    return created(world, unit) + due + ready + unit.fired[:1] + relation_hooks(world, unit)


def relation_hook_ran(world: World, unit: Unit, hook: Hook, relation: Relation) -> None:
    other = relation.other_side(unit.application)
    name = other.real(hook.remote_unit)
    if hook.kind == "relation-broken":
        world.leave_scope(relation, unit)
        del unit.seen[relation.id]
        return world.sweep()
    seen = unit.seen.setdefault(relation.id, Seen())
    if hook.kind == "relation-departed":
        seen.units.pop(name, None)
    elif hook.kind == "relation-joined":
        seen.units[name] = 0
        seen.changed_due = name
    elif hook.kind == "relation-changed" and not name:
        seen.application_version = other.app_bag.version
    elif hook.kind == "relation-changed":
        if name in other.units:
            seen.units[name] = other.units[name].version
        seen.changed_due = ""
    return None


def hook_ran(world: World, unit: Unit, hook: Hook) -> None:
    """Notes that a hook has run. The unit is gone after its last one."""
    if hook.relation is not None:
        return relation_hook_ran(world, unit, hook, world.relations[hook.relation])
    if unit.fired[:1] == [hook]:
        unit.fired.pop(0)
    unit.due.discard(hook.name)
    if hook.name == "install":
        for relation in world.relations_of(unit.application):
            world.enter_scope(relation, unit)
    elif hook.name == "config-changed":  # Juju renews its own keys
        for relation in world.relations_of(unit.application):
            if unit.name in (side := relation.side(unit.application)).units:
                side.units[unit.name].update(world.network_texts(unit))
    elif hook.name == "stop":
        unit.due.add("remove")
    elif hook.name == "remove":
        world.forget_unit(unit)
        world.sweep()
    return None
