"""What a parameter takes and a result promises, for single values: how one is made to fit, or why it does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, tzinfo
from decimal import Decimal
from enum import Enum
from typing import Any, Protocol

from msgspec import Struct

from botkit.signatures import ValueType, written
from botkit.wire import Value

Seen = frozenset[type]  # the records that a description is within: one that holds itself is described once


class Misfit(Exception):
    """A value that does not fit. *path* leads to it: "place.street"; the sentence holds no word of the value itself."""

    def __init__(self, path: str, sentence: str) -> None:
        super().__init__(f"{path} {sentence}" if path else sentence)
        self.path, self.sentence = path, sentence

    def under(self, name: str) -> Misfit:
        """The same, seen from the value that holds it."""
        between = "" if not self.path or self.path.startswith("[") else "."
        return Misfit(f"{name}{between}{self.path}", self.sentence)


class Wanted(Protocol):
    """One annotation. `take` makes what a flow gives fit it, `check` holds a result to it: there nothing is read out of a text."""

    def type(self, within: Seen = frozenset()) -> ValueType: ...

    def take(self, value: Value, zone: tzinfo) -> Any:
        """Raises Misfit. *zone* is that of a datetime written without one."""
        ...

    def check(self, value: Value) -> None:
        """Raises Misfit."""
        ...


def fits(wanted: Wanted, value: Value) -> bool:
    try:
        wanted.check(value)
    except Misfit:
        return False
    return True


_FOUND: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (type(None), "nothing"), (bool, "true or false"), (str, "a text"), ((int, Decimal, float), "a number"),
    (datetime, "a datetime"), (date, "a date"), (time, "a time"), ((list, tuple), "a list"), (Mapping, "a record"),
)  # fmt: skip


def refused(wanted: Wanted, value: Value) -> Misfit:
    found = next((words for kind, words in _FOUND if isinstance(value, kind)), f"a {type(value).__name__}")
    if isinstance(value, str):
        found = "this text" if "text" not in wanted.type().kinds or wanted.type().choices else found
    return Misfit("", f"must be {wanted.type()}, not {found}")


class Anything(Struct, frozen=True):
    """No annotation, Any or object: the value as it stands, in lists and dicts of its own."""

    def type(self, within: Seen = frozenset()) -> ValueType:
        return ValueType()

    def take(self, value: Value, zone: tzinfo) -> Any:
        if isinstance(value, Mapping):
            return {name: self.take(inner, zone) for name, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self.take(inner, zone) for inner in value]
        return value

    def check(self, value: Value) -> None:
        pass


class Plain(Struct, frozen=True):
    """A value of one kind; *make* turns a value of *cls* or one of *near* into what the annotation asks for."""

    kind: str
    cls: type | tuple[type, ...]
    make: Callable[[Any], Any] = lambda value: value

    def type(self, within: Seen = frozenset()) -> ValueType:
        return ValueType((self.kind,))

    def take(self, value: Value, zone: tzinfo) -> Any:
        read = written(self.kind, value) if isinstance(value, str) else value
        if self.kind == "integer" and isinstance(read, Decimal) and read.is_finite() and read == read.to_integral_value():
            read = int(read)
        if isinstance(read, datetime):
            read = read.replace(tzinfo=zone) if read.tzinfo is None else read
            if self.kind == "date":
                return read.astimezone(zone).date()
        if read is None or not self._same(read):
            raise refused(self, value)
        return self.make(read)

    def check(self, value: Value) -> None:
        if not self._same(value):
            raise refused(self, value)

    def _same(self, value: Value) -> bool:
        return isinstance(value, self.cls) and (self.kind == "bool" or not isinstance(value, bool))


class Nothing(Struct, frozen=True):
    """None."""

    def type(self, within: Seen = frozenset()) -> ValueType:
        return ValueType(("none",))

    def take(self, value: Value, zone: tzinfo) -> Any:
        self.check(value)

    def check(self, value: Value) -> None:
        if value is not None:
            raise refused(self, value)


PLAIN: dict[Any, Wanted] = {
    str: Plain("text", str),
    int: Plain("integer", int),
    float: Plain("number", (int, float, Decimal), float),
    Decimal: Plain("number", (int, float, Decimal), lambda number: number if isinstance(number, Decimal) else Decimal(repr(number))),
    bool: Plain("bool", bool),
    date: Plain("date", date),
    time: Plain("time", time),
    datetime: Plain("datetime", datetime),
    type(None): Nothing(),
}


class OneOf(Struct, frozen=True):
    """Literal or Enum: (what a flow calls it, what the function gets), for each."""

    pairs: tuple[tuple[Value, Any], ...]

    def type(self, within: Seen = frozenset()) -> ValueType:
        kinds = dict.fromkeys("bool" if isinstance(v, bool) else "integer" if isinstance(v, int) else "text" for v, _ in self.pairs)
        return ValueType(tuple(kinds), choices=tuple(value for value, _ in self.pairs))

    def take(self, value: Value, zone: tzinfo) -> Any:
        for called, given in self.pairs:
            if called == value and isinstance(called, bool) == isinstance(value, bool):
                return given
        for called, given in self.pairs:
            if isinstance(value, str) and value in (str(called), given.name if isinstance(given, Enum) else None):
                return given
        raise refused(self, value)

    def check(self, value: Value) -> None:
        if not any(called == value and isinstance(called, bool) == isinstance(value, bool) for called, _ in self.pairs):
            raise refused(self, value)
