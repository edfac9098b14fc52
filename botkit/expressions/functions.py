"""FUNCTIONS: what an expression can call by a bare name."""

from __future__ import annotations

import operator
from datetime import UTC, date, datetime, time

from botkit.expressions.operators import ordered
from botkit.expressions.tables import Operation, operation, table
from botkit.expressions.values import Duration, ExpressionError, Scope, charge
from botkit.expressions.writing import local
from botkit.wire import Value

_MOST = 1_000_000  # of any unit of time: beyond the calendar for all but seconds


def clock(text: str) -> time | None:
    """The time of day that "9:30" or "09:30" writes; None for anything else."""
    hour, colon, minute = text.strip().partition(":")
    if not colon or not (
        hour.isascii() and hour.isdigit() and minute.isascii() and minute.isdigit() and len(minute) == 2 and len(hour) <= 2
    ):
        return None
    return time(int(hour), int(minute)) if int(hour) < 24 and int(minute) < 60 else None


def _counted(n: int) -> int:
    if abs(n) > _MOST:
        raise ExpressionError("this span of time is too long")
    return n


def _at(scope: Scope, day: date, moment: time | str) -> Value:
    found = clock(moment) if isinstance(moment, str) else moment
    if found is None:
        raise ExpressionError("a time of day is written like '09:00'")
    zone = scope.now.tzinfo
    if isinstance(day, datetime):
        day = local(day, zone).date()
    # By way of UTC: an hour that the change of clocks leaves out becomes the one that takes its place.
    try:
        return datetime.combine(day, found.replace(tzinfo=None), tzinfo=zone).astimezone(UTC).astimezone(zone)
    except OverflowError:
        raise ExpressionError("this date is too far away") from None


def _at_proof(day: Value = None, moment: Value = None) -> str | None:
    return "a time of day is written like '09:00'" if isinstance(moment, str) and clock(moment) is None else None


def _bucket(scope: Scope, name: str, n: int) -> Value:
    if not 1 <= n <= 1_000:
        raise ExpressionError("a bucket has 1 to 1,000 parts")
    return scope.bucket(name, n) if scope.bucket is not None else 0


def _least(scope: Scope, *values: Value) -> Value:
    return _extreme(scope, "min", values, smaller=True)


def _greatest(scope: Scope, *values: Value) -> Value:
    return _extreme(scope, "max", values, smaller=False)


def _extreme(scope: Scope, name: str, values: tuple[Value, ...], *, smaller: bool) -> Value:
    if len(values) == 1 and isinstance(values[0], list | tuple):
        values = tuple(values[0])
    charge(scope, len(values))
    if not values:
        raise ExpressionError(f"{name}() of nothing: the list is empty")
    found = values[0]
    for value in values:
        if value is None:
            raise ExpressionError(f"{name}() was given a value that is not filled yet")
        if ordered(name, operator.lt if smaller else operator.gt, value, found, scope):
            found = value
    return found


FUNCTIONS: dict[str, Operation] = table(
    operation("today", "", "", "date", "the date of today, in the bot's time zone", lambda scope: scope.today),
    operation("now", "", "", "datetime", "the moment of now, in the bot's time zone", lambda scope: scope.now),
    operation("minutes", "", "n: integer", "duration", "a span of n minutes", lambda _, n: Duration(seconds=_counted(n) * 60)),
    operation("hours", "", "n: integer", "duration", "a span of n hours", lambda _, n: Duration(seconds=_counted(n) * 3600)),
    operation("days", "", "n: integer", "duration", "a span of n days; keeps the time of day", lambda _, n: Duration(days=_counted(n))),
    operation(
        "weeks", "", "n: integer", "duration", "a span of n weeks; keeps the time of day", lambda _, n: Duration(days=_counted(n) * 7)
    ),
    operation(
        "months",
        "",
        "n: integer",
        "duration",
        "a span of n months; 31 January + months(1) is the end of February",
        lambda _, n: Duration(_counted(n)),
    ),
    operation("years", "", "n: integer", "duration", "a span of n years", lambda _, n: Duration(_counted(n) * 12)),
    operation(
        "at",
        "",
        "day: date, time: text|time",
        "datetime",
        "a day at a time of day, in the bot's time zone: at(day, '09:00')",
        _at,
        proof=_at_proof,
    ),
    operation(
        "bucket", "", "name: text, n: integer", "integer", "a number from 0 to n - 1, always the same for one contact and name", _bucket
    ),
    operation("min", "", "values: any", "any", "the smallest of its arguments, or of one list", _least, many=True),
    operation("max", "", "values: any", "any", "the greatest of its arguments, or of one list", _greatest, many=True),
)
