"""The way of a command to its bot: to the one that runs, by its address; or, where none does, to a bot of its own for as long as it takes.

One process works with a store. So whoever finds the store taken asks the process that has it.
"""

from __future__ import annotations

import logging
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from botkit.cli import CONFIGURATION, PROBLEMS, REFUSED, USAGE, Exit, Given, project_root
from botkit.environment import Environment, resolve, safe_url

if TYPE_CHECKING:
    import aiohttp

    from botkit.bot import Bot
    from botkit.host import Host
    from botkit.project import Project

_SECONDS = 30.0  # for one request
_GRACE = 30 * 86_400.0  # nobody listens for statuses: what is in doubt stays so until botkit serve hears of it
_DRAIN = 10.0  # seconds for what is on its way when a bot of its own ends

Answer = tuple[int, dict[str, Any]]


def code_of(status: int, told: Mapping[str, Any]) -> int:
    """The exit code of a refusal: wrong use where what was typed names nothing or makes no sense; else it is about the person."""
    typed = status in (400, 404) or (status == 422 and told.get("reason") in (None, "bad_request", "bad_number"))
    return USAGE if typed else PROBLEMS


class Reach(Protocol):
    """*own*: the bot lives only as long as the command. *bot*, *project*: as the files stand here."""

    own: bool
    bot: Bot
    project: Project

    async def ask(self, method: str, path: str, asked: Mapping[str, Any], key: str = "") -> Answer:
        """The status and what is told. Raises Exit where nobody answers."""
        ...

    def standing(self) -> str:
        """Why it is not worth while to wait; "": it is."""
        ...


class Near:
    """A bot of the command's own."""

    own = True

    def __init__(self, host: Host, bot: Bot, project: Project) -> None:
        self.bot = bot
        self.project = project
        self.host = host
        self._outreach = host.outreach()

    async def ask(self, method: str, path: str, asked: Mapping[str, Any], key: str = "") -> Answer:
        from botkit.outreach import Refused
        from botkit.stores.base import StoreError

        try:
            return await self._outreach.answer(method, path, asked, key)
        except Refused as error:
            return error.status, {"error": str(error)} | ({"reason": error.reason} if error.reason else {})
        except StoreError as error:
            raise Exit(CONFIGURATION, str(error)) from None

    def standing(self) -> str:
        """Why nothing leaves any more; "": something may."""
        states = self.host.sender.state()
        stopped = next((f"channel {name} is stopped: {state.reason}" for name, state in states.items() if not state.running), "")
        if stopped or self.host.lanes.waiting:
            return stopped
        doubt = sum(state.doubt for state in states.values())
        if doubt and all(state.queued == state.doubt for state in states.values()):
            return f"{doubt} in doubt: the answer was lost, and only botkit serve hears whether WhatsApp has it"
        return ""


class Far:
    """The bot that runs at *url*."""

    own = False

    def __init__(self, session: aiohttp.ClientSession, url: str, bot: Bot, project: Project, taken: str = "") -> None:
        self.bot = bot
        self.project = project
        self._session = session
        self._url = url.rstrip("/")
        self._taken = taken  # who has the store, where the address was found out by that

    def standing(self) -> str:
        """The bot goes on whatever happens here."""
        return ""

    async def ask(self, method: str, path: str, asked: Mapping[str, Any], key: str = "") -> Answer:
        import aiohttp

        from botkit import wire

        headers = {"Idempotency-Key": key} if key else {}
        query = {name: str(value) for name, value in asked.items() if value not in (None, False)} if method == "GET" else None
        body = None if method == "GET" else wire.dumps(asked)
        try:
            async with self._session.request(
                method, self._url + path, params=query, data=body, headers=headers, allow_redirects=False
            ) as answer:
                text = await answer.text()
                status = answer.status
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise unanswered(self._url, error, self._taken) from None
        try:
            told = wire.plain(text)
        except ValueError:
            told = None
        if status in (401, 413, 503) or not isinstance(told, dict):
            raise Exit(REFUSED, f"the bot at {self._url} refused ({status}): {text.strip()[:300]}")
        return status, told


@asynccontextmanager
async def reach(given: Given, url: str | None, *, sends: bool = True, broadcasts: bool = False) -> AsyncIterator[Near | Far]:
    """The bot of the project, wherever it is. *url*: it is there; None: it is found out. *sends*: something is to leave; otherwise a bot of
    the command's own sends nothing, also of what waits, and needs no key. *broadcasts*: it lets them go out, too. Raises Exit for what
    keeps both from working."""
    from botkit.project import read_project

    root = project_root(given)
    environment = Environment(root, os.environ)
    project = read_project(root)
    taken = ""
    if url is None:
        async with _near(given, root, project, environment, sends, broadcasts) as near:
            if isinstance(near, Near):
                yield near
                return
            taken = near
    async with _far(url or address_of(environment), project, environment, taken) as far:
        yield far


def address_of(environment: Environment) -> str:
    """Where the bot runs, as far as it is told."""
    port = environment.get("BOTKIT_PORT") or environment.get("PORT") or 8080
    return environment.get("BOTKIT_URL") or f"http://127.0.0.1:{port}"


def unanswered(url: str, error: Exception, taken: str = "") -> Exit:
    """What is told where nobody answers at *url*. *taken*: who has the store of the bot meanwhile."""
    cause = getattr(error, "os_error", error)
    number = getattr(cause, "errno", None) or 0
    why = os.strerror(number) if number > 0 else getattr(cause, "strerror", None) or str(cause) or "no answer in time"
    what = f"nobody answers at {url}: {why}".splitlines()[0][:300]
    if taken:
        return Exit(REFUSED, what, taken, "if that is botkit serve, --url tells where; if it is another command, wait until that has ended")
    return Exit(REFUSED, what, "is botkit serve running there? --url tells where")


@asynccontextmanager
async def _near(
    given: Given, root: Path, project: Project, environment: Environment, sends: bool, broadcasts: bool
) -> AsyncIterator[Near | str]:
    """A bot of the command's own; where another process works with the store, who that is."""
    from botkit.logs import set_up
    from botkit.ports import RealPorts
    from botkit.reloading import Release
    from botkit.serving import host_of
    from botkit.stores.base import StoreError, StoreTaken
    from botkit.stores.opening import open_store

    bot = _bot(given, project)
    resolved = resolve(bot.settings, environment, open_webhook=True)
    set_up("debug" if given.verbose else "warning", "text", (*resolved.secrets(), *environment.secrets()))
    if not given.verbose:
        logging.getLogger().handlers[0].addFilter(_no_news)
    secrets = {**environment.all(), **resolved.bound}
    taken = ""
    if not resolved.channels:
        raise Exit(CONFIGURATION, *resolved.lacking)
    try:
        store = open_store(resolved.store, root)
        if resolved.lacking and sends:
            await store.open()  # not if another process has it: then the secrets that are lacking here are not needed
            await store.close()
            raise Exit(CONFIGURATION, *resolved.lacking)
        channels = resolved.channels.values()
        host = host_of(Release(bot), project.actions, channels, store, RealPorts(), secrets, _GRACE, root=root, desks=resolved.desks)
        await (host.work() if sends else host.look())
        if broadcasts and host.broadcasts is not None:
            await host.broadcasts.start()
    except StoreTaken as error:
        taken = str(error).partition(";")[0]
    except StoreError as error:
        raise Exit(CONFIGURATION, str(error)) from None
    if taken:
        yield taken
        return
    try:
        yield Near(host, bot, project)
    finally:
        await host.drain(_DRAIN)


def _no_news(record: logging.LogRecord) -> bool:
    """What became of a message is the result of the command: no line of the log for each."""
    return record.name != "botkit.sender" or record.levelno >= logging.ERROR


@asynccontextmanager
async def _far(url: str, project: Project, environment: Environment, taken: str) -> AsyncIterator[Far]:
    import aiohttp

    token = environment.get("BOTKIT_API_TOKEN")
    if token is None:
        what = f"BOTKIT_API_TOKEN is not set, with which the bot at {url} is asked"
        raise Exit(CONFIGURATION, f"{what}: put it into the environment, or write BOTKIT_API_TOKEN=… into .env")
    if not safe_url(url):
        raise Exit(CONFIGURATION, f"{url} must begin with https:// (http:// only on this machine)")
    if project.bot is None:
        raise Exit(CONFIGURATION, "the bot cannot be read: botkit check tells what is wrong")
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    async with aiohttp.ClientSession(headers=headers, timeout=aiohttp.ClientTimeout(total=_SECONDS)) as session:
        yield Far(session, url, project.bot, project, taken)


def _bot(given: Given, project: Project) -> Bot:
    """Raises Exit for a bot with errors."""
    if project.bot is None or project.problems.errors:
        from botkit.cli.reports import unfit

        raise unfit(project.problems.errors, project, given, "nothing is sent by a bot with errors; a bad flow must not reach a contact")
    return project.bot
