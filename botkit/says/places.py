"""Places on the map, cards of people, an emoji on what the contact wrote, and asking for what a phone knows."""

from __future__ import annotations

from typing import Any, ClassVar

from msgspec import Struct

from botkit.messages import AddressRequest, Contacts, LocationRequest, Message, PhoneRequest, Reaction
from botkit.messages.given import card, cards, location, place
from botkit.replies import Given, Reading, Reply
from botkit.says.base import Around, Filled, Teller, filled, text_of, value_of
from botkit.shapes import SWITCH, Either, GivenValue, Key, Keys, ListOf, Made, MapOf, Says, one_of
from botkit.source import Mapping, Node, Scalar


class Spot(Struct, frozen=True, eq=False):
    """A place: the *whole* of it by an expression, or part by part."""

    node: Node
    whole: Given | None = None
    lat: Given | None = None
    lon: Given | None = None
    name: Reply | None = None
    address: Reply | None = None

    takes_text: ClassVar[bool] = False

    def made(self, teller: Teller, around: Around) -> Message:
        if self.whole is not None:
            return location(teller.given(self.whole))
        name, address = (None if one is None else teller.render(one).strip() for one in (self.name, self.address))
        return place(value_of(teller, self.lat), value_of(teller, self.lon), name, address)


_SPOT = Keys(
    "a location",
    {
        "lat": Key(GivenValue("degrees"), "latitude, in degrees", required=True),
        "lon": Key(GivenValue("degrees"), "longitude, in degrees", required=True),
        "name": Key(Says(), "what it is called"),
        "address": Key(Says(), "where it is, in words"),
    },
)


def _spot(found: Any, node: Node, _reading: Reading) -> Spot | None:
    if isinstance(found, Given):
        return Spot(node, found)
    if "lat" not in found or "lon" not in found:
        return None
    return Spot(node, None, found["lat"], found["lon"], found.get("name"), found.get("address"))


LOCATION = Made(Either("a place: {lat, lon}, or an expression", GivenValue(), None, _SPOT), _spot)


class People(Struct, frozen=True, eq=False):
    """Cards of people: the *whole* of them by an expression, or card by card."""

    node: Node
    whole: Given | None = None
    cards: tuple[tuple[tuple[Scalar, Filled | bool], ...], ...] = ()

    takes_text: ClassVar[bool] = False

    def made(self, teller: Teller, around: Around) -> Message:
        if self.whole is not None:
            return Contacts(cards(teller.given(self.whole)))
        told = [{key.text: one if isinstance(one, bool) else value_of(teller, one) for key, one in pairs} for pairs in self.cards]
        return Contacts(tuple(card(one) for one in told))


_CARD = Keys(
    "a contact card",
    {
        "name": Key(filled(), "whose it is", required=True),
        "phone": Key(filled(), "the number, with its country: +34 915 550 001"),
        "whatsapp": Key(SWITCH, "whether that number is on WhatsApp; true if left out"),
        "email": Key(filled(), "an e-mail address"),
        "company": Key(filled(), "where they work"),
        "title": Key(filled(), "what they do there"),
        "url": Key(filled(), "a web page"),
        "street": Key(filled(), "street and number"),
        "city": Key(filled(), "a city"),
        "zip": Key(filled(), "a post code"),
        "country": Key(filled(), "a country"),
        "birthday": Key(filled(), "like 1990-01-31"),
    },
)


def _card(found: dict[str, Any], node: Node, _reading: Reading) -> tuple[tuple[Scalar, Any], ...] | None:
    keys = {key.text: key for key, _ in node} if isinstance(node, Mapping) else {}
    return tuple((keys[name], value) for name, value in found.items() if name) if "name" in found else None


def _people(found: Any, node: Node, _reading: Reading) -> People:
    return People(node, found) if isinstance(found, Given) else People(node, None, tuple(found if isinstance(found, list) else [found]))


_ONE = Made(_CARD, _card)
CONTACTS = Made(Either("a card with a name, a list of them, or an expression", GivenValue(), ListOf(_ONE), _ONE), _people)


class React(Struct, frozen=True, eq=False):
    """An emoji on the message that is answered."""

    node: Node
    emoji: Filled

    takes_text: ClassVar[bool] = False

    def made(self, teller: Teller, around: Around) -> Message | None:
        return Reaction(text_of(teller, self.emoji), around.wamid) if around.wamid else None


REACT = Made(filled("an emoji"), lambda found, node, _: React(node, found))


class Wish(Struct, frozen=True, eq=False):
    """Asking for something that the contact's phone knows."""

    node: Node
    what: str  # location, phone or address
    values: tuple[tuple[Scalar, Filled], ...] = ()
    wrong: tuple[tuple[Scalar, Filled], ...] = ()

    takes_text: ClassVar[bool] = True

    def made(self, teller: Teller, around: Around) -> Message:
        if self.what == "location":
            return LocationRequest(around.body)
        if self.what == "phone":
            return PhoneRequest(around.body)
        values, wrong = ({key.text: text for key, one in pairs if (text := text_of(teller, one))} for pairs in (self.values, self.wrong))
        header = around.header if isinstance(around.header, str) else None
        return AddressRequest(around.body, values=values, wrong=wrong, header=header, footer=around.footer)


_WISH = Keys(
    "a request",
    {
        "what": Key(one_of("location", "phone", "address"), "location, phone, or address (in India)", required=True),
        "values": Key(MapOf(filled()), "of an address: what is known of it already"),
        "wrong": Key(MapOf(filled()), "of an address: what is wrong with a part of it"),
    },
    lone="what",
)
REQUEST = Made(
    _WISH,
    lambda found, node, _: Wish(node, found["what"], tuple(found.get("values", ())), tuple(found.get("wrong", ())))
    if "what" in found
    else None,
)
