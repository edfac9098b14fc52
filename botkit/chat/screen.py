"""What a talk looks like in a terminal."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import click

from botkit.chat.wrapping import harmless, wrapped
from botkit.testing.said import Said

Paint = Callable[[str, str], str]

_INDENT = 5  # columns of "bot> "


class Screen:
    """Writes to standard output. *as_json*: a line of JSON for each message instead, everything else to standard error. *width*: columns
    of the terminal, None where it is none."""

    def __init__(self, paint: Paint, as_json: bool = False, quiet: bool = False, width: Callable[[], int | None] = lambda: None) -> None:
        self._paint = paint
        self._json = as_json
        self._quiet = quiet
        self._width = width

    def header(self, line: str) -> None:
        if not self._quiet and not self._json:
            for row in self._rows(line, 0):
                click.echo(self._paint(row, "bright_black"))

    def tell(self, line: str) -> None:
        """Something beside the talk."""
        self._beside(line, "bright_black")

    def refuse(self, line: str) -> None:
        self._beside(line, "yellow")

    def _beside(self, text: str, style: str) -> None:
        for row in self._rows(text):
            click.echo(f"{' ' * _INDENT}{self._paint(row, style)}".rstrip(), err=self._json)

    def typed(self, line: str) -> None:
        """A line that did not come from the keyboard."""
        if not self._json:
            click.echo(f"{self._paint('you>', 'cyan')} {harmless(line)}")

    def show(self, said: Sequence[Said]) -> None:
        """What the bot said; nothing at all is told, too."""
        for one in said:
            if self._json:
                click.echo(json.dumps(_plain(one), ensure_ascii=False))
            else:
                self._message(one)
        if not said and not self._json:
            self.tell("(the bot says nothing)")

    def _rows(self, text: str, indent: int = _INDENT) -> list[str]:
        width = self._width()
        return wrapped(text, None if width is None else width - indent)

    def _message(self, one: Said) -> None:
        rows = [(row, style) for text, style in _parts(one) for row in self._rows(text)]
        for n, (row, style) in enumerate(rows):
            before = f"{self._paint('bot>', 'green')} " if n == 0 else " " * _INDENT
            click.echo(f"{before}{self._paint(row, style) if style else row}".rstrip())
        descriptions = _descriptions(one)
        for n, option in enumerate(one.options, 1):
            note = descriptions.get(option.payload, "")
            number, beside = f"[{n}]", f" · {note}" if note else ""
            first, *more = self._rows(f"{option.label}{beside}", _INDENT + len(number) + 1)
            # the label keeps its colour where the description begins on its line
            kept = first if not first.startswith(option.label) else option.label + self._dim(first[len(option.label) :])
            click.echo(f"{' ' * _INDENT}{self._paint(number, 'cyan')} {kept}")
            for row in more:
                click.echo(f"{' ' * (_INDENT + len(number) + 1)}{self._dim(row)}")
        if one.refusal:
            self.refuse(f"WhatsApp refuses it: {one.refusal}")

    def _dim(self, text: str) -> str:
        return self._paint(text, "bright_black") if text else ""


# What stands before a message that is more, or something else, than its text.
_NAMED = {kind: kind for kind in ("image", "video", "audio", "document", "sticker", "location", "reaction")} | {"contacts": "contact card"}


def _parts(one: Said) -> Iterator[tuple[str, str]]:
    """The texts of a message, from top to bottom, each with its style."""
    if one.template:
        if one.file:
            yield f"({one.file})", "bold"
        yield f"template {one.template} ({_language(one)}): {one.text}", ""
        for label, _ in one.leads:
            yield f"-> {label}", "cyan"
        return
    content: Any = one.body.get(str(one.body.get("type")))
    inner = content if isinstance(content, dict) and one.body.get("type") == "interactive" else {}
    header, footer = inner.get("header"), inner.get("footer")
    if isinstance(header, dict):
        yield str(header.get("text") or f"({header.get('type')} {one.file})"), "bold"
    if one.kind in _NAMED:
        words = " ".join(word for word in (_NAMED[one.kind], one.file) if word)
        yield f"({words})" + (f" {one.text}" if one.text and one.text != f"({one.kind})" else ""), ""
    else:
        yield one.text, ""
    for card in one.cards:
        yield card, ""
    if isinstance(footer, dict):
        yield str(footer.get("text", "")), "bright_black"
    for label, where in one.leads:
        yield f"-> {label}{': ' if label and where else ''}{where}", "cyan"


def _descriptions(one: Said) -> dict[str, str]:
    """What stands below the rows of a list, by their payload."""
    content: Any = one.body.get("interactive")
    sections = (content.get("action") or {}).get("sections", ()) if isinstance(content, dict) else ()
    return {row["id"]: str(row["description"]) for section in sections for row in section.get("rows", ()) if row.get("description")}


def _language(one: Said) -> str:
    template = one.body.get("template")
    return str(template.get("language", {}).get("code", "")) if isinstance(template, dict) else ""


def _plain(one: Said) -> dict[str, object]:
    return {
        "version": 1,
        "at": one.at.isoformat(),
        "kind": one.kind,
        "text": one.text,
        "options": [{"id": option.id, "label": option.label} for option in one.options],
        "template": one.template or None,
        "file": one.file or None,
        "leads": [{"label": label, "to": where} for label, where in one.leads],
        "origin": one.origin,
        "refusal": one.refusal or None,
        "request": one.body,
    }
