"""Somebody else answers the contact: the bot is silent meanwhile, keeps what comes, and goes on when it is handed back."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from botkit.engine import consent
from botkit.engine.cursor import HELD, Cursor
from botkit.engine.speaking import prompt
from botkit.engine.walking import listen
from botkit.model import (
    Event,
    Held,
    MessageReceived,
    OperatorCommand,
    Scheduled,
    Started,
    StatusChanged,
    Tell,
    TimerFired,
    dump_event,
    load_event,
)
from botkit.triggers import KEEP

_MOST = 20  # events that are kept
_SAID = 1024  # characters


def taken(cursor: Cursor, event: OperatorCommand) -> None:
    """Somebody else answers from now on: a person in the phone's app for as long as the settings say, a program until it hands back."""
    by = str(event.data.get("by") or "agent")
    held = cursor.held or Held(by, event.at)
    if by == "app" and held.by == "app":
        span = timedelta(seconds=cursor.bot.settings.takeover)
        held = replace(held, until=max(event.at + span, held.until or event.at))
    else:
        held = replace(held, by=by if by == "agent" else held.by, until=None)
    cursor.held = held
    cursor.note("taken", detail=by)


def withheld(cursor: Cursor, event: Event) -> bool:
    """Whether *event* is not worked on now, since somebody else answers; what is to be known of it is kept. An event that shows that
    nobody does any more gives the conversation back."""
    held = cursor.held
    standby = isinstance(event, MessageReceived) and event.standby
    if held is None and standby:
        held = cursor.held = Held("agent", event.at)
        cursor.note("taken", detail="agent")
    if held is None:
        return False
    if held.until is not None and held.until <= event.at:
        let_go(cursor)
        return False
    cursor.untouched = True
    match event:
        case MessageReceived():
            if not standby and held.by == "agent" and event.at >= held.since:
                cursor.untouched = False
                let_go(cursor)  # it came by the way of those that we are to answer
                return False
            _recorded(cursor, event, held)
        case OperatorCommand():
            cursor.untouched = False
            return False
        case StatusChanged():
            consent.refused(cursor, event)
            cursor.note("ignored", detail=event.status)
        case TimerFired(timer=id_) if id_.startswith(f"0:{HELD}:"):
            cursor.note("ignored", detail="somebody has written since")
        case _:
            cursor.held = replace(held, events=_kept(held, event))
            cursor.note("held", detail=type(event).__name__)
    return True


def _recorded(cursor: Cursor, message: MessageReceived, held: Held) -> None:
    cursor.meet(message)
    cursor.note("held", detail=f"{message.type}: {held.by} answers")
    if not consent.heard(cursor, message, silent=True) and message.type in ("text", "tap"):
        cursor.held = replace(held, said=message.text[:_SAID])


def _kept(held: Held, event: Event) -> tuple[str, ...]:
    """What came meanwhile with *event*; of one schedule only the last."""
    events = held.events
    if isinstance(event, Scheduled):
        events = tuple(kept for kept in events if not _same(load_event(kept), event))
    return (*events[-(_MOST - 1) :], dump_event(event).decode())


def _same(kept: Event, event: Scheduled) -> bool:
    return isinstance(kept, Scheduled) and (kept.flow, kept.cron) == (event.flow, event.cron)


def let_go(cursor: Cursor) -> Held | None:
    """The bot answers again; what came meanwhile comes once more, behind this. Who held it; None: nobody did."""
    held = cursor.held
    if held is None:
        return None
    cursor.held = None
    cursor.note("given", detail=held.by)
    for kept in held.events:
        event = load_event(kept)
        if isinstance(event, Scheduled | Started) and cursor.at - event.at > timedelta(seconds=KEEP):
            cursor.note("skipped", detail=f"{event.flow}: too late")
            continue
        cursor.effects.append(Tell(cursor.contact.id, replace(event, key=f"again:{event.key}", at=cursor.at)))
    return held


def given(cursor: Cursor) -> str:
    """The conversation is handed back: the question under way is asked again. Where there is none, what the contact wrote last to whoever
    answered, which is to be taken up; "": nothing."""
    held = let_go(cursor)
    if held is None:
        cursor.note("ignored", detail="nobody else answers")
        return ""
    top = cursor.top
    if top is None:
        return held.said if held.by == "agent" else ""
    ask = top.step.ask
    if ask is not None and (ask.fields or ask.offers) and top.entry and top.call is None:
        top.entered = cursor.at  # the question begins anew, and its silence with it
        listen(cursor)
        prompt(cursor, top)
    return ""


__all__ = ["given", "let_go", "taken", "withheld"]
