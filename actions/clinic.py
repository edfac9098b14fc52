"""The clinic's diary, kept in a small file so that the demo works without a network: data/appointments.json."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from botkit import action

DIARY = Path(__file__).resolve().parent.parent / "data" / "appointments.json"
PER_DAY = 8  # visits that one day has room for


class SlotTaken(Exception):
    """The day is full, or somebody was faster."""


@dataclass
class Place:
    street: str
    city: str


@dataclass
class Visit:
    ref: str


@action(raises=[SlotTaken])
def book(ctx, day: date, place: Place) -> Visit:  # type: ignore[no-untyped-def]
    """Book a visit; raises SlotTaken when the day is full.

    The same call may come twice when the bot was restarted in the middle of it: it has the same key then, and gets the same answer.
    """
    diary = json.loads(DIARY.read_text()) if DIARY.exists() else []
    for visit in diary:
        if visit["key"] == ctx.idempotency_key:
            return Visit(visit["ref"])
    if sum(visit["day"] == day.isoformat() for visit in diary) >= PER_DAY:
        raise SlotTaken(day.isoformat())
    ref = f"V{len(diary) + 1}"
    diary.append({"ref": ref, "key": ctx.idempotency_key, "day": day.isoformat(), "street": place.street, "city": place.city})
    DIARY.parent.mkdir(parents=True, exist_ok=True)
    draft = DIARY.with_suffix(".tmp")
    draft.write_text(json.dumps(diary, indent=1))
    draft.replace(DIARY)
    return Visit(ref)
