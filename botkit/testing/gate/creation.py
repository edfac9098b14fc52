"""What WhatsApp refuses of a template that is sent for approval: fact sheet §2.13 and the limits of §3."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from botkit.messages import length
from botkit.testing.gate.parts import record, records, text
from botkit.testing.refusal import Refusal

NAME = re.compile(r"[a-z0-9_]{1,512}")
_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_MOST = {"URL": 2, "PHONE_NUMBER": 1, "COPY_CODE": 1, "FLOW": 1, "CATALOG": 1, "MPM": 1, "OTP": 1, "QUICK_REPLY": 10}
_FORMATS = ("TEXT", "IMAGE", "VIDEO", "DOCUMENT", "LOCATION", "PRODUCT")


def creation(body: Any) -> Iterator[Refusal]:
    """Every reason to refuse *body*, the first one first."""
    told = record(body)
    if not NAME.fullmatch(str(told.get("name") or "")):
        yield Refusal(100, "Invalid parameter: the name must be of a-z, 0-9 and _, at most 512", subcode=2388046)
    yield from text(told.get("language"), "language", 15, 100)
    category = str(told.get("category") or "").upper()
    if category not in ("MARKETING", "UTILITY", "AUTHENTICATION"):
        yield Refusal(100, "Param category must be one of AUTHENTICATION, MARKETING, UTILITY")
    yield from components(told.get("components"), category, str(told.get("parameter_format") or "POSITIONAL").upper() == "NAMED")


def components(given: Any, category: str, named: bool) -> Iterator[Refusal]:
    parts = records(given)
    types = [str(part.get("type") or "").upper() for part in parts]
    if types.count("BODY") != 1 or any(types.count(kind) > 1 for kind in types):
        yield Refusal(100, "Param components must hold one BODY, and each of the others at most once")
    offer = "LIMITED_TIME_OFFER" in types
    for kind, part in zip(types, parts, strict=True):
        match kind:
            case "HEADER":
                yield from _header(part, named)
            case "BODY" if category == "AUTHENTICATION":
                if "text" in part:
                    yield Refusal(100, "The body of an authentication template has no text of its own", subcode=2388072)
            case "BODY":
                yield from _body(part, named, 600 if offer else 1024)
            case "FOOTER" if category == "AUTHENTICATION":
                if not 1 <= int(part.get("code_expiration_minutes") or 0) <= 90:
                    yield Refusal(100, "Param code_expiration_minutes must lie between 1 and 90", subcode=2388073)
            case "FOOTER":
                yield from _words(part.get("text"), "footer", 60, 2388073)
                if _VARIABLE.search(str(part.get("text"))):
                    yield Refusal(100, "A footer has no variables", subcode=2388073)
            case "BUTTONS":
                yield from _buttons(records(part.get("buttons")), category)
            case "LIMITED_TIME_OFFER":
                yield from _words(record(part.get("limited_time_offer")).get("text"), "limited_time_offer text", 16, None)
            case "CAROUSEL":
                yield from _cards(records(part.get("cards")), category, named)
            case _:
                yield Refusal(100, f"Param components['type'] must not be {kind!r}")


def _words(value: Any, what: str, limit: int, subcode: int | None) -> Iterator[Refusal]:
    if not isinstance(value, str) or not value.strip():
        yield Refusal(100, f"Param {what} must be a non-empty string", subcode=subcode)
    elif length(value) > limit:
        yield Refusal(100, f"Param {what} must be at most {limit} characters long; it has {length(value)}", subcode=2388040)


def _header(part: Mapping[str, Any], named: bool) -> Iterator[Refusal]:
    form = str(part.get("format") or "").upper()
    if form not in _FORMATS:
        yield Refusal(100, f"Param header format must be one of {', '.join(_FORMATS)}", subcode=2388047)
    elif form == "TEXT":
        yield from _words(part.get("text"), "header", 60, 2388047)
        variables = _VARIABLE.findall(str(part.get("text")))
        if len(variables) > 1:
            yield Refusal(100, "A header has at most one variable", subcode=2388047)
        yield from _example(part, "header_text", variables, named)
    elif form in ("IMAGE", "VIDEO", "DOCUMENT") and not record(part.get("example")).get("header_handle"):
        yield Refusal(100, "A header with a file needs an example: header_handle", subcode=2388047)


def _body(part: Mapping[str, Any], named: bool, limit: int) -> Iterator[Refusal]:
    yield from _words(part.get("text"), "body", limit, 2388072)
    words = str(part.get("text") or "")
    variables = list(dict.fromkeys(_VARIABLE.findall(words)))
    if not named and sorted(variables, key=str) != sorted((str(n) for n in range(1, len(variables) + 1)), key=str):
        yield Refusal(100, "The variables of a body are {{1}}, {{2}}, … without a gap", subcode=2388072)
    stripped = words.strip()
    if variables and (stripped.startswith("{{") or stripped.endswith("}}")):
        yield Refusal(100, "Variables cannot be at the start or end of the template", subcode=2388299)
    if re.search(r"\}\}\s*\{\{", words) or len(_VARIABLE.sub("", words).split()) < len(variables):
        yield Refusal(100, "This template has too many variables for its length", subcode=2388293)
    yield from _example(part, "body_text", variables, named)


def _example(part: Mapping[str, Any], key: str, variables: list[str], named: bool) -> Iterator[Refusal]:
    if not variables:
        return
    example = record(part.get("example"))
    if named:
        found = {str(one.get("param_name")) for one in records(example.get(f"{key}_named_params")) if one.get("example")}
        whole = found == set(variables)
    else:
        given = example.get(key) or []
        row = given[0] if key == "body_text" and given and isinstance(given[0], list) else given
        whole = len(row) == len(variables) and all(isinstance(one, str) and one.strip() for one in row)
    if not whole:
        yield Refusal(100, f"Component of type {part.get('type')} is missing expected field(s) (example)")


def _buttons(buttons: list[dict[str, Any]], category: str) -> Iterator[Refusal]:
    kinds = [str(button.get("type") or "").upper() for button in buttons]
    if not 1 <= len(buttons) <= 10:
        yield Refusal(100, f"A template has 1 to 10 buttons; there are {len(buttons)}")
    for kind in dict.fromkeys(kinds):
        if kinds.count(kind) > _MOST.get(kind, 0):
            yield Refusal(100, f"A template has at most {_MOST.get(kind, 0)} buttons of type {kind}")
    replies = [n for n, kind in enumerate(kinds) if kind == "QUICK_REPLY"]
    if replies and replies[-1] - replies[0] >= len(replies):
        yield Refusal(100, "Quick replies must not stand between other buttons")
    if ("OTP" in kinds) != (category == "AUTHENTICATION"):
        yield Refusal(100, "A button of type OTP and the category AUTHENTICATION go together")
    for button in buttons:
        yield from _button(button)


def _button(button: Mapping[str, Any]) -> Iterator[Refusal]:
    kind = str(button.get("type") or "").upper()
    if kind not in ("COPY_CODE", "OTP"):
        yield from text(button.get("text"), "button text", 25, 100)
    match kind:
        case "URL":
            url = str(button.get("url") or "")
            yield from text(url, "button url", 2000, 100)
            variables = _VARIABLE.findall(url)
            if variables and not (url.endswith("}}") and len(variables) == 1):
                yield Refusal(100, "The url of a button has one variable, at its end")
            if variables and not button.get("example"):
                yield Refusal(100, "A button with a variable needs an example")
        case "PHONE_NUMBER":
            yield from text(button.get("phone_number"), "phone_number", 20, 100)
        case "COPY_CODE":
            example = button.get("example")
            yield from text(example[0] if isinstance(example, list) and example else example, "coupon code", 20, 100)


def _cards(cards: list[dict[str, Any]], category: str, named: bool) -> Iterator[Refusal]:
    if not 2 <= len(cards) <= 10:
        yield Refusal(100, f"A carousel has 2 to 10 cards; there are {len(cards)}")
    shapes = []
    for card in cards:
        parts = records(card.get("components"))
        shape: list[Any] = []
        for part in parts:
            kind = str(part.get("type") or "").upper()
            buttons = records(part.get("buttons"))
            shape.append((kind, str(part.get("format") or "").upper(), tuple(str(button.get("type")) for button in buttons)))
            if kind == "HEADER":
                yield from _header(part, named)
            elif kind == "BODY":
                yield from _body(part, named, 160)
            elif kind == "BUTTONS":
                yield from _buttons(buttons, category)
        shapes.append(sorted(shape))
    if any(shape != shapes[0] for shape in shapes[1:]):
        yield Refusal(100, "All cards of a carousel have the same components")
