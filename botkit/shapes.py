"""What a YAML value may look like: tables of keys that read, refuse and describe."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from botkit import source as yaml
from botkit.problems import Edit, nearest
from botkit.replies import Formula, Given, Reading, Reply, read_formula, read_given, read_reply
from botkit.source import Node, Scalar

NAME = re.compile(r"^[A-Za-z_][A-Za-z0-9_]{0,59}$")
_DURATION = re.compile(r"^(\d{1,6})\s*(s|m|h|d|w)$")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


class Shape(Protocol):
    """*what* names it in the author's words, with an article. *read* gives None when it has reported why not."""

    @property
    def what(self) -> str: ...

    def read(self, node: Node, reading: Reading) -> Any: ...


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a mapping: what its value may be, and one line for the reference."""

    shape: Shape
    doc: str
    required: bool = False


def refuse(node: Node, reading: Reading, what: str, hint: str | None = None) -> None:
    """Report a value of the wrong shape in words that name what was found."""
    if isinstance(node, Scalar):
        found = "nothing" if node.empty else f'"{node.text[:40]}"'
    else:
        found = node.what
    reading.report("wrong-shape", node, f"{what} must stand here, not {found}", hint)


@dataclass(frozen=True, slots=True)
class Of:
    """A scalar that *make* turns into a value; *make* gives None for what does not fit."""

    what: str
    make: Callable[[str], Any]
    hint: str | None = None

    def read(self, node: Node, reading: Reading) -> Any:
        value = self.make(node.text) if isinstance(node, Scalar) and not node.empty else None
        if value is None:
            refuse(node, reading, self.what, self.hint)
        return value


def duration(text: str) -> int | None:
    """Seconds of "30s", "10m", "2h", "7d", "2w"; None for anything else."""
    match = _DURATION.match(text.strip())
    return int(match[1]) * _SECONDS[match[2]] if match else None


def whole(low: int, high: int) -> Of:
    def make(text: str) -> int | None:
        return int(text) if re.fullmatch(r"\d{1,9}", text) and low <= int(text) <= high else None

    return Of(f"a whole number from {low} to {high}", make)


def one_of(*words: str) -> Of:
    return Of("one of " + ", ".join(words), lambda text: text if text in words else None)


ANY_TEXT = Of("a text", lambda text: text)
DURATION = Of("a time such as 30s, 10m, 2h or 7d", duration, "write a number and one of s, m, h, d, w: 2h")
SWITCH = Of("true or false", lambda text: {"true": True, "yes": True, "false": False, "no": False}.get(text.lower()))


@dataclass(frozen=True, slots=True)
class Plain:
    """Any scalar, kept with its place."""

    what: str = "a text"

    def read(self, node: Node, reading: Reading) -> Scalar | None:
        if isinstance(node, Scalar) and not node.empty:
            return node
        refuse(node, reading, self.what)
        return None


@dataclass(frozen=True, slots=True)
class Says:
    """A text that is said: Jinja, in every language of the bot."""

    what: str = "a text"

    def read(self, node: Node, reading: Reading) -> Reply | None:
        if isinstance(node, Scalar) and node.text.strip():
            return read_reply(node, reading)
        refuse(node, reading, self.what)
        return None


@dataclass(frozen=True, slots=True)
class Expr:
    what: str = "an expression"

    def read(self, node: Node, reading: Reading) -> Formula | None:
        if isinstance(node, Scalar) and node.text.strip():
            return read_formula(node, reading)
        refuse(node, reading, self.what, "write a condition such as age > 17")
        return None


@dataclass(frozen=True, slots=True)
class GivenValue:
    what: str = 'a text, or an expression behind "="'

    def read(self, node: Node, reading: Reading) -> Given | None:
        if isinstance(node, Scalar) and not node.empty:
            return read_given(node, reading)
        refuse(node, reading, self.what)
        return None


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list; a lone value stands for a list of one where *lone* says so."""

    item: Shape
    what: str = "a list"
    lone: bool = False

    def read(self, node: Node, reading: Reading) -> list[Any] | None:
        if isinstance(node, yaml.Sequence):
            values = [self.item.read(child, reading.into(str(n))) for n, child in enumerate(node.items, 1)]
            return [value for value in values if value is not None]
        if self.lone and not (isinstance(node, Scalar) and node.empty):
            value = self.item.read(node, reading)
            return None if value is None else [value]
        refuse(node, reading, self.what)
        return None


@dataclass(frozen=True, slots=True)
class MapOf:
    """Names of the author's own, each with a value: [(key, value)] in the order of the file."""

    value: Shape
    what: str = "names with values"
    names: bool = True  # keys must be names: letters, digits and "_"

    def read(self, node: Node, reading: Reading) -> list[tuple[Scalar, Any]] | None:
        if not isinstance(node, yaml.Mapping):
            refuse(node, reading, self.what)
            return None
        pairs = []
        for key, child in node:
            if self.names and not NAME.match(key.text.removeprefix("contact.")):
                reading.report("bad-name", key, f'"{key.text[:60]}" cannot be a name', "use letters, digits and _, and begin with a letter")
                continue
            value = self.value.read(child, reading.into(key.text))
            if value is not None:
                pairs.append((key, value))
        return pairs


@dataclass(frozen=True, slots=True)
class Keys:
    """A mapping with known keys: {key: value}, only what stands there.

    *owner* is how the mapping is called in a report: "a step". *lone* is the key that a bare scalar or list stands for.
    *later* are words of the language that this version does not know yet.
    """

    owner: str
    table: Mapping[str, Key]
    lone: str | None = None
    later: frozenset[str] = frozenset()

    @property
    def what(self) -> str:
        return self.owner

    def read(self, node: Node, reading: Reading) -> dict[str, Any] | None:
        if not isinstance(node, yaml.Mapping):
            if self.lone is not None and not (isinstance(node, Scalar) and node.empty):
                value = self.table[self.lone].shape.read(node, reading)
                return None if value is None else {self.lone: value, "": node}
            refuse(node, reading, self.what, f"the keys of {self.owner} are {_listed(list(self.table))}")
            return None
        found: dict[str, Any] = {"": node}
        for key, child in node:
            entry = self.table.get(key.text)
            if entry is None:
                self._unknown(key, reading)
                continue
            value = entry.shape.read(child, reading.into(key.text))
            if value is not None:
                found[key.text] = value
        for name, entry in self.table.items():
            if entry.required and node.key(name) is None:
                reading.report("missing-key", _head(node), f'{self.owner} needs "{name}"', f"add {name}: {entry.doc}")
        return found

    def _unknown(self, key: Scalar, reading: Reading) -> None:
        if key.text in self.later:
            reading.report("not-yet", key, f'this version of botkit does not know "{key.text}" of {self.owner} yet', "take it out")
            return
        near = nearest(key.text, self.table)
        hint = f'did you mean "{near}"?' if near else f"the keys of {self.owner} are {_listed(list(self.table))}"
        fix = (Edit(key.place, near),) if near else ()
        reading.report("unknown-key", key, f'{self.owner} has no "{key.text[:60]}"', hint, fix=fix)


def _head(node: yaml.Mapping) -> Any:
    return node.entries[0][0] if node.entries else node


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words[:-1]) + " and " + words[-1] if len(words) > 1 else "".join(words)


@dataclass(frozen=True, slots=True)
class Either:
    """A value whose shape is told by what it is: a scalar, a list or a mapping. None: that one is refused."""

    what: str
    scalar: Shape | None = None
    sequence: Shape | None = None
    mapping: Shape | None = None

    def read(self, node: Node, reading: Reading) -> Any:
        shape = self.scalar if isinstance(node, Scalar) else self.sequence if isinstance(node, yaml.Sequence) else self.mapping
        if shape is None or (isinstance(node, Scalar) and node.empty):
            refuse(node, reading, self.what)
            return None
        return shape.read(node, reading)


@dataclass(frozen=True, slots=True)
class Made:
    """*shape*, and then *make* of what was read; *make* may report and give None."""

    shape: Shape
    make: Callable[[Any, Node, Reading], Any]

    @property
    def what(self) -> str:
        return self.shape.what

    def read(self, node: Node, reading: Reading) -> Any:
        value = self.shape.read(node, reading)
        return None if value is None else self.make(value, node, reading)
