"""A template as it will look on the phone: its examples filled in, its buttons below."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from botkit.templates import Button, CardWording, Picture, Template
from botkit.templates.wording import inserted

WIDTH = 44  # of a bubble, in characters
_BAR = "│ "
_KINDS = {"url": "↗", "phone": "✆", "copy": "⧉", "form": "▤", "catalog": "▦", "products": "▦", "password": "⧉"}


def phone(template: Template, language: str) -> list[str]:
    """One line after another, of *template* in a *language* that it has."""
    wording = template.wordings[language]
    heads = len(wording.header_names)
    shown = list(wording.examples) or ["123456"] * (template.category == "authentication")
    lines = []
    if template.picture is not None:
        lines.append(_BAR + _picture(template.picture))
    elif wording.header is not None:
        lines += _wrapped(inserted(wording.header, dict(zip(wording.header_names, shown[:heads], strict=False))).upper())
    lines += _wrapped(inserted(wording.body, dict(zip(wording.names, shown[heads:], strict=False))))
    if template.category == "authentication" and template.warning:
        lines += _wrapped("For your security, do not share this code.")
    if wording.offer:
        lines.append(f"{_BAR}⏱ {wording.offer}")
    footer = wording.footer or (f"This code expires in {template.expires} minutes." if template.expires is not None else "")
    lines += [f"{_BAR}· {line}" for line in textwrap.wrap(footer, WIDTH - 2)]
    lines += _row(wording.row)
    for card in wording.cards:
        lines += ["", *_card(card)]
    return lines


def _card(card: CardWording) -> Iterator[str]:
    yield _BAR + _picture(card.picture)
    yield from _wrapped(inserted(card.body, dict(zip(card.names, card.examples, strict=False))))
    yield from _row(card.row)


def _picture(picture: Picture) -> str:
    name = picture.filename or (picture.file.text if picture.file is not None else "")
    return f"({picture.kind}{': ' + name if name else ''})"


def _wrapped(text: str) -> list[str]:
    lines = [line for row in text.strip().split("\n") for line in textwrap.wrap(row, WIDTH) or [""]]
    return [(_BAR + line).rstrip() for line in lines]


def _row(row: Sequence[Button]) -> list[str]:
    return [f"  [ {_KINDS[one.kind] + ' ' if one.kind in _KINDS else ''}{one.label} ]" for one in row]
