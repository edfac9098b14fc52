"""Shapes of one text: as it stands, as a value, as something that is said or computed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from msgspec import Struct

from botkit.problems import Edit, nearest
from botkit.replies import Formula, Given, Nested, Reading, Reply, read_formula, read_given, read_reply
from botkit.shapes.base import refuse
from botkit.source import Mapping, Node, Scalar, Sequence

_DURATION = re.compile(r"^(\d{1,6})\s*(s|m|h|d|w)$")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_LONGEST = 36_525 * 86_400  # a hundred years: what is longer leads out of the calendar


class Of(Struct, frozen=True):
    """A scalar that *make* turns into a value; *make* gives None for what does not fit.

    What an editor can know of it beforehand: the only *words* that fit; a *pattern* that whatever fits goes with; for whole numbers their
    *bounds*. None: no more than that it is a text.
    """

    what: str
    make: Callable[[str], Any]
    hint: str | None = None
    words: tuple[str, ...] | None = None
    pattern: str | None = None
    bounds: tuple[int, int] | None = None

    def read(self, node: Node, reading: Reading) -> Any:
        value = self.make(node.text) if isinstance(node, Scalar) and not node.empty else None
        if value is None:
            near = nearest(node.text, self.words) if self.words is not None and isinstance(node, Scalar) and node.text else None
            if near is not None and isinstance(node, Scalar):
                refuse(node, reading, self.what, f'did you mean "{near}"?', (Edit(node.place, near),) if not node.quoted else ())
            else:
                refuse(node, reading, self.what, self.hint)
        return value


def duration(text: str) -> int | None:
    """Seconds of "30s", "10m", "2h", "7d", "2w"; None for anything else, and for more than a hundred years."""
    match = _DURATION.match(text.strip())
    seconds = int(match[1]) * _SECONDS[match[2]] if match else None
    return seconds if seconds is not None and seconds <= _LONGEST else None


def whole(low: int, high: int) -> Of:
    def make(text: str) -> int | None:
        return int(text) if re.fullmatch(r"\d{1,9}", text) and low <= int(text) <= high else None

    return Of(f"a whole number from {low} to {high}", make, bounds=(low, high))


def one_of(*words: str) -> Of:
    return Of("one of " + ", ".join(words), lambda text: text if text in words else None, words=words)


ANY_TEXT = Of("a text", lambda text: text)
DURATION = Of(
    "a time such as 30s, 10m, 2h or 7d", duration, "write a number and one of s, m, h, d, w: 2h", pattern=r"^\s*\d{1,6}\s*[smhdw]\s*$"
)
_SWITCH = {"true": True, "yes": True, "false": False, "no": False}
SWITCH = Of("true or false", lambda text: _SWITCH.get(text.lower()), words=tuple(_SWITCH))


class Plain(Struct, frozen=True):
    """Any scalar, kept with its place. *names* tells what it names, for editors: a step, flow, action, template, queue, … of the bot."""

    what: str = "a text"
    names: str = ""

    def read(self, node: Node, reading: Reading) -> Scalar | None:
        if isinstance(node, Scalar) and not node.empty:
            return node
        refuse(node, reading, self.what)
        return None


class Says(Struct, frozen=True):
    """A text that is said: Jinja, in every language of the bot."""

    what: str = "a text"

    def read(self, node: Node, reading: Reading) -> Reply | None:
        if isinstance(node, Scalar) and node.text.strip():
            return read_reply(node, reading)
        refuse(node, reading, self.what)
        return None


class Expr(Struct, frozen=True):
    what: str = "an expression"

    def read(self, node: Node, reading: Reading) -> Formula | None:
        if isinstance(node, Scalar) and node.text.strip():
            return read_formula(node, reading)
        refuse(node, reading, self.what, "write a condition such as age > 17")
        return None


class GivenValue(Struct, frozen=True):
    what: str = 'a text, or an expression behind "="'

    def read(self, node: Node, reading: Reading) -> Given | None:
        if isinstance(node, Scalar) and not node.empty:
            return read_given(node, reading)
        refuse(node, reading, self.what)
        return None


class NestedValue(Struct, frozen=True):
    """A value, or a record or list of them, however deep: what an action takes."""

    what: str = 'a text, an expression behind "=", or a record or list of them'

    def read(self, node: Node, reading: Reading) -> Given | Nested | None:
        match node:
            case Mapping():
                pairs = [(key, self.read(child, reading.into(key.text))) for key, child in node]
                found = [(key, value) for key, value in pairs if value is not None]
                return Nested(node, tuple(key for key, _ in found), tuple(value for _, value in found))
            case Sequence():
                values = [self.read(child, reading.into(str(n))) for n, child in enumerate(node.items, 1)]
                return Nested(node, None, tuple(value for value in values if value is not None))
        if not (isinstance(node, Scalar) and node.empty):
            return read_given(node, reading) if isinstance(node, Scalar) else None
        refuse(node, reading, self.what)
        return None
