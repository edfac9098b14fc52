"""Talks as YAML: texts, values and messages written so that they read back the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal

from botkit.problems import Problems
from botkit.source import Mapping as Keyed
from botkit.source import Scalar, decode, read
from botkit.source import Sequence as Items
from botkit.source.writing import NO_BLOCK, quoted
from botkit.testing.said import Said
from botkit.wire import Value

_WORDS = frozenset({"nothing", "none", "true", "false", "null", "handback"})  # which mean something without quotes


def scalar(text: str, indent: int = 0, within: bool = True) -> str:
    """*text* as YAML: plain where that reads back the same, else in quotes; several lines as a block. *within*: between brackets."""
    if "\n" in text and not within and not NO_BLOCK.search(text):
        blank = " " * indent
        return "|\n" + "\n".join(blank + row if row else "" for row in text.split("\n"))
    if text not in _WORDS and _reads_back(text, within):
        return text
    return quoted(text)


def _reads_back(text: str, within: bool) -> bool:
    problems = Problems()
    source = decode("", (f"- [{text}, x]\n" if within else f"- k: {text}\n").encode("utf-8", "replace"), problems)
    node = read(source, problems) if source is not None else None
    if node is None or len(problems) or not isinstance(node, Items) or len(node.items) != 1:
        return False
    (one,) = node.items
    found = one.items[0] if isinstance(one, Items) and len(one.items) == 2 else one.get("k") if isinstance(one, Keyed) else None
    return isinstance(found, Scalar) and found.text == text and not found.quoted


def value_lines(value: Value, indent: int) -> list[str]:
    """What stands behind a key, its colon or a dash: the rest of that line, and the lines below, in column *indent*."""
    blank = " " * indent
    match value:
        case Mapping() if value:
            return ["", *(line for key, inner in value.items() for line in _keyed(str(key), inner, indent))]
        case list() | tuple() if value:
            return ["", *(line for inner in value for line in _dashed(inner, blank))]
        case Mapping():
            return ["{}"]
        case list() | tuple():
            return ["[]"]
    return [_plain(value)]


def _keyed(key: str, value: Value, indent: int) -> Iterator[str]:
    first, *more = value_lines(value, indent + 2)
    yield f"{' ' * indent}{scalar(key)}:{f' {first}' if first else ''}"
    yield from more


def _dashed(value: Value, blank: str) -> Iterator[str]:
    first, *more = value_lines(value, len(blank) + 2)
    if first or not more:
        yield f"{blank}- {first}".rstrip()
    else:
        yield f"{blank}- {more[0].lstrip()}"
        more = more[1:]
    yield from more


def _plain(value: Value) -> str:
    match value:
        case None:
            return ""  # nothing at all is none
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Decimal():
            return f"{value:f}"
        case datetime() | date() | time():
            return value.isoformat()
    text = str(value)
    plain = text[:1].isalpha() and re.fullmatch(r"[\w .!?-]*[\w.!?]", text, re.ASCII) and text not in _WORDS
    return text if plain else quoted(text)  # what could be taken for a number or a date has quotes


def entry_of(said: Said, indent: int) -> list[str]:
    """The lines of an entry of a talk that names *said*, its dash in column *indent*."""
    blank = " " * indent
    if said.template:
        values = ", ".join(scalar(value) for value in said.values)
        rows = [f"{blank}- template: {{name: {said.template}{f', with: [{values}]' if values else ''}}}"]
    else:
        rows = [f"{blank}- bot: {scalar(said.text, indent + 4, False) if said.text.strip() else quoted('*')}"]
    if said.file and not said.template:
        rows.append(f"{blank}  file: {scalar(said.file)}")
    rows += [f"{blank}  link: {scalar(where)}" for _, where in said.leads[:1] if said.kind == "cta_url"]
    if said.options:
        rows.append(f"{blank}  options: [{', '.join(scalar(option.label) for option in said.options)}]")
    return "\n".join(rows).split("\n")
