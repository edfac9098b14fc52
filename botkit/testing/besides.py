"""What a message shows besides its text and options: its file, where its buttons lead, its cards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from botkit.messages import Media, Message, TemplateMessage
from botkit.messages.files import FOLDER

_ASKS = {"location_request_message": "Send location", "request_contact_info": "Share phone number", "address_message": "Provide address"}


def file_of(message: Message | Media | None, content: Mapping[str, Any]) -> str:
    """The file that a message is, or has above its text: its name in media/, its link or its id; "" for none. *message* is what the bot
    made, *content* what WhatsApp got of it: there a file of media/ is an id already."""
    if isinstance(message, Media):
        return (message.file or message.link or message.id or "").removeprefix(f"{FOLDER}/")
    header = getattr(message, "header", None)
    if isinstance(message, TemplateMessage):
        header = message.heading
    if isinstance(header, Media):
        return file_of(header, {})
    return str(content.get("link") or content.get("id") or "")


def leads(kind: str, content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(what stands on a button that is no option, where it leads)."""
    action = content.get("action") or {}
    parameters = action.get("parameters") or {}
    match kind:
        case "cta_url":
            yield str(parameters.get("display_text", "")), str(parameters.get("url", ""))
        case "flow":
            yield str(parameters.get("flow_cta", "")), f"form {parameters.get('flow_id') or parameters.get('flow_name')}"
        case "product":
            yield "View item", str(action.get("product_retailer_id", ""))
        case "product_list":
            for section in action.get("sections", ()):
                ids = [str(item["product_retailer_id"]) for item in section.get("product_items", ())]
                yield str(section.get("title", "")), ", ".join(ids)
        case "catalog_message":
            yield "View catalog", ""
    if kind in _ASKS:
        yield _ASKS[kind], ""


def cards(content: Mapping[str, Any]) -> Iterator[str]:
    """What stands on each card of a message."""
    for card in (content.get("action") or {}).get("cards", ()):
        action = card.get("action") or {}
        if card.get("type") == "product":
            yield f"(product) {action.get('product_retailer_id', '')}"
            continue
        header = card.get("header") or {}
        words = [f"({header.get('type', '')})", str((card.get("body") or {}).get("text", ""))]
        parameters = action.get("parameters") or {}
        words += [f"-> {parameters['display_text']}: {parameters.get('url', '')}"] if "display_text" in parameters else []
        words += [f"[{button['quick_reply']['title']}]" for button in action.get("buttons", ())]
        yield " ".join(word for word in words if word)


__all__ = ["cards", "file_of", "leads"]
