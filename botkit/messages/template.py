"""A message template that WhatsApp approved, with its parameters filled in (fact sheet §2.9)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from msgspec import Struct, field

from botkit.messages import limits
from botkit.messages.form import plain
from botkit.messages.limits import Fault
from botkit.messages.media import Document, Image, Video
from botkit.messages.places import Location
from botkit.messages.products import Product, Shelf, sections, shelf_faults

_NAME = re.compile(r"[a-z0-9_]+")
_BLANKS = re.compile(r"[\t\r\n\v\f\x85\u2028\u2029]+| {4,}")


def parameter(text: str) -> str:
    """*text* as WhatsApp takes it for a parameter: no line break or tab, no four blanks in a row, never empty."""
    return _BLANKS.sub(" ", text).strip() or "–"


class Currency(Struct, frozen=True, tag=True):
    """An amount of money; *text* is what is shown (WhatsApp formats it no more)."""

    text: str
    code: str  # EUR
    thousandths: int  # 100990 for 100.99


class Moment(Struct, frozen=True, tag=True):
    """A day, a time; *text* is what is shown (WhatsApp formats it no more)."""

    text: str


Parameter = str | Currency | Moment
Heading = str | Image | Video | Document | Location | Product


def written(one: Parameter) -> str:
    """How a parameter reads in the text."""
    return parameter(one if isinstance(one, str) else one.text)


class Fill(Struct, frozen=True):
    """What a button of a template is filled with; *index* is its place among all buttons, from 0.

    reply: *text* comes back with a tap · url: *text* is the end of the address · copy_code: *text* is the code · password: the same, of a
    one-time password · flow: *text* is the token, *data* for the first screen · catalog: *text* is the product that is shown · mpm: the
    same, with *shelves*.
    """

    index: int
    kind: Literal["reply", "url", "copy_code", "password", "flow", "catalog", "mpm"]
    text: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    shelves: tuple[Shelf, ...] = ()

    def part(self) -> dict[str, Any]:
        kind, given = self._parameter()
        return {"type": "button", "sub_type": kind, "index": str(self.index), "parameters": [given]}

    def _parameter(self) -> tuple[str, dict[str, Any]]:
        match self.kind:
            case "reply":
                return "quick_reply", {"type": "payload", "payload": self.text}
            case "url" | "password":
                return "url", {"type": "text", "text": self.text}
            case "copy_code":
                return "copy_code", {"type": "coupon_code", "coupon_code": self.text}
            case "flow":
                action: dict[str, Any] = {"flow_token": self.text or "botkit"}
                return "flow", {"type": "action", "action": {**action, **({"flow_action_data": plain(self.data)} if self.data else {})}}
        shown: dict[str, Any] = {"thumbnail_product_retailer_id": self.text}
        if self.kind == "mpm":
            shown["sections"] = sections(self.shelves)
        return self.kind, {"type": "action", "action": shown}

    def faults(self) -> Iterator[Fault]:
        match self.kind:
            case "url":
                yield from limits.empty("the end of a link", self.text)
                yield from limits.over("bad-link", "a link", self.text, limits.LINK)
            case "copy_code":
                yield from limits.empty("a code to copy", self.text)
                yield from limits.over("template-button", "a code to copy", self.text, limits.COUPON)
            case "password":
                yield from limits.over("template-button", "a one-time password", self.text, limits.PASSWORD)
            case "mpm":
                yield from shelf_faults(self.shelves)


class TemplateCard(Struct, frozen=True):
    """One card of a template with cards."""

    heading: Heading
    parameters: tuple[Parameter, ...] = ()
    fills: tuple[Fill, ...] = ()
    body: str = ""  # how it reads
    buttons: tuple[str, ...] = ()

    def part(self, index: int) -> dict[str, Any]:
        components = [_heading(self.heading, "")]
        if self.parameters:
            components.append({"type": "body", "parameters": [_parameter(one) for one in self.parameters]})
        components.extend(fill.part() for fill in self.fills)
        return {"card_index": index, "components": components}


class TemplateMessage(Struct, frozen=True, tag=True):
    """*body* is how it reads once filled in; *replies* are the payloads of its quick-reply buttons by their place among all buttons."""

    name: str
    language: str
    parameters: tuple[Parameter, ...] = ()
    body: str = ""
    header: str | None = None
    footer: str | None = None
    buttons: tuple[str, ...] = ()  # their labels
    replies: tuple[tuple[int, str], ...] = ()
    names: tuple[str, ...] = ()  # of the parameters, where the template knows them by name
    heading: Heading | None = None  # what the header is filled with
    heading_name: str = ""  # of its value, where the template knows it by name
    fills: tuple[Fill, ...] = ()  # what buttons that are no quick replies are filled with
    ends: int | None = None  # when a limited-time offer ends, in milliseconds of UNIX time
    cards: tuple[TemplateCard, ...] = ()
    quick: tuple[int, ...] | None = None  # the places of its quick replies among its buttons; None: all are

    def payload(self) -> dict[str, Any]:
        components: list[dict[str, Any]] = []
        if self.heading is not None:
            components.append(_heading(self.heading, self.heading_name))
        if self.parameters:
            names = self.names or ("",) * len(self.parameters)
            given = [_parameter(one, name) for one, name in zip(self.parameters, names, strict=True)]
            components.append({"type": "body", "parameters": given})
        if self.ends is not None:
            offer = {"type": "limited_time_offer", "limited_time_offer": {"expiration_time_ms": self.ends}}
            components.append({"type": "limited_time_offer", "parameters": [offer]})
        fills = [*(Fill(index, "reply", payload) for index, payload in self.replies), *self.fills]
        components.extend(fill.part() for fill in sorted(fills, key=lambda fill: fill.index))
        if self.cards:
            components.append({"type": "carousel", "cards": [card.part(index) for index, card in enumerate(self.cards)]})
        template: dict[str, Any] = {"name": self.name, "language": {"code": self.language}}
        if components:
            template["components"] = components
        return {"type": "template", "template": template}

    def faults(self) -> Iterator[Fault]:
        if not _NAME.fullmatch(self.name):
            yield Fault("template-name", "a template", told=f"the name of a template is of a-z, 0-9 and _, unlike {self.name[:40]!r}")
        yield from limits.over("template-name", "the name of a template", self.name, limits.TEMPLATE_NAME)
        yield from limits.empty("the language of a template", self.language)
        if self.names and len(self.names) != len(self.parameters):
            told = f"a template has a name for each value; here there are {len(self.names)} for {len(self.parameters)}"
            yield Fault("template-values", "a template", told=told)
        if self.cards and not limits.LEAST_SLIDES <= len(self.cards) <= limits.SLIDES:
            told = f"cards stand side by side by {limits.LEAST_SLIDES} to {limits.SLIDES}; here there are {len(self.cards)}"
            yield Fault("bad-cards", "a template", told=told)
        most = limits.TEMPLATE_BODY if self.ends is None else limits.OFFER_BODY
        yield from limits.over("template-too-long", "a template with its parameters", self.body, most)
        yield from limits.over("header-too-long", "a template's header with its value", self.header or "", limits.TEMPLATE_HEADER)
        for heading in (self.heading, *(card.heading for card in self.cards)):
            if isinstance(heading, Image | Video | Document | Location | Product):
                yield from heading.faults()
        for fill in (*self.fills, *(fill for card in self.cards for fill in card.fills)):
            yield from fill.faults()
        for card in self.cards:
            yield from limits.over("body-too-long", "the text of a card", card.body, limits.SLIDE_BODY)

    def shown(self) -> str:
        return self.body


def _parameter(one: Parameter, name: str = "") -> dict[str, Any]:
    named = {"parameter_name": name} if name else {}
    match one:
        case Currency():
            amount = {"fallback_value": parameter(one.text), "code": one.code, "amount_1000": one.thousandths}
            return {"type": "currency", **named, "currency": amount}
        case Moment():
            return {"type": "date_time", **named, "date_time": {"fallback_value": parameter(one.text)}}
    return {"type": "text", **named, "text": parameter(one)}


def _heading(heading: Heading, name: str) -> dict[str, Any]:
    match heading:
        case Location():
            given: dict[str, Any] = {"type": "location", "location": heading.part(as_text=True)}
        case Product():
            given = {"type": "product", "product": {"product_retailer_id": heading.sku, "catalog_id": heading.catalog}}
        case Image() | Video() | Document():
            named = {"filename": heading.filename} if isinstance(heading, Document) and heading.filename else {}
            given = {"type": heading.kind, heading.kind: {**heading.part(), **named}}
        case _:
            given = _parameter(heading, name)
    return {"type": "header", "parameters": [given]}
