"""What + - * / // % and the comparisons give for every two kinds of values; the evaluator is held to it by a test."""

from __future__ import annotations

from collections.abc import Iterable

_NUMBERS = frozenset({"integer", "number"})
_DAYS = frozenset({"date", "datetime"})

# Values of two of these sets are never equal, and of two kinds in one set they may be.
_ALIKE = (_NUMBERS, _DAYS)


def calculated(sign: str, left: str, right: str) -> str | None:
    """The kind of `left sign right`; None: it does not go."""
    if left in _NUMBERS and right in _NUMBERS:
        return "number" if sign == "/" or "number" in (left, right) else "integer"
    match sign, left, right:
        case ("+", "text", "text") | ("+", "list", "list") | ("+" | "-", "duration", "duration"):
            return left
        case ("+" | "-", "date" | "datetime", "duration"):
            return left
        case "+", "duration", "date" | "datetime":
            return right
        case "-", "date" | "datetime", "date" | "datetime":
            return "duration"
    return None


def results(sign: str, left: Iterable[str], right: Iterable[str]) -> tuple[frozenset[str], bool]:
    """The kinds of `left sign right` over all pairs, and whether some pair does not go."""
    rights = tuple(right)
    found = [calculated(sign, one, two) for one in left for two in rights]
    return frozenset(kind for kind in found if kind is not None), None in found


def ordered(left: str, right: str) -> bool:
    """Whether `left < right` goes."""
    return (left == right and left in ("text", "duration", "time")) or any(left in one and right in one for one in _ALIKE)


def comparable(left: str, right: str) -> bool:
    """Whether `left == right` can be true."""
    return left == right or any(left in one and right in one for one in _ALIKE)


__all__ = ["calculated", "comparable", "ordered", "results"]
