"""What + - * / // % < == in and [ ] do with values: exact, within limits, and never with nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Any

from botkit.expressions.values import MAX_NUMBER, Duration, ExpressionError, Missing, Scope, a, charge, kind_of, sized, weighed
from botkit.expressions.writing import local
from botkit.wire import Value

_EXACT = Context(prec=34, rounding=ROUND_HALF_UP, traps=[InvalidOperation, DivisionByZero, Overflow])
_SMALLEST = Decimal("1e-12")
_TOO_LARGE = f"a number gets larger than {MAX_NUMBER:.0e}".replace("1e+18", "10 to the 18th")


def exact(value: int | Decimal | float) -> int | Decimal:
    """A number without binary fractions."""
    return Decimal(repr(value)) if isinstance(value, float) else value


def settled(value: int | Decimal) -> int | Decimal:
    """*value* within the limits: at most 10 to the 18th, at most twelve digits behind the point."""
    if isinstance(value, int):
        if not -MAX_NUMBER <= value <= MAX_NUMBER:
            raise ExpressionError(_TOO_LARGE)
        return value
    if not value.is_finite() or abs(value) > MAX_NUMBER:
        raise ExpressionError(_TOO_LARGE)
    exponent = value.as_tuple().exponent
    return value.quantize(_SMALLEST, context=_EXACT) if isinstance(exponent, int) and exponent < -12 else value


def shifted(day: date, span: Duration, sign: int) -> date:
    """A date or datetime *span* later (sign 1) or earlier (-1). Days keep the time of day, hours are hours."""
    try:
        if span.months:
            month = day.year * 12 + day.month - 1 + sign * span.months
            year, month = divmod(month, 12)
            for last in (day.day, 30, 29, 28):
                try:
                    day = day.replace(year=year, month=month + 1, day=min(day.day, last))
                    break
                except ValueError:
                    if last == 28:
                        raise
        day = day + timedelta(days=sign * span.days)
        if span.seconds:
            if not isinstance(day, datetime):
                raise ExpressionError("a date has no hours or minutes; at(day, '09:00') makes a time of it")
            zone = day.tzinfo
            moved = (day if zone is None else day.astimezone(UTC)) + timedelta(seconds=sign * span.seconds)
            return moved if zone is None else moved.astimezone(zone)
        return day
    except (ValueError, OverflowError):
        raise ExpressionError("this date is too far away") from None


def _clash(sign: str, left: Value, right: Value) -> ExpressionError:
    kinds = kind_of(left), kind_of(right)
    hint = '; "~" joins texts with anything' if sign == "+" and "text" in kinds else ""
    return ExpressionError(f'"{sign}" does not go with {a(kinds[0])} and {a(kinds[1])}{hint}')


_NUMBERS = (int, Decimal, float)


def _are_numbers(left: Value, right: Value) -> bool:
    return isinstance(left, _NUMBERS) and isinstance(right, _NUMBERS) and not isinstance(left, bool) and not isinstance(right, bool)


def _arithmetic(sign: str, left: Value, right: Value) -> Value:
    one, two = exact(left), exact(right)
    whole = isinstance(one, int) and isinstance(two, int)
    try:
        match sign:
            case "+":
                return settled(one + two if whole else _EXACT.add(one, two))
            case "-":
                return settled(one - two if whole else _EXACT.subtract(one, two))
            case "*":
                if whole and (one.bit_length() > 64 or two.bit_length() > 64):  # type: ignore[union-attr]  # whole: both are int
                    raise ExpressionError(_TOO_LARGE)
                return settled(one * two if whole else _EXACT.multiply(one, two))
        if two == 0:
            raise ExpressionError("a number is divided by 0")
        settled(one), settled(two)
        match sign:
            case "/":
                return settled(_EXACT.divide(one, two))
            case "//":
                return settled(one // two if whole else _floor(one, two))
        return settled(one % two if whole else _EXACT.subtract(one, _EXACT.multiply(two, _floor(one, two))))
    except ArithmeticError:
        raise ExpressionError(_TOO_LARGE) from None


def _floor(one: int | Decimal, two: int | Decimal) -> Decimal:
    quotient = _EXACT.divide_int(one, two)
    remainder = _EXACT.remainder(one, two)
    return quotient - 1 if remainder != 0 and (remainder < 0) != (two < 0) else quotient


def add(left: Value, right: Value, scope: Scope) -> Value:
    if _are_numbers(left, right):
        return _arithmetic("+", left, right)
    match left, right:
        case str(), str():
            charge(scope, len(left) + len(right))
            return sized(left + right)
        case (date(), Duration()):
            return shifted(left, right, 1)
        case (Duration(), date()):
            return shifted(right, left, 1)
        case Duration(), Duration():
            return Duration(left.months + right.months, left.days + right.days, left.seconds + right.seconds)
        case (list() | tuple(), list() | tuple()):
            charge(scope, len(left) + len(right))
            return weighed([*left, *right], scope)
    raise _clash("+", left, right)


def subtract(left: Value, right: Value, scope: Scope) -> Value:
    if _are_numbers(left, right):
        return _arithmetic("-", left, right)
    match left, right:
        case (date(), Duration()):
            return shifted(left, right, -1)
        case Duration(), Duration():
            return Duration(left.months - right.months, left.days - right.days, left.seconds - right.seconds)
        case datetime(), datetime():
            gap = _absolute(left, scope) - _absolute(right, scope)
            return Duration(seconds=int(gap.total_seconds()))
        case date(), date():
            one, two = _same(left, right, scope)
            return Duration(days=(one - two).days)
    raise _clash("-", left, right)


def multiply(left: Value, right: Value, scope: Scope) -> Value:
    if _are_numbers(left, right):
        return _arithmetic("*", left, right)
    raise _clash("*", left, right)


def divide(left: Value, right: Value, scope: Scope) -> Value:
    if _are_numbers(left, right):
        return _arithmetic("/", left, right)
    raise _clash("/", left, right)


def floor_divide(left: Value, right: Value, scope: Scope) -> Value:
    if _are_numbers(left, right):
        return _arithmetic("//", left, right)
    raise _clash("//", left, right)


def modulo(left: Value, right: Value, scope: Scope) -> Value:
    if _are_numbers(left, right):
        return _arithmetic("%", left, right)
    raise _clash("%", left, right)


def negative(value: Value) -> Value:
    if isinstance(value, _NUMBERS) and not isinstance(value, bool):
        return settled(-exact(value))
    if isinstance(value, Duration):
        return Duration(-value.months, -value.days, -value.seconds)
    raise ExpressionError(f'"-" does not go with {a(kind_of(value))}')


def positive(value: Value) -> Value:
    if isinstance(value, _NUMBERS) and not isinstance(value, bool):
        return settled(exact(value))
    raise ExpressionError(f'"+" does not go with {a(kind_of(value))}')


# ---------------------------------------------------------------- comparison


def _absolute(moment: datetime, scope: Scope) -> datetime:
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=scope.now.tzinfo)).astimezone(UTC)


def _same(left: date, right: date, scope: Scope) -> tuple[Any, Any]:
    """Two datetimes as moments; else two days."""
    if isinstance(left, datetime) and isinstance(right, datetime):
        return _absolute(left, scope), _absolute(right, scope)
    one, two = (local(d, scope.now.tzinfo).date() if isinstance(d, datetime) else d for d in (left, right))
    return one, two


def _span(duration: Duration) -> tuple[int, int]:
    return duration.months, duration.days * 86_400 + duration.seconds


def ordered(sign: str, compare: Callable[[Any, Any], bool], left: Value, right: Value, scope: Scope) -> bool:
    """`left < right` and its like. Raises ExpressionError for two values without an order."""
    if _are_numbers(left, right):
        return compare(exact(left), exact(right))
    match left, right:
        case str(), str():
            charge(scope, min(len(left), len(right)) >> 4)
            return compare(left, right)
        case (date(), date()):
            return compare(*_same(left, right, scope))
        case Duration(), Duration():
            one, two = _span(left), _span(right)
            if one[0] == two[0]:
                return compare(one[1], two[1])
            raise ExpressionError("months cannot be compared with days: they differ in length")
    if type(left) is type(right) and kind_of(left) == "time":
        return compare(left.replace(tzinfo=None), right.replace(tzinfo=None))
    raise _clash(sign, left, right)


def equal(left: Value, right: Value, scope: Scope) -> bool:
    """`left == right`; values of different kinds are not equal, and true is not 1."""
    if isinstance(left, date) and isinstance(right, date):
        one, two = _same(left, right, scope)
        return bool(one == two)
    if isinstance(left, bool) is not isinstance(right, bool):
        return False
    if _are_numbers(left, right):
        return exact(left) == exact(right)
    if isinstance(left, list | tuple | Mapping) and isinstance(right, list | tuple | Mapping):
        weighed(left, scope)  # so that a value nested in itself many times over is not walked
        charge(scope, len(left) * 8)
        if isinstance(left, tuple) or isinstance(right, tuple):
            left, right = list(left), list(right)
    return bool(left == right)


def contains(left: Value, right: Value, scope: Scope) -> bool:
    """`left in right`: a piece in a text, an element in a list, a field in a record."""
    match right:
        case str():
            if not isinstance(left, str):
                raise ExpressionError(f"only a text can be in a text; this is {a(kind_of(left))}")
            charge(scope, len(right) >> 4)
            return left in right
        case list() | tuple():
            charge(scope, len(right) * 4)
            return any(equal(left, one, scope) for one in right)
        case Mapping():
            return isinstance(left, str) and left in right
    raise ExpressionError(f'"in" needs a list, a record or a text; this is {a(kind_of(right))}')


# ---------------------------------------------------------------- parts


def item(value: Value, key: Value) -> Value:
    """`value[key]`. Raises Missing when there is no such part."""
    match value:
        case Mapping():
            if isinstance(key, str) and key in value:
                return value[key]
            raise Missing(f'this record has no "{_short(key)}"')
        case list() | tuple() | str():
            if type(key) is not int:
                raise ExpressionError(f"a place in {a(kind_of(value))} is an integer, counted from 0; this is {a(kind_of(key))}")
            if not -len(value) <= key < len(value):
                raise Missing(f"there is no place {key} in {a(kind_of(value))} of {len(value)}")
            return value[key]
    raise ExpressionError(f"{a(kind_of(value))} has no parts")


def piece(value: Value, start: Value, stop: Value, step: Value) -> Value:
    """`value[start:stop:step]`."""
    if not isinstance(value, str | list | tuple):
        raise ExpressionError(f"{a(kind_of(value))} has no parts")
    for bound in (start, stop, step):
        if bound is not None and type(bound) is not int:
            raise ExpressionError(f"a place in {a(kind_of(value))} is an integer, counted from 0; this is {a(kind_of(bound))}")
    if step == 0:
        raise ExpressionError("a slice cannot go in steps of 0")
    return value[start:stop:step]


def _short(key: Value) -> str:
    text = key if isinstance(key, str) else a(kind_of(key))
    return text if len(text) <= 40 else f"{text[:40]}…"
