"""Messages and their parts from values: what an expression gives, as a file, a place or a card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botkit.messages import files
from botkit.messages.contacts import Card
from botkit.messages.media import KINDS, Media
from botkit.messages.places import Location
from botkit.messages.products import Shelf

_CARD = frozenset(Card.__struct_fields__)


class Unfit(ValueError):
    """No message can be made of that: a sentence."""


def media(kind: str, value: Any, **details: Any) -> Media:
    """The file that *value* names: a link, an id, or a name of media/; or a file that the contact sent, as an answer holds it."""
    kept = {name: given for name, given in details.items() if given}
    if isinstance(value, Mapping):
        id_ = value.get("id")
        if not isinstance(id_, str) or not id_:
            raise Unfit(f"{files.article(kind)} needs a file, and this value is none")
        if kind == "document" and "filename" not in kept and isinstance(value.get("filename"), str):
            kept["filename"] = value["filename"]
        return KINDS[kind](id=id_, **kept)
    text = value.strip() if isinstance(value, str) else ""
    if not text:
        raise Unfit(f"{files.article(kind)} needs a file, and this value is none")
    if files.is_link(text):
        return KINDS[kind](link=text, **kept)
    if files.is_id(text):
        return KINDS[kind](id=text, **kept)
    if files.path_of(text).startswith(f"{files.INSIDE}/"):
        raise Unfit(f"what contacts have sent is not sent by its name: {text[:80]}")
    return KINDS[kind](file=files.path_of(text), **kept)


def location(value: Any) -> Location:
    """The place that an answer of type location holds, or a record with lat and lon. Raises Unfit."""
    if not isinstance(value, Mapping):
        raise Unfit("a location needs a place, and this value is none")
    return place(value.get("lat", value.get("latitude")), value.get("lon", value.get("longitude")), value.get("name"), value.get("address"))


def place(latitude: Any, longitude: Any, name: Any = None, address: Any = None) -> Location:
    """Raises Unfit."""
    try:
        degrees = float(latitude), float(longitude)
    except (TypeError, ValueError, OverflowError):
        raise Unfit("a location needs a latitude and a longitude, in degrees") from None
    return Location(*degrees, _text(name), _text(address))


def card(value: Any) -> Card:
    """A record with a name, and with what else there is to tell; or the card of somebody, as an answer of type contact holds it. Raises
    Unfit."""
    if not isinstance(value, Mapping):
        raise Unfit("a contact card needs a record with a name, and this value is none")
    told: dict[str, Any] = {key: text for key, given in value.items() if key in _CARD and key != "whatsapp" and (text := _text(given))}
    if value.get("whatsapp") is False:
        told["whatsapp"] = False
    if "name" not in told:
        raise Unfit("a contact card needs a name")
    return Card(**told)


def cards(value: Any) -> tuple[Card, ...]:
    """Of one record, or of a list of them. Raises Unfit."""
    return tuple(card(one) for one in value) if isinstance(value, list | tuple) else (card(value),)


def _text(value: Any) -> str | None:
    return str(value) if value is not None and not isinstance(value, Mapping | list | tuple) and str(value).strip() else None


def shelved(value: Any) -> tuple[Shelf, ...]:
    """Products in groups: {title: [id, …]}, or a list of ids, or one. Raises Unfit."""
    if isinstance(value, Mapping):
        return tuple(Shelf(_skus(ids), str(title)) for title, ids in value.items())
    return (Shelf(_skus(value)),)


def _skus(value: Any) -> tuple[str, ...]:
    """A product is told by its id, or by a record that has one as `sku` or `id`."""
    found = []
    for one in value if isinstance(value, list | tuple) else [value]:
        sku = one.get("sku", one.get("id")) if isinstance(one, Mapping) else one
        if sku is None or isinstance(sku, Mapping | list) or not str(sku).strip():
            raise Unfit("a product is told by its id, and this value is none")
        found.append(str(sku))
    return tuple(found)
