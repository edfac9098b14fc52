"""What people send: the content of their messages as WhatsApp writes it (fact sheet §4.2 to §4.5)."""

from __future__ import annotations

from typing import Any

from botkit import wire
from botkit.wire import Value

Content = dict[str, Any]  # an element of messages[] without sender, id and time

MEDIA = {
    "image": "image/jpeg",
    "audio": "audio/ogg; codecs=opus",
    "video": "video/mp4",
    "document": "application/pdf",
    "sticker": "image/webp",
}


def text(body: str) -> Content:
    return {"type": "text", "text": {"body": body}}


def referred(body: str, advertisement: str) -> Content:
    """A text that is written behind an advertisement (fact sheet §4.6)."""
    return {**text(body), "referral": {"source_id": advertisement, "source_type": "ad", "headline": "An advertisement"}}


def media(kind: str, file: str, caption: str = "", filename: str = "") -> Content:
    """*kind* is one of MEDIA; *file* tells one file from another and becomes its id."""
    told: dict[str, Any] = {"id": file, "mime_type": MEDIA[kind]}
    if kind == "audio":
        told["voice"] = True
    if caption:
        told["caption"] = caption
    if filename or kind == "document":
        told["filename"] = filename or file
    return {"type": kind, kind: told}


def location(latitude: float, longitude: float, name: str = "", address: str = "") -> Content:
    told: dict[str, Any] = {"latitude": latitude, "longitude": longitude}
    if name:
        told["name"] = name
    if address:
        told["address"] = address
    return {"type": "location", "location": told}


def contact(name: str, phone: str = "") -> Content:
    """The card of somebody."""
    card: dict[str, Any] = {"name": {"formatted_name": name, "first_name": name.split(" ")[0]}}
    if phone:
        card["phones"] = [{"phone": phone, "wa_id": "".join(c for c in phone if c.isdigit()), "type": "CELL"}]
    return {"type": "contacts", "contacts": [card]}


def reaction(emoji: str, wamid: str) -> Content:
    """*emoji* on the message *wamid*; "" takes it back."""
    return {"type": "reaction", "reaction": {"message_id": wamid, "emoji": emoji}}


def form(fields: dict[str, Value]) -> Content:
    """What was filled in."""
    answer = {"name": "flow", "body": "Sent", "response_json": wire.dumps(fields).decode()}
    return {"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": answer}}


def unsupported(kind: str = "poll") -> Content:
    """Something that WhatsApp does not pass on."""
    why = {"code": 131051, "title": "Message type unknown", "error_data": {"details": "Message type is currently not supported."}}
    return {"type": "unsupported", "errors": [why], "unsupported": {"type": kind}}


def tap(kind: str, payload: str, label: str) -> Content:
    """A tap on a button; *kind* is what it belongs to: buttons, list or template."""
    if kind == "template":
        return {"type": "button", "button": {"payload": payload, "text": label}}
    reply = "list_reply" if kind == "list" else "button_reply"
    return {"type": "interactive", "interactive": {"type": reply, reply: {"id": payload, "title": label}}}


def answering(content: Content, wamid: str, number: str) -> Content:
    """*content* as an answer to the message *wamid* of *number*."""
    return {**content, "context": {"from": number, "id": wamid}}
