"""The functions, filters, methods, attributes and tests that an expression may name."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from botkit.wire import Value


class Parameter(Struct, frozen=True):
    """One argument: what it may be (kinds as words), and whether it may be left out."""

    name: str
    kinds: tuple[str, ...]
    optional: bool = False

    def __str__(self) -> str:
        return f"[{self.name}: {' | '.join(self.kinds)}]" if self.optional else f"{self.name}: {' | '.join(self.kinds)}"


class Operation(Struct, frozen=True):
    """Something with a name that an expression can do.

    *takes* are the kinds of the value before "|" or "."; empty for a function. *many*: the last parameter may be repeated.
    *call* gets the scope, the value (not for a function) and the arguments that were given, of the right kinds.
    *proof* says what is wrong with constant arguments, at load.
    """

    name: str
    doc: str
    takes: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    gives: str
    call: Callable[..., Value]
    many: bool = False
    proof: Callable[..., str | None] | None = None

    @property
    def signature(self) -> str:
        """As the reference writes it: `text | replace(old: text, new: text) -> text`."""
        arguments = ", ".join(str(p) for p in self.parameters) + (", …" if self.many else "")
        return f"{self.name}({arguments}) -> {self.gives}"


def parameters(text: str) -> tuple[Parameter, ...]:
    """Parameters from a line such as "old: text, digits?: integer, at: time|text"."""
    found = []
    for part in filter(None, (p.strip() for p in text.split(","))):
        name, _, kinds = part.partition(":")
        found.append(Parameter(name.rstrip("? "), tuple(kinds.replace(" ", "").split("|")), name.rstrip().endswith("?")))
    return tuple(found)


def operation(
    name: str,
    takes: str,
    arguments: str,
    gives: str,
    doc: str,
    call: Callable[..., Value],
    *,
    many: bool = False,
    proof: Callable[..., str | None] | None = None,
) -> Operation:
    """A line of a table: kinds and parameters as words."""
    return Operation(name, doc, tuple(takes.split()), parameters(arguments), gives, call, many, proof)


def table(*operations: Operation) -> dict[str, Operation]:
    return {one.name: one for one in operations}
