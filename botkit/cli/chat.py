"""botkit chat: talk to a bot here, without a number, a network or a clock that runs."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO
from zoneinfo import ZoneInfo

import click

from botkit.cli import CONFIGURATION, USAGE, Exit, Given, examples, project_root
from botkit.problems import did_you_mean

if TYPE_CHECKING:
    from botkit.bot import Bot
    from botkit.chat.keyboard import Keyboard
    from botkit.chat.screen import Screen
    from botkit.wire import Value


@click.command(
    "chat", epilog=examples("botkit chat", "botkit chat --at 2026-06-22T09:00 --as Ana", 'botkit chat --once "hello" --show trace')
)
@click.argument("flow", required=False, default="")
@click.option("--step", default="", help="Begin at this step.")
@click.option("--set", "sets", multiple=True, metavar="K=V", help="Set a variable first; contact.x for the contact.")
@click.option("--as", "person", default="", metavar="NAME|NUMBER", help="Who is talking.")
@click.option("--lang", default="", help="The contact's language.")
@click.option("--at", "moment", help="The time that it is: 2026-06-22T09:00.")
@click.option("--record", type=click.Path(path_type=Path, dir_okay=False), help="Write what is typed into this file.")
@click.option("--replay", type=click.Path(path_type=Path, dir_okay=False), help="Type what is in this file first.")
@click.option("--once", metavar="TEXT", help="Say one thing, show the answer, end.")
@click.option("--show", default="", metavar="json,vars,trace", help="Show these after every turn.")
@click.pass_obj
def command(
    given: Given, flow: str, step: str, sets: tuple[str, ...], person: str, lang: str, moment: str | None, record: Path | None,
    replay: Path | None, once: str | None, show: str,
) -> int:  # fmt: skip
    """Talk to a bot here. The engine is the one that serves; the clock stands still until you move it, and no message leaves this machine.

    Actions are the real ones: what they order is ordered. Type a number to choose an option, a slash word for anything else: /help lists
    them.
    """
    from botkit.chat import Keyboard, Refused, Screen, Talk
    from botkit.chat.slashes import SLASHES
    from botkit.environment import Environment
    from botkit.languages import closest
    from botkit.ports import RealPorts
    from botkit.project import read_project
    from botkit.testing.stillness import StillLoop

    root = project_root(given)
    project = read_project(root)
    bot = project.bot
    if bot is None or project.problems.errors:
        from botkit.cli.reports import unfit

        raise unfit(project.problems.errors, project, given, "the bot has errors; they are told above")
    _known("flow", flow, list(bot.flows))
    if closest(lang, bot.settings.languages) is None:
        _known("language", lang, list(bot.settings.languages))
    replayed = _replayed(given.folder / replay) if replay is not None else None
    recording = _recording(given.folder / record if record is not None else None)
    zone = bot.settings.zone
    now = RealPorts().now().astimezone(zone).replace(second=0, microsecond=0)
    screen = Screen(given.paint, given.json, given.quiet, _width)
    variables, attributes = _sets(sets, bot)
    _quieten(given, screen)
    keyboard = Keyboard(given.paint("you> ", "cyan"), SLASHES)
    with asyncio.Runner(loop_factory=StillLoop) as runner:
        talk = Talk(
            project, bot, _moment(moment, now, zone) if moment else now, screen, flow=flow, who=person, language=lang,
            attributes=attributes, shown=_shown(show), secrets=Environment(root, os.environ).all(),
        )  # fmt: skip
        runner.run(talk.open())
        try:
            runner.run(talk.prepare(step, variables))
            for line in _lines(screen, keyboard, replayed, once, recording):
                if not runner.run(talk.line(line)):
                    break
        except Refused as error:
            raise Exit(USAGE, str(error)) from None
        finally:
            runner.run(talk.close())
    return 0


def _width() -> int | None:
    """Columns of the terminal; None: standard output is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def _quieten(given: Given, screen: Screen) -> None:
    """What the bot's actions log is told beside the talk, in one line each; with -v as it is, traceback and all."""

    class Beside(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.name != "botkit.sender":  # what was not sent is told in the talk
                screen.refuse(record.getMessage())

    log = logging.getLogger("botkit")
    if not given.verbose:
        log.handlers = [Beside(logging.WARNING)]
        log.propagate = False


def _known(what: str, name: str, known: list[str]) -> None:
    if name and name not in known:
        raise Exit(USAGE, f'there is no {what} "{name}"', did_you_mean(name, known) or f"there are {', '.join(known)}")


def _moment(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    try:
        if re.fullmatch(r"\d{1,2}:\d\d", text):
            hour, minute = text.split(":")
            return now.replace(hour=int(hour), minute=int(minute))
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)
        if not 2000 <= moment.year <= 2100:
            raise ValueError(text)
    except ValueError:
        raise Exit(USAGE, f'"{text}" is no time: --at 2026-06-22T09:00') from None
    return moment.replace(second=0, microsecond=0)


def _shown(text: str) -> list[str]:
    from botkit.chat.talk import SHOWN

    words = [word.strip() for word in text.split(",") if word.strip()]
    for word in words:
        if word not in SHOWN:
            raise Exit(USAGE, f'"{word}" is nothing to show', did_you_mean(word, SHOWN) or f"there are {', '.join(SHOWN)}")
    return words


def _sets(texts: tuple[str, ...], bot: Bot) -> tuple[dict[str, str], dict[str, Value]]:
    """The variables, as they are written, and the contact's attributes."""
    from botkit.chat import Refused
    from botkit.chat.deeds import value_of

    variables: dict[str, str] = {}
    attributes: dict[str, Value] = {}
    for text in texts:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not equals or not name:
            raise Exit(USAGE, f'"{text}" sets nothing: --set day=2026-06-24')
        if not name.startswith("contact."):
            variables[name] = value
            continue
        try:
            attributes[name.removeprefix("contact.")] = value_of(bot, None, name, value)
        except Refused as error:
            raise Exit(USAGE, str(error)) from None
    return variables, attributes


def _replayed(path: Path) -> list[str]:
    """The lines of the file. Raises Exit."""
    try:
        return path.read_text("utf-8", "replace").splitlines()
    except OSError as error:
        raise Exit(USAGE, f"{path} cannot be read: {error.strerror or error}") from None


def _recording(path: Path | None) -> AbstractContextManager[TextIO | None]:
    """The file that what is typed is written into. Raises Exit."""
    try:
        return path.open("w", encoding="utf-8", errors="replace") if path is not None else nullcontext()
    except OSError as error:
        raise Exit(CONFIGURATION, f"{path} cannot be written: {error.strerror or error}") from None


def _lines(
    screen: Screen, keyboard: Keyboard, replayed: list[str] | None, once: str | None, record: AbstractContextManager[TextIO | None]
) -> Iterator[str]:
    """What is typed: from a file, by --once, or at the keyboard; and written down where that is wanted."""
    with record as kept:
        for line in _typed(screen, keyboard, replayed, once):
            if kept is not None:
                kept.write(line + "\n")
                kept.flush()
            yield line


def _typed(screen: Screen, keyboard: Keyboard, replayed: list[str] | None, once: str | None) -> Iterator[str]:
    for line in replayed or ():
        if line.strip():
            screen.typed(line)
            yield line
    if once is not None:
        yield once
    if once is not None or (replayed is not None and not keyboard.interactive):
        return
    while (line_ := keyboard.line()) is not None:
        if line_.strip():
            if not keyboard.interactive:
                screen.typed(line_)
            yield line_
