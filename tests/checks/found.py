"""What the checks find in a bot that is given as a text: its files as `tests/problems/case.py` writes them."""

from __future__ import annotations

from collections.abc import Mapping

from botkit.bot import Bot
from botkit.checks import check
from botkit.problems import Problems, render_all
from botkit.release import read_bot
from botkit.signatures import Signature
from tests.problems.case import files_of


def read(text: str) -> tuple[Bot | None, Problems]:
    """The bot, and what reading alone finds."""
    problems = Problems()
    return read_bot({file: content.encode() for file, content in files_of(text).items()}, problems), problems


def found(text: str, signatures: Mapping[str, Signature] | None = None) -> Problems:
    """All problems of the bot."""
    bot, problems = read(text)
    if bot is not None:
        check(bot, signatures, problems)
    return problems


def codes(text: str, signatures: Mapping[str, Signature] | None = None) -> list[str]:
    """The codes of its problems, in their order."""
    return [problem.code for problem in found(text, signatures)]


def said(text: str, signatures: Mapping[str, Signature] | None = None) -> str:
    """What an author would read."""
    return render_all(found(text, signatures), files_of(text))
