"""A template with its parameters, as WhatsApp checks it (fact sheet §2.9): against its text where the template is known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from botkit.messages import length
from botkit.testing.gate.parts import media, record, records, text
from botkit.testing.refusal import Refusal

_NAME = re.compile(r"[a-z0-9_]{1,512}")
_BAD_BLANKS = re.compile(r"[\n\r\t]| {5,}")
_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")


def template(content: dict[str, Any], known: Iterable[dict[str, Any]] | None, by_bsuid: bool) -> Iterator[Refusal]:
    """*by_bsuid*: the recipient is given by a business-scoped id, which one-time passwords do not allow."""
    name, language = content.get("name"), record(content.get("language")).get("code")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        yield Refusal(131009, "Param template['name'] must be of a-z, 0-9 and _", subcode=2388046)
        return
    yield from text(language, "template['language']['code']", 15)
    components = records(content.get("components"))
    for component in components:
        yield from _component(component)
    if known is not None:
        named = [t for t in known if t.get("name") == name and t.get("language") == language]
        if not named:
            yield Refusal(132001, f"template name ({name}) does not exist in {language}", http=404)
        for found in named:
            yield from _against(found, components, by_bsuid)


def _component(component: dict[str, Any]) -> Iterator[Refusal]:
    kind = component.get("type")
    if kind not in ("header", "body", "button", "carousel", "limited_time_offer"):
        yield Refusal(131009, f"Param components['type'] must not be {kind!r}")
    if kind == "button" and not str(component.get("index", "")).isdecimal():
        yield Refusal(131008, "Parameter index is required")
    for card in records(component.get("cards")):
        for inner in records(card.get("components")):
            yield from _component(inner)
    if kind == "carousel" and not 2 <= len(records(component.get("cards"))) <= 10:
        yield Refusal(131009, "A carousel template has 2 to 10 cards")
    for parameter in records(component.get("parameters")):
        if parameter.get("type") == "text":
            words = parameter.get("text")
            yield from text(words, "parameter text", 1024)
            if isinstance(words, str) and _BAD_BLANKS.search(words):
                yield Refusal(132018, "Param text cannot have new-line/tab characters or more than 4 consecutive spaces")
        elif parameter.get("type") in ("image", "video", "document"):
            yield from media(record(parameter.get(parameter["type"])), f"{kind}['{parameter['type']}']")
        elif parameter.get("type") == "coupon_code":
            yield from text(parameter.get("coupon_code"), "parameter coupon_code", 15)
        elif parameter.get("type") == "payload":
            yield from text(parameter.get("payload"), "parameter payload", 256)


def _against(found: dict[str, Any], components: list[dict[str, Any]], by_bsuid: bool) -> Iterator[Refusal]:
    status = str(found.get("status", "approved")).lower()
    if status == "paused":
        yield Refusal(132015, "Template is paused")
    elif status == "disabled":
        yield Refusal(132016, "Template is disabled")
    elif status != "approved":
        yield Refusal(132001, f"Template is {status}", http=404)
    if by_bsuid and str(found.get("category", "")).lower() == "authentication":
        yield Refusal(131062, "Business-scoped user ids are not supported for this message")
    for part, limit in (("header", 60), ("body", 1024)):
        words = next((str(c.get("text", "")) for c in records(found.get("components")) if str(c.get("type")).lower() == part), "")
        given = [p for c in components if c.get("type") == part for p in records(c.get("parameters"))]
        yield from _filled(part, words, given, limit)


def _filled(part: str, words: str, given: list[dict[str, Any]], limit: int) -> Iterator[Refusal]:
    """The text of a *part* with its variables filled in, by name or by place."""
    variables = list(dict.fromkeys(_VARIABLE.findall(words)))
    texts = [p for p in given if p.get("type", "text") in ("text", "currency", "date_time")]
    if len(variables) != len(texts):
        yield Refusal(132000, f"{part}: {len(texts)} parameters do not match the expected number of {len(variables)}")
        return
    named = any(not variable.isdecimal() for variable in variables)
    if named and {p.get("parameter_name") for p in texts} != set(variables):
        yield Refusal(100, f"{part}: Parameter name is missing or empty")
        return
    order = [str(p.get("parameter_name")) for p in texts] if named else sorted(variables, key=int)
    filled = dict(zip(order, (str(p.get("text", "")) for p in texts), strict=True))
    whole = _VARIABLE.sub(lambda variable: filled[variable[1]], words)
    if length(whole) > limit:
        yield Refusal(132005, f"{part}: translated text too long; it has {length(whole)} of {limit} characters")
