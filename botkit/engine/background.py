"""Flows that nobody asked for: begun by what happens outside, and waiting in the background until the contact taps on a message of them.

They stand on top of the stack, each group of frames from one marked `background` upward. A turn works on the conversation that is under
way, or on the group that its event concerns; all the rest is put aside meanwhile, as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal

from botkit.answers import Answer, Rejected
from botkit.answers.text import Text
from botkit.engine.cursor import Cursor, Failure
from botkit.engine.taps import read_tap
from botkit.expressions import ExpressionError
from botkit.model import ActionFailed, ActionFinished, Event, ExternalEvent, Frame, Later, MessageReceived, OperatorCommand, TimerFired
from botkit.steps import Handoff, Verb, Wait
from botkit.triggers import KEEP
from botkit.wire import Value

_MOST = 20  # flows that may wait for the running one to end

Group = Sequence[Frame]


def grouped(frames: Group) -> tuple[Group, list[Group]]:
    """The conversation under way, and the flows in the background."""
    main: list[Frame] = []
    groups: list[list[Frame]] = []
    for frame in frames:
        if frame.background:
            groups.append([frame])
        else:
            (groups[-1] if groups else main).append(frame)
    return main, list(groups)


def concerned(cursor: Cursor, main: Group, groups: list[Group], event: Event) -> Group | None:
    """The flow in the background that *event* is for; None: the conversation under way."""
    match event:
        case MessageReceived():
            tap = read_tap(event.payload) if event.payload and not (main and main[-1].call is not None) else None
            return next((g for g in groups if tap is not None and g[-1].entry == tap.entry and tap.step in (g[-1].step, "")), None)
        case TimerFired(timer=id_):
            entry = next((timer.entry for timer in cursor.timers if timer.id == id_), 0) or -1
            return next((group for group in groups if any(frame.entry == entry for frame in group)), None)
        case ActionFinished(call=call) | ActionFailed(call=call):
            return next((group for group in groups if any(call in (frame.call, frame.handed) for frame in group)), None)
        case ExternalEvent(name=name):
            waiting = [group for group in groups if _waits_for(cursor, group[-1], name)]
            return waiting[0] if waiting and not (main and _waits_for(cursor, main[-1], name)) else None
        case OperatorCommand(command="handback"):
            return next((g for g in groups if _handed_off(cursor, g)), None) if not _handed_off(cursor, main) else None
    return None


def _handed_off(cursor: Cursor, frames: Group) -> bool:
    return any(frame.entry and isinstance(_verb(cursor, frame), Handoff) for frame in frames)


def _verb(cursor: Cursor, frame: Frame) -> Verb | None:
    flow = cursor.bot.flows.get(frame.flow)
    step = flow.steps.get(frame.step) if flow is not None else None
    return step.verb if step is not None else None


def _waits_for(cursor: Cursor, frame: Frame, event: str) -> bool:
    verb = _verb(cursor, frame)
    return bool(frame.entry) and isinstance(verb, Wait) and any(name.text == event for name in verb.events)


def begin(cursor: Cursor, flow: str, params: Mapping[str, Value], busy: str = "over", keep: int = 0) -> None:
    """Begin a flow that the contact did not ask for. *busy* is for a conversation under way: over, wait (at most *keep* seconds), drop.

    A flow of schedules takes the place of what it began the last time and what nobody has answered. That it cannot begin is no failure of
    what is under way: it is on record, and that is all.
    """
    if cursor.attributes.get("opted_out") is True:
        cursor.note("skipped", detail=f"{flow}: opted out")
        return
    if cursor.frames and busy == "drop":
        cursor.note("skipped", detail=f"{flow}: busy")
        return
    renewed = not params and any(flow == name for name, _ in (*cursor.bot.schedules, *cursor.bot.dates))
    if cursor.entering or (cursor.frames and (busy == "wait" or cursor.frames[-1].call is not None)):
        until = cursor.at + timedelta(seconds=keep or KEEP)
        if renewed:
            cursor.later = [later for later in cursor.later if later.flow != flow or later.params]
        cursor.later = [*cursor.later[-(_MOST - 1) :], Later(flow, dict(params), until)]
        cursor.note("later", detail=flow)
        return
    main, cursor.frames = cursor.frames, []
    cursor.main = main
    try:
        cursor.start(flow, _typed(cursor, flow, params))
        cursor.behind = cursor.began = True
        if renewed:
            cursor.aside = [frame for group in grouped(cursor.aside)[1] if group[0].flow != flow for frame in group]
    except (Failure, ExpressionError) as error:
        cursor.frames, cursor.main = main, []
        cursor.note("error", detail=f"{flow}: {error}")


def _typed(cursor: Cursor, flow: str, params: Mapping[str, Value]) -> Mapping[str, Value]:
    """*params* as the flow declares them. What comes from outside may write a text as a contact would, a day with a time in the bot's zone,
    or the id of an order as a number. What fits nothing stays as it is, and is refused."""
    known = cursor.bot.flows.get(flow)
    types = {key.text: type_ for key, type_ in known.params} if known is not None else {}

    def typed(type_: Answer | None, value: Value) -> Value:
        if type_ is None or value is None or not isinstance(type_.normal(value), Rejected):
            return value
        if isinstance(value, str):
            read = type_.parse(value.strip(), cursor.reading())
            return value if isinstance(read, Rejected) else read
        if isinstance(type_, Text) and isinstance(value, int | Decimal) and not isinstance(value, bool):
            return f"{value:f}" if isinstance(value, Decimal) else str(value)
        return value

    return {name: typed(types.get(name), value) for name, value in params.items()}


def take_back(cursor: Cursor) -> bool:
    """Put the conversation under way back in its place; whether its step is to ask again, for what came over it is over."""
    interrupted = cursor.began and not cursor.frames and not cursor.rest and bool(cursor.main and cursor.main[-1].entry)
    if cursor.frames:
        cursor.frames[0].background = True
        cursor.aside += [frame.frame() for frame in cursor.frames]
    cursor.frames, cursor.main = cursor.main, []
    cursor.behind = cursor.began = False
    cursor.unasked = interrupted
    return interrupted


def next_of_later(cursor: Cursor) -> bool:
    """Where nothing is under way any more, begin what has waited for that; whether something has begun."""
    while cursor.later and not cursor.frames and not cursor.rest:
        later, *cursor.later = cursor.later
        if later.until >= cursor.at:
            begin(cursor, later.flow, later.params)
            return True
        cursor.note("skipped", detail=f"{later.flow}: too late")
    return False
