"""What a contact sends in a talk: a text, or anything else that WhatsApp knows."""

from __future__ import annotations

import re
from typing import Any

from botkit.data import plain
from botkit.replies import Reading
from botkit.shapes import Either, Kept, Key, Keys, Made, MapOf, Of, Plain
from botkit.source import Node, Scalar
from botkit.testing.contents import MEDIA

ANY = Kept()

_SENT = ("text", *MEDIA, "location", "contact", "reaction", "form", "unsupported")
_DEGREES = Of("a number of degrees", lambda text: float(text) if re.fullmatch(r"[+-]?\d{1,3}(\.\d{1,9})?", text) else None)


def _pair(text: str) -> dict[str, float] | None:
    found = re.fullmatch(r"\s*([+-]?\d{1,2}(?:\.\d+)?)\s*,\s*([+-]?\d{1,3}(?:\.\d+)?)\s*", text)
    return {"lat": float(found[1]), "lon": float(found[2])} if found else None


_PLACE = Keys(
    "a location",
    {
        "lat": Key(_DEGREES, "latitude", required=True),
        "lon": Key(_DEGREES, "longitude", required=True),
        "name": Key(Plain(), "what it is called"),
        "address": Key(Plain(), "where it is, in words"),
    },
)
_CARD = Keys("a contact card", {"name": Key(Plain(), "whose it is", required=True), "phone": Key(Plain(), "the number")}, lone="name")

_USER = Keys(
    "what the contact sends",
    {
        "text": Key(Plain(), "a text"),
        "referral": Key(Plain("the id of an advertisement"), "beside a text: the advertisement that it comes from"),
        **{name: Key(Plain("the name of a file"), f"{name}: any name of a file") for name in MEDIA},
        "caption": Key(Plain(), "what is written under a picture, a film or a document"),
        "filename": Key(Plain(), "the name of a document"),
        "location": Key(
            Either("a latitude and a longitude", Of("a place such as 40.42, -3.70", _pair, pattern=","), None, _PLACE),
            "a place: 40.42, -3.70",
        ),
        "contact": Key(_CARD, "the card of somebody: a name, or name and phone"),
        "reaction": Key(Plain("an emoji"), "an emoji on the bot's last message"),
        "form": Key(MapOf(ANY, "fields with values"), "a form that was filled in"),
        "unsupported": Key(Plain("a kind of message"), "something that WhatsApp does not pass on, such as a poll"),
    },
    lone="text",
)


def _writes(found: dict[str, Any], node: Node, reading: Reading) -> dict[str, Any] | None:
    kinds = [name for name in _SENT if name in found]
    if len(kinds) != 1:
        words = " and ".join(kinds) or "nothing"
        sentence = f"the contact sends one thing at a time, not {words}"
        reading.report("wrong-shape", node, sentence, "make two entries of it, or write a text")
        return None
    kind = kinds[0]
    if kind == "text":
        return {"text": found["text"].text, "told": {"referral": found["referral"].text} if "referral" in found else {}}
    if "referral" in found:
        reading.report("unused-key", found["referral"], "only a text can come from an advertisement", "write text: beside it")
        return None
    told = {name: _told(value) for name, value in found.items() if name}
    return {"kind": kind, "told": told}


def _told(value: Any) -> Any:
    if isinstance(value, Scalar):
        return value.text
    if isinstance(value, dict):
        return {name: _told(inner) for name, inner in value.items() if name}
    if isinstance(value, list):  # pairs of a MapOf
        return {key.text: plain(inner) for key, inner in value}
    return value


SENT = Made(_USER, _writes)  # the fields of Writes
