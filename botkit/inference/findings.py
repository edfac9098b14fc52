"""What an expression would stumble over, before its place in a file is known."""

from __future__ import annotations

from typing import Literal

from jinja2 import nodes
from msgspec import Struct

from botkit.inference.facts import Path

Code = Literal["may-be-none", "wrong-type", "never-equal", "unknown-attribute"]


class Finding(Struct, frozen=True, eq=False):
    """*sure*: it goes wrong whatever the values are, not only with some of the kinds that they may be of.

    Of may-be-none *path* is the name that may be none, None where it is no name; *why* says why, "" where that depends on the step.
    *bracketed* is a part of the source that is meant to stand in brackets, "(a + b)", where that is the remedy.
    """

    code: Code
    node: nodes.Node
    message: str
    hint: str | None = None
    sure: bool = True
    path: Path | None = None
    why: str = ""
    word: str = ""  # the word to put in the place of *node*'s attribute
    bracketed: nodes.Node | None = None


__all__ = ["Code", "Finding"]
