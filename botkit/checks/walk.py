"""Every piece that an author wrote, with what it stands in: one walk for all checks, over whatever steps and outcomes are made of."""

from __future__ import annotations

from typing import Any, TypeVar

from msgspec import Struct

from botkit.answers import Answer
from botkit.bot import Bot
from botkit.commands import Command
from botkit.flow import Flow
from botkit.steps import Step

T = TypeVar("T")

# Of a flow only these hold what an author wrote and no step does; the rest is made of it, or is a step's.
_MADE = frozenset({"name", "node", "steps", "machine", "routes", "shared", "outcomes", "types"})


class Piece(Struct, frozen=True, eq=False):
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


def _parts(kind: type) -> tuple[str, ...]:
    """The names of what a *kind* of part is made of; none where it is no part, but a value."""
    if not issubclass(kind, Struct) or issubclass(kind, Answer):
        return ()
    names = kind.__struct_fields__
    return tuple(name for name in names if name not in _MADE) if issubclass(kind, Flow) else names


class _Walk:
    """Collects the pieces of one owner after the other."""

    def __init__(self) -> None:
        self.found: list[Piece] = []
        self.flow: Flow | None = None
        self.step: Step | None = None
        self._kinds: dict[type, tuple[str, ...]] = {tuple: (), list: (), dict: ()}

    def into(self, thing: Any, above: tuple[Any, ...]) -> None:
        kind = type(thing)
        names = self._kinds.get(kind)
        if names is None:
            names = self._kinds[kind] = _parts(kind)
        if names:
            self.found.append(Piece(thing, above, self.flow, self.step))
            inner = (*above, thing)
            for name in names:
                value = getattr(thing, name)
                if value:
                    self.into(value, inner)
        elif kind is tuple or kind is list:
            for one in thing:
                self.into(one, above)
        elif kind is dict:
            for one in thing.values():
                self.into(one, above)


def pieces(bot: Bot) -> list[Piece]:
    """All of them: the bot's own, then flow by flow the flow's own and those of its steps, in the order of the files."""
    walk = _Walk()
    walk.into(bot.settings, ())
    for flow in bot.flows.values():
        walk.flow, walk.step = flow, None
        walk.into(flow, ())
        for step in flow.steps.values():
            walk.step = step
            walk.into(step, ())
    return walk.found


__all__ = ["Piece", "pieces"]
