"""What a row of the store becomes where two tellings of it meet: an answer and a status, a timer that fired and those behind it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise
from typing import Any

from msgspec.structs import replace

from botkit.model import Inbound, OperatorCommand, StatusChanged, Timer, dump_event
from botkit.stores.base import OPEN, RANKS, Outgoing, SendState


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


def raised(before: str, status: str) -> str:
    """The status after *status* arrived: it only moves up."""
    if status not in RANKS:
        return before
    if status == "failed" and RANKS[before] >= RANKS["delivered"]:
        return before
    return status if RANKS[status] > RANKS[before] else before


def with_status(row: Outgoing, event: StatusChanged, now: datetime) -> Outgoing:
    """*row* after *event*: its status moved up, a doubt settled, the wamid learnt; given up, when our sender says "unsent".

    Once it leaves anew (the template path is taken, or it was taken back), what still comes in for the message before says nothing.
    """
    if event.status == "unsent":
        return replace(row, state="unsent", code=event.code, detail=event.detail, at=now) if row.state in OPEN else row
    if row.anew and row.wamid is not None and (event.id == row.wamid) == (row.state in OPEN):
        return row
    changes: dict[str, Any] = {"status": raised(row.status, event.status)}
    if event.id and (row.wamid is None or (row.anew and row.state in OPEN)):
        changes["wamid"] = event.id
    if row.state in ("trying", "doubt", "queued") and changes["status"]:
        changes["state"] = "sent"
        changes["at"] = now
    if changes["status"] == "failed" and event.status == "failed":
        changes["code"] = event.code
        changes["detail"] = event.detail
    return replace(row, **changes)


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
