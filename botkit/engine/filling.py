"""What a template is filled with, in a turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from decimal import Decimal

from botkit.engine.cursor import Cursor
from botkit.engine.taps import read_tap
from botkit.expressions import ExpressionError, write
from botkit.messages import Choice, Currency, Moment, TemplateMessage
from botkit.messages import template as messages
from botkit.messages.given import Unfit
from botkit.replies import Given
from botkit.says import TemplateUse
from botkit.says.uses import CardUse, Money, Parameter, Time
from botkit.templates.filling import Filling
from botkit.wire import Value


def template_of(cursor: Cursor, use: TemplateUse, shown: Sequence[Choice]) -> TemplateMessage | None:
    found = cursor.bot.templates.get(use.name)
    if found is None or cursor.attributes.get("opted_out") is True:
        cursor.note("no_template", detail=use.name)
        return None
    taps = [read_tap(choice.payload) for choice in shown]
    payloads = {tap.option: str(tap) for tap in taps if tap is not None}
    try:
        return found.fill(cursor.language, _filling(cursor, use), payloads)
    except Unfit as unfit:
        raise ExpressionError(str(unfit)) from None


def _filling(cursor: Cursor, use: TemplateUse | CardUse) -> Filling:
    """What a template, or a card of it, is filled with."""
    header = cursor.given(use.header) if use.header is not None else None
    if header is not None and not isinstance(header, str | Mapping):
        header = _written(cursor, header)
    return Filling(
        values=tuple(_parameter(cursor, value) for value in use.values),
        names=tuple(name.text for name in use.names),
        header=header,
        buttons={id_.text: cursor.given(value) for id_, value in use.buttons},
        until=_until(cursor, use.until) if isinstance(use, TemplateUse) and use.until is not None else None,
        cards=tuple(_filling(cursor, card) for card in use.cards) if isinstance(use, TemplateUse) else (),
    )


def _parameter(cursor: Cursor, value: Parameter) -> messages.Parameter:
    match value:
        case Money(amount=given, code=code):
            amount = cursor.given(given)
            try:
                thousandths = int(Decimal(str(amount)) * 1000)
            except (ArithmeticError, ValueError):
                raise ExpressionError("an amount is a number, and this value is none") from None
            return Currency(f"{_written(cursor, amount)} {code}", code, thousandths)
        case Time(at=given):
            return Moment(_written(cursor, cursor.given(given)))
    return _written(cursor, cursor.given(value))


def _written(cursor: Cursor, value: Value) -> str:
    return write(value, cursor.language, cursor.bot.settings.zone)


def _until(cursor: Cursor, given: Given) -> datetime:
    value = cursor.given(given)
    if isinstance(value, str):
        with suppress(ValueError):
            value = datetime.fromisoformat(value)
    if not isinstance(value, datetime):
        raise ExpressionError("until is a day with a time, and this value is none")
    return value if value.tzinfo is not None else value.replace(tzinfo=cursor.bot.settings.zone)


__all__ = ["template_of"]
