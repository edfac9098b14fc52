"""One way to come to a place of a flow: how long the contact has been silent by then, and by what it went there."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import Literal

from msgspec import Struct

from botkit.source import Node
from botkit.window import MARGIN, SPAN

SHUT = (SPAN - MARGIN).total_seconds()  # seconds of silence after which the window counts as closed

# open: for a time in which the window is surely open. late: as long as timers say, which may be too long. unknown: nobody knows how long,
# since something outside decided when. outside: the contact has not been asked at all, something outside began it. fault: as unknown, and
# only after something of the author's could not be worked out, such as an expression.
How = Literal["open", "late", "unknown", "outside", "fault"]


class Mark(Struct, frozen=True):
    """Something on the way that is worth telling. *kind* wait, silence, timeout, gather, event, moment, handback, action, unsent, failed,
    unhandled, over, outside, contact or again; *seconds*: how long it may take; *text* says it; *node*: where it stands."""

    kind: str
    text: str = ""
    seconds: float = 0
    node: Node | None = None


class Arrival:
    """*age*: seconds since the contact's last word, at most; inf where nobody knows. *before*: the arrival that it follows; None: the
    contact has just written, or nobody has. *flow* and *step*: where it came to, "" for a part of the way between two steps."""

    __slots__ = ("age", "before", "flow", "how", "mark", "step")

    def __init__(self, how: How, age: float, before: Arrival | None, mark: Mark | None = None, flow: str = "", step: str = "") -> None:
        self.how: How = how
        self.age = age
        self.before = before
        self.mark = mark
        self.flow = flow
        self.step = step

    def at(self, flow: str, step: str) -> Arrival:
        """Come to a step."""
        return Arrival(self.how, self.age, self, None, flow, step)

    def by(self, mark: Mark) -> Arrival:
        """Go on by *mark*, without any time."""
        return Arrival(self.how, self.age, self, mark)

    def after(self, seconds: float, mark: Mark) -> Arrival:
        """Go on when so many seconds have passed."""
        if self.how not in ("open", "late"):
            return Arrival(self.how, self.age, self, mark)
        age = self.age + seconds
        return Arrival("open" if age < SHUT else "late", age, self, mark)

    def whenever(self, mark: Mark) -> Arrival:
        """Go on when something outside says so."""
        return Arrival("unknown" if self.how in ("open", "late") else self.how, inf, self, mark)

    def failing(self, mark: Mark) -> Arrival:
        """Go on by what follows something that could not be worked out."""
        return Arrival("fault", inf, self, mark)

    def chain(self) -> Iterator[Arrival]:
        """This one, and all before it, back to the contact's last word."""
        at: Arrival | None = self
        while at is not None:
            yield at
            at = at.before


def heard(mark: Mark | None = None, flow: str = "", step: str = "") -> Arrival:
    """The contact has just written."""
    return Arrival("open", 0, None, mark, flow, step)


__all__ = ["SHUT", "Arrival", "How", "Mark", "heard"]
