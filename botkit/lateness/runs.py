"""A flow under way, as far as it matters how late it was begun: who waits for its end, and how late its steps are come to."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

from botkit.flow import Flow
from botkit.lateness.arrival import Arrival, How
from botkit.outcomes import Outcome
from botkit.steps import Step


class Run(Struct, eq=False):
    """A *flow* that was begun with the window in the state *how*. *points*: how late its steps are entered, by step, state, and whether by
    `again`; *exits*: how late it ends, by result and state. Of steps it is noted: at which of them what the contact can do is followed
    (*heard*), also after a time that nobody knows (*answered*), what follows a fault (*faulted*), and how often a later arrival came."""

    flow: Flow
    how: How
    sites: dict[tuple[object, ...], Site] = field(default_factory=dict)
    points: dict[tuple[str, How, bool], Arrival] = field(default_factory=dict)
    exits: dict[tuple[str, How], Arrival] = field(default_factory=dict)
    heard: set[str] = field(default_factory=set)
    answered: set[str] = field(default_factory=set)
    faulted: set[str] = field(default_factory=set)
    rounds: dict[str, int] = field(default_factory=dict)


# step: a step calls it. outcome: what happened at a step calls it, and it comes back there. anywhere: it comes over whatever is under way.
# instead: it takes the place of a run. root: nothing is under way.
Kind = Literal["step", "outcome", "anywhere", "instead", "root"]


class Site(Struct, frozen=True, eq=False):
    """Who waits for the end of a run. *run*: that of the step or the outcome; None: the outcome is the bot's. *asks*: the step that it
    comes back to still waits, and asks again."""

    kind: Kind
    run: Run | None = None
    step: Step | None = None
    outcome: Outcome | None = None
    asks: bool = False

    @property
    def key(self) -> tuple[object, ...]:
        return self.kind, id(self.run), id(self.step), id(self.outcome), self.asks


ROOT = Site("root")
ANYWHERE = Site("anywhere")

__all__ = ["ANYWHERE", "ROOT", "Kind", "Run", "Site"]
