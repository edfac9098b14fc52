"""What slash words work with, and how they say no."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct

from botkit.bot import Bot
from botkit.chat.session import Session
from botkit.project import Project
from botkit.testing.said import Said


class Refused(Exception):
    """What was typed makes no sense; the message says what would."""


class Desk(Struct):
    """*tell* shows a line beside the talk, *show* what the bot said. *bot* is the project's, as a test plays it."""

    session: Session
    project: Project
    bot: Bot
    tell: Callable[[str], None]
    show: Callable[[Sequence[Said]], None]
    ended: bool = False

    async def clock(self) -> None:
        """Tell what time it is, and whether the window is open."""
        self.tell(f"{self.session.now():%a %d %b %Y %H:%M} · {await self.session.window()}")

    def tests(self, flow: str) -> Path:
        """The file that tests of *flow* are kept in."""
        return self.project.root / "tests" / f"{flow}.test.yaml"
