"""Values that a test writes: taken for what they are declared to be, and compared with what there is."""

from __future__ import annotations

from collections.abc import Mapping as Table
from datetime import date, datetime, time
from decimal import Decimal

from botkit.data import plain
from botkit.signatures import ValueType, written
from botkit.source import Mapping, Node, Scalar, Sequence
from botkit.wire import Value

_ANYTHING = ValueType()


def declared(node: Node, type_: ValueType | None = None) -> Value:
    """The value that *node* writes, of *type_* where it can be read so: `9` is a text where a text is wanted."""
    type_ = type_ or _ANYTHING
    match node:
        case Mapping():
            fields = {field.name: field.type for field in type_.fields}
            return {key.text: declared(value, fields.get(key.text, type_.items)) for key, value in node}
        case Sequence():
            return [declared(item, type_.items) for item in node.items]
        case Scalar():
            return _scalar(node, type_)
    return None


def _scalar(node: Scalar, type_: ValueType) -> Value:
    if node.empty or (not node.quoted and node.text == "none" and type_.optional):
        return None
    found = plain(node)
    if "any" in type_.kinds or node.quoted:
        return found
    for kind in type_.kinds:
        if kind == "text":
            return node.text
        value = written(kind, node.text)
        if value is not None:
            return value
    return found


def same(node: Node, value: Value) -> bool:
    """Whether *value* is what *node* writes. Dates are written 2026-06-24, times 9:30, nothing is none."""
    match node:
        case Mapping():
            if not isinstance(value, Table):
                return False
            return {key.text for key, _ in node} == set(value) and all(same(inner, value[key.text]) for key, inner in node)
        case Sequence():
            return isinstance(value, list | tuple) and len(value) == len(node.items) and all(map(same, node.items, value))
        case Scalar():
            return _same(node, value)
    return False


def _same(node: Scalar, value: Value) -> bool:
    match value:
        case None:
            return not node.quoted and node.text in ("", "none")
        case str():
            return node.text == value
        case bool():
            return written("bool", node.text) is value
        case int() | Decimal():
            return bool(written("number", node.text) == value)
        case datetime():
            told = written("datetime", node.text)
            return told == value or (isinstance(told, datetime) and told.tzinfo is None and told == value.replace(tzinfo=None))
        case date():
            return bool(written("date", node.text) == value)
        case time():
            return bool(written("time", node.text) == value)
    return False


def shown(value: Value) -> str:
    """*value* as a test would write it."""
    match value:
        case None:
            return "none"
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.isoformat(timespec="minutes")
        case date() | time():
            return value.isoformat()
        case Table():
            return "{" + ", ".join(f"{name}: {shown(inner)}" for name, inner in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(shown(inner) for inner in value) + "]"
    return str(value)


__all__ = ["declared", "same", "shown"]
