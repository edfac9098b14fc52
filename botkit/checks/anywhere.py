"""What can happen at any step of a flow: its commands, its silence, its errors, taps on old messages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from botkit.checks.holdings import State, either
from botkit.inference import ANY, Type
from botkit.outcomes import Outcome
from botkit.steps import Call

if TYPE_CHECKING:
    from botkit.checks.filled import Stays, Walk


_TAKEN = 30  # names that are compared in the time in which one outcome is taken


def anywhere(walk: Walk) -> None:
    """Commands, silence and errors of the flow, at every step that they can happen at."""
    resting = [(name, state) for name, state in walk.waiting.items() if walk.flow.steps[name].verb is not None]
    for command in walk.flow.commands:
        listening = [pair for pair in resting if _listens(walk, pair[0]) and not walk.flow.steps[pair[0]].deaf]
        _outcome(walk, command.outcome, listening, "command", command.name, "waits")
    for entry in walk.flow.silence or ():
        _outcome(walk, entry.outcome, [pair for pair in resting if _listens(walk, pair[0])], "silence", "", "waits")
    if not walk.flow.on_error.empty:
        _outcome(walk, walk.flow.on_error, resting, "on_error", "", None)
    for step in walk.flow.steps.values():
        if step.ask is not None and step.ask.stale is not None and step.ask.stale.follow is None and step.name in walk.waiting:
            _outcome(walk, step.ask.stale.outcome, [(step.name, _unknown(walk))], "stale", step.name, None)
    for moved in walk.flow.moved.values():
        for outcome in moved.outcome.within():
            walk.typed.mark(outcome, _unknown(walk, ANY))


def _listens(walk: Walk, name: str) -> bool:
    step = walk.flow.steps[name]
    return step.ask is not None or isinstance(step.verb, Call)


def _unknown(walk: Walk, type_: Type | None = None) -> State:
    """What holds where the variables may come from any step, or from none; or may be anything at all."""
    found = None
    for state in walk.waiting.values():
        found = either(found, state)
    masks = dict(found.masks) if found is not None else dict.fromkeys(walk.find.known[walk.flow.name], 0)
    for name in walk.find.known[walk.flow.name]:
        masks[name] = walk.fillings.value("anything", type_) if type_ is not None else masks[name] | walk.fillings.nothing
    return State({**masks, **walk.typed.anyone()})


def _outcome(walk: Walk, outcome: Outcome, resting: Iterable[tuple[str, State]], how: str, detail: str, stays: Stays | None) -> None:
    for name, state in list(resting):
        walk.spent += _TAKEN
        if walk.spent > walk.most:
            return
        step = walk.flow.steps[name]
        walk.stands = name
        walk.edges.setdefault(name, [])
        before = walk.waiting[name]
        after = walk.taken(outcome, state, name)
        if stays is not None or outcome.go is not None or outcome.call is not None:
            followed = walk.shared.setdefault(name, set())
            if (how, detail) in followed:
                walk.edges[name] = [edge for edge in walk.edges[name] if (edge.how, edge.detail) != (how, detail)]
            followed.add((how, detail))
            walk.follow(step, outcome, after, how, detail, stays or "waits")
        if walk.waiting[name] is not before:
            walk.due[name] = None


__all__ = ["anywhere"]
