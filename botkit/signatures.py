"""What an action takes and gives: names, kinds of values, records with their fields."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation

from msgspec import Struct

from botkit.wire import Value

_ARTICLES = {"none": "nothing", "bool": "true or false", "integer": "a whole number", "any": "any value"}


class ValueType(Struct, frozen=True):
    """What a value may be. *kinds* are the kinds that expressions know; ("any",) stands for all of them."""

    kinds: tuple[str, ...] = ("any",)
    fields: tuple[Parameter, ...] = ()  # of a record; (): its names are not fixed
    items: ValueType | None = None  # of a list, or of a record whose names are not fixed; None: anything
    choices: tuple[Value, ...] = ()  # nothing else will do; (): anything of these kinds

    @property
    def optional(self) -> bool:
        """Whether nothing (none) will do."""
        return "none" in self.kinds or "any" in self.kinds

    def reads(self, text: str) -> bool:
        """Whether *text*, as an author writes it behind a key, is taken for such a value: "4" for a whole number."""
        if self.choices:
            return text in [str(choice) for choice in self.choices]
        return any(kind in ("text", "any") or written(kind, text) is not None for kind in self.kinds)

    def __str__(self) -> str:
        if self.choices:
            words = [f'"{choice}"' for choice in self.choices]
        else:
            words = [_ARTICLES.get(kind, f"a {kind}") for kind in self.kinds]
        return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


class Parameter(Struct, frozen=True):
    """A value that goes by a name: a parameter of an action, or a field of a record."""

    name: str
    type: ValueType = ValueType()
    default: str | None = None  # as Python writes it; None: it must be given

    @property
    def required(self) -> bool:
        return self.default is None


class Signature(Struct, frozen=True):
    """An action, as far as a flow has to know it."""

    name: str  # as a flow names it: "clinic.book"
    parameters: tuple[Parameter, ...] = ()
    result: ValueType = ValueType()
    raises: tuple[str, ...] = ()  # names for `errors`, beside "timeout" and "any"
    summary: str = ""  # first line of its docstring
    open: bool = False  # takes arguments of any other name, too
    file: str = ""  # "actions/clinic.py"
    line: int = 0
    hook: bool = False  # marked by @understand: no flow can call it

    def parameter(self, name: str) -> Parameter | None:
        """The parameter of that *name*; None when there is none."""
        return next((parameter for parameter in self.parameters if parameter.name == name), None)


# ---------------------------------------------------------------- values as an author writes them

_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?")
_SWITCH = {"true": True, "yes": True, "false": False, "no": False}


def _decimal(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    return Decimal(text)


def _integer(text: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise ValueError(text)
    return int(text)


def _date(text: str) -> date:
    if not _DATE.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text)


def _time(text: str) -> time:
    if not _TIME.fullmatch(text):
        raise ValueError(text)
    return time.fromisoformat(text.zfill(5) if len(text) < 6 else text.zfill(8))


def _datetime(text: str) -> datetime:
    if not _DATE.match(text) or len(text) < 16:
        raise ValueError(text)
    return datetime.fromisoformat(text)


_WRITTEN: dict[str, Callable[[str], Value]] = {
    "text": lambda text: text,
    "integer": _integer,
    "number": _decimal,
    "bool": lambda text: _SWITCH[text.lower()],
    "date": _date,
    "time": _time,
    "datetime": _datetime,
}


def written(kind: str, text: str) -> Value:
    """The value of *kind* that *text* writes without regard to language: plain numbers, ISO dates, true and false. None: it is none.

    A datetime without an offset comes back naive.
    """
    make = _WRITTEN.get(kind)
    if make is None:
        return None
    try:
        return make(text.strip() if kind != "text" else text)
    except (ValueError, KeyError, InvalidOperation):
        return None


__all__ = ["Parameter", "Signature", "ValueType", "written"]
