"""The use of a template: its name, and all that it is filled with."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from botkit.replies import Given, Nested, Reading
from botkit.shapes import Either, GivenValue, Key, Keys, ListOf, Made, MapOf, NestedValue, Of, Plain, Told
from botkit.source import Mapping, Node, Scalar


class Money(Struct, frozen=True, eq=False):
    """An amount of a currency, as a value of a template."""

    node: Node
    amount: Given
    code: str

    @property
    def formula(self) -> None:
        return None

    @property
    def literal(self) -> str:
        return ""


class Time(Struct, frozen=True, eq=False):
    """A day or a moment, as a value of a template."""

    node: Node
    at: Given

    @property
    def formula(self) -> None:
        return None

    @property
    def literal(self) -> str:
        return ""


Parameter = Given | Money | Time


class CardUse(Struct, frozen=True, eq=False):
    """What a card of a template is filled with."""

    node: Node
    values: tuple[Parameter, ...] = ()
    names: tuple[Scalar, ...] = ()
    header: Given | Nested | None = None
    buttons: tuple[tuple[Scalar, Given | Nested], ...] = ()


class TemplateUse(Struct, frozen=True, eq=False):
    """*values* by their place; by name, where there are *names*."""

    node: Scalar
    values: tuple[Parameter, ...] = ()
    names: tuple[Scalar, ...] = ()
    header: Given | Nested | None = None
    buttons: tuple[tuple[Scalar, Given | Nested], ...] = ()
    until: Given | None = None
    cards: tuple[CardUse, ...] = ()

    @property
    def name(self) -> str:
        return self.node.text


_MONEY = Keys(
    "an amount",
    {
        "currency": Key(
            Of("the code of a currency, such as EUR", lambda text: text if len(text) == 3 and text.isalpha() and text.isupper() else None),
            "the code of the currency: EUR",
            required=True,
        ),
        "amount": Key(GivenValue(), "how much", required=True),
    },
)
_TIME = Keys("a moment", {"date_time": Key(GivenValue(), "a day, or a day with a time", required=True)})


def _money(found: dict[str, Any], node: Node, _reading: Reading) -> Money | None:
    return Money(node, found["amount"], found["currency"]) if {"amount", "currency"} <= found.keys() else None


def _time(found: dict[str, Any], node: Node, _reading: Reading) -> Time | None:
    return Time(node, found["date_time"]) if "date_time" in found else None


PARAMETER = Either(
    'a text, an expression behind "=", {currency, amount}, or {date_time}',
    GivenValue(),
    None,
    Told(
        "{currency, amount}, or {date_time}",
        (Made(_MONEY, _money), Made(_TIME, _time)),
        lambda node: int(isinstance(node, Mapping) and node.key("date_time") is not None),
    ),
)
_WITH = Either(
    "a list of values, or names with values",
    None,
    ListOf(PARAMETER, "a list of values"),
    MapOf(PARAMETER, "names with values", names=False),
)
_FILLED = {
    "with": Key(_WITH, "a value for each {{n}} of its body, or by name: {order: = id}"),
    "header": Key(NestedValue(), "the value in its header; or another picture, film, document or place than its file says"),
    "buttons": Key(MapOf(NestedValue()), "what its buttons are filled with: id → the end of a link, a code, the data of a form"),
}
_CARD = Keys("a card of a template", _FILLED)


def _given(found: dict[str, Any]) -> tuple[tuple[Parameter, ...], tuple[Scalar, ...]]:
    """The values, and their names."""
    given = found.get("with", [])
    if given and isinstance(given[0], tuple):
        return tuple(value for _, value in given), tuple(name for name, _ in given)
    return tuple(given), ()


def _card(found: dict[str, Any], node: Node, _reading: Reading) -> CardUse:
    return CardUse(node, *_given(found), found.get("header"), tuple(found.get("buttons", ())))


def _template(found: dict[str, Any], _node: Node, _reading: Reading) -> TemplateUse | None:
    if "name" not in found:
        return None
    buttons, cards = tuple(found.get("buttons", ())), tuple(found.get("cards", ()))
    return TemplateUse(found["name"], *_given(found), found.get("header"), buttons, found.get("until"), cards)


_TEMPLATE_KEYS = Keys(
    "the use of a template",
    {
        "name": Key(Plain(names="template"), "name of a file of templates/", required=True),
        **_FILLED,
        "until": Key(GivenValue(), "when its offer ends: a day with a time"),
        "cards": Key(ListOf(Made(_CARD, _card), "a list of cards"), "what each of its cards is filled with"),
    },
    lone="name",
)
TEMPLATE_USE = Made(_TEMPLATE_KEYS, _template)


__all__ = ["TEMPLATE_USE", "CardUse", "Money", "Parameter", "TemplateUse", "Time"]
