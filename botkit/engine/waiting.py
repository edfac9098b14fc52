"""Waiting for a time, or for what happens outside."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from botkit.engine.cursor import Cursor, Failure
from botkit.engine.draft import Draft
from botkit.expressions import write
from botkit.model import Early, ExternalEvent, Timer
from botkit.steps import Wait

_MOST = 50  # events of one contact that are kept for later
_KEPT = timedelta(days=30)


def begin(cursor: Cursor, frame: Draft, wait: Wait) -> bool:
    """Set the timer of the wait that begins, or take an event that came early; whether it is over already."""
    if wait.events:
        return take_early(cursor, frame, wait)
    due = cursor.at + timedelta(seconds=wait.seconds) if wait.seconds is not None else _moment(cursor, wait)
    if due <= cursor.at:
        return True
    cursor.timers.append(Timer(frame.entry, "wait", due))
    return False


def _moment(cursor: Cursor, wait: Wait) -> datetime:
    """When the wait is over, UTC. A day begins at midnight in the bot's zone; a time of day is today's, or tomorrow's when it is past."""
    value = cursor.evaluate(wait.until) if wait.until is not None else None
    zone = cursor.bot.settings.zone
    match value:
        case datetime():
            moment = value if value.tzinfo is not None else value.replace(tzinfo=zone)
        case date():
            moment = datetime.combine(value, time(0), zone)
        case time():
            moment = datetime.combine(cursor.local.date(), value, zone)
            if moment <= cursor.local:
                moment = datetime.combine(cursor.local.date() + timedelta(days=1), value, zone)
        case _:
            raise Failure("any", "a wait needs a moment, and this value is none")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise Failure("any", "a wait needs a moment that the calendar knows") from None


def _wants(cursor: Cursor, frame: Draft, wait: Wait, name: str, about: str) -> bool:
    if name not in {event.text for event in wait.events}:
        return False
    if wait.about is None:
        return True
    with cursor.seen_by(frame):
        return write(cursor.given(wait.about), "en") == about


def take_early(cursor: Cursor, frame: Draft, wait: Wait) -> bool:
    """Let an event that came early end the wait of *frame*; whether there was one."""
    fitting = [early for early in cursor.early if _wants(cursor, frame, wait, early.name, early.about)]
    if not fitting:
        return False
    chosen = fitting[-1] if wait.latest else fitting[0]
    gone = fitting if wait.latest else [chosen]
    cursor.early = [early for early in cursor.early if early not in gone]
    _came(cursor, frame, wait, chosen)
    return True


def _came(cursor: Cursor, frame: Draft, wait: Wait, early: Early) -> None:
    cursor.happened = {**early.data, "name": early.name}
    cursor.note("event", detail=early.name)
    if wait.save is not None:
        with cursor.seen_by(frame):
            cursor.assign(wait.save.name, wait.save.contact, dict(early.data))


def happen(cursor: Cursor, event: ExternalEvent) -> bool:
    """Take up what happened outside, if the top frame waits for it; whether its wait is over by that."""
    frame = cursor.top
    wait = frame.step.verb if frame is not None else None
    if frame is None or not frame.entry or not isinstance(wait, Wait) or not _wants(cursor, frame, wait, event.name, event.about):
        return False
    _came(cursor, frame, wait, Early(event.name, event.about, event.data, event.at))
    return True


def keep(cursor: Cursor, event: ExternalEvent) -> None:
    """Remember an event that nobody waits for yet."""
    young = [early for early in cursor.early if cursor.at - early.at < _KEPT]
    cursor.early = [*young[-(_MOST - 1) :], Early(event.name, event.about, event.data, event.at)]
    cursor.note("kept", detail=event.name)
