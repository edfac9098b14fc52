"""botkit chat: talk to a bot here, without a number, a network or a clock that runs."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from botkit.cli import CONFIGURATION, USAGE, Exit, Given, examples, project_root
from botkit.problems import did_you_mean
from botkit.source import Scalar, Source

if TYPE_CHECKING:
    from botkit.bot import Bot
    from botkit.chat.screen import Screen


@click.command("chat", epilog=examples("botkit chat", "botkit chat booking --at 2026-06-22T09:00", 'botkit chat --once "hello"'))
@click.argument("flow", required=False)
@click.option("--step", help="Begin at this step.")
@click.option("--set", "sets", multiple=True, metavar="K=V", help="Set a variable first; contact.x for the contact.")
@click.option("--as", "person", metavar="NAME|NUMBER", help="Who is talking.")
@click.option("--lang", help="The contact's language.")
@click.option("--at", "moment", help="The time that it is: 2026-06-22T09:00.")
@click.option("--record", type=click.Path(path_type=Path, dir_okay=False), help="Write what is typed into this file.")
@click.option("--replay", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Type what is in this file first.")
@click.option("--once", metavar="TEXT", help="Say one thing, show the answer, end.")
@click.option("--show", default="", metavar="json,vars,trace", help="Show these after every turn.")
@click.pass_obj
def command(
    given: Given, flow: str | None, step: str | None, sets: tuple[str, ...], person: str | None, lang: str | None, moment: str | None,
    record: Path | None, replay: Path | None, once: str | None, show: str,
) -> int:  # fmt: skip
    """Talk to a bot here. The engine is the one that serves; the clock stands still until you move it, and nothing leaves this machine.

    Type a number to choose an option, a slash word for anything else: /help lists them.
    """
    from botkit.chat.screen import Screen
    from botkit.chat.slashes import Refused
    from botkit.chat.talk import Talk
    from botkit.environment import Environment
    from botkit.ports import RealPorts
    from botkit.project import read_project
    from botkit.testing.stillness import StillLoop

    root = project_root(given)
    project = read_project(root)
    bot = project.bot
    if bot is None or project.problems.errors:
        from botkit.cli.reports import report

        click.echo(report("text", project.problems.errors, project, given), err=True, nl=False)
        raise Exit(CONFIGURATION, "the bot has errors; they are told above")
    if flow is not None:
        bot.settings = replace(bot.settings, start=_known(flow, bot))
    zone = bot.settings.zone
    begun = _moment(moment, zone) if moment else RealPorts().now().astimezone(zone).replace(second=0, microsecond=0)
    pairs = [_pair(text) for text in sets]
    screen = Screen(given.paint, given.json, given.quiet)
    shown = [f"/{word.strip()}" for word in show.split(",") if word.strip()]
    with asyncio.Runner(loop_factory=StillLoop) as runner:
        talk = Talk(project, bot, begun, screen, person, lang, shown, Environment(root, os.environ).all())
        runner.run(talk.open())
        try:
            runner.run(talk.prepare(f"{flow or bot.start}.{step}" if step else None, pairs))
            for line in _lines(given, screen, replay, once, record):
                if not runner.run(talk.line(line)):
                    break
        except Refused as error:
            raise Exit(USAGE, str(error)) from None
        finally:
            runner.run(talk.close())
    return 0


def _known(flow: str, bot: Bot) -> Scalar:
    if flow not in bot.flows:
        raise Exit(USAGE, f'there is no flow "{flow}"', did_you_mean(flow, bot.flows) or f"there are {', '.join(bot.flows)}")
    return Scalar(Source("", flow), (0, 0, 0, len(flow)), flow, None)


def _moment(text: str, zone: ZoneInfo) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Exit(USAGE, f'"{text}" is no time: --at 2026-06-22T09:00') from None
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)).replace(second=0, microsecond=0)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise Exit(USAGE, f'"{text}" sets nothing: --set day=2026-06-24')
    return name.strip(), value


def _lines(given: Given, screen: Screen, replay: Path | None, once: str | None, record: Path | None) -> Iterator[str]:
    """What is typed: from a file, by --once, or at the keyboard; and written down where that is wanted."""
    for line in replay.read_text("utf-8").splitlines() if replay is not None else ():
        screen.typed(line)
        yield line
    if once is not None:
        yield once
        return
    if replay is not None and not sys.stdin.isatty():
        return
    with record.open("w", encoding="utf-8") if record is not None else nullcontext() as kept:
        while (typed := _typed(given, screen)) is not None:
            if kept is not None:
                kept.write(typed + "\n")
            yield typed


def _typed(given: Given, screen: Screen) -> str | None:
    """The next line; None: the input is over."""
    if not sys.stdin.isatty():
        read = sys.stdin.readline()
        if read.strip():
            screen.typed(read.rstrip("\n"))
        return read.rstrip("\n") if read else None
    try:
        with suppress(ImportError):
            import readline  # noqa: F401 - gives the prompt a history
        return input(given.paint("you> ", "cyan"))
    except EOFError:
        click.echo()
        return None
