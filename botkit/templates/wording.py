"""What a template is: its texts in each language, its header, its buttons, its cards."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from botkit.messages.template import TemplateMessage
from botkit.replies import HOLE, Fixed
from botkit.source import Node, Scalar

CODE_BODY = "{{1}} is your verification code."  # WhatsApp's own words


class Button(Struct, frozen=True, eq=False):
    """*kind*: reply, url, phone, copy, form, catalog, products or password. *to* is what it opens, calls or copies: an address, a number,
    an example of a code, a form's id, how a password is taken."""

    id: str
    label: str
    kind: str = "reply"
    said: Scalar | None = None  # the label as it is written; None: it is WhatsApp's own
    node: Node | None = None
    to: str = ""
    example: Scalar | None = None
    screen: str = ""  # the first one of a form

    @property
    def takes(self) -> bool:
        """Whether it has to be given something with each use."""
        return (self.kind == "url" and HOLE.search(self.to) is not None) or self.kind in ("copy", "products")


class Picture(Struct, frozen=True, eq=False):
    """A header that is no text. *kind*: image, video, document, location or product. It is what WhatsApp is shown when the template is to
    be approved, and what is sent where a use says nothing else."""

    kind: str
    node: Node
    file: Scalar | None = None  # a file of media/, a link, a product's id
    filename: str = ""
    place: Mapping[str, Any] | None = None  # lat, lon, name, address
    catalog: str = ""


class CardWording(Struct, frozen=True, eq=False):
    picture: Picture
    body: str = ""
    row: tuple[Button, ...] = ()
    names: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()


class Wording(Struct, frozen=True, eq=False):
    """A template in one language. *names* are the values of its body, in the order that they are given in: "1", "2", or names."""

    body: str
    header: str | None = None
    footer: str | None = None
    row: tuple[Button, ...] = ()
    names: tuple[str, ...] = ()
    header_names: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()  # a value for each of the names, header's first
    cards: tuple[CardWording, ...] = ()
    offer: str = ""

    @property
    def holes(self) -> int:
        """How many values its body takes."""
        return len(self.names)

    @property
    def named(self) -> bool:
        return any(not name.isdigit() for name in (*self.names, *self.header_names))

    @property
    def buttons(self) -> tuple[tuple[str, str], ...]:
        """(id, label) of its quick replies."""
        return tuple((button.id, button.label) for button in self.row if button.kind == "reply")


class Template(Struct, frozen=True, eq=False):
    name: str
    node: Node
    category: str
    language: str
    wordings: dict[str, Wording] = field(default_factory=dict)  # by language, as WhatsApp writes it
    pieces: tuple[Fixed, ...] = ()  # what it says in its own language, where that is the bot's: locales/ may have it in others
    picture: Picture | None = None
    expires: int | None = None  # minutes that a one-time password is good for
    warning: bool = True

    @property
    def own(self) -> Wording:
        return self.wordings[self.language]

    @property
    def holes(self) -> int:
        return self.own.holes

    @property
    def buttons(self) -> tuple[tuple[str, str], ...]:
        return self.own.buttons

    @property
    def password(self) -> Button | None:
        """The button of a one-time password."""
        return next((button for button in self.own.row if button.kind == "password"), None)

    def fill(self, language: str, given: Any, payloads: Mapping[str, str]) -> TemplateMessage:
        """The template in *language*, or the nearest to it, else in its own, with what is *given* (a Filling); *payloads* by button id.
        Raises Unfit for what its parts cannot be made of."""
        from botkit.templates.filling import filled

        return filled(self, language, given, payloads)


def named(text: str) -> tuple[str, ...]:
    """The values that a text takes, each once, in the order that they are given in."""
    names = dict.fromkeys(HOLE.findall(text))
    return tuple(sorted(names, key=int)) if all(name.isdigit() for name in names) else tuple(names)


def inserted(text: str, values: Mapping[str, str]) -> str:
    return HOLE.sub(lambda hole: values.get(hole[1], hole[0]), text)


VALUE_NAME = re.compile(r"[a-z][a-z0-9_]*")
