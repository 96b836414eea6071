# SPDX-License-Identifier: Apache-2.0
"""As much YAML as a charm's files and the tools' standard input need; the machine's Python may have no YAML library."""

import json
import re
from typing import Any

# What yaml.v2 calls unprintable, and the escapes that it does not know.
UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
UNKNOWN_ESCAPE = re.compile(r"(?<!\\)(?:\\\\)*\\/")
SURROGATE_ESCAPE = re.compile(r"(?<!\\)(?:\\\\)*\\u[dD][89a-fA-F][0-9a-fA-F]{2}")


def read_map(text: str) -> dict[str, str]:
    """A map of texts as yaml.v2 reads it; in flow style only what is JSON. Raises ValueError."""
    if UNREADABLE.search(text):
        raise ValueError("yaml: control characters are not allowed")
    if UNKNOWN_ESCAPE.search(text):
        raise ValueError("yaml: found unknown escape character")
    if SURROGATE_ESCAPE.search(text):
        raise ValueError("yaml: found invalid Unicode character escape code")
    is_flow = text.lstrip()[:1] == "{"
    value = json.loads(text) if is_flow else block(text.splitlines(), 0) or {}
    if not isinstance(value, dict):
        raise ValueError("yaml: unmarshal errors: cannot unmarshal into map[string]string")
    for key, element in value.items():
        if isinstance(element, (dict, list)):
            raise ValueError(f"yaml: unmarshal errors: cannot unmarshal {key} into string")
    return {key: scalar_text(element) for key, element in value.items()}


def scalar_text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else json.dumps(value)


def scalar(text: str) -> Any:
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1].replace("''", "'")
    if text in ("", "~", "null"):
        return None
    if re.fullmatch(r"[Tt]rue|[Ff]alse", text):
        return text.lower() == "true"
    if re.fullmatch(r"-?\d+(\.\d+)?|\".*\"", text, re.DOTALL):
        return json.loads(text)
    return flow(text) if text[0] in "{[" else text


def flow(text: str) -> Any:
    """{a: b, c: [d]}: JSON, once bare words are quoted."""
    try:
        return json.loads(text)
    except ValueError:
        token = re.compile(r"\"(?:[^\"\\]|\\.)*\"|[^\s,:{}\[\]\"](?:[^,:{}\[\]\"]*[^\s,:{}\[\]\"])?")
        return json.loads(token.sub(lambda found: json.dumps(scalar(found[0])), text))


def uncommented(line: str) -> str:
    quoted = r"\"(?:[^\"\\]|\\.)*\"|'[^']*'"
    return re.sub(rf"({quoted})|(?:^|(?<=\s))#.*", lambda found: found[1] or "", line).rstrip()


def indent_of(line: str) -> int:
    return len(line) - len(line.lstrip())


def block_scalar(lines: list[str], style: str, outer: int) -> str:
    taken = []
    while lines and (not lines[0].strip() or indent_of(lines[0]) > outer):
        taken.append(lines.pop(0))
    inner = min((indent_of(line) for line in taken if line.strip()), default=0)
    text = ("\n" if style[0] == "|" else " ").join(line[inner:] for line in taken).rstrip()
    return text if "-" in style else text + "\n"


def block(lines: list[str], indent: int) -> Any:
    """The collection that starts in the first line; takes its lines away."""
    result: Any = None
    while lines:
        line = uncommented(lines[0])
        if not line.strip() or line.strip() == "---":
            lines.pop(0)
            continue
        if indent_of(line) < indent:
            break
        lines.pop(0)
        if line.lstrip().startswith("- "):
            result = [*(result or []), scalar(line.lstrip()[2:])]
            continue
        found = re.fullmatch(r"\s*(\"[^\"]*\"|'[^']*'|[^:]+|[^\s].*?):(?:\s+(.*))?", line)
        if not found:
            raise ValueError(f"not understood: {line}")
        result = {**(result or {}), str(scalar(found[1])): value_of(lines, found[2] or "", indent_of(line))}
    return result


def value_of(lines: list[str], text: str, indent: int) -> Any:
    if text[:1] in ("|", ">"):
        return block_scalar(lines, text, indent)
    if text:
        while text[0] in "{[" and text.count("{") + text.count("[") > text.count("}") + text.count("]") and lines:
            text += " " + uncommented(lines.pop(0)).strip()
        while lines and indent_of(lines[0]) > indent and uncommented(lines[0]).strip():  # a folded plain text
            text += " " + uncommented(lines.pop(0)).strip()
        return scalar(text)
    following = next((line for line in lines if uncommented(line).strip()), "")
    is_nested = indent_of(following) > indent or following.lstrip().startswith("- ") and indent_of(following) == indent
    return block(lines, indent_of(following)) if is_nested else None


def load(text: str) -> Any:
    """The value of a small YAML document; JSON is one."""
    try:
        return json.loads(text)
    except ValueError:
        lines = text.splitlines()
        return flow(text) if text.lstrip()[:1] in ("{", "[") else block(lines, 0)
