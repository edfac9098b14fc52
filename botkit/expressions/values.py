"""The kinds of values that expressions know, the limits they keep, and what is said when one does not fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal

from msgspec import Struct

from botkit.wire import Value, Veiled

MAX_TEXT = 65_536  # characters of a text that an expression makes
MAX_OUTPUT = 4_096  # characters of a rendered reply: WhatsApp takes no more
MAX_TURNS = 1_000  # of all loops of one reply
MAX_NUMBER = 10**18
MAX_WEIGHT = 65_536  # characters and elements, all told, of a list or record that an expression makes
MAX_WORK = 400_000  # units of one evaluation, about a tenth of a second


class ExpressionError(Exception):
    """An expression that cannot be worked out with the values of now; the message is for the author."""


class Missing(ExpressionError):
    """What was asked for is not there; `default` and `is defined` take it for none."""


class Scope:
    """What an expression can see.

    A bare name is looked up in *givens* (contact, msg, answer, …), then in *variables*; a name in neither is none.
    *now* is aware, in the bot's zone; *bucket* answers `bucket(name, n)` with a number from 0 to n - 1. *language* is the
    contact's, *written* that of the text at hand; the same if left out.
    """

    __slots__ = ("bucket", "givens", "language", "now", "spent", "today", "variables", "written")

    def __init__(
        self,
        variables: Mapping[str, Value],
        givens: Mapping[str, Value],
        *,
        language: str,
        now: datetime,
        bucket: Callable[[str, int], int] | None = None,
        written: str | None = None,
    ) -> None:
        self.variables = variables
        self.givens = givens
        self.language = language
        self.written = written or language
        self.now = now
        self.today = now.date()
        self.bucket = bucket
        self.spent = 0


class Duration(Struct, frozen=True):
    """A span of time that can be added to a date or a datetime. Months count as months: the end of a month is kept."""

    months: int = 0
    days: int = 0
    seconds: int = 0


_KINDS: dict[type, str] = {
    str: "text",
    int: "integer",
    Decimal: "number",
    float: "number",
    bool: "bool",
    date: "date",
    time: "time",
    datetime: "datetime",
    Duration: "duration",
    list: "list",
    tuple: "list",
    dict: "record",
    type(None): "none",
    Veiled: "secret",
}

# A kind that will do where another is asked for.
_FITS = {"integer": ("number",), "datetime": ("date",)}

_ARTICLES = {"none": "nothing", "bool": "a yes or no", "integer": "an integer", "any": "any value"}


def kind_of(value: Value) -> str:
    """The kind of *value*: text, integer, number, bool, date, time, datetime, duration, list, record or none. Raises ExpressionError."""
    kind = _KINDS.get(type(value))
    if kind is None:
        for known, name in ((Mapping, "record"), (str, "text"), (list, "list")):
            if isinstance(value, known):
                return name
        raise ExpressionError("an expression cannot use this value: it is no text, number, date, list or record")
    return kind


def fits(kind: str, wanted: tuple[str, ...]) -> bool:
    """Whether a value of *kind* may stand where one of *wanted* is asked for."""
    return "any" in wanted or kind in wanted or any(other in wanted for other in _FITS.get(kind, ()))


def a(kind: str) -> str:
    """*kind* with its article, as a sentence needs it."""
    return _ARTICLES.get(kind, f"a {kind}")


def any_of(kinds: tuple[str, ...]) -> str:
    """*kinds* in a sentence: "a date, a datetime or a text"."""
    words = [a(kind) for kind in kinds]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def charge(scope: Scope, work: int) -> None:
    """Count *work* units. Raises ExpressionError when one evaluation has had enough."""
    scope.spent += work
    if scope.spent > MAX_WORK:
        raise ExpressionError("this takes too long to work out")


def sized(text: str) -> str:
    """*text*, if it is not too long."""
    if len(text) > MAX_TEXT:
        raise ExpressionError(f"this text gets longer than {MAX_TEXT:,} characters")
    return text


def weighed(value: Value, scope: Scope) -> Value:
    """*value*, if all that it holds is not too much; a value that holds itself many times over counts as often as it is written."""
    weight = 0
    stack = [value]
    while stack:
        one = stack.pop()
        weight += 1
        if isinstance(one, str):
            weight += len(one)
        elif isinstance(one, list | tuple):
            weight += len(one)
            stack.extend(one[:MAX_WEIGHT])
        elif isinstance(one, Mapping):
            weight += len(one)
            stack.extend(one.values())
        if weight > MAX_WEIGHT:
            raise ExpressionError(f"this list or record gets too large: it may hold {MAX_WEIGHT:,} characters and elements")
    charge(scope, weight * 2)
    return value
