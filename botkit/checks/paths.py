"""Where a step may lead, and who decides it: the contact, an action, a called flow, or nobody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from botkit.flow import Flow, Route
from botkit.outcomes import Outcome, Target
from botkit.steps import Ask, Branch, Call, Handoff, Run, Step

# free: at once. skip: at once, past a step that would have waited. run, call: after an action or a flow. wait: after the contact or time.
Kind = Literal["free", "skip", "run", "call", "wait"]


class Way(Struct, frozen=True):
    """*dest* is a step of the same flow or END; *target* None: by falling through. *result*: what a called flow must end with."""

    kind: Kind
    dest: str
    target: Target | None = None
    outcome: Outcome | None = None
    result: str = "done"

    @property
    def outside(self) -> str | None:
        """The flow, or flow.step, that it leads to; None when it stays in the flow or ends it."""
        return self.target.name if self.target is not None and not self.target.word and self.dest != self.target.name else None


def ways(flow: Flow, step: Step) -> Iterator[Way]:
    """Every way on from *step*."""
    verb = step.verb
    if step.condition is not None:
        yield Way("skip" if step.waits else "free", step.following)
    if verb is None:
        yield _way(flow, step, step.onward, "free")
    elif isinstance(verb, Ask):
        yield from _asked(flow, step, verb)
    elif isinstance(verb, Branch):
        yield from (_way(flow, step, outcome, "free") for way in verb.ways for outcome in way.outcome.within())
        if all(way.condition is not None for way in verb.ways):
            yield from _done(flow, step, "free")
    else:
        kind: Kind = "call" if isinstance(verb, Call) else "run" if isinstance(verb, Run) else "wait" if verb.waits else "free"
        for name, first in verb.errors.items():
            at_once = isinstance(verb, Handoff) and name == "closed"
            yield from (_way(flow, step, outcome, "free" if at_once else kind, name) for outcome in first.within())
        for trigger, first in verb.outcomes():
            if trigger != "error":
                yield from (_way(flow, step, outcome, kind) for outcome in first.within() if outcome.go is not None)
        yield from _done(flow, step, kind)
    for command in step.commands:
        yield from _leaving(flow, step, command.outcome)


def _asked(flow: Flow, step: Step, ask: Ask) -> Iterator[Way]:
    falls = bool(ask.fields)
    for trigger, first in ask.outcomes():
        if trigger == "option" and first.go is None and first.call is None and (ask.stale is None or first is not ask.stale.outcome):
            falls = True
        if trigger in ("exhausted", "error") and not (trigger == "exhausted" and ask.retry.max is None):
            # Without `go` the step is left all the same; after a call of `retry` it is asked again.
            if trigger == "error" or first.call is None:
                yield _way(flow, step, first, "wait")
        else:
            yield from _leaving(flow, step, first)
        for outcome in first.errors.values():
            yield from _leaving(flow, step, outcome)
    if falls:
        yield from _done(flow, step, "wait")


def _done(flow: Flow, step: Step, kind: Kind) -> Iterator[Way]:
    if step.then.empty:
        yield _way(flow, step, step.onward, kind)
    for outcome in step.then.within() if not step.then.empty else ():
        yield _way(flow, step, outcome, kind)


def _leaving(flow: Flow, step: Step, first: Outcome) -> Iterator[Way]:
    """The ways of an outcome that leads away only where it says so."""
    for outcome in first.within():
        if outcome.go is not None:
            yield _way(flow, step, outcome, "wait")


def _way(flow: Flow, step: Step, outcome: Outcome, kind: Kind, result: str = "done") -> Way:
    route = flow.route(step.name, outcome) or Route(step.name)
    if outcome.call is not None:
        kind = "wait"  # the called flow comes first, and may well ask something
    return Way(kind, route.dest, route.target, outcome, result)


__all__ = ["Kind", "Way", "ways"]
