"""What comes from outside, made fit to be kept: texts, ids, moments and records, each read leniently and never with an error."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from botkit.wire import Value

TEXT_CAP = 65_536  # characters; the raw bytes keep the rest
ID_CAP = 255  # fact sheet §2.10: ids are opaque; 130 is the longest ever seen

_BSUID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}")  # fact sheet §3
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_YEAR_10000 = 253_402_300_800.0


def text(value: Any) -> str:
    """A text (or a number, written out); "" for anything else. NUL and lone surrogates, which no store can keep, become U+FFFD."""
    if not isinstance(value, str):
        return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
    found: str = value[:TEXT_CAP]
    if "\x00" in found:
        found = found.replace("\x00", "\ufffd")
    if found.isascii():
        return found
    try:
        found.encode()
    except UnicodeEncodeError:
        return _LONE_SURROGATE.sub("\ufffd", found)
    return found


def line(value: Any, cap: int = 500) -> str:
    """A text as one line of at most *cap* characters, for an operator's eyes."""
    return " ".join(text(value)[: cap * 4].split())[:cap]


def identifier(value: Any) -> str | None:
    """An id; None when there is none, or when it is blank or longer than any real one."""
    if isinstance(value, float):
        return None
    found = text(value)
    return found if found and len(found) <= ID_CAP and not found.isspace() else None


def is_bsuid(alias: str) -> bool:
    """Whether an alias is a business-scoped user id: some senders put one where a phone number belongs (fact sheet §4.12)."""
    return _BSUID.fullmatch(alias) is not None


def moment(value: Any, now: datetime) -> datetime:
    """A Unix time in seconds or milliseconds, as a number or as text, in UTC; *now* when it is neither."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return now
    try:
        seconds = float(value)
    except (ValueError, OverflowError):
        return now
    if seconds > 1e11:  # as seconds this would be the year 5138: it is milliseconds
        seconds /= 1000
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < _YEAR_10000 else now


def number(value: Any) -> Decimal | None:
    """A finite number, also when it is written as text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float) or len(str(value)) > 64:
        return None
    try:
        found = Decimal(str(value))
    except (InvalidOperation, ValueError):
        return None
    return found if found.is_finite() else None


def integer(value: Any) -> int | None:
    """A whole number of at most 18 digits, also when it is written as text; None for anything else."""
    found = number(value)
    return int(found) if found is not None and found.adjusted() < 18 and found == found.to_integral_value() else None


def kept(value: Any) -> Value:
    """Parsed JSON as a value a conversation can remember: texts cleaned, fractions exact, numbers that are none left out."""
    if isinstance(value, str):
        return text(value)
    if isinstance(value, dict):
        return {text(key): kept(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [kept(inner) for inner in value]
    if isinstance(value, float):
        return Decimal(repr(value)) if math.isfinite(value) else None
    return value


def record(value: Any) -> dict[str, Value]:
    """A JSON object as a record; an empty one for anything else."""
    return {text(key): kept(inner) for key, inner in value.items()} if isinstance(value, dict) else {}
