"""Values as JSON: how what is remembered is written down and read back."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from msgspec import Struct

try:
    import orjson

    FAST = True
except ImportError:  # the extra [fast] is not installed
    FAST = False

# What a conversation can remember: None, bool, int, Decimal, str, date, time, aware datetime, and lists and str-keyed dicts of these.
Value = Any


class Veiled(Struct, frozen=True):
    """A text with secrets in it that only an action fills in: where it is kept or shown, only their names stand.

    *parts* are texts and names of secrets in turn, a text first and last: ("Bearer ", "DIARY_KEY", "").
    """

    parts: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return self.parts[1::2]

    def filled(self, secrets: Callable[[str], str]) -> str:
        """The text itself."""
        return "".join(secrets(part) if n % 2 else part for n, part in enumerate(self.parts))

    def __str__(self) -> str:
        return self.filled(lambda _: "•••")


_TAGS: dict[str, Callable[[str], Value]] = {
    "$date": date.fromisoformat,
    "$time": time.fromisoformat,
    "$datetime": datetime.fromisoformat,
    "$decimal": Decimal,
}
_VEILED = "$veiled"


def _tagged(value: object) -> Any:
    match value:
        case datetime():
            return {"$datetime": value.isoformat()}
        case date():
            return {"$date": value.isoformat()}
        case time():
            return {"$time": value.isoformat()}
        case Decimal():
            return {"$decimal": str(value)}
        case Veiled():
            return {_VEILED: list(value.parts)}
        case tuple() | set() | frozenset():
            return list(value)
    raise TypeError(f"{type(value).__name__} cannot be kept")


def _walk(value: Any) -> Any:
    if isinstance(value, dict):
        if len(value) == 1:
            ((key, inner),) = value.items()
            if key == "$record" and isinstance(inner, dict):  # what is inside looks like a tag and is none
                return {k: _walk(v) for k, v in inner.items()}
            if key in _TAGS and isinstance(inner, str):
                return _TAGS[key](inner)
            if key == _VEILED and isinstance(inner, list):
                return Veiled(tuple(inner))
        return {k: _walk(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_walk(v) for v in value]
    return value


def escaped(value: Value) -> Value:
    """*value* with every record that looks like a tag wrapped, so that what comes from outside reads back as it was."""
    if isinstance(value, dict):
        inner = {str(k): escaped(v) for k, v in value.items()}
        return {"$record": inner} if len(inner) == 1 and next(iter(inner)).startswith("$") else inner
    if isinstance(value, list | tuple):
        return [escaped(v) for v in value]
    return value


if FAST:
    _OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS

    def dumps(value: Value) -> bytes:
        """*value* as JSON; types that JSON lacks are tagged (`{"$date": "2026-06-24"}`). Raises TypeError for anything else."""
        try:
            return orjson.dumps(value, _tagged, _OPTIONS)
        except TypeError:  # an integer beyond 64 bits, a lone surrogate: the slower writer knows them
            return json.dumps(value, default=_tagged, separators=(",", ":"), allow_nan=False).encode()

    def plain(data: bytes | str) -> Any:
        """JSON as it stands, tags untouched. Raises ValueError when it is none."""
        try:
            return orjson.loads(data)
        except orjson.JSONDecodeError:
            return _plain(data)

else:

    def dumps(value: Value) -> bytes:
        """*value* as JSON; types that JSON lacks are tagged (`{"$date": "2026-06-24"}`). Raises TypeError for anything else."""
        return json.dumps(value, default=_tagged, separators=(",", ":"), allow_nan=False).encode()

    def plain(data: bytes | str) -> Any:
        """JSON as it stands, tags untouched. Raises ValueError when it is none."""
        return _plain(data)


def _plain(data: bytes | str) -> Any:
    try:
        return json.loads(data if isinstance(data, str) else data.decode("utf-8", "replace"), parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def loads(data: bytes | str) -> Value:
    """What `dumps` wrote. Raises ValueError when it is no JSON or a tag holds nonsense."""
    value = plain(data)
    marked = b'"$' in data if isinstance(data, bytes) else '"$' in data
    if not marked:
        return value
    try:
        return _walk(value)
    except ArithmeticError as error:
        raise ValueError(str(error)) from None


def depth_over(value: Any, limit: int) -> bool:
    """Whether *value* (parsed JSON) is nested deeper than *limit*; walks without recursion."""
    level = [value]
    for _ in range(limit + 1):
        level = [
            child
            for node in level
            if isinstance(node, dict | list)
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, dict | list)
        ]
        if not level:
            return False
    return True
