"""Every piece that an author wrote, with what it stands in: one walk for all checks, over whatever steps and outcomes are made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, TypeVar

from botkit.answers import Answer
from botkit.bot import Bot
from botkit.commands import Command
from botkit.flow import Flow
from botkit.steps import Step

T = TypeVar("T")

# Of a flow only these hold what an author wrote and no step does; the rest is made of it, or is a step's.
_MADE = frozenset({"name", "node", "steps", "machine", "routes", "outcomes", "types"})


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A part of a bot. *above* is what it stands in, outermost first. *step* None: it is the whole flow's; *flow* None: it is the bot's."""

    thing: Any
    above: tuple[Any, ...] = ()
    flow: Flow | None = None
    step: Step | None = None

    def inside(self, kind: type[T]) -> T | None:
        """The nearest *kind* that it stands in."""
        return next((one for one in reversed(self.above) if isinstance(one, kind)), None)

    @property
    def whose(self) -> str:
        """How a sentence names the one it belongs to."""
        command = self.inside(Command)
        if command is not None:
            return f'command "{command.name}"'
        if self.step is not None:
            return f'step "{self.step.name}"'
        return f'flow "{self.flow.name}"' if self.flow is not None else "botkit.yaml"


def _fields(kind: type) -> tuple[str, ...] | None:
    """The names of what a part is made of; None: it is no part, but a value."""
    if not is_dataclass(kind) or issubclass(kind, Answer):
        return None
    names = tuple(field.name for field in fields(kind))
    return tuple(name for name in names if name not in _MADE) if issubclass(kind, Flow) else names


def _collect(
    thing: Any,
    above: tuple[Any, ...],
    owner: tuple[Flow | None, Step | None],
    found: list[Piece],
    parts: dict[type, tuple[str, ...] | None],
) -> None:
    kind = type(thing)
    if kind is tuple or kind is list:
        for one in thing:
            _collect(one, above, owner, found, parts)
    elif kind is dict:
        for one in thing.values():
            _collect(one, above, owner, found, parts)
    else:
        if kind not in parts:
            parts[kind] = _fields(kind)
        names = parts[kind]
        if names is not None:
            found.append(Piece(thing, above, *owner))
            inner = (*above, thing)
            for name in names:
                value = getattr(thing, name)
                if value is not None and value != ():
                    _collect(value, inner, owner, found, parts)


def pieces(bot: Bot) -> Iterator[Piece]:
    """All of them: the bot's own, then flow by flow the flow's own and those of its steps, in the order of the files."""
    found: list[Piece] = []
    parts: dict[type, tuple[str, ...] | None] = {}
    _collect(bot.settings, (), (None, None), found, parts)
    for flow in bot.flows.values():
        _collect(flow, (), (flow, None), found, parts)
        for step in flow.steps.values():
            _collect(step, (), (flow, step), found, parts)
    return iter(found)


__all__ = ["Piece", "pieces"]
