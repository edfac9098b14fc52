"""How a value reads in a text: numbers and dates in the contact's language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, tzinfo
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

from botkit.expressions.values import Duration, ExpressionError, kind_of
from botkit.languages import Language, language
from botkit.wire import Value, Veiled

# Fields of Unicode date patterns (UTS #35).
_DATE_FIELDS = frozenset(["E", "d", "dd", "M", "MM", "MMM", "MMMM", "y", "yy", "yyyy", "EEE", "EEEE"])
_TIME_FIELDS = frozenset(["H", "HH", "h", "hh", "m", "mm", "s", "ss", "a"])
_PATTERN = re.compile(r"'((?:[^']|'')*)'|(([a-zA-Z])\3*)|([^a-zA-Z']+)|(')")
_ROUNDING = Context(prec=60, rounding=ROUND_HALF_UP)

Part = tuple[str, bool]  # a field, or a text that stands for itself


@lru_cache(maxsize=512)
def parts(pattern: str) -> tuple[Part, ...]:
    """The fields and texts of a date pattern. Raises ExpressionError with what is wrong in it."""
    if len(pattern) > 100:
        raise ExpressionError("a date pattern has at most 100 characters")
    if "%" in pattern:
        raise ExpressionError(f"{pattern!r} is no date pattern: it is written like 'EEEE d MMMM' or 'dd/MM/y HH:mm'")
    found: list[Part] = []
    for match in _PATTERN.finditer(pattern):
        quoted, field, _, plain, stray = match.groups()
        if stray:
            raise ExpressionError(f"a quote in the date pattern {pattern!r} is never closed")
        if field:
            if field not in _DATE_FIELDS and field not in _TIME_FIELDS:
                raise ExpressionError(f'"{field}" in the date pattern {pattern!r} means nothing; words stand in single quotes')
            found.append((field, True))
        else:
            found.append((plain or (quoted or "").replace("''", "'") or "'", False))
    return tuple(found)


def local(moment: datetime, zone: tzinfo | None) -> datetime:
    """*moment* as a clock of *zone* shows it; one without a zone is taken to be of that zone."""
    return moment.astimezone(zone) if moment.tzinfo is not None and zone is not None else moment


def moment(value: date | time, pattern: str, lang: Language) -> str:
    """*value* by a date pattern: a date has no hours, a time has no days. Raises ExpressionError."""
    text = []
    for part, is_field in parts(pattern):
        if not is_field:
            text.append(part)
        elif part in _TIME_FIELDS:
            if not isinstance(value, datetime | time):
                raise ExpressionError(f'a date has no "{part}": it has no time of day')
            text.append(_time_field(value, part, lang))
        else:
            if isinstance(value, time):
                raise ExpressionError(f'a time has no "{part}": it has no day')
            text.append(_date_field(value, part, lang))
    return "".join(text)


def _date_field(value: date, field: str, lang: Language) -> str:
    match field:
        case "d":
            return str(value.day)
        case "dd":
            return f"{value.day:02}"
        case "M":
            return str(value.month)
        case "MM":
            return f"{value.month:02}"
        case "MMM":
            return lang.short_months[value.month - 1]
        case "MMMM":
            return lang.months[value.month - 1]
        case "yy":
            return f"{value.year % 100:02}"
        case "y":
            return str(value.year)
        case "yyyy":
            return f"{value.year:04}"
        case "EEEE":
            return lang.weekdays[value.weekday()]
    return lang.short_weekdays[value.weekday()]  # E, EEE


def _time_field(value: datetime | time, field: str, lang: Language) -> str:
    number = {"H": value.hour, "h": value.hour % 12 or 12, "m": value.minute, "s": value.second}
    if field == "a":
        return lang.halves[value.hour >= 12]
    return f"{number[field[0]]:0{len(field)}}"


def plain(value: int | Decimal | float) -> str:
    """A number as it stands, with a point and without an exponent."""
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, Decimal):
        if value.is_finite() and value.adjusted() < -60:  # written out it would fill pages with zeros
            return "0"
        if not value.is_finite() or value.adjusted() > 60 or len(value.as_tuple().digits) > 60:
            raise ExpressionError("this number is too large to write")
        return f"{value:f}"
    if abs(value) >= 10**60:
        raise ExpressionError("this number is too large to write")
    return str(value)


def number(value: int | Decimal | float, decimals: int | None, lang: Language) -> str:
    """A number with the signs of a language, thousands grouped. *decimals* None: as many as it has."""
    text = plain(value)
    if decimals is not None:
        text = f"{_ROUNDING.quantize(Decimal(text), Decimal(1).scaleb(-decimals)):f}"
    sign = "-" if text.startswith("-") else ""
    whole, _, fraction = text.lstrip("-").partition(".")
    grouped = f"{int(whole):,}".replace(",", lang.group)
    return f"{sign}{grouped}{lang.decimal if fraction else ''}{fraction}"


def write(value: Value, code: str, zone: tzinfo | None = None) -> str:
    """How *value* reads in a text; *code* is a language, *zone* the bot's. None reads as nothing. Raises ExpressionError for records."""
    match value:
        case str():
            return value
        case None:
            return ""
        case bool():
            return language(code).yes[0] if value else language(code).no[0]
        case int() | Decimal() | float():
            text = plain(value)
            return text.replace(".", language(code).decimal) if "." in text else text
        case datetime():
            return moment(local(value, zone), f"{language(code).date} HH:mm", language(code))
        case date():
            return moment(value, language(code).date, language(code))
        case time():
            return moment(value, "HH:mm", language(code))
        case list() | tuple():
            return ", ".join(write(one, code, zone) if not isinstance(one, list | tuple) else _nested() for one in value)
        case Mapping():
            names = ", ".join(str(key)[:40] for key in list(value)[:5])
            raise ExpressionError(f"a record cannot be written as it is; name one of its fields ({names or 'it has none'})")
        case Duration():
            raise ExpressionError("a span of time cannot be written; add it to a date, or write its .days")
        case Veiled():
            raise ExpressionError("a secret cannot be written into a text")
    return kind_of(value)


def _nested() -> str:
    raise ExpressionError("a list of lists cannot be written; name what is to be written of it")
