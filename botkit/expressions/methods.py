"""METHODS and ATTRIBUTES: what stands behind the dot of a text, a date, a time, a list or a record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from botkit.expressions.tables import Operation, operation, table
from botkit.expressions.values import MAX_TEXT, Duration, ExpressionError, Scope, charge, sized, weighed
from botkit.expressions.writing import local
from botkit.wire import Value


def replaced(scope: Scope, text: str, old: str, new: str) -> str:
    """*text* with every *old* replaced; its size is worked out before it is made."""
    if not old:
        raise ExpressionError("replace needs something to replace; the first text is empty")
    charge(scope, len(text))
    size = len(text) + text.count(old) * (len(new) - len(old))
    if size > MAX_TEXT:
        raise ExpressionError(f"this text gets longer than {MAX_TEXT:,} characters")
    charge(scope, size)
    return text.replace(old, new)


def split(scope: Scope, text: str, separator: str | None = None) -> list[str]:
    """The pieces of *text* between separators; between spaces when none is given."""
    if separator == "":
        raise ExpressionError("split needs a separator that is not empty")
    charge(scope, len(text))
    found: list[str] = weighed(text.split(separator), scope)
    return found


def _get(scope: Scope, record: Mapping[str, Value], key: str, default: Value = None) -> Value:
    return record.get(key, default)


def _items(scope: Scope, record: Mapping[str, Value]) -> Value:
    charge(scope, len(record))
    return [[key, value] for key, value in record.items()]


_UPPER = operation("upper", "text", "", "text", "in capitals", lambda _, text: sized(text.upper()))
_LOWER = operation("lower", "text", "", "text", "in small letters", lambda _, text: sized(text.lower()))

METHODS: dict[str, dict[str, Operation]] = {
    "text": table(
        _UPPER,
        _LOWER,
        operation("title", "text", "", "text", "every word with a capital", lambda _, text: sized(text.title())),
        operation(
            "capitalize", "text", "", "text", "the first letter a capital, the others small", lambda _, text: sized(text.capitalize())
        ),
        operation("strip", "text", "", "text", "without spaces at both ends", lambda _, text: text.strip()),
        operation("startswith", "text", "start: text", "bool", "whether it begins so", lambda _, text, start: text.startswith(start)),
        operation("endswith", "text", "end: text", "bool", "whether it ends so", lambda _, text, end: text.endswith(end)),
        operation("split", "text", "separator?: text", "list", "the pieces between separators; between spaces when none is given", split),
        operation("replace", "text", "old: text, new: text", "text", "every old replaced by new", replaced),
    ),
    "date": table(
        operation("weekday", "date", "", "integer", "0 for Monday to 6 for Sunday", lambda scope, day: _local(scope, day).weekday()),
        operation("isoformat", "date", "", "text", "as 2026-06-24", lambda scope, day: _local(scope, day).isoformat()),
    ),
    "time": table(operation("isoformat", "time", "", "text", "as 09:30:00", lambda _, moment: moment.isoformat())),
    "datetime": table(
        operation("weekday", "datetime", "", "integer", "0 for Monday to 6 for Sunday", lambda scope, day: _local(scope, day).weekday()),
        operation("isoformat", "datetime", "", "text", "as 2026-06-24T09:30:00+02:00", lambda scope, day: _local(scope, day).isoformat()),
        operation("date", "datetime", "", "date", "its day, in the bot's time zone", lambda scope, day: _local(scope, day).date()),
        operation("time", "datetime", "", "time", "its time of day, in the bot's time zone", lambda scope, day: _local(scope, day).time()),
    ),
    "list": table(),
    "record": table(
        operation("get", "record", "key: text, default?: any", "any", "the field of that name; default, or nothing, without it", _get),
        operation("keys", "record", "", "list", "the names of its fields", lambda _, record: list(record)),
        operation("values", "record", "", "list", "the values of its fields", lambda _, record: list(record.values())),
        operation("items", "record", "", "list", "pairs of name and value: {% for name, value in prices.items() %}", _items),
    ),
}


def _local(scope: Scope, day: Value) -> Value:
    return local(day, scope.now.tzinfo) if isinstance(day, datetime) else day


def _total(span: Duration, unit: int) -> int:
    if span.months:
        raise ExpressionError("months have no fixed number of days")
    return (span.days * 86_400 + span.seconds) // unit


Attribute = Callable[[Scope, Value], Value]
_DAY: dict[str, tuple[str, Attribute]] = {
    "year": ("integer", lambda scope, day: _local(scope, day).year),
    "month": ("integer", lambda scope, day: _local(scope, day).month),
    "day": ("integer", lambda scope, day: _local(scope, day).day),
}
_TIME: dict[str, tuple[str, Attribute]] = {
    "hour": ("integer", lambda scope, moment: _local(scope, moment).hour),
    "minute": ("integer", lambda scope, moment: _local(scope, moment).minute),
}

# Kind of value -> attribute -> (kind of the result, how it is read).
ATTRIBUTES: dict[str, dict[str, tuple[str, Attribute]]] = {
    "date": _DAY,
    "time": _TIME,
    "datetime": {**_DAY, **_TIME},
    "duration": {
        "days": ("integer", lambda _, span: _total(span, 86_400)),
        "hours": ("integer", lambda _, span: _total(span, 3_600)),
        "minutes": ("integer", lambda _, span: _total(span, 60)),
    },
}
