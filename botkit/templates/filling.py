"""A template with what it is filled with: the message that leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from msgspec import Struct, field

from botkit.languages import closest
from botkit.messages import Fill, Product, TemplateCard, TemplateMessage
from botkit.messages.given import Unfit, location, media, shelved
from botkit.messages.template import Heading, Parameter, parameter, written
from botkit.templates.wording import Button, CardWording, Picture, Template, inserted


class Filling(Struct, frozen=True):
    """What one use of a template, or of a card of it, gives. *values* by their place in the template's own
    language, or by name where *names* are given. *header*: the
    value of a text, or what takes the picture's place; None: nothing is said of it. *buttons*: by their id."""

    values: tuple[Parameter, ...] = ()
    names: tuple[str, ...] = ()
    header: Any = None
    buttons: Mapping[str, Any] = field(default_factory=dict)
    until: datetime | None = None  # when an offer ends
    cards: tuple[Filling, ...] = ()


def filled(template: Template, language: str, given: Filling, payloads: Mapping[str, str]) -> TemplateMessage:
    """Raises Unfit for what its parts cannot be made of."""
    code = closest(language, tuple(template.wordings)) or template.language
    wording = template.wordings[code]
    values = _ordered(wording.names, given, template.own.names)
    texts = dict(zip(wording.names, (written(value) for value in values), strict=False))
    header, heading = wording.header, None
    if template.picture is not None:
        heading = pictured(template.picture, given.header)
    elif wording.header_names:
        heading = parameter("" if given.header is None else str(given.header))
        header = inserted(wording.header or "", {wording.header_names[0]: heading})
    if wording.offer and given.until is None:
        raise Unfit(f'template "{template.name}" is an offer: until says when it ends')
    password = written(values[0]) if values else ""
    return TemplateMessage(
        name=template.name,
        language=code,
        parameters=tuple(parameter(value) if isinstance(value, str) else value for value in values),
        body=inserted(wording.body, texts),
        header=header,
        footer=wording.footer,
        buttons=tuple(button.label for button in wording.row),
        replies=tuple((n, payloads[one.id]) for n, one in enumerate(wording.row) if one.kind == "reply" and one.id in payloads),
        names=wording.names if wording.named else (),
        heading=heading,
        heading_name=wording.header_names[0] if wording.named and wording.header_names else "",
        fills=_fills(wording.row, given, payloads, password),
        ends=int(given.until.timestamp() * 1000) if wording.offer and given.until is not None else None,
        quick=tuple(n for n, one in enumerate(wording.row) if one.kind == "reply"),
        cards=tuple(
            _card(card, one, own.names, payloads) for card, one, own in zip(wording.cards, given.cards, template.own.cards, strict=False)
        ),
    )


def _ordered(names: Sequence[str], given: Filling, own: Sequence[str]) -> tuple[Parameter, ...]:
    """The values in the order of *names*, which another language may have in another one than the template's *own*."""
    order = given.names or own
    if tuple(names) == tuple(order):
        return given.values
    known = dict(zip(order, given.values, strict=False))
    return tuple(known.get(name, "") for name in names)


def pictured(picture: Picture, value: Any) -> Heading:
    """What a header shows: *value*, or what its file says where that is None. Raises Unfit."""
    if picture.kind == "location":
        return location(picture.place if value is None else value)
    file = picture.file.text if picture.file is not None else ""
    if picture.kind == "product":
        return Product(picture.catalog, str(file if value is None else value))
    details = {"filename": picture.filename} if picture.kind == "document" else {}
    return cast("Heading", media(picture.kind, file if value is None else value, **details))


def _card(card: CardWording, given: Filling, own: Sequence[str], payloads: Mapping[str, str]) -> TemplateCard:
    values = _ordered(card.names, given, own)
    texts = dict(zip(card.names, (written(value) for value in values), strict=False))
    heading = pictured(card.picture, given.header)
    fills = [Fill(n, "reply", payloads[one.id]) for n, one in enumerate(card.row) if one.kind == "reply" and one.id in payloads]
    fills += _fills(card.row, given, payloads, "")
    return TemplateCard(heading, values, tuple(sorted(fills, key=lambda fill: fill.index)), inserted(card.body, texts), _labels(card.row))


def _labels(row: Sequence[Button]) -> tuple[str, ...]:
    return tuple(button.label for button in row)


def _fills(row: Sequence[Button], given: Filling, payloads: Mapping[str, str], password: str) -> tuple[Fill, ...]:
    """What the buttons of *row* are filled with, but for quick replies that the step's options stand for."""
    fills = []
    for index, button in enumerate(row):
        value = given.buttons.get(button.id)
        match button.kind:
            case "url" if button.takes:
                fills.append(Fill(index, "url", _plain(value)))
            case "copy":
                fills.append(Fill(index, "copy_code", _plain(value) or button.to))
            case "password":
                fills.append(Fill(index, "password", password))
            case "form":
                fills.append(Fill(index, "flow", data=value if isinstance(value, Mapping) else {}))
            case "catalog" if value is not None:
                fills.append(Fill(index, "catalog", _plain(value)))
            case "products":
                shelves = shelved(value)
                fills.append(Fill(index, "mpm", shelves[0].skus[0] if shelves and shelves[0].skus else "", shelves=shelves))
            case "reply" if value is not None and button.id not in payloads:
                fills.append(Fill(index, "reply", _plain(value)))
    return tuple(fills)


def _plain(value: Any) -> str:
    return "" if value is None or isinstance(value, Mapping | list) else parameter(str(value))
