"""FILTERS and TESTS: what stands behind "|" and behind "is"."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cmp_to_key

from botkit.expressions import writing
from botkit.expressions.functions import clock
from botkit.expressions.methods import replaced
from botkit.expressions.operators import add, equal, exact, item, ordered, settled
from botkit.expressions.tables import Operation, operation, table
from botkit.expressions.values import ExpressionError, Scope, charge, sized
from botkit.languages import language
from botkit.plurals import plural
from botkit.wire import Value

_ROUNDING = Context(prec=60, rounding=ROUND_HALF_UP)
_NUMBER = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~")
# A zero-width space behind it keeps WhatsApp from reading the sign as the start of bold, italic, struck or typewriter text.
_MARKUP = re.compile(r"([*_~`])")


def day_of(scope: Scope, value: date | str) -> date:
    """A date or datetime as it stands on the bot's clock; a text must be ISO."""
    if isinstance(value, str):
        text = value.strip()
        try:
            value = date.fromisoformat(text) if len(text) <= 10 else datetime.fromisoformat(text)
        except ValueError:
            raise ExpressionError("this text is no date: a date is written like 2026-06-24") from None
    return writing.local(value, scope.now.tzinfo) if isinstance(value, datetime) else value


def _date(scope: Scope, value: date | str, pattern: str | None = None) -> str:
    lang = language(scope.language)
    return writing.moment(day_of(scope, value), pattern or lang.date, lang)


def _time(scope: Scope, value: time | datetime | str, pattern: str = "HH:mm") -> str:
    lang = language(scope.language)
    if isinstance(value, str):
        found = clock(value)
        return writing.moment(found if found is not None else day_of(scope, value), pattern, lang)
    return writing.moment(writing.local(value, scope.now.tzinfo) if isinstance(value, datetime) else value, pattern, lang)


def _pattern_proof(pattern: Value = None) -> str | None:
    try:
        if isinstance(pattern, str):
            writing.parts(pattern)
    except ExpressionError as error:
        return str(error)
    return None


def _places(decimals: int) -> int:
    if not 0 <= decimals <= 12:
        raise ExpressionError("a number has 0 to 12 digits behind the point")
    return decimals


def _number(scope: Scope, value: int | Decimal | str, decimals: int | None = None) -> str:
    return writing.number(_float(scope, value), None if decimals is None else _places(decimals), language(scope.language))


def _plural(scope: Scope, value: int | Decimal, *forms: str) -> str:
    return forms[plural(scope.written).index(writing.plain(exact(value)), len(forms))]


def _round(scope: Scope, value: int | Decimal, decimals: int = 0) -> Value:
    rounded = _ROUNDING.quantize(Decimal(settled(exact(value))), Decimal(1).scaleb(-_places(decimals)))
    return int(rounded) if decimals == 0 else rounded


def _float(scope: Scope, value: Value) -> int | Decimal:
    if isinstance(value, str):
        text = value.strip()
        if not _NUMBER.fullmatch(text):
            raise ExpressionError("this text is no number: a number is written like 12 or 12.50")
        return settled(Decimal(text) if "." in text else int(text))
    return settled(exact(value))


def _int(scope: Scope, value: Value) -> Value:
    return settled(int(_float(scope, value)))


def _default(scope: Scope, value: Value, other: Value = "", empty: bool = False) -> Value:
    return other if value is None or (empty and not value) else value


def _first(scope: Scope, value: Value) -> Value:
    return value[0] if value else None


def _last(scope: Scope, value: Value) -> Value:
    return value[-1] if value else None


def _join(scope: Scope, value: Value, separator: str = ", ", field: str | None = None) -> Value:
    pieces = []
    size = 0
    for one in value:
        pieces.append(writing.write(one if field is None else item(one, field), scope.language, scope.now.tzinfo))
        size += len(pieces[-1]) + len(separator)
        if size > 200_000:
            break
    charge(scope, size)
    return sized(separator.join(pieces))


def _sort(scope: Scope, value: Value, field: str | None = None, reverse: bool = False) -> Value:
    charge(scope, len(value) * 64)

    def key(one: Value) -> Value:
        found = one if field is None else item(one, field)
        return found.casefold() if isinstance(found, str) else found

    def order(left: Value, right: Value) -> int:
        if ordered("sort", operator.lt, left, right, scope):
            return -1
        return 0 if equal(left, right, scope) else 1

    return sorted(value, key=lambda one: cmp_to_key(order)(key(one)), reverse=reverse)


def _sum(scope: Scope, value: Value, field: str | None = None) -> Value:
    total: Value = 0
    for one in value:
        total = add(total, one if field is None else item(one, field), scope)
    return total


def _truncate(scope: Scope, text: str, length: int, end: str = "…") -> str:
    if length < 0:
        raise ExpressionError("a text cannot have less than 0 characters")
    return text if len(text) <= length else (text[: max(0, length - len(end))] + end)[: max(length, 0)]


def _map(scope: Scope, value: Value, field: str) -> Value:
    return [item(one, field) for one in value]


def _urlencoded(text: str) -> str:
    return "".join(sign if sign in _UNRESERVED else "".join(f"%{byte:02X}" for byte in sign.encode("utf-8", "replace")) for sign in text)


def _text(call: Callable[[str], str]) -> Callable[..., Value]:
    return lambda _, text: sized(call(text))


FILTERS: dict[str, Operation] = table(
    operation(
        "date",
        "date datetime text",
        "pattern?: text",
        "text",
        "a day in the contact's language: day | date('EEEE d MMMM')",
        _date,
        proof=_pattern_proof,
    ),
    operation(
        "time",
        "time datetime text",
        "pattern?: text",
        "text",
        "a time of day, as 09:30 unless a pattern says otherwise",
        _time,
        proof=_pattern_proof,
    ),
    operation(
        "number",
        "number text",
        "decimals?: integer",
        "text",
        "a number in the contact's language, thousands grouped: price | number(2)",
        _number,
    ),
    operation(
        "plural",
        "number",
        "forms: text",
        "text",
        "the form that goes with a number, in the language of the text: n | plural('visit', 'visits')",
        _plural,
        many=True,
    ),
    operation("round", "number", "decimals?: integer", "number", "rounded, halves up; an integer without decimals", _round),
    operation("int", "number text", "", "integer", "a text as an integer; a number without what is behind the point", _int),
    operation("float", "number text", "", "number", "a text as an exact number", _float),
    operation("abs", "number", "", "number", "without its sign", lambda _, value: abs(settled(exact(value)))),
    operation("length", "text list record", "", "integer", "how many characters, elements or fields", lambda _, value: len(value)),
    operation("count", "text list record", "", "integer", "the same as length", lambda _, value: len(value)),
    operation("upper", "text", "", "text", "in capitals", _text(str.upper)),
    operation("lower", "text", "", "text", "in small letters", _text(str.lower)),
    operation("title", "text", "", "text", "every word with a capital", _text(str.title)),
    operation("capitalize", "text", "", "text", "the first letter a capital, the others small", _text(str.capitalize)),
    operation(
        "urlencode", "text number", "", "text", "as a part of an address: signs that mean something there are written as %…",
        lambda scope, value: sized(_urlencoded(value if isinstance(value, str) else writing.plain(value))),
    ),
    operation("trim", "text", "", "text", "without spaces at both ends", _text(str.strip)),
    operation("replace", "text", "old: text, new: text", "text", "every old replaced by new", replaced),
    operation("truncate", "text", "length: integer, end?: text", "text", "cut to a number of characters, the end included", _truncate),
    operation(
        "wa",
        "text integer number none",
        "",
        "text",
        "with the signs * _ ~ ` as they stand, not as WhatsApp's bold, italic, struck and typewriter",
        lambda scope, value: sized(_MARKUP.sub("\u200b\\1\u200b", writing.write(value, scope.language))),
    ),
    operation(
        "default", "any none", "other?: any, empty?: bool", "any", "other when there is nothing; with true, also when it is empty", _default
    ),
    operation("first", "list text", "", "any", "the first element; nothing when there is none", _first),
    operation("last", "list text", "", "any", "the last element; nothing when there is none", _last),
    operation("join", "list", "separator?: text, field?: text", "text", "the elements, or a field of each, as one text", _join),
    operation("map", "list", "field: text", "list", "a field of each record", _map),
    operation("sort", "list", "field?: text, reverse?: bool", "list", "in order, by a field of each record when one is named", _sort),
    operation("sum", "list", "field?: text", "number", "the elements, or a field of each, added up", _sum),
    operation("reverse", "list text", "", "any", "from the last to the first", lambda _, value: value[::-1]),
)

# Name of a test behind "is" -> (the kinds that it can be asked of, what it says).
TESTS: dict[str, tuple[tuple[str, ...], Callable[[Value], bool]]] = {
    "none": (("any", "none"), lambda value: value is None),
    "defined": (("any", "none"), lambda value: value is not None),
    "undefined": (("any", "none"), lambda value: value is None),
    "even": (("integer",), lambda value: bool(value % 2 == 0)),
    "odd": (("integer",), lambda value: bool(value % 2 == 1)),
    "true": (("any", "none"), lambda value: value is True),
    "false": (("any", "none"), lambda value: value is False),
}

# Filters and tests that take what is missing for nothing.
LENIENT = frozenset({"default", "none", "defined", "undefined"})
