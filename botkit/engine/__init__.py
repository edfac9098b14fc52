"""The engine: one event in, the conversation after it and what is to be done out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import assert_never

from botkit.bot import Bot
from botkit.engine.background import begin, next_of_later, take_back
from botkit.engine.consent import refused
from botkit.engine.cursor import Cursor, Failure
from botkit.engine.ending import turn
from botkit.engine.failing import fail
from botkit.engine.handing import is_answer, not_arrived
from botkit.engine.hearing import SILENT, hear
from botkit.engine.held import withheld
from botkit.engine.opening import lead, take_up
from botkit.engine.operating import operate, passed_on
from botkit.engine.outside import is_said, say_asked
from botkit.engine.results import failed, finished, heard_from_queue
from botkit.engine.ringing import ring
from botkit.engine.scheduled import come, is_scheduled, plan, postpone
from botkit.engine.waiting import happen, keep
from botkit.engine.walking import come_back, enter, onward, take
from botkit.expressions import ExpressionError
from botkit.model import (
    ActionFailed,
    ActionFinished,
    Conversation,
    Event,
    ExternalEvent,
    Later,
    MessageReceived,
    OperatorCommand,
    Scheduled,
    Started,
    StatusChanged,
    TimerFired,
    Turn,
)
from botkit.succession import Gone, Led
from botkit.triggers import KEEP

WINDOW_CODES = frozenset({131047, 470})  # the sender takes the template path for these (fact sheet §6.1)

_UNSENT = 3  # messages in a row of which `errors.unsent` is taken


def advance(bot: Bot, conversation: Conversation, event: Event) -> Turn:
    """Work off *event*: the conversation after it, and the effects that it calls for, in order. Never raises for what a contact, an
    action or an author's flow can do: failures take the way that the flow declares."""
    cursor = Cursor(bot, conversation, event)
    _guarded(cursor, lambda: _begin(cursor, event))
    _walk(cursor)
    while not cursor.untouched and (cursor.behind or (cursor.later and cursor.held is None)):
        if cursor.behind and take_back(cursor):
            _guarded(cursor, lambda: come_back(cursor, True))
        elif not next_of_later(cursor):
            break
        _walk(cursor)
    if bot.dates and not cursor.became:
        cursor.dates = plan(cursor)
    return turn(cursor)


def _walk(cursor: Cursor) -> None:
    while cursor.entering:
        cursor.entering = False
        _guarded(cursor, lambda: enter(cursor))


def _guarded(cursor: Cursor, work: Callable[[], None]) -> None:
    try:
        work()
    except (Failure, ExpressionError) as error:
        fail(cursor, error.name if isinstance(error, Failure) else "any", str(error))


def _begin(cursor: Cursor, event: Event) -> None:
    if cursor.became and passed_on(cursor, event):
        return
    if (cursor.held is not None or (isinstance(event, MessageReceived) and event.standby)) and withheld(cursor, event):
        return
    if is_answer(event) and not any(frame.handed == event.call for frame in cursor.before.frames):
        cursor.untouched = True
        cursor.note("told")
        return
    lost = take_up(cursor, event)
    if isinstance(event, OperatorCommand) and is_said(event):
        cursor.untouched = lost is not None
        say_asked(cursor, event.data)
        return
    if lost is not None:
        _lost(cursor, event, lost)
        return
    match event:
        case MessageReceived():
            hear(cursor, event)
        case StatusChanged():
            _status(cursor, event)
        case ActionFinished() | ActionFailed() if is_answer(event):
            heard_from_queue(cursor, event)
        case ActionFinished():
            finished(cursor, event)
        case ActionFailed():
            failed(cursor, event)
        case TimerFired() if not is_scheduled(cursor, event):
            ring(cursor, event)
        case TimerFired() | Scheduled():
            come(cursor, event)
        case Started():
            _start(cursor, event)
        case OperatorCommand():
            operate(cursor, event)
        case ExternalEvent():
            if happen(cursor, event):
                onward(cursor)
            elif ("event", event.name) in cursor.bot.starts:
                for flow, trigger in cursor.bot.starts["event", event.name]:
                    begin(cursor, flow, event.data, trigger.busy, trigger.keep)
            else:
                keep(cursor, event)
        case _:
            assert_never(event)


def _start(cursor: Cursor, event: Started) -> None:
    """Begin a flow from outside. That it cannot begin is no failure of what is under way: it is on record, and that is all."""
    if event.busy:
        begin(cursor, event.flow, event.params, event.busy, event.keep)
        return
    try:
        cursor.start(event.flow, event.params, digression=bool(cursor.frames))
    except (Failure, ExpressionError) as error:
        cursor.note("error", detail=f"{event.flow}: {error}")


def _lost(cursor: Cursor, event: Event, lost: Led | Gone) -> None:
    """The release cannot go on where the conversation stands: what it says of that happens, and takes the event's place."""
    passing = isinstance(event, StatusChanged) or (isinstance(event, Scheduled) and not event.flow)
    if passing or (isinstance(event, MessageReceived) and event.type in SILENT):
        cursor.untouched = True  # nobody expects an answer to these: the next event tells the contact
        cursor.note("ignored", detail=lost.reason if isinstance(lost, Gone) else "moved")
        return
    cursor.unclear = None  # what is being asked of the hook is about a question that is gone
    match event:
        case MessageReceived():
            cursor.unsent = 0
            if event.opens_window:
                cursor.last_inbound = max(event.at, cursor.last_inbound or event.at)
        case ExternalEvent():
            starts = cursor.bot.starts.get(("event", event.name), ())
            until = cursor.at + timedelta(seconds=KEEP)
            cursor.later += [Later(flow, event.data, until) for flow, _ in starts]
            if not starts:
                keep(cursor, event)
        case Started():
            cursor.later.append(Later(event.flow, event.params, cursor.at + timedelta(seconds=KEEP)))
        case Scheduled() | TimerFired():
            postpone(cursor, event)
    if isinstance(lost, Gone):
        raise Failure("failed", lost.reason)
    lead(cursor, lost)


def _status(cursor: Cursor, event: StatusChanged) -> None:
    """A message that can never arrive takes `errors.unsent` of the step that waits."""
    refused(cursor, event)
    if event.status not in ("failed", "unsent") or (event.status == "failed" and event.code in WINDOW_CODES):
        cursor.note("ignored", detail=event.status)
        return
    top = cursor.top
    verb = top.step.verb if top is not None and top.entry else None
    handler = verb.errors.get("unsent") if verb is not None else None
    cursor.note("unsent", detail=f"{event.code or ''} {event.detail or ''}".strip())
    cursor.unsent += 1
    not_arrived(cursor, event)
    if handler is not None and cursor.unsent <= _UNSENT:  # what it says may be unsent, too
        owner = len(cursor.frames) - 1
        if not take(cursor, "error", handler, owner):
            onward(cursor, "error", handler, then=False)


