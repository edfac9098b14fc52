"""A template as a provider has it, written as a file of templates/."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from botkit.approvals.registered import Registered, records
from botkit.messages import files
from botkit.source.writing import quoted, rows

NAME = re.compile(r"[a-z0-9_]{1,512}")  # of a file, too
_OTP = {"COPY_CODE": "copy", "ONE_TAP": "one_tap", "ZERO_TAP": "zero_tap"}


class Unwritable(Exception):
    """There is something in a template that no file can say; a few words about it."""


def write(held: Sequence[Registered]) -> str:
    """The file of one template, from all its languages, the first one first. Raises Unwritable."""
    first, *others = held
    password = first.category == "authentication"
    lines = ["# As WhatsApp has it. Made by: botkit templates pull --write"]
    lines += [f"category: {first.category or 'utility'}", f"language: {first.language}"]
    lines += _wording(first, password, 0)
    if others:
        lines.append("languages:")
        for other in others:
            lines += [f"  {other.language}:", *_wording(other, password, 4)]
    return "\n".join(lines) + "\n"


def _wording(held: Registered, password: bool, indent: int) -> list[str]:
    lines = []
    examples: list[str] = []
    for component in held.components:
        match str(component.get("type", "")).upper():
            case "HEADER":
                lines += _header(component)
                examples = [*_examples(component, "header_text"), *examples]
            case "BODY" if password:
                lines += [] if component.get("add_security_recommendation") else ["warning: false"]
            case "BODY":
                lines += _text("body", component.get("text"))
                examples += _examples(component, "body_text")
            case "FOOTER" if password:
                lines += [f"expires: {minutes}"] if isinstance(minutes := component.get("code_expiration_minutes"), int) else []
            case "FOOTER":
                lines += _text("footer", component.get("text"))
            case "LIMITED_TIME_OFFER":
                lines += _text("offer", _record(component.get("limited_time_offer")).get("text"))
            case "BUTTONS":
                lines += ["buttons:", *_buttons(component.get("buttons"), password)]
            case "CAROUSEL":
                lines += ["cards:", *_cards(component.get("cards"))]
            case kind:
                raise Unwritable(f"a part that is not known: {kind.lower()[:40]}")
    if examples:
        lines.append(f"example: [{', '.join(quoted(one) for one in examples)}]")
    return [" " * indent + line if line else "" for line in lines]


def _text(key: str, value: Any) -> list[str]:
    first, *below = rows(str(value or "").replace("\r\n", "\n"), 2)
    return [f"{key}: {first}", *below]


def _header(component: Mapping[str, Any]) -> list[str]:
    form = str(component.get("format", "TEXT")).lower()
    if form == "text":
        return _text("header", component.get("text"))
    shown = _record(component.get("example")).get("header_handle")
    link = shown[0] if isinstance(shown, list) and shown else ""
    if form not in ("image", "video", "document") or not isinstance(link, str) or not files.is_link(link):
        raise Unwritable(f"its header is a {form}: write the file by hand")
    return ["header:", f"  {form}: {quoted(link)}"]


def _examples(component: Mapping[str, Any], key: str) -> list[str]:
    shown = _record(component.get("example"))
    by_name = shown.get(f"{key}_named_params")
    if isinstance(by_name, list):
        return [str(_record(one).get("example", "")) for one in by_name]
    given = shown.get(key)
    row = given[0] if isinstance(given, list) and given and isinstance(given[0], list) else given
    return [str(one) for one in row] if isinstance(row, list) else []


def _buttons(given: Any, password: bool) -> Iterator[str]:
    taken: set[str] = set()
    for n, record in enumerate(records(given), 1):
        yield f"  {_id(str(record.get('text') or ''), n, taken)}: {_button(record, password)}"


def _id(label: str, n: int, taken: set[str]) -> str:
    """A name made of what stands on a button."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:30]
    name = name if name and name[0].isalpha() and name not in taken else f"button_{n}"
    taken.add(name)
    return quoted(name) if name in ("yes", "no", "on", "off", "y", "n", "true", "false", "null") else name


def _button(record: Mapping[str, Any], password: bool) -> str:
    label = quoted(str(record.get("text") or ""))
    kind = str(record.get("type", "")).upper()
    if password:
        return f"{{label: {label}, password: {_OTP.get(str(record.get('otp_type', '')).upper(), 'copy')}}}"
    match kind:
        case "QUICK_REPLY":
            return label
        case "URL":
            url, shown = str(record.get("url") or ""), record.get("example")
            example = shown[0] if isinstance(shown, list) and shown else shown
            before = url.partition("{{")[0]
            given = str(example or "").removeprefix(before)
            return f"{{label: {label}, url: {quoted(url)}" + (f", example: {quoted(given)}}}" if "{{" in url else "}")
        case "PHONE_NUMBER":
            return f"{{label: {label}, phone: {quoted('+' + str(record.get('phone_number') or '').lstrip('+'))}}}"
        case "COPY_CODE":
            shown = record.get("example")
            return f"{{copy: {quoted(str(shown[0] if isinstance(shown, list) and shown else shown or 'CODE'))}}}"
        case "FLOW":
            screen = record.get("navigate_screen")
            more = f", screen: {quoted(str(screen))}" if screen else ""
            return f"{{label: {label}, form: {quoted(str(record.get('flow_id') or ''))}{more}}}"
        case "CATALOG" | "MPM":
            return f"{{label: {label}, show: {'catalog' if kind == 'CATALOG' else 'products'}}}"
        case _:
            raise Unwritable(f"a button that is not known: {kind.lower()[:40]}")


def _cards(given: Any) -> Iterator[str]:
    for card in records(given):
        first, *rest = _wording(Registered("card", "en", "", components=tuple(records(card.get("components")))), False, 4) or ["{}"]
        yield f"  - {first.strip()}"
        yield from rest


def _record(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
