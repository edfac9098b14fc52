"""The names that an expression reads, and what to say when nothing is behind one."""

from __future__ import annotations

from collections.abc import Callable

from jinja2 import nodes
from msgspec import Struct

from botkit.expressions.values import Missing, Scope
from botkit.wire import Value

Locals = list[Value]  # what the loops under way have bound, by slot; the first one counts their turns
Run = Callable[[Scope, Locals], Value]


class NameUse(Struct, frozen=True):
    """A name that an expression reads, with the attributes behind it: `contact.name` is ("contact", ("name",))."""

    name: str
    path: tuple[str, ...]
    offset: int

    @property
    def attribute(self) -> str | None:
        return self.path[0] if self.path else None


def label(node: nodes.Node) -> str | None:
    """How an author would call what *node* stands for; None when it is not a name."""
    match node:
        case nodes.Name():
            return str(node.name)
        case nodes.Getattr():
            inner = label(node.node)
            return f"{inner}.{node.attr}" if inner else None
    return None


def nothing(name: str | None) -> Missing:
    return Missing(f'nothing is in "{name}" yet' if name else "a value that is needed here is not there yet")


def named(name: str | None, kind: str) -> str:
    """A value in a sentence: by its name, or by its kind."""
    return f'"{name}"' if name else f"this {kind}"
