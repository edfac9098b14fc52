"""Time: reminders out of order, reminders that never come, first messages of what nobody asked for, times without a zone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from botkit.answers.clock import Datetime, Time
from botkit.answers.day import Date
from botkit.checks.survey import Survey
from botkit.checks.walk import Piece
from botkit.commands import Silence
from botkit.flow import Flow
from botkit.outcomes import Outcome, Target
from botkit.replies import Formula, Reply
from botkit.says import Say
from botkit.source import Mapping as Keys
from botkit.source import Node
from botkit.steps import Ask, Step
from botkit.steps.ask import Field
from botkit.triggers import Trigger

_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def span(seconds: int) -> str:
    """ "2 hours", "7 days": a whole number of the largest unit that does."""
    unit, name = next(one for one in _UNITS if seconds % one[0] == 0) if seconds else (1, "second")
    if name == "day" and seconds < 3 * unit:
        unit, name = 3_600, "hour"
    count = seconds // unit
    return f"{count} {name}{'' if count == 1 else 's'}"


def _lists(find: Survey) -> Iterator[tuple[Piece, Sequence[Silence]]]:
    """Every list of `silence` with whose it is."""
    yield Piece(find.bot.settings), find.bot.settings.silence or ()
    for piece in find.of(Flow, Ask):
        yield piece, piece.thing.silence or ()


def order(find: Survey) -> None:
    """Entries of `silence` out of order, or behind one that leads away, or after the step's `timeout`; entries that do nothing."""
    for piece, entries in _lists(find):
        limit = piece.thing.timeout if isinstance(piece.thing, Ask) else None
        gone: Silence | None = None
        before: Silence | None = None
        for entry in entries:
            at = _after(entry.node)
            if gone is not None and entry.after >= gone.after:
                told = f"this never comes: after {span(gone.after)} the entry in line {gone.node.line} has led away"
                find.report("never-comes", at, told, "delete it, or let it come before", of=piece, severity="warning")
            elif limit is not None and entry.after >= limit:
                told = f"this never comes: the timeout of the step ends the wait after {span(limit)}"
                find.report("never-comes", at, told, "let it come before the timeout, or delete it", of=piece, severity="warning")
            elif before is not None and entry.after <= before.after:
                told = f"{span(entry.after)} stand behind {span(before.after)}: each entry counts from the contact's last message"
                find.report("silence-order", at, told, "put the entries in the order of their times", of=piece, severity="warning")
            elif entry.outcome.empty and find.whole(piece.flow):
                told = "nothing happens here: this entry says nothing and goes nowhere"
                find.report("empty-silence", at, told, "add say: or go: to it", of=piece, severity="warning")
            before = entry
            target = entry.outcome.go
            if target is not None and gone is None:
                gone = entry


def unused(find: Survey) -> None:
    """A flow's list of `silence` that never holds: none of its steps waits, and it calls no flow that might."""
    calling = {call.piece.flow for call in find.calls}
    for flow in find.bot.flows.values():
        if not flow.silence or flow in calling or not find.whole(flow) or any(step.waits for step in flow.steps.values()):
            continue
        at = flow.node.key("silence") if isinstance(flow.node, Keys) else None
        told = f'this never comes: no step of flow "{flow.name}" waits for an answer'
        find.report("never-comes", at or flow.node, told, "delete it, or let a step ask something", of=flow, severity="warning")


def _after(node: Node) -> Node:
    return node.key("after") or node if isinstance(node, Keys) else node


def nagged(find: Survey) -> Sequence[tuple[Piece, Silence, Target]]:
    """Every reminder that enters its own step anew."""
    found: list[tuple[Piece, Silence, Target]] = []
    for piece, entries in _lists(find):
        for entry in entries:
            target, step = entry.outcome.go, piece.step
            if target is not None and (target.word == "again" or (step is not None and target.name == step.name and not target.word)):
                found.append((piece, entry, target))
    return found


def nagging(find: Survey) -> None:
    """A reminder that enters its own step anew: its time begins again, and it comes for ever."""
    for piece, entry, target in find.once(nagged):
        told = f"this comes every {span(entry.after)} without an end: the step is entered anew, and its silence with it"
        hint = "leave the go out: after a reminder the step goes on waiting"
        find.report("endless-reminder", target.node, told, hint, of=piece, severity="warning")


def _onward(find: Survey, spot: tuple[Flow, Step] | None) -> Iterator[tuple[Say, Step]]:
    """What is surely said from a step on."""
    seen: set[Step] = set()
    while spot is not None:
        flow, step = spot
        if step in seen or step.condition is not None:
            return
        seen.add(step)
        for say in step.say:
            yield say, step
        spot = _next(find, flow, step, step.onward) if step.verb is None else None


def _next(find: Survey, flow: Flow | None, step: Step | None, outcome: Outcome) -> tuple[Flow, Step] | None:
    """The step that *outcome* surely leads to."""
    target: Target | None = outcome.go
    if target is None and outcome.call is None and step is not None and flow is not None and outcome is step.onward:
        return (flow, flow.steps[step.following]) if step.following in flow.steps else None
    if target is None:
        return None
    if target.word == "again" and flow is not None and step is not None:
        return flow, step
    if target.word:
        return None
    if flow is not None and target.name in flow.steps:
        return flow, flow.steps[target.name]
    there = find.place_of(target.name)
    return (there[0], there[0].steps[there[1]]) if there is not None else None


def firsts(find: Survey) -> Mapping[Say, tuple[Flow, Step, Trigger]]:
    """The first message of every flow that something outside starts: nobody knows whether the window is open then."""
    found: dict[Say, tuple[Flow, Step, Trigger]] = {}
    for flow in find.bot.flows.values():
        start = next((start for start in flow.starts if start.kind not in ("new_contact", "referral")), None)
        first = next(_onward(find, (flow, flow.steps[flow.first])), None) if start is not None and flow.first in flow.steps else None
        if start is not None and first is not None:
            found[first[0]] = flow, first[1], start
    return found


def outbound(find: Survey) -> None:
    """The first message of a flow that something outside starts is no template."""
    for say, (flow, step, start) in find.once(firsts).items():
        if say.template is None and say.closed is None and find.whole(flow):
            name = f'the event "{start.name.text if start.name is not None else ""}"' if start.kind == "event" else "a schedule"
            told = f"this is the first message after {name}, which may come with the 24-hour window closed"
            hint = "add template: to the message, or closed: hold to keep it until the contact writes"
            find.report("outbound-without-template", say.node, told, hint, of=step, severity="warning")


def zone(find: Survey) -> None:
    """Dates, times of day, schedules or opening hours, and no time zone that they are meant in."""
    settings = find.bot.settings
    if settings.zoned or not find.whole(None):
        return
    asked = any(isinstance(piece.thing.type, Date | Time | Datetime) for piece in find.of(Field))
    timed = {"today", "now", "at"}
    spoken = any(timed & set(piece.thing.expression.functions) for piece in find.of(Formula))
    said = any(timed & set(piece.thing.text.functions) for piece in find.of(Reply))
    scheduled = bool(find.bot.schedules) or any(one.relative is not None and one.relative.at is not None for _, one in find.bot.dates)
    if asked or spoken or said or scheduled or any(queue.hours is not None for queue in settings.queues):
        at = settings.node.key("start") or settings.node
        told = "this bot reckons with dates or times of day, and botkit.yaml names no time zone: UTC is meant"
        find.report("no-timezone", at, told, "add timezone: Europe/Madrid", severity="warning")


__all__ = ["firsts", "nagged", "nagging", "order", "outbound", "span", "unused", "zone"]
