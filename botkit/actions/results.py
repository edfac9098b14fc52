"""What an action returns, as a value that a conversation can keep."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from enum import Enum
from typing import Any

from botkit import wire
from botkit.actions.annotations import enumerated
from botkit.wire import Value

MAX_SIZE = 65_536  # bytes as JSON
MAX_DEPTH = 20

_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")  # no store keeps these in a text
_LONG = 1 << 63  # JSON readers round what is beyond


class Unkeepable(Exception):
    """A result that no conversation can keep; a sentence that names the place in it."""


def kept(value: Any, zone: tzinfo, most: int = MAX_SIZE) -> Value:
    """*value* in plain terms: dataclasses as records, members of an Enum by value, exact numbers, aware times.

    A datetime without an offset is one of *zone*; *most*: bytes that it may take. Raises Unkeepable.
    """
    try:
        plain = _Walk(zone, most).walk(value, "the result", 0)
        size = len(wire.dumps(wire.escaped(plain)))
    except RecursionError:
        raise Unkeepable(f"the result is nested deeper than {MAX_DEPTH}") from None
    if size > most:
        raise _too_large(most)
    return plain


def _too_large(most: int) -> Unkeepable:
    return Unkeepable(f"the result is larger than {most // 1024} KiB: return what the flow needs of it")


class _Walk:
    """One result on its way; *left* stops a huge one before it costs time."""

    def __init__(self, zone: tzinfo, most: int) -> None:
        self.zone = zone
        self.most = self.left = most

    def walk(self, value: Any, where: str, depth: int) -> Value:
        self.left -= 1
        if self.left < 0:
            raise _too_large(self.most)
        match value:
            case None | bool():
                return value
            case Enum():
                return self.walk(enumerated(value), where, depth)
            case str():
                return self._text(value)
            case int():
                return int(value) if -_LONG <= value < _LONG else Decimal(value)
            case float() | Decimal():
                return _number(value, where)
            case datetime():
                return value.replace(tzinfo=self.zone) if value.tzinfo is None else value
            case date():
                return value
            case time() if value.tzinfo is None:
                return value
        if depth >= MAX_DEPTH:
            raise Unkeepable(f"the result is nested deeper than {MAX_DEPTH}")
        record = _record(value)
        if record is not None:
            return {self._name(name, where): self.walk(inner, f"{where}.{name}", depth + 1) for name, inner in record.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self.walk(inner, f"{where}[{number}]", depth + 1) for number, inner in enumerate(value)]
        raise Unkeepable(f"{where} is a {type(value).__name__}, which no conversation can keep: {_advice(value)}")

    def _text(self, value: str) -> str:
        self.left -= len(value)
        if self.left < 0:
            raise _too_large(self.most)
        return _UNKEEPABLE.sub("\ufffd", value) if _UNKEEPABLE.search(value) else str(value)

    def _name(self, name: object, where: str) -> str:
        if not isinstance(name, str):
            raise Unkeepable(f"{where} has a name that is no text but {name!r:.40}: names of a record are texts")
        return self._text(name.value if isinstance(name, Enum) else name)


def _number(value: float | Decimal, where: str) -> Decimal:
    number = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    if not number.is_finite():
        raise Unkeepable(f"{where} is {number}, which is no number to count with")
    return number


def _record(value: Any) -> Mapping[Any, Any] | None:
    """The names and values of what is a record; None for anything else."""
    if isinstance(value, Mapping):
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return dict(zip(value._fields, value, strict=True))
    return None


def _advice(value: Any) -> str:
    if hasattr(value, "model_dump"):
        return "return its .model_dump()"
    if isinstance(value, timedelta):
        return "return a number of seconds"
    if isinstance(value, time):
        return "a time has no offset here: return a datetime"
    if isinstance(value, bytes | bytearray):
        return "return a text"
    if hasattr(value, "__await__"):
        return "an await is missing"
    if hasattr(value, "__next__"):
        return "return a list"
    return "return a dataclass, a dict, a list, a text, a number or a date"
