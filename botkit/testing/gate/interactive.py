"""Questions with options and their kin, as WhatsApp checks them (fact sheet §2.5 to §2.7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botkit.messages.reaction import has_emoji
from botkit.testing.gate.parts import link, media, record, records, text
from botkit.testing.refusal import Refusal


def interactive(content: dict[str, Any]) -> Iterator[Refusal]:
    kind = content.get("type")
    action = record(content.get("action"))
    parameters = record(action.get("parameters"))
    if kind not in ("product", "catalog_message") or "body" in content:
        yield from text(record(content.get("body")).get("text"), "interactive['body']['text']", 1024)
    if "footer" in content:
        yield from text(record(content["footer"]).get("text"), "interactive['footer']['text']", 60)
    if "header" in content:
        yield from _header(kind, record(content["header"]))
    match kind:
        case "button":
            yield from _buttons(records(action.get("buttons")))
        case "list":
            yield from text(action.get("button"), "action['button']", 20)
            yield from _sections(records(action.get("sections")))
        case "cta_url":
            yield from text(parameters.get("display_text"), "parameters['display_text']", 20)
            yield from link(parameters.get("url"), "parameters['url']")
        case "location_request_message" | "request_contact_info" | "call_permission_request":
            if "header" in content or "footer" in content:
                yield Refusal(131009, f"A {kind} has neither header nor footer")
        case "flow":
            yield from text(parameters.get("flow_cta"), "parameters['flow_cta']", 20)
            if isinstance(label := parameters.get("flow_cta"), str) and has_emoji(label):
                yield Refusal(131009, "Param parameters['flow_cta'] must not hold an emoji")
            if not parameters.get("flow_id") and not parameters.get("flow_name"):
                yield Refusal(131008, "Parameter flow_id is required")
        case "voice_call":
            yield from text(parameters.get("display_text", "Call"), "parameters['display_text']", 20)
            minutes = parameters.get("ttl_minutes", 10080)
            if not isinstance(minutes, int) or not 1 <= minutes <= 43200:
                yield Refusal(131009, "Param ttl_minutes must lie between 1 and 43200")
        case "carousel":
            yield from _cards(records(action.get("cards")))
        case "product_list":
            yield from _products(content, records(action.get("sections")))
        case "product":
            yield from text(action.get("catalog_id"), "action['catalog_id']", 255)
            yield from text(action.get("product_retailer_id"), "action['product_retailer_id']", 255)
        case "address_message" if parameters.get("country") != "IN":
            yield Refusal(131009, "Param parameters['country'] must be IN")
        case "catalog_message" | "address_message":
            if not action:
                yield Refusal(131008, "Parameter action is required")
        case _:
            yield Refusal(131009, f"Param interactive['type'] must not be {kind!r}")


def _header(kind: Any, header: dict[str, Any]) -> Iterator[Refusal]:
    if header.get("type") == "text":
        yield from text(header.get("text"), "interactive['header']['text']", 60)
    elif kind in ("list", "product_list") or header.get("type") not in ("image", "video", "document"):
        yield Refusal(131009, f"A header of a {kind} must not be of type {header.get('type')!r}")
    else:
        yield from media(record(header.get(str(header.get("type")))), "interactive['header']")


def _buttons(buttons: list[dict[str, Any]]) -> Iterator[Refusal]:
    if not 1 <= len(buttons) <= 3:
        yield Refusal(131009, f"Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3; there are {len(buttons)}")
    replies = [record(button.get("reply")) for button in buttons]
    for reply in replies:
        yield from text(reply.get("title"), "button title", 20)
        yield from _id(reply.get("id"), "button id", 256)
    yield from _unique([reply.get("title") for reply in replies], "button titles")
    yield from _unique([reply.get("id") for reply in replies], "button ids")


def _sections(sections: list[dict[str, Any]]) -> Iterator[Refusal]:
    if not 1 <= len(sections) <= 10:
        yield Refusal(131009, f"A list has 1 to 10 sections; there are {len(sections)}")
    rows: list[dict[str, Any]] = []
    for section in sections:
        if len(sections) > 1 or "title" in section:
            yield from text(section.get("title"), "section title", 24)
        rows += records(section.get("rows"))
    if not 1 <= len(rows) <= 10:
        yield Refusal(131009, f"Total row count exceeds max allowed count: 10; there are {len(rows)}")
    for row in rows:
        yield from text(row.get("title"), "row title", 24)
        yield from _id(row.get("id"), "row id", 200)
        if "description" in row:
            yield from text(row["description"], "row description", 72, blank=True)
    yield from _unique([row.get("id") for row in rows], "row ids")


def _cards(cards: list[dict[str, Any]]) -> Iterator[Refusal]:
    if not 2 <= len(cards) <= 10:
        yield Refusal(131009, f"A carousel has 2 to 10 cards; there are {len(cards)}")
    buttons = [records(record(card.get("action")).get("buttons")) for card in cards]
    yield from _unique([record(button.get("quick_reply")).get("id") for shown in buttons for button in shown], "button ids")
    if len({str(record(card.get("header")).get("type")) for card in cards}) > 1:
        yield Refusal(131009, "All cards of a carousel have headers of the same type")
    if len({len(shown) for shown in buttons}) > 1:
        yield Refusal(131009, "All cards of a carousel have the same number of buttons")
    for card in cards:
        yield from _card(card)
        words = record(card.get("body")).get("text", "")
        yield from text(words, "card body", 160, blank=True)
        if isinstance(words, str) and words.count("\n") > 2:
            yield Refusal(131009, "A card body has at most 2 line breaks")


def _card(card: dict[str, Any]) -> Iterator[Refusal]:
    action = record(card.get("action"))
    if card.get("type") == "product":
        yield from text(action.get("product_retailer_id"), "card['action']['product_retailer_id']", 255)
        yield from text(action.get("catalog_id"), "card['action']['catalog_id']", 255)
        return
    header = record(card.get("header"))
    if header.get("type") not in ("image", "video"):
        yield Refusal(131008, "A card needs a header with an image or a video")
    else:
        yield from media(record(header.get(str(header["type"]))), "card['header']")
    parameters = record(action.get("parameters"))
    if "buttons" not in action:
        yield from text(parameters.get("display_text"), "parameters['display_text']", 20)
        yield from link(parameters.get("url"), "parameters['url']")
    replies = [record(button.get("quick_reply")) for button in records(action.get("buttons"))]
    if len(replies) > 3 or ("buttons" in action and not replies):
        yield Refusal(131009, f"A card has 1 to 3 buttons; there are {len(replies)}")
    for reply in replies:
        yield from text(reply.get("title"), "button title", 20)
        yield from _id(reply.get("id"), "button id", 20)
    yield from _unique([reply.get("title") for reply in replies], "button titles of a card")


def _products(content: dict[str, Any], sections: list[dict[str, Any]]) -> Iterator[Refusal]:
    if record(content.get("header")).get("type") != "text":
        yield Refusal(131008, "A product list needs a text header")
    if not 1 <= len(sections) <= 10 or sum(len(records(s.get("product_items"))) for s in sections) > 30:
        yield Refusal(131009, "A product list has at most 10 sections and 30 products")
    yield from text(record(content.get("action")).get("catalog_id"), "action['catalog_id']", 255)
    for section in sections:
        if len(sections) > 1 or "title" in section:
            yield from text(section.get("title"), "section title", 24)


def _id(value: Any, what: str, limit: int) -> Iterator[Refusal]:
    yield from text(value, what, limit)
    if isinstance(value, str) and value != value.strip():
        yield Refusal(131009, f"Param {what} must not begin or end with a blank")


def _unique(values: list[Any], what: str) -> Iterator[Refusal]:
    texts = [value for value in values if isinstance(value, str)]
    if len(set(texts)) < len(texts):
        yield Refusal(131009, f"Duplicated {what}")
