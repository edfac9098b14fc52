"""What a row of the store becomes where two tellings of it meet: an answer and a status, a timer that fired and those behind it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise

from msgspec.structs import replace

from botkit.model import Inbound, OperatorCommand, StatusChanged, Timer, dump_event
from botkit.stores.base import Outgoing, SendState, raised


def settled(row: Outgoing, told: Outgoing, now: datetime) -> Outgoing:
    """*row*, as it is kept, after the sender *told* what became of it.

    A status may have come before the answer: what it said is not taken back by a doubt or a retry. The ways back from "sent" to
    "queued" are the template path after a refusal (`told.refused`, once), and a later failure after which it is sent again
    (`told.returned`, one more); they begin a new ladder of statuses.
    """
    again = (told.refused and not row.refused) or told.returned > row.returned
    state: SendState = told.state
    if row.state == "sent" and not again and told.state in ("trying", "doubt", "queued"):
        state = "sent"
    status = "" if again and told.state != "sent" else raised(row.status, told.status)
    failed = status == "failed" and told.code is None
    answered = state == "sent" and row.state == "trying"
    return replace(
        row,
        state=state,
        attempts=max(row.attempts, told.attempts),
        resent=row.resent or told.resent,
        refused=row.refused or told.refused,
        wamid=told.wamid or row.wamid,
        status=status,
        code=row.code if failed else told.code,
        detail=row.detail if failed else told.detail,
        at=row.at if answered else now,
        returned=max(row.returned, told.returned),
    )


def stays(event: StatusChanged, known: bool) -> bool:
    """Whether a status is work for the conversation, beside what it tells of the send. *known*: the send is one of ours."""
    return event.status == "unsent" or (known and event.status == "failed")


def first(timers: Iterable[Timer]) -> Timer | None:
    """The timer that is due first; of two at one moment always the same one."""
    return min(timers, key=_order, default=None)


def behind(timers: Iterable[Timer], fired: str) -> Timer | None:
    """The first timer due after the one with the id *fired*. None: there is none, or *fired* is not among them."""
    ordered = sorted(timers, key=_order)
    for timer, following in pairwise(ordered):
        if timer.id == fired:
            return following
    return None


def _order(timer: Timer) -> tuple[datetime, str]:
    return timer.due, timer.id


def left_behind(moved: Inbound, contact: str, main: str) -> Inbound:
    """The event that ends the conversation of *contact*, who turned out to be *main* by what *moved* tells."""
    event = OperatorCommand(f"left:{moved.key}", moved.at, "left", {"main": main})
    return Inbound(moved.channel, event.key, moved.at, dump_event(event), event, contact=contact, kind="event")
