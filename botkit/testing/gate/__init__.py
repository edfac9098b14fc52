"""What WhatsApp refuses in the body of a send: the limits of fact sheet §3, written down apart from what the bot itself believes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from botkit.messages.reaction import is_emoji
from botkit.testing.gate.interactive import interactive
from botkit.testing.gate.parts import BSUID, media, text
from botkit.testing.gate.template import template
from botkit.testing.refusal import Refusal

_NUMBER = re.compile(r"\+?[0-9]{5,20}")


def refusal(body: Any, templates: Iterable[dict[str, Any]] | None = None, own: str = "") -> Refusal | None:
    """Why WhatsApp would refuse *body*, None when it would not. *templates* in the shape of 360dialog's list (fact sheet §1.1), None: any
    template is known. *own* is the sender's number."""
    return next(_faults(body, templates, own), None)


def _faults(body: Any, templates: Iterable[dict[str, Any]] | None, own: str) -> Iterator[Refusal]:
    if not isinstance(body, dict):
        yield Refusal(100, "Invalid parameter: the body is no JSON object")
        return
    yield from _envelope(body, own)
    kind = body.get("type", "text")
    content = body.get(kind) if isinstance(kind, str) else None
    if kind == "contacts":
        yield from _contacts(content)
        return
    if not isinstance(content, dict):
        known = kind in ("text", "image", "video", "audio", "document", "sticker", "location", "reaction", "interactive", "template")
        yield Refusal(131008, f"Parameter {kind} is required") if known else Refusal(100, f"Param type must not be {kind!r}")
        return
    match kind:
        case "text":
            yield from text(content.get("body"), "text['body']", 4096, 100)
        case "image" | "video" | "audio" | "document" | "sticker":
            yield from _media(kind, content)
        case "location":
            yield from _location(content)
        case "reaction":
            yield from text(content.get("message_id"), "reaction['message_id']", 255)
            yield from text(content.get("emoji", ""), "reaction['emoji']", 32, blank=True)
            if isinstance(emoji := content.get("emoji"), str) and emoji and not is_emoji(emoji):
                yield Refusal(131009, "Param reaction['emoji'] must be an emoji")
        case "interactive":
            yield from interactive(content)
        case "template":
            yield from template(content, templates, body.get("to") is None)
        case _:
            yield Refusal(131051, f"Message type {kind} is not supported")


def _envelope(body: dict[str, Any], own: str) -> Iterator[Refusal]:
    if body.get("messaging_product") != "whatsapp":
        yield Refusal(100, "The parameter messaging_product is required")
    if body.get("recipient_type", "individual") not in ("individual", "group"):
        yield Refusal(100, "Param recipient_type must be one of individual, group")
    to, recipient = body.get("to"), body.get("recipient")
    if to is None and recipient is None:
        yield Refusal(100, "The parameter to is required")
    elif to is not None and (not isinstance(to, str) or not (_NUMBER.fullmatch(to) or BSUID.fullmatch(to))):
        yield Refusal(131009, "Param to is no phone number")
    elif to is None and (not isinstance(recipient, str) or not BSUID.fullmatch(recipient)):
        yield Refusal(131009, "Param recipient is no business-scoped user id")
    elif own and isinstance(to, str) and to.lstrip("+") == own:
        yield Refusal(131021, "Recipient cannot be the sender")
    if "biz_opaque_callback_data" in body:
        yield from text(body["biz_opaque_callback_data"], "biz_opaque_callback_data", 512, 100, blank=True)
    if "context" in body:
        context = body["context"]
        yield from text(context.get("message_id") if isinstance(context, dict) else None, "context['message_id']", 255)


def _media(kind: str, content: dict[str, Any]) -> Iterator[Refusal]:
    yield from media(content, kind)
    if "caption" in content:
        if kind in ("audio", "sticker"):
            yield Refusal(100, f"Unexpected key caption on param {kind}")
        yield from text(content["caption"], f"{kind}['caption']", 1024, blank=True)
    if "filename" in content:
        if kind != "document":
            yield Refusal(100, f"Unexpected key filename on param {kind}")
        yield from text(content["filename"], "document['filename']", 240)


def _location(content: dict[str, Any]) -> Iterator[Refusal]:
    for name, most in (("latitude", 90), ("longitude", 180)):
        try:
            degrees = float(content[name])
        except (KeyError, TypeError, ValueError):
            yield Refusal(131008, f"Parameter location['{name}'] is required")
        else:
            if not abs(degrees) <= most:
                yield Refusal(131009, f"Param location['{name}'] must lie within {most} degrees")
    for name in ("name", "address"):
        if name in content:
            yield from text(content[name], f"location['{name}']", 1000, blank=True)


def _contacts(content: Any) -> Iterator[Refusal]:
    if not isinstance(content, list) or not 1 <= len(content) <= 257:
        yield Refusal(131009, "Param contacts must hold 1 to 257 contacts")
        return
    for card in content:
        name = card.get("name") if isinstance(card, dict) else None
        if not isinstance(name, dict) or not name.get("formatted_name"):
            yield Refusal(131008, "Parameter contacts['name']['formatted_name'] is required")
        elif not any(name.get(part) for part in ("first_name", "last_name", "middle_name", "prefix", "suffix")):
            yield Refusal(131009, "A contact's name needs one part besides formatted_name")
