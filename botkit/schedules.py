"""When a schedule comes: by the clock, or so and so long before or after a date of the contact's.

every:    {cron: "0 9 * * MON", to: contact.subscribed}
relative: {to: contact.due_date, by: -14d, at: "09:00"}

Times of day are those of the bot's time zone. One that the change of clocks leaves out is the one that takes its place; one that the clock
shows twice comes once, the first time.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from botkit.expressions.functions import clock
from botkit.replies import Formula, Reading
from botkit.shapes import Expr, Key, Keys, Made, Of, Plain, duration
from botkit.source import Node, Scalar
from botkit.wire import Value

CATCH_UP = timedelta(hours=1)  # so late the start of `every` may be, where no process ran when it was due
CATCH_UP_DATES = timedelta(days=1)  # … and that of `relative`

_DAY = 86_400


class Every(Struct, frozen=True, eq=False):
    """A moment comes wherever *cron* has one, for the contacts for whom *to* is true then."""

    node: Node
    cron: Scalar
    to: Formula
    fields: str  # the cron in one form, however it is spaced and written


class Shift(Struct, frozen=True):
    """*days* keep the time of day, whatever the clocks do meanwhile; *seconds* are as long as they are."""

    days: int = 0
    seconds: int = 0


class Relative(Struct, frozen=True, eq=False):
    """One moment for every date: the day that *to* gives, at the time *at* (None: what *to* gives has one), moved by *by*."""

    node: Node
    to: Formula
    by: Shift = Shift()
    at: time | None = None

    key: str = ""  # names it among the schedules of its flow, the same as long as it means the same dates


# ---------------------------------------------------------------- the moments


def moments(fields: str, after: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """The moments (UTC) of a cron beyond *after*, in order; they may end."""
    from cronsim import CronSim, CronSimError  # here: only bots with a schedule need it

    last = after.astimezone(UTC)
    try:
        for local in CronSim(fields, last.astimezone(zone)):
            moment = local.astimezone(UTC)
            if moment > last:  # an hour that comes twice would lead back
                last = moment
                yield moment
    except (CronSimError, OverflowError, ValueError):  # the end of the calendar
        return


def moment_of(relative: Relative, value: Value, zone: ZoneInfo) -> datetime | None:
    """The moment (UTC) that comes for *value*. None: for this one none comes."""
    match value:
        case datetime():
            local = (value if value.tzinfo is not None else value.replace(tzinfo=zone)).astimezone(zone)
        case date() if relative.at is not None:
            local = datetime.combine(value, relative.at, zone)
        case _:
            return None
    try:
        if relative.at is not None:
            local = datetime.combine(local.date(), relative.at, zone)
        if relative.by.days:
            local += timedelta(days=relative.by.days)  # by the clock on the wall
        return local.astimezone(UTC) + timedelta(seconds=relative.by.seconds)
    except OverflowError:
        return None


def dated(relative: Relative, value: Value, zone: ZoneInfo) -> str:
    """Names the date that *value* is: of one date no second moment comes, whatever becomes of the time of day."""
    if isinstance(value, datetime):
        aware = value if value.tzinfo is not None else value.replace(tzinfo=zone)
        return aware.astimezone(UTC).isoformat() if relative.at is None else aware.astimezone(zone).date().isoformat()
    return value.isoformat() if isinstance(value, date) else ""


# ---------------------------------------------------------------- how they are written

_FIELDS = (
    ("minute", "0 to 59"),
    ("hour", "0 to 23"),
    ("day of the month", "1 to 31, or L for the last one"),
    ("month", "1 to 12, or JAN to DEC"),
    ("weekday", "0 to 7 (0 and 7 are Sunday), or SUN to SAT"),
)
_WORDS = {
    "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0", "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *", "hourly": "0 * * * *", "daily": "0 9 * * *", "weekly": "0 9 * * MON", "monthly": "0 9 1 * *",
}  # fmt: skip
_LIKE = '"0 9 * * MON" is every Monday at 9:00; the five are minute, hour, day of the month, month and weekday'


def _cron(node: Scalar, _: Node, reading: Reading) -> Scalar | None:
    fault = cron_fault(node.text)
    if fault is None:
        return node
    reading.report("cron", node, *fault)
    return None


def cron_fault(text: str) -> tuple[str, str] | None:
    """What is wrong with a cron, and what to do; None: nothing."""
    fields = text.upper().split()
    word = _WORDS.get(text.strip().lower())
    if word is not None:
        return f'"{text.strip()}" is no cron: it has five fields', f'write "{word}"'
    if len(fields) != 5:
        count = "1 field" if len(fields) == 1 else f"{len(fields)} fields"
        return f"a cron has five fields, and this one has {count}", _LIKE
    for n, (name, allowed) in enumerate(_FIELDS):
        alone = ["*"] * 5
        alone[n] = fields[n]
        if not _stands(" ".join(alone)):
            hint = f"{'an' if name == 'hour' else 'a'} {name} is {allowed}; also *, lists (1,15), ranges (1-5), steps (*/2)"
            return f'"{text.split()[n][:40]}" is no {name} of a cron', hint
    if not _stands(" ".join(fields)):
        return "this moment never comes: no such month has that day", _LIKE
    return None


def _stands(fields: str) -> bool:
    from cronsim import CronSim, CronSimError

    try:
        return next(CronSim(fields, datetime(2024, 1, 1)), None) is not None
    except (CronSimError, ValueError, AssertionError, OverflowError):
        return False


_SIGNED = re.compile(r"([+-]?)\s*(\S.*)", re.DOTALL)


def _shift(text: str) -> Shift | None:
    match = _SIGNED.fullmatch(text.strip())
    seconds = duration(match[2]) if match is not None else None
    if match is None or seconds is None:
        return None
    sign = -1 if match[1] == "-" else 1
    return Shift(days=sign * (seconds // _DAY)) if text.strip()[-1] in "dw" else Shift(seconds=sign * seconds)


def _every(found: dict[str, Any], node: Node, _reading: Reading) -> Every | None:
    if "cron" not in found or "to" not in found:
        return None
    cron: Scalar = found["cron"]
    return Every(node, cron, found["to"], " ".join(cron.text.upper().split()))


EVERY = Made(
    Keys(
        "a schedule by the clock",
        {
            "cron": Key(Made(Plain("a cron of five fields"), _cron), "minute, hour, day, month, weekday, in the bot's time zone", True),
            "to": Key(Expr(), "for whom: a condition on contact; true: everybody", True),
        },
    ),
    _every,
)


def _relative(found: dict[str, Any], node: Node, _reading: Reading) -> Relative | None:
    if "to" not in found:
        return None
    to: Formula = found["to"]
    by: Shift = found.get("by", Shift())
    told = f"{' '.join(to.expression.source.split())}\0{by.days}\0{by.seconds}"
    key = hashlib.blake2b(told.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
    return Relative(node, to, by, found.get("at"), key)


RELATIVE = Made(
    Keys(
        "a schedule by a date",
        {
            "to": Key(Expr(), "a date of the contact: contact.due_date", True),
            "by": Key(
                Of("a time such as -14d, 0d or 2h", _shift, "before it: -14d; after it: 3d"), "so long after it, or with - before it"
            ),
            "at": Key(Of("a time of day such as 09:00", clock, 'at: "09:00"'), "at this time of that day, in the bot's time zone"),
        },
    ),
    _relative,
)
