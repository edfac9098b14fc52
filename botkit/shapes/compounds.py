"""Shapes made of others: lists, names with values, one of several, and what is made of a value."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from msgspec import Struct

from botkit import traps
from botkit.problems import Edit
from botkit.replies import Reading
from botkit.shapes import levels, listed, strays
from botkit.shapes.base import MOST, NAME, Shape, refuse, too_many
from botkit.source import Mapping, Node, Scalar, Sequence
from botkit.traps.page import quoted

_PLAIN = re.compile(r"[\w.][\w. -]*$")


class ListOf(Struct, frozen=True):
    """A list; a lone value stands for a list of one where *lone* says so."""

    item: Shape
    what: str = "a list"
    lone: bool = False

    def read(self, node: Node, reading: Reading) -> list[Any] | None:
        if isinstance(node, Scalar) and not self.lone and (mend := traps.layout.dash(node.source, node.line - 1, node.line - 1)):
            reading.problems.add(mend.problem)
            return None
        if isinstance(node, Sequence):
            if too_many(node.items, reading):
                return None
            values = [self.item.read(child, reading.into(str(n))) for n, child in enumerate(node.items, 1)]
            return [value for value in values if value is not None]
        if self.lone and not (isinstance(node, Scalar) and node.empty):
            value = self.item.read(node, reading)
            return None if value is None else [value]
        refuse(node, reading, self.what, *_as_list(node))
        return None


def _as_list(node: Node) -> tuple[str | None, tuple[Edit, ...]]:
    """How a lone text is written as a list: the hint, and the edit."""
    if isinstance(node, Mapping):
        line, column, end_line, end_column = node.span
        row = node.source.row(line)
        if line == end_line and row[column : column + 1] == "{":
            listed = f"[{row[column:end_column]}]"
            return listed, (Edit(node.place, listed),)
        return 'write "- " before its first line, and two spaces more before the others', ()
    if not isinstance(node, Scalar) or node.empty or "\n" in node.text or node.style in ("|", ">"):
        return None, ()
    words = [word.strip() for word in node.text.split(",")] if not node.quoted else [node.text]
    listed = "[" + ", ".join(word if _PLAIN.match(word) else quoted(word) for word in words) + "]"
    return listed, (Edit(node.place, listed),)


class MapOf(Struct, frozen=True):
    """Names of the author's own, each with a value: [(key, value)] in the order of the file."""

    value: Shape
    what: str = "names with values"
    names: bool = True  # keys must be names: letters, digits and "_"
    of: str = ""  # what the keys name, for editors: an action, …
    most: int = MOST
    sample: str = "{text}"  # a value, where a hint needs one, for something that is called {name}

    def read(self, node: Node, reading: Reading) -> list[tuple[Scalar, Any]] | None:
        if not isinstance(node, Mapping):
            first = node.text.split()[0] if isinstance(node, Scalar) and node.text.strip() else "name"
            hint = f"write a name, a colon and its value: {{{first[:40]}: {self.sample.format(text='…', name=first[:40])}}}"
            if isinstance(node, Sequence) and node.items:
                refuse(node, reading, self.what, *listed.named(node, strays.column_of(reading) + 2, self.sample))
            else:
                refuse(node, reading, self.what, hint)
            return None
        if too_many(node.entries, reading, self.most):
            return None
        if levels.nameless(node, self.value, reading):
            return None
        pairs = []
        for key, child in node:
            if self.names and not NAME.match(key.text.removeprefix("contact.")):
                reading.report(
                    "bad-name", key, f'"{key.text[:60]}" cannot be a name', "use the letters a to z, digits and _, and begin with a letter"
                )
                continue
            if strays.among_names(key, child, self.value, reading):
                continue
            value = self.value.read(child, reading.into(key.text))
            if value is not None:
                pairs.append((key, value))
        return pairs


class Either(Struct, frozen=True):
    """A value whose shape is told by what it is: a scalar, a list or a mapping. None: that one is refused."""

    what: str
    scalar: Shape | None = None
    sequence: Shape | None = None
    mapping: Shape | None = None

    def read(self, node: Node, reading: Reading) -> Any:
        shape = self.scalar if isinstance(node, Scalar) else self.sequence if isinstance(node, Sequence) else self.mapping
        if shape is None or (isinstance(node, Scalar) and node.empty):
            refuse(node, reading, self.what, *(_as_list(node) if self.sequence is not None else ()))
            return None
        return shape.read(node, reading)


class Kept(Struct, frozen=True):
    """A value kept as it stands, to be read later by whom it concerns: as *shape*; None: whatever it is."""

    what: str = "a value"
    shape: Shape | None = None

    def read(self, node: Node, _reading: Reading) -> Node:
        return node


class Told(Struct, frozen=True):
    """One of several *ways* to write a thing, where *which* tells the way by looking at the value."""

    what: str
    ways: tuple[Shape, ...]
    which: Callable[[Node], int]

    def read(self, node: Node, reading: Reading) -> Any:
        return self.ways[self.which(node)].read(node, reading)


class Made(Struct, frozen=True):
    """*shape*, and then *make* of what was read; *make* may report and give None."""

    shape: Shape
    make: Callable[[Any, Node, Reading], Any]

    @property
    def what(self) -> str:
        return self.shape.what

    def read(self, node: Node, reading: Reading) -> Any:
        value = self.shape.read(node, reading)
        return None if value is None else self.make(value, node, reading)
