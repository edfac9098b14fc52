"""Opening hours: "Mon-Fri 9-17, Sat 10:00-13:30"."""

from __future__ import annotations

import re
from datetime import datetime

from msgspec import Struct

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"^([A-Za-z, -]+?)\s+(\d{1,2})(?::(\d{2}))?\s*-\s*(\d{1,2})(?::(\d{2}))?$")


class Hours(Struct, frozen=True):
    """*spans* are (weekdays from 0 for Monday, first minute of the day, minute at which it closes)."""

    text: str
    spans: tuple[tuple[frozenset[int], int, int], ...]

    def open_at(self, moment: datetime) -> bool:
        """Whether it is open at *moment*, in the bot's zone."""
        minute = moment.hour * 60 + moment.minute
        return any(moment.weekday() in days and start <= minute < end for days, start, end in self.spans)


def read_hours(text: str) -> Hours | None:
    """The hours that *text* writes; None when they cannot be read. Spans of several days stand apart by "," or ";"."""
    spans = []
    for piece in re.split(r"[;,]\s*(?=[A-Za-z][A-Za-z ,-]*\s+\d)", text.strip()):
        match = _SPAN.match(piece.strip())
        days = _days(match[1]) if match else None
        if match is None or not days:
            return None
        start = int(match[2]) * 60 + int(match[3] or 0)
        end = int(match[4]) * 60 + int(match[5] or 0)
        if not start < end <= 24 * 60 or int(match[3] or 0) > 59 or int(match[5] or 0) > 59:
            return None
        spans.append((days, start, end))
    return Hours(text, tuple(spans)) if spans else None


def _days(text: str) -> frozenset[int] | None:
    found: set[int] = set()
    for piece in text.replace(" ", "").lower().split(","):
        first, _, last = piece.partition("-")
        begin, end = _day(first), _day(last or first)
        if begin is None or end is None:
            return None
        found.update((begin + n) % 7 for n in range((end - begin) % 7 + 1))
    return frozenset(found)


def _day(word: str) -> int | None:
    return DAYS.index(word[:3]) if len(word) >= 3 and word[:3] in DAYS else None
