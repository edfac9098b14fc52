"""Bots that tests write where they need them."""

from __future__ import annotations

from textwrap import dedent

from botkit.bot import Bot
from botkit.problems import Problems, render_all
from botkit.release import read_bot

SETTINGS = "botkit: 1\nstart: main\ntimezone: Europe/Madrid\n"


def files(settings: str = "", templates: dict[str, str] | None = None, **flows: str) -> dict[str, str]:
    """The files of a bot by path: *settings* is what botkit.yaml says beside the first lines, the rest are flows by name."""
    found = {"botkit.yaml": SETTINGS + dedent(settings)}
    found |= {f"flows/{name}.yaml": dedent(text) for name, text in flows.items()}
    return found | {f"templates/{name}": dedent(text) for name, text in (templates or {}).items()}


def read(settings: str = "", templates: dict[str, str] | None = None, **flows: str) -> Bot:
    problems = Problems()
    texts = files(settings, templates, **flows)
    bot = read_bot({file: text.encode() for file, text in texts.items()}, problems)
    assert bot is not None and not problems.errors, render_all(problems, texts)
    return bot
