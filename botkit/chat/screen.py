"""What a talk looks like in a terminal."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import click

from botkit.testing.said import Said

Paint = Callable[[str, str], str]


class Screen:
    """Writes to standard output. *as_json*: a line of JSON for each message instead."""

    def __init__(self, paint: Paint, as_json: bool = False, quiet: bool = False) -> None:
        self._paint = paint
        self._json = as_json
        self._quiet = quiet

    def header(self, line: str) -> None:
        if not self._quiet and not self._json:
            click.echo(self._paint(line, "bright_black"))

    def tell(self, line: str) -> None:
        """Something beside the talk."""
        for part in line.split("\n"):
            click.echo(f"     {self._paint(part, 'bright_black')}", err=self._json)

    def refuse(self, line: str) -> None:
        click.echo(f"     {self._paint(line, 'yellow')}", err=self._json)

    def typed(self, line: str) -> None:
        """A line that did not come from the keyboard."""
        if not self._json:
            click.echo(f"{self._paint('you>', 'cyan')} {line}")

    def show(self, said: Sequence[Said]) -> None:
        """What the bot said; nothing at all is told, too."""
        for one in said:
            if self._json:
                click.echo(json.dumps(_plain(one), ensure_ascii=False))
            else:
                self._message(one)
        if not said and not self._json:
            self.tell("(the bot says nothing)")

    def _message(self, one: Said) -> None:
        name = self._paint("bot>", "green")
        text = f"template {one.template} ({_language(one)}): {one.text}" if one.template else one.text or f"({one.kind})"
        first, *more = text.split("\n")
        click.echo(f"{name} {first}")
        for line in more:
            click.echo(f"     {line}")
        for n, option in enumerate(one.options, 1):
            click.echo(f"     {self._paint(f'[{n}]', 'cyan')} {option.label}")
        if one.refusal:
            self.refuse(f"WhatsApp refuses it: {one.refusal}")


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
        "origin": one.origin,
        "refusal": one.refusal or None,
        "request": one.body,
    }
