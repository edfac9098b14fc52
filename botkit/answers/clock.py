"""time: a time of day; datetime: a day at a time of day, in the bot's time zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from typing import ClassVar

from botkit.answers.base import Answer, Reading, Rejected
from botkit.answers.day import read_day
from botkit.languages import digits, folded
from botkit.wire import Value

_CLOCK = re.compile(
    r"(\d{1,2})(?:\s?[:.h]\s?(\d{2})(?::(\d{2}))?)?\s?(h|hs|hrs|uhr|uur|o'clock|horas?|heures?|ore)?\s?(?:([ap])\.?\s?m\.?)?"
)
_FOUR = re.compile(r"([01]\d|2[0-3])([0-5]\d)")
_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)?", re.IGNORECASE)


def read_clock(text: str, reading: Reading, *, plainly: bool = False) -> time | None:
    """The time of day that *text* writes; None when it writes none. *plainly*: an hour alone ("9") will not do."""
    if len(text) > 40:
        return None
    plain = folded(digits(text)).strip(" !,")
    told = False
    for lang in reading.tongues:
        for word in sorted((folded(w) for w in lang.at), key=len, reverse=True):
            if plain.startswith(f"{word} "):
                plain, told = plain[len(word) + 1 :], True
                break
        if told:
            break
    four = _FOUR.fullmatch(plain)
    if four is not None and (told or not plainly):
        return time(int(four[1]), int(four[2]))
    match = _CLOCK.fullmatch(plain) or _CLOCK.fullmatch(plain.rstrip("."))
    if match is None:
        return None
    hour, minute, second, word, half = int(match[1]), match[2], match[3], match[4], match[5]
    if plainly and not (told or minute or word or half):
        return None
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour, int(minute or 0), int(second or 0))
    except ValueError:
        return None


class Time(Answer, frozen=True):
    kind: ClassVar[str] = "time"

    def parse(self, text: str, reading: Reading) -> Value | Rejected:
        found = read_clock(text, reading)
        return found if found is not None else Rejected("not a time of day")

    def normal(self, value: Value) -> Value | Rejected:
        if isinstance(value, time):
            return value.replace(tzinfo=None)
        if isinstance(value, str) and re.fullmatch(r"\d{1,2}:\d\d(:\d\d)?", value.strip(), re.ASCII):
            try:
                hour, minute, second = [*(int(part) for part in value.strip().split(":")), 0][:3]
                return time(hour, minute, second)
            except ValueError:
                pass
        return Rejected("not a time of day")


class Datetime(Answer, frozen=True):
    kind: ClassVar[str] = "datetime"

    def parse(self, text: str, reading: Reading) -> Value | Rejected:
        if len(text) > 100:
            return Rejected("not a day with a time")
        text = " ".join(digits(text).split())
        zone = reading.now.tzinfo
        try:
            if _ISO.fullmatch(text):
                found = datetime.fromisoformat(text.upper())
                return found.astimezone(zone) if found.tzinfo is not None else _valid(found.replace(tzinfo=zone))
            words = text.split(" ")
            # The day may stand before the time or behind it; the longest day is tried first.
            for cut in range(min(len(words) - 1, 10), 0, -1):
                head, tail = " ".join(words[:cut]), " ".join(words[cut:])
                for day_text, clock_text in ((head, tail), (tail, head)):
                    moment = read_clock(clock_text, reading, plainly=True)
                    day = read_day(day_text, reading) if moment is not None else None
                    if day is not None and moment is not None:
                        return _valid(datetime.combine(day, moment, tzinfo=zone))
        except (ValueError, OverflowError):
            pass
        return Rejected("not a day with a time")

    def normal(self, value: Value) -> Value | Rejected:
        if isinstance(value, str) and _ISO.fullmatch(value.strip()):
            try:
                value = datetime.fromisoformat(value.strip().upper())
            except ValueError:
                return Rejected("not a day with a time")
        if not isinstance(value, datetime):
            return Rejected("not a day with a time")
        return value if value.tzinfo is not None else Rejected("a day with a time, but without a time zone")


def _valid(moment: datetime) -> datetime:
    """*moment*, moved on where the change of clocks leaves it out."""
    return moment.astimezone(UTC).astimezone(moment.tzinfo)
