"""What every shape is, and how a value of the wrong one is refused."""

from __future__ import annotations

import re
from typing import Any, Protocol

from msgspec import Struct

from botkit.problems import Edit
from botkit.replies import Reading
from botkit.source import Node, Scalar

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


def refuse(node: Node, reading: Reading, what: str, hint: str | None = None, fix: tuple[Edit, ...] = ()) -> None:
    """Report a value of the wrong shape in words that name what was found."""
    if isinstance(node, Scalar):
        found = "nothing" if node.empty else f'"{node.text[:40]}"'
    else:
        found = node.what
    reading.report("wrong-shape", node, f"{what} must stand here, not {found}", hint, fix=fix)
