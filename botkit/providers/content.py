"""What a contact's message holds: one case for each type that WhatsApp sends (fact sheet §4.2 to §4.6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from botkit import wire
from botkit.providers import clean
from botkit.wire import Value

# Types that surely open the 24-hour window (fact sheet §5.1).
OPENING = frozenset(
    {"text", "image", "audio", "voice", "video", "document", "sticker", "location", "contacts", "interactive", "button", "order"}
)
_GUESSED = (*sorted(OPENING), "reaction", "system", "edit", "revoke")
_FORM_DEPTH = 32
_LARGEST = 64 * 1024  # bytes of a form, an order, a handful of cards: a conversation remembers it, in every turn and many times over

# Types that are read, or that are known to come without anything to read, and keys that any message may have.
_TYPES = OPENING | {"reaction", "system", "request_welcome", "edit", "revoke", "unsupported", "unknown", "ephemeral", ""}
_KEYS = frozenset({
    "from", "from_user_id", "from_parent_user_id", "from_logical_id", "id", "timestamp", "type", "group_id", "context", "referral",
    "errors", "identity", "origin", "unsupported",
})  # fmt: skip


class Content(Struct, frozen=True):
    """The fields of MessageReceived that depend on the type of the message."""

    type: str
    text: str = ""
    payload: str | None = None
    data: Mapping[str, Value] = field(default_factory=dict)
    answers: str | None = None  # wamid, where the content itself names the message it is about


def kind(message: dict[str, Any]) -> str:
    """The type that WhatsApp gave, or that the content tells where none is given; "" when nothing tells."""
    given = message.get("type")
    if isinstance(given, str) and given:
        return given
    return next((name for name in _GUESSED if name in message), "")


def strange(message: dict[str, Any], kind: str) -> str:
    """A type or a key that is not known; "": all are. Nothing of it is lost: the bytes are kept."""
    if kind not in _TYPES:
        return f"type {clean.line(kind, 60)}"
    other = message.keys() - _KEYS
    other.discard(kind)
    return f"key {clean.line(min(other), 60)} of a message" if other else ""


def read(message: dict[str, Any], kind: str) -> Content:
    """What *message* holds. What cannot be made sense of is of type "unsupported", whose data tell the type it came with."""
    if message.get("errors"):  # the content beside an error is not usable (fact sheet §4.6)
        return _unsupported(message, kind)
    found: Content | None = None
    inner = message.get(kind)
    match kind:
        case "text":
            body = inner.get("body") if isinstance(inner, dict) else None
            if isinstance(body, str) or clean.text(body):
                found = Content("text", clean.text(body))
        case "image" | "audio" | "voice" | "video" | "document" | "sticker":
            if isinstance(inner, dict) and clean.identifier(inner.get("id")):
                found = Content("audio" if kind == "voice" else kind, clean.text(inner.get("caption")), data=clean.record(inner))
        case "location":
            found = _location(inner)
        case "contacts":
            found = _contacts(message)
        case "interactive":
            found = _interactive(inner)
        case "button":
            if isinstance(inner, dict):
                label = clean.text(inner.get("text"))
                payload = clean.text(inner.get("payload")) or label
                found = Content("tap", label or payload, payload) if payload else None
        case "order":
            if isinstance(inner, dict):
                found = Content("order", clean.text(inner.get("text")), data=clean.record(inner))
        case "reaction":
            if isinstance(inner, dict):
                found = Content(
                    "reaction", clean.text(inner.get("emoji")), data=clean.record(inner), answers=clean.identifier(inner.get("message_id"))
                )
        case "system" | "request_welcome" | "edit" | "revoke":
            found = Content(kind, data=clean.record(inner))
    if found is not None and found.data and len(wire.dumps(found.data)) > _LARGEST:
        found = None
    return found or _unsupported(message, kind)


def _location(inner: Any) -> Content | None:
    if not isinstance(inner, dict):
        return None
    latitude, longitude = clean.number(inner.get("latitude")), clean.number(inner.get("longitude"))
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return Content("location", data={**clean.record(inner), "latitude": latitude, "longitude": longitude})


def _contacts(message: dict[str, Any]) -> Content | None:
    """*origin* is "contact_request" when the contact shared the own number on request; it stands in one of two places (§4.3)."""
    shared = message.get("contacts")
    cards = [clean.record(card) for card in shared if isinstance(card, dict)] if isinstance(shared, list) else []
    if not cards:
        return None
    origin = clean.text(cards[0].get("origin") or message.get("origin"))
    return Content("contacts", data={"contacts": cards, "origin": origin} if origin else {"contacts": cards})


def _interactive(inner: Any) -> Content | None:
    if not isinstance(inner, dict):
        return None
    for name in ("button_reply", "list_reply"):
        reply = inner.get(name)
        if isinstance(reply, dict):
            payload, label = clean.text(reply.get("id")), clean.text(reply.get("title"))
            return Content("tap", label or payload, payload or None) if payload or label else None
    form = inner.get("nfm_reply")
    return Content("form", data=_form(form.get("response_json"))) if isinstance(form, dict) else None


def _form(response: Any) -> dict[str, Value]:
    """The fields of a form. WhatsApp sends them as JSON inside a text, which may hold anything: then there are none."""
    if isinstance(response, str):
        try:
            response = wire.plain(response)
        except ValueError:
            return {}
        if wire.depth_over(response, _FORM_DEPTH):
            return {}
    return clean.record(response)


def _unsupported(message: dict[str, Any], kind: str) -> Content:
    data: dict[str, Value] = {}
    inner = message.get("unsupported")
    told = clean.line(inner.get("type") if isinstance(inner, dict) else kind, 64)
    if told:
        data["type"] = told
    errors = message.get("errors")
    if isinstance(errors, list) and errors and isinstance(errors[0], dict):
        code = clean.integer(errors[0].get("code"))
        if code is not None:
            data["code"] = code
    return Content("unsupported", data=data)
