"""Schedules as one contact meets them: whom the clock begins a flow for, and the moments that the contact's dates make."""

from __future__ import annotations

from datetime import datetime, timedelta

from botkit.bot import Bot
from botkit.engine.background import begin
from botkit.engine.cursor import Cursor
from botkit.expressions import ExpressionError, Scope
from botkit.model import Conversation, Event, Later, Scheduled, Timer, TimerFired
from botkit.replies import Formula
from botkit.schedules import CATCH_UP_DATES, dated, moment_of
from botkit.triggers import Trigger
from botkit.wire import Value

_REMEMBERED = timedelta(days=2)  # so long a date whose moment is past and that has not fired is kept

Start = tuple[str, Trigger]


# ---- asked from outside, before an event is made of it


def wanted(bot: Bot, conversation: Conversation, event: Scheduled) -> bool:
    """Whether the schedule of *event* is for this contact. Raises ExpressionError."""
    if conversation.became or conversation.contact.attributes.get("opted_out") is True:
        return False
    return _every(Cursor(bot, conversation, event), event) is not None


def outdated(bot: Bot, conversation: Conversation, event: Scheduled) -> bool:
    """Whether moments to come by this contact's dates are not on record, for the bot was another one when they were reckoned."""
    known = set(conversation.timers)
    return not conversation.became and any(timer not in known for timer in plan(Cursor(bot, conversation, event)))


# ---- within a turn


def scheduled(cursor: Cursor, event: Event) -> Start | None:
    """The flow that a schedule begins by *event*. None: none does."""
    match event:
        case Scheduled(flow=flow) if flow:
            try:
                trigger = _every(cursor, event)
            except ExpressionError as error:
                cursor.note("error", detail=f"{flow}: {error}")
                return None
            if trigger is None:
                cursor.note("ignored", detail=f"{flow}: not for this contact any more")
            return None if trigger is None else (flow, trigger)
        case TimerFired(timer=id_):
            timer = next((timer for timer in cursor.timers if timer.id == id_ and not timer.entry), None)
            return _dated(cursor, timer) if timer is not None else None
    return None


def is_scheduled(cursor: Cursor, event: Event) -> bool:
    """Whether *event* is a schedule's, whatever comes of it."""
    return isinstance(event, Scheduled) or (
        isinstance(event, TimerFired) and any(timer.id == event.timer and not timer.entry for timer in cursor.timers)
    )


def come(cursor: Cursor, event: Event) -> None:
    """Begin what a schedule begins."""
    start = scheduled(cursor, event)
    if start is not None:
        flow, trigger = start
        begin(cursor, flow, {}, trigger.busy, trigger.keep)


def postpone(cursor: Cursor, event: Event) -> None:
    """The release ends what is under way, or moves it: what a schedule begins comes behind that."""
    start = scheduled(cursor, event) if is_scheduled(cursor, event) else None
    if start is not None:
        flow, trigger = start
        cursor.later.append(Later(flow, {}, cursor.at + timedelta(seconds=trigger.keep)))


def plan(cursor: Cursor) -> tuple[Timer, ...]:
    """The moments to come by the contact's dates as they are now. One that has passed before its date was known does not come; one that is
    due and has not fired yet stays."""
    known = {timer for timer in cursor.timers if not timer.entry}
    found: dict[str, Timer] = {}
    for flow, trigger in cursor.bot.dates:
        timer = _timer(cursor, flow, trigger)
        if timer is not None and (timer.due > cursor.at or (timer in known and timer.due > cursor.at - _REMEMBERED)):
            found.setdefault(timer.name, timer)
    return tuple(found.values())


def _every(cursor: Cursor, event: Scheduled) -> Trigger | None:
    for flow, trigger in cursor.bot.schedules:
        every = trigger.every
        if flow == event.flow and every is not None and every.fields == event.cron and _value(cursor, every.to, event.moment):
            return trigger
    return None


def _dated(cursor: Cursor, timer: Timer) -> Start | None:
    cursor.timers.remove(timer)
    for flow, trigger in cursor.bot.dates:
        if _timer(cursor, flow, trigger) == timer:
            if cursor.at - timer.due > CATCH_UP_DATES:
                cursor.note("missed", detail=f"{flow}: it was due at {timer.due.isoformat(timespec='minutes')}")
                return None
            return flow, trigger
    cursor.note("ignored", detail="a date that is another one now")
    return None


def _timer(cursor: Cursor, flow: str, trigger: Trigger) -> Timer | None:
    relative = trigger.relative
    if relative is None:
        return None
    zone = cursor.bot.settings.zone
    try:
        value = _value(cursor, relative.to)
    except ExpressionError:
        return None
    due = moment_of(relative, value, zone)
    return Timer(0, f"relative:{flow}:{relative.key}:{dated(relative, value, zone)}", due) if due is not None else None


def _value(cursor: Cursor, to: Formula, moment: datetime | None = None) -> Value:
    """What *to* is for the contact; with the clock at *moment*, where there is one."""
    scope = cursor.scope()
    if moment is not None:
        local = moment.astimezone(cursor.bot.settings.zone)
        scope = Scope({}, scope.givens, language=scope.language, now=local, bucket=scope.bucket)
    return to.value(scope)


__all__ = ["come", "is_scheduled", "outdated", "plan", "postpone", "scheduled", "wanted"]
