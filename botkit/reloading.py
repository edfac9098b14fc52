"""The release that runs, and the one that takes its place: at a signal, or as soon as a file has changed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from botkit.bot import Bot
from botkit.engine import advance
from botkit.host import Host
from botkit.model import Conversation, Event, TimerFired, Turn
from botkit.ports import Ports
from botkit.problems import Problem
from botkit.project import Project, read_project
from botkit.sayings import saying
from botkit.stores.base import Store, StoreError
from botkit.succession import Live, counted
from botkit.watching import LOOK, Stamps, stamps
from botkit.where import where

log = logging.getLogger("botkit.release")

FOLDERS = ("flows", "templates", "locales", "data", "actions")  # of those that are watched, those that a bot is made of
_QUIET = 0.1  # seconds without a change: an editor has written all that it writes
_PAGE = 500  # conversations


class Release(Struct):
    """The bot that turns are worked off with from now on."""

    bot: Bot

    def advance(self, conversation: Conversation, event: Event) -> Turn:
        turn = advance(self.bot, conversation, event)
        if isinstance(event, TimerFired):
            for note in turn.notes:
                if note.kind == "missed":
                    log.warning("too late to begin flow %s", note.detail)
        return turn

    def words(self, name: str, conversation: Conversation | None) -> str:
        """Words of the bot's own in the contact's language."""
        chosen = conversation.contact.attributes.get("language") if conversation is not None else None
        return saying(name, chosen if isinstance(chosen, str) else self.bot.settings.language)


class Releases:
    """Compiles a release whole, and swaps it at once, or not at all."""

    def __init__(self, root: Path, running: Host, release: Release) -> None:
        self.release = release
        self.root = root
        self.running = running
        self._reading = False
        self._again = False
        self._turn = asyncio.Lock()  # whoever began to read first must not be done last, with what the files said before

    async def renew(self) -> None:
        """Read the project anew. What is wrong with it is logged, and then the release that runs goes on."""
        self._again = True
        if self._reading:
            return
        self._reading = True
        try:
            while self._again:
                self._again = False
                self._log(await self.read())
        except Exception as error:
            log.error("the bot could not be read again, the last good release runs on: %s", where(error))
        finally:
            self._reading = False

    async def read(self) -> Renewal:
        """Read the project, and let its bot take the place of the one that runs, unless there are errors."""
        async with self._turn:
            project = await asyncio.to_thread(read_project, self.root)
            errors = project.problems.errors
            before = self.release.bot.release
            if project.bot is None or errors:
                return Renewal(project, before, errors)
            self.release.bot = project.bot
            self.running.act_with(project.actions, project.bot.settings.queues)
            if self.running.rounds is not None:
                self.running.rounds.wake()
            return Renewal(project, before)

    def _log(self, renewal: Renewal) -> None:
        if renewal.bot is not None:
            log.info("release %s takes the place of %s", renewal.bot.release, renewal.before)
            return
        for problem in renewal.errors:
            log.error("%s", problem)
        log.error("the bot has %d errors, the last good release runs on: botkit check tells them", len(renewal.errors))


class Renewal(Struct, frozen=True):
    """What came of reading a project again. *before*: the release that ran until then. With *errors* it runs on."""

    project: Project
    before: str
    errors: Sequence[Problem] = ()

    @property
    def bot(self) -> Bot | None:
        """The bot that runs now; None: still the one before."""
        return None if self.errors else self.project.bot


class Watched(Struct, frozen=True):
    """Files whose changes are taken up. *seen*: as they were before the bot was read; *tell* is given the lines for the author."""

    seen: Stamps
    tell: Callable[[str], None]


def looked_at(root: Path) -> Stamps:
    """The files that the bot in *root* is made of, as they stand."""
    return stamps(root, folders=FOLDERS)


async def watch(releases: Releases, ports: Ports, watched: Watched) -> None:
    """Have every change of a file of the bot taken up, for ever."""
    root, seen, tell = releases.root, watched.seen, watched.tell
    while True:
        await ports.sleep(LOOK)
        there = looked_at(root)
        if there == seen:
            continue
        while (now := await _later(root, ports)) != there:
            there = now
        changed, seen = _changed(root, seen, there), there
        began = ports.monotonic()
        try:
            renewal = await releases.read()
            took = round((ports.monotonic() - began) * 1000)
            live = await _live(renewal.bot, releases.running.store) if renewal.bot is not None else None
        except Exception as error:
            tell(f"{_time(ports)}  the bot could not be read again, still running the last good release: {where(error)}")
            continue
        if renewal.bot is None:
            for line in _wrong(renewal.errors):
                tell(f"{_time(ports)}  {line}")
            tell(f"{_time(ports)}  {changed} changed: not taken up, still running the last good release")
        else:
            tell(f"{_time(ports)}  {changed} changed: reloaded in {took} ms{_kept(live)}")


async def _later(root: Path, ports: Ports) -> Stamps:
    await ports.sleep(_QUIET)
    return looked_at(root)


def _time(ports: Ports) -> str:
    return f"{ports.now().astimezone():%H:%M:%S}"


def _changed(root: Path, before: Stamps, after: Stamps) -> str:
    """The files that differ, in few words."""
    differ = before.keys() ^ after.keys() | {name for name in before.keys() & after.keys() if before[name] != after[name]}
    names = sorted(Path(name).relative_to(root).as_posix() for name in differ)
    return ", ".join(names) if len(names) <= 3 else f"{names[0]} and {len(names) - 1} more"


def _wrong(errors: Sequence[Problem]) -> Iterator[str]:
    for problem in errors:
        yield f"{problem}{f' (hint: {problem.hint})' if problem.hint else ''}"


async def _live(bot: Bot, store: Store) -> Live | None:
    try:
        return counted(bot, [conversation async for conversation in _conversations(store)])
    except StoreError:
        return None


async def _conversations(store: Store) -> AsyncIterator[Conversation | None]:
    after = ""
    while page := await store.conversations(after, _PAGE):
        for after, conversation in page:  # noqa: B007 - the last key leads to the next page
            yield conversation


def _kept(live: Live | None) -> str:
    """What becomes of those that are under way."""
    told = ""
    for stranded, what in ((False, "kept"), (True, "stranded")):
        found = {stand: count for stand, count in live.stands.items() if (stand.fate == "stranded") is stranded} if live is not None else {}
        count, places = sum(found.values()), sorted({f"{stand.flow}.{stand.step}" for stand in found})
        if count:
            told += f", {count} conversation{'' if count == 1 else 's'} {what}{f' at {places[0]}' if len(places) == 1 else ''}"
    return told
