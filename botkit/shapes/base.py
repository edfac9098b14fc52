"""What every shape is, and how a value of the wrong one is refused."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Protocol

from msgspec import Struct

from botkit.problems import Edit
from botkit.replies import Reading
from botkit.source import Node, Scalar

MOST = 1_000  # entries of one list, or under one key
NAME = re.compile(r"^[A-Za-z_][A-Za-z0-9_]{0,59}$")


class Shape(Protocol):
    """*what* names it in the author's words, with an article. *read* gives None when it has reported why not."""

    @property
    def what(self) -> str: ...

    def read(self, node: Node, reading: Reading) -> Any: ...


class Key(Struct, frozen=True):
    """One key of a mapping: what its value may be, and one line for the reference."""

    shape: Shape
    doc: str
    required: bool = False


def too_many(entries: Sequence[Any], reading: Reading, most: int = MOST) -> bool:
    """Whether there are more *entries* of one list, or under one key, than anybody writes; that is reported at the first one too many."""
    if len(entries) <= most:
        return False
    first = entries[most]
    node: Node = first[0] if isinstance(first, tuple) else first
    told = f"{len(entries):,} entries stand here, and at most {most:,} may"
    reading.report("too-big", node, told, "put what belongs together into flows of their own, and long lists into data/")
    return True


def refuse(node: Node, reading: Reading, what: str, hint: str | None = None, fix: tuple[Edit, ...] = ()) -> None:
    """Report a value of the wrong shape in words that name what was found."""
    if isinstance(node, Scalar):
        found = "nothing" if node.empty else f'"{node.text[:40]}"'
    else:
        found = node.what
    reading.report("wrong-shape", node, f"{what} must stand here, not {found}", hint, fix=fix)
