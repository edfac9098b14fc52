"""The dentist's diary, in a small file so that the example works without a network: data/diary.json."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from botkit import action

DIARY = Path(__file__).resolve().parent.parent / "data" / "diary.json"
DENTISTS = ("Dr Patel", "Dr Jones")
HOURS = (9, 10, 11, 14, 15, 16)


class DayFull(Exception):
    """Nobody has time on that day."""


class SlotTaken(Exception):
    """Somebody was faster."""


class TooLate(Exception):
    """The visit has begun."""


@dataclass
class Slot:
    id: str
    start: datetime
    dentist: str


@dataclass
class Visit:
    ref: str


@action(raises=[DayFull])
def free_slots(ctx: Any, day: date, treatment: str) -> list[Slot]:
    """The times of *day* that are free, the early ones first; raises DayFull when there are none."""
    taken = {visit["slot"] for visit in _read()["visits"] if not visit.get("cancelled")}
    slots = []
    for hour in HOURS:
        for n, dentist in enumerate(DENTISTS):
            start = datetime.combine(day, time(hour, 30 * n), ctx.now.tzinfo)
            if f"{start:%Y%m%d%H%M}" not in taken:
                slots.append(Slot(f"{start:%Y%m%d%H%M}", start, dentist))
    if not slots:
        raise DayFull(day.isoformat())
    return slots


@action(raises=[SlotTaken])
def book(ctx: Any, slot: str, treatment: str) -> Visit:
    """Book a time; raises SlotTaken when somebody was faster. The same call twice, after a restart, books once."""
    diary = _read()
    for visit in diary["visits"]:
        if visit["key"] == ctx.idempotency_key:
            return Visit(visit["ref"])
        if visit["slot"] == slot and not visit.get("cancelled"):
            raise SlotTaken(slot)
    diary["count"] += 1
    ref = f"V{diary['count']}"
    start = datetime.strptime(slot, "%Y%m%d%H%M").replace(tzinfo=ctx.now.tzinfo)
    diary["visits"].append({"ref": ref, "slot": slot, "start": start.isoformat(), "treatment": treatment, "key": ctx.idempotency_key})
    _write(diary)
    return Visit(ref)


@action(raises=[TooLate])
def cancel(ctx: Any, ref: str) -> None:
    """Free the time of a visit; raises TooLate when it has begun. The same call twice is no failure."""
    diary = _read()
    for visit in diary["visits"]:
        if visit["ref"] == ref and not visit.get("cancelled"):
            if datetime.fromisoformat(visit["start"]) <= ctx.now:
                raise TooLate(ref)
            visit["cancelled"] = True
    _write(diary)


@action
def keep_note(ctx: Any, note: str) -> None:
    """Keep a note for reception."""
    diary = _read()
    diary["notes"].append({"from": ctx.contact.phone or ctx.contact.id, "note": note, "at": ctx.now.isoformat()})
    _write(diary)


def _read() -> dict[str, Any]:
    empty: dict[str, Any] = {"count": 0, "visits": [], "notes": []}
    return json.loads(DIARY.read_text()) if DIARY.exists() else empty


def _write(diary: dict[str, Any]) -> None:
    DIARY.parent.mkdir(parents=True, exist_ok=True)
    draft = DIARY.with_suffix(".tmp")
    draft.write_text(json.dumps(diary, indent=1))
    draft.replace(DIARY)
