# SPDX-License-Identifier: Apache-2.0
"""Juju's hook tools, one function each: who may read and write what, and what they say when one may not."""

import json
import re
from typing import Any, Callable

import yaml_text
from context import Arguments, Context, ToolError, parse
from world import Texts, application_of

NOTHING = object()  # what a tool that only writes prints


def relation_ids(context: Context, arguments: Arguments) -> Any:
    endpoint = arguments.words[0] if arguments.words else context.hook.endpoint
    if not endpoint:
        raise ToolError("no endpoint name specified", 2)
    return sorted(f"{endpoint}:{relation.id}" for relation in context.relations(endpoint))


def relation_list(context: Context, arguments: Arguments) -> Any:
    relation = context.relation(arguments)
    other = relation.other_side(context.unit.application)
    if arguments.flag("app"):
        return other.shown_as
    seen = context.unit.seen.get(relation.id)
    units = {other.shown(name) for name in seen.units} if seen else set()
    if context.hook.relation == relation.id and context.hook.kind == "relation-joined":
        units.add(context.hook.remote_unit)
    if context.hook.relation == relation.id and context.hook.kind == "relation-departed":
        units.discard(context.hook.remote_unit)
    return sorted(units)


def relation_get(context: Context, arguments: Arguments) -> Any:
    relation = context.relation(arguments)
    key, entity = (arguments.words + ["", ""])[:2]
    entity = entity or context.hook.remote_unit or (arguments.flag("app") and context.hook.remote_application) or ""
    if not entity:
        raise ToolError("no unit or application specified", 2)
    is_unit, is_application = re.fullmatch(r"[a-z][a-z0-9-]*/\d+", entity), re.fullmatch(r"[a-z][a-z0-9-]*", entity)
    if arguments.flag("app"):
        entity = application_of(entity)
    elif is_application:
        raise ToolError(f'expected unit name, got application name "{entity}"', 2)
    if not is_unit and not is_application:
        raise ToolError(f'invalid unit name "{entity}"', 2)
    texts = {**context.bag(relation, entity).texts, **context.written.get((relation.id, entity), {})}
    texts = {name: text for name, text in sorted(texts.items()) if text}
    return texts if key in ("", "-") else texts.get(key)


def file_and_pairs(arguments: Arguments) -> Texts:
    """`--file -`, overridden by the arguments."""
    texts: Texts = {}
    if "file" in arguments.options:
        try:
            texts = yaml_text.read_map(arguments.stdin)
        except ValueError as error:
            raise ToolError(str(error)) from error
    for word in arguments.words:
        key, is_pair, text = word.partition("=")
        if not is_pair or not key:
            raise ToolError(f'expected "key=value", got "{word}"', 2)
        texts[key] = text
    return texts


def relation_set(context: Context, arguments: Arguments) -> Any:
    relation = context.relation(arguments)
    texts = file_and_pairs(arguments)
    if arguments.flag("app") and not context.is_leader:
        raise ToolError("cannot write relation settings")
    entity = context.unit.application if arguments.flag("app") else context.unit.name
    if relation.denied:
        raise ToolError("cannot read relation application settings: permission denied")
    context.written.setdefault((relation.id, entity), {}).update(texts)
    return NOTHING


def network_get(context: Context, arguments: Arguments) -> Any:
    binding = arguments.words[0] if arguments.words else ""
    if "r" in arguments.options:
        context.relation(arguments)
    if binding not in {"juju-info", *context.application.endpoints()}:
        raise ToolError(f'no network config found for binding "{binding}"')
    address = context.unit.address
    addresses = [{"hostname": "", "value": address, "cidr": ""}]
    interface = {"mac-address": "", "interface-name": "", "addresses": addresses}
    subnet = context.world.network_texts(context.unit)["egress-subnets"]
    return {"bind-addresses": [interface], "egress-subnets": [subnet],
            "ingress-addresses": [context.application.service_address]}


def config_get(context: Context, arguments: Arguments) -> Any:
    settings = context.application.settings()
    return settings.get(arguments.words[0]) if arguments.words else settings


def status_set(context: Context, arguments: Arguments) -> Any:
    status = (arguments.words[0], " ".join(arguments.words[1:]))
    if status[0] not in ("active", "blocked", "maintenance", "waiting"):
        raise ToolError(f'invalid status "{status[0]}", expected one of [maintenance blocked waiting active]', 2)
    if arguments.flag("application") and not context.is_leader:
        raise ToolError("this unit is not the leader")
    (context.application if arguments.flag("application") else context.unit).status = status
    return NOTHING


def status_get(context: Context, arguments: Arguments) -> Any:
    if not arguments.flag("application"):
        return {"status": context.unit.status[0], "message": context.unit.status[1], "status-data": {}}
    if not context.is_leader:
        raise ToolError("finding application status: this unit is not the leader")
    status, message = context.application.status
    return {"application-status": {"status": status, "message": message, "status-data": {}, "units": {}}}


def juju_log(context: Context, arguments: Arguments) -> Any:
    level = arguments.options.get("l", arguments.options.get("log-level", "INFO"))
    context.unit.log.append((level.upper(), " ".join(arguments.words)))
    return NOTHING


def state_get(context: Context, arguments: Arguments) -> Any:
    state = {key: text for key, text in {**context.unit.state, **context.state}.items() if text}
    return state.get(arguments.words[0]) if arguments.words[:1] not in ([], ["-"]) else state


def state_set(context: Context, arguments: Arguments) -> Any:
    for key, text in file_and_pairs(arguments).items():
        if len(key) > 256 or len(text.encode()) > 65536:
            raise ToolError("max allowed size (65536) exceeded")
        context.state[key] = text
    return NOTHING


def state_delete(context: Context, arguments: Arguments) -> Any:
    context.state[arguments.words[0]] = ""
    return NOTHING


def go_json(value: Any) -> str:
    """JSON as Go writes it."""
    text = json.dumps(value, ensure_ascii=False)
    return re.sub(r"[<>&\u2028\u2029]", lambda found: f"\\u{ord(found[0]):04x}", text)


def printed(value: Any, style: str) -> str:
    """A tool's answer; without `--format` in the form called smart."""
    if style != "json" and (value is None or isinstance(value, str)):
        return f"{value or ''}\n"
    if style != "json" and isinstance(value, list):
        return "".join(f"{element}\n" for element in value)
    if style != "json" and isinstance(value, bool):
        return f"{value}\n"
    return go_json(value) + "\n"


def nothing(context: Context, arguments: Arguments) -> Any:
    return NOTHING


TOOLS: dict[str, Callable[[Context, Arguments], Any]] = {
    tool.__name__.replace("_", "-"): tool
    for tool in (relation_ids, relation_list, relation_get, relation_set, network_get, config_get, status_set,
                 status_get, juju_log, state_get, state_set, state_delete)
} | {"is-leader": lambda context, arguments: context.is_leader, "application-version-set": nothing,
     "open-port": nothing, "close-port": nothing, "opened-ports": lambda context, arguments: []}


def run(context: Context, argv: list[str], stdin: str) -> tuple[int, str, str]:
    """Exit status, standard output, standard error."""
    try:
        arguments = parse(argv[1:], stdin)
        value = TOOLS[argv[0]](context, arguments)
    except ToolError as error:
        return error.status, "", f"ERROR {error}\n"
    return 0, "" if value is NOTHING else printed(value, arguments.options.get("format", "smart")), ""
