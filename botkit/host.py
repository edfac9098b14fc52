"""A bot at work: the store, who sends, who calls, the lanes, the timers and the server, started and ended in order."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, Literal, Protocol

from botkit import condition
from botkit.bot import Bot
from botkit.channels import Channel
from botkit.environment import Desk
from botkit.handoffs import Queues
from botkit.handoffs.before import before
from botkit.lanes import Advance, Calls, Lanes, Words
from botkit.media import Library
from botkit.media.downloads import Downloads
from botkit.media.folder import Folder
from botkit.media.transfer import Web
from botkit.media.uploads import Uploads
from botkit.model import Inbound
from botkit.notices import Notices
from botkit.outreach import Broadcasts, Outreach
from botkit.outreach.drafts import Drafts
from botkit.outreach.people import People
from botkit.outreach.single import Single
from botkit.ports import Ports
from botkit.providers import PROVIDERS
from botkit.retention import Retention
from botkit.rounds import Rounds
from botkit.sender import Sender
from botkit.sender.client import Client
from botkit.sender.receipts import Receipts
from botkit.server import Connections, Health, Server, metrics
from botkit.server.metrics import Sample
from botkit.settings import Queue
from botkit.stores.base import Received, Store, StoreError
from botkit.timers import Timers
from botkit.where import where

log = logging.getLogger("botkit.host")

_FIRST_PRUNE = 300.0  # seconds after the start
_PRUNE = 3600.0  # seconds between two
_FORGET = 86400.0  # seconds between two looks at all people for those who are to be forgotten
_MARK = 10.0  # seconds that a read mark may take
_AHEAD = 0.25  # seconds that an answer may wait for messages of broadcasts
_EVENTS = 200  # that may wait when a broadcast goes on

Receive = Callable[[Sequence[Inbound]], Awaitable[object]]


class Callers(Calls, Protocol):
    """Runs the actions of a bot; `botkit.actions.Caller` does."""

    actions: Mapping[str, Any]  # may be replaced: attempts begun later use the new ones

    def connect(self, library: Library) -> None:
        """Who has the files of contacts."""
        ...

    async def start(self) -> None: ...

    async def drain(self, seconds: float) -> None: ...


class Host:
    """*caller* is made with the door of the inbox, by which answers come in. *apology* and *flood*: what is said to a contact whose message
    is given up, and to one that writes too much. *in_doubt*, *grace*: as for the Sender; *watermark*, *per_contact*: as for the Lanes.
    *bot* gives the bot whose schedules come; None: none do. *root* is the bot's folder, with its files; None: it has none. *desks*: where
    queues lead, by their names."""

    def __init__(
        self, store: Store, channels: Iterable[Channel], advance: Advance, ports: Ports, caller: Callable[[Receive], Callers], *,
        apology: str | Words, flood: str | Words = "", in_doubt: Literal["resend", "hold"] = "resend", grace: float = 20.0,
        watermark: int = 20_000, per_contact: int = 100, connections: Connections | None = None, bot: Callable[[], Bot] | None = None,
        root: Path | None = None, desks: Mapping[str, Desk] | None = None,
    ) -> None:  # fmt: skip
        named = {channel.name: channel for channel in channels}
        providers = {name: PROVIDERS[channel.provider](channel) for name, channel in named.items()}
        self.store = store
        self.caller = caller(self.receive)
        files: Uploads | None = None
        self.library: Library | None = None  # has the files of contacts
        if root is not None:
            web, bases = Web(), {name: channel.base_url for name, channel in named.items()}
            files = Uploads(store, web, root, ports)
            self.library = Downloads(bases, providers, web, Folder(root), ports)
            self.caller.connect(self.library)
        self.sender = Sender(
            store, named, providers, ports, self.receive, in_doubt=in_doubt, grace=grace, marketing=self._marketing, files=files
        )
        self.lanes = Lanes(
            store, advance, ports, self.sender, self.caller, providers,
            apology=apology, flood=flood, watermark=watermark, per_contact=per_contact,
        )  # fmt: skip
        self.timers = Timers(store, ports, self.receive)
        self.lanes.call_at(self.timers.wake)
        self.rounds = Rounds(store, ports, self.receive, bot, frozenset(named), self._busy) if bot is not None else None
        self._channels = named
        self.receipts = Receipts(store, named, providers, ports, Client(ports, _MARK), bot) if bot is not None else None
        self._people = People(store, bot) if bot is not None else None
        self.broadcasts = Broadcasts(self._people, store, ports, self.receive, self._room) if self._people is not None else None
        self.notices = Notices(store, lambda: bot().templates if bot is not None else (), self.sender)
        self.server = Server(named, providers, ports, self.receive, self.health, connections=connections)
        self.server.endpoints["/metrics"] = metrics.endpoint(self._samples)
        self.queues = Queues(desks or {}, partial(before, store, providers, ports))
        self._ports = ports
        self._bot = bot
        self._retention = Retention(store, ports, lambda: None if bot is None else bot().settings.retention, root)
        self._tidying: asyncio.Task[None] | None = None
        self._drained = False

    def act_with(self, actions: Mapping[str, Any], queues: Sequence[Queue]) -> None:
        """From now on these are the bot's functions and queues."""
        self.caller.actions = {**actions, **self.queues.actions(queues, actions)}

    def _samples(self) -> Iterable[Sample]:
        states, counts = self.sender.state(), self.sender.counts()
        quiet = self.server.quiet()
        standing = condition.samples(states, counts, self._channels, self.lanes.waiting, quiet, self._ports.now())
        return chain(standing, self.notices.samples())

    def _marketing(self, template: str) -> bool:
        found = None if self._bot is None else self._bot().templates.get(template)
        return found is not None and found.category == "marketing"

    async def receive(self, inbounds: Sequence[Inbound]) -> list[Received]:
        """The one door of all events: they are on the disk when this returns. Raises Overloaded, StoreError."""
        received = await self.lanes.receive(inbounds)
        if self.receipts is not None:
            self.receipts.of(received)
        self.notices.of(received)
        return received

    async def start(self, host: str = "127.0.0.1", port: int = 8080) -> int:
        """Take up what an earlier process left, then listen; the port. Raises StoreError, OSError: then nothing runs."""
        await self.work()
        try:
            await self.timers.start()
            if self.rounds is not None:
                await self.rounds.start()
            if self.broadcasts is not None:
                await self.broadcasts.start()
            self._tidying = self._ports.spawn(self._tidy(), "prune")
            return await self.server.start(host, port)
        except BaseException:
            await self.drain(5)
            raise

    async def work(self) -> None:
        """Take up what an earlier process left, and nothing more: nobody listens, and no clock runs. Raises StoreError."""
        await self.store.open()
        try:
            await self.notices.start()
            await self.sender.start()
            if self.receipts is not None:
                await self.receipts.start()
            await self.lanes.start()
            await self.caller.start()
        except BaseException:
            await self.drain(5)
            raise

    async def look(self) -> None:
        """Open the store, and do nothing by oneself: nothing of what waits is sent. Raises StoreError."""
        await self.store.open()
        try:
            await self.notices.start()
        except BaseException:
            await self.store.close()
            raise

    def outreach(self) -> Outreach:
        """What may be asked of this bot from outside. Raises ValueError where it has no bot."""
        if self._people is None:
            raise ValueError("nobody is written to without a bot")
        single = Single(self._people, self.store, self._ports, self.receive)
        drafts = Drafts(self._people, self.store, self._ports, self.notices.limit)
        return Outreach(self.store, list(self._channels), single, drafts, self.broadcasts)

    def _room(self, channel: str) -> int:
        """How many messages of a broadcast may come now: few enough that an answer does not wait for them."""
        ahead = self.sender.ahead(channel)
        if ahead is None or self.lanes.waiting > _EVENTS:
            return 0
        return max(0, max(1, round(self.sender.rate(channel) * _AHEAD)) - ahead)

    def _busy(self) -> int:
        """Events and messages that wait, but for messages of a channel that is stopped."""
        return self.lanes.waiting + sum(state.queued for state in self.sender.state().values() if state.running)

    async def _tidy(self) -> None:
        """Have the store forget what it need not keep any longer, now and then."""
        wait, again = _FIRST_PRUNE, 0.0
        while True:
            await self._ports.sleep(wait)
            wait = _PRUNE
            try:
                gone = await self.store.prune(self._ports.now())
                if self._people is not None:
                    gone += await Drafts(self._people, self.store, self._ports).tidy()
                log.info("%d old rows were taken out of the store", gone)
                if self._ports.monotonic() < again:
                    continue
                forgotten, again = await self._retention.tidy(), self._ports.monotonic() + _FORGET
                if forgotten:
                    log.info("%d people were forgotten of whom nothing was heard for long", forgotten)
            except Exception as error:
                log.warning("old rows could not be taken out of the store: %s", error)

    async def health(self) -> Health:
        """How things stand; writes to the store, for only that shows whether it can be written."""
        reasons = list(condition.reasons(self.sender.state(), self.sender.counts(), self._ports.now()))
        reasons += self.notices.reasons(self._ports.now())
        reasons += self.queues.reasons(self._ports.now())
        if self.lanes.full:
            reasons.append(f"{self.lanes.waiting} events wait: webhooks are refused until they are fewer")
        try:
            await self.store.receive([], self._ports.now())
        except StoreError as error:
            return Health(str(error), tuple(reasons))
        return Health("", tuple(reasons))

    async def drain(self, seconds: float = 20.0, *, notice: float = 0.0) -> None:
        """End: no longer ready; after *notice* seconds accept nothing more, let end what is under way, within about *seconds*, close.

        What is not done then stays in the store, and is taken up at the next start.
        """
        if self._drained:
            return
        self._drained = True
        self.server.leaving = True
        if notice > 0:
            await self._ports.sleep(notice)
        if self._tidying is not None:
            self._tidying.cancel()
        end = self._ports.monotonic() + seconds
        stages: tuple[tuple[str, float, Callable[[float], Awaitable[None]]], ...] = (
            # What each may take at most, as a part of all; what one leaves over, the next have more.
            ("requests", 0.3, lambda _: self.server.stop()),
            ("schedules", 0.35, lambda _: self.rounds.stop() if self.rounds is not None else _nothing()),
            ("broadcasts", 0.38, lambda _: self.broadcasts.stop() if self.broadcasts is not None else _nothing()),
            ("timers", 0.4, lambda _: self.timers.stop()),
            ("turns", 0.6, lambda _: self.lanes.drain()),
            ("actions", 0.8, self.caller.drain),
            ("sends", 1.0, self.sender.drain),
        )
        for what, part, stage in stages:
            await self._stage(what, max(0.1, end - seconds * (1 - part) - self._ports.monotonic()), stage)
        if self.receipts is not None:
            await self.receipts.stop()
        await self.queues.close()
        await self.store.close()

    async def _stage(self, what: str, seconds: float, stage: Callable[[float], Awaitable[None]]) -> None:
        try:
            async with asyncio.timeout(seconds + 1):
                await stage(seconds)
        except TimeoutError:
            log.warning("%s did not end in time; what is left is taken up at the next start", what)
        except Exception as error:
            log.error("%s could not be ended: %s", what, where(error))


async def _nothing() -> None:
    """There is nothing to end."""


def settle_memory() -> None:
    """After everything is loaded: what is there stays, so the collector need not look at it, nor look often for what turns leave."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
