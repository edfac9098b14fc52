"""Every event's way through: written down, then worked on in its contact's lane."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import datetime
from typing import Any

from botkit.lanes.backlog import Backlog
from botkit.lanes.hearing import Hearing
from botkit.lanes.lane import Item, Lane
from botkit.lanes.parts import Advance, Calls, Sends, Words
from botkit.lanes.patience import Leaving, Patience
from botkit.lanes.turns import Turns
from botkit.model import Inbound, MessageReceived, StatusChanged
from botkit.ports import Ports
from botkit.providers.base import Provider
from botkit.stores.base import Received, Store, StoreError
from botkit.stores.settling import stays
from botkit.where import where

log = logging.getLogger("botkit.lanes")


class Overloaded(Exception):
    """More events wait than there is room for: the provider is to try again later."""


def said(text: str) -> Words:
    """Words that are the same for everybody."""
    return lambda _: text


class Lanes:
    """The one door of all events, and the order in which they are worked on.

    *providers*: by channel. *watermark*: so many events may wait in memory before new webhooks are refused. *per_contact*: so many may
    wait of one contact; what more it writes is given up, with one answer (*flood*) as long as it goes on.
    """

    def __init__(
        self, store: Store, advance: Advance, ports: Ports, sender: Sends, caller: Calls, providers: Mapping[str, Provider], *,
        apology: str | Words, flood: str | Words = "", watermark: int = 20_000, per_contact: int = 100,
    ) -> None:  # fmt: skip
        self._store = store
        self._ports = ports
        self._hearing = Hearing(sender, providers)
        self._watermark = watermark
        self._per_contact = per_contact
        self._patience = Patience(ports)
        self._turns = Turns(
            store, advance, ports, sender, caller, self._patience, arrive=self._arrive,
            apology=said(apology) if isinstance(apology, str) else apology, flood=said(flood) if isinstance(flood, str) else flood,
        )  # fmt: skip
        self._backlog = Backlog(store, ports, providers, self._hearing, self._patience, self._queue, self._held)
        self._lanes: dict[tuple[str, str], Lane] = {}
        self._surplus: deque[tuple[Lane, Item]] = deque()  # to be given up, out of turn
        self._burying = False
        self._waiting = 0  # events in lanes and in the surplus, those under way included
        self._arriving = 0  # on their way into the store
        self._gathering = False
        self._gathered: set[int] = set()  # while it gathers, the events that have a lane: to look for them page by page takes for ever
        self._leaving = False
        self._tasks = 0
        self._ended: asyncio.Future[None] | None = None

    @property
    def advance(self) -> Advance:
        """May be replaced at any time; turns begun later use the new one."""
        return self._turns.advance

    @advance.setter
    def advance(self, advance: Advance) -> None:
        self._turns.advance = advance

    @property
    def waiting(self) -> int:
        """Events that are not done yet."""
        return self._waiting

    @property
    def full(self) -> bool:
        return self._waiting + self._arriving >= self._watermark

    def call_at(self, alarm: Callable[[datetime], None]) -> None:
        """*alarm* is told of the first timer of each conversation that has one."""
        self._turns.alarm = alarm

    # ---- the door

    async def receive(self, inbounds: Sequence[Inbound]) -> list[Received]:
        """Write *inbounds* down; what is fresh is worked on after this returned. Raises Overloaded (only for webhooks), StoreError."""
        if self.full and inbounds and inbounds[0].kind == "webhook":
            raise Overloaded(f"{self._waiting} events wait")
        self._arriving += len(inbounds)
        try:
            received = await self._store.receive(inbounds, self._ports.now())
        except (StoreError, asyncio.CancelledError):
            if not self._leaving and self._backlog.doubt():
                self._spawn(self._backlog.look(), "lanes look again")
            raise
        finally:
            self._arriving -= len(inbounds)
        for one in received:
            if one.fresh:
                self._arrive(one)
        return received

    def _arrive(self, received: Received) -> None:
        inbound, event = received.inbound, received.inbound.event
        if event is None or inbound.unreadable is not None:
            return
        if isinstance(event, StatusChanged):
            event = self._hearing.status(received, event)
            if not stays(event, received.before is not None):
                return
        elif isinstance(event, MessageReceived):
            self._hearing.message(inbound, received.contact, event)
        self._hearing.moved(inbound, received.contact, event)
        lane = Lane(inbound.channel, received.contact, received.conversation, not received.corrupt)
        self._queue(lane, Item(received.seq, inbound, event))

    def _queue(self, new: Lane, item: Item) -> None:
        """Put *item* at the end of its lane, which is *new* where the contact has none."""
        self._waiting += 1
        if self._gathering:
            self._gathered.add(item.seq)
        if not new.contact:
            item.doomed = "it is about nobody"
        lane = self._lanes.setdefault((new.channel, new.contact), new)
        if isinstance(item.event, MessageReceived) and len(lane.waiting) >= self._per_contact:
            item.doomed = f"more than {self._per_contact} messages of this contact wait"
            item.last_words = "" if lane.flooded else "flood"
            lane.flooded = True
            self._surplus.append((lane, item))
            if not self._burying and not self._leaving:
                self._burying = True
                self._spawn(self._bury_surplus(), "lanes surplus")
            return
        lane.waiting.append(item)
        self._wake(lane)

    # ---- the work

    def _wake(self, lane: Lane) -> None:
        if not lane.running and not self._gathering and not self._leaving and lane.ready():
            lane.running = True
            self._tasks += 1
            self._ports.spawn(self._run(lane), "lane")

    async def _run(self, lane: Lane) -> None:
        try:
            while not self._leaving:
                if not lane.known:
                    await self._turns.know(lane)
                item = lane.current = lane.take()
                if item is None:
                    break
                await self._turns.take(lane, item)
                self._waiting -= 1
            else:
                return
            lane.running = False
            if not lane.waiting:
                del self._lanes[lane.channel, lane.contact]
        except Leaving:
            pass
        except Exception as error:
            log.error("channel %s: a lane ended; it is taken up at the next start: %s", lane.channel, where(error))
        finally:
            self._one_less()

    async def _bury_surplus(self) -> None:
        try:
            while self._surplus and not self._leaving:
                lane, item = self._surplus[0]
                await self._turns.take(lane, item)
                self._surplus.popleft()
                self._waiting -= 1
        except Leaving:
            return
        self._burying = False

    def _spawn(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self._tasks += 1
        self._ports.spawn(self._counted(work), name)

    async def _counted(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as error:
            log.error("work on events ended, and is taken up at the next start: %s", where(error))
        finally:
            self._one_less()

    def _one_less(self) -> None:
        self._tasks -= 1
        if self._tasks == 0 and self._ended is not None and not self._ended.done():
            self._ended.set_result(None)

    # ---- start and drain

    async def start(self) -> None:
        """Take up what an earlier process left, in order. Before the door is opened, or the order is lost."""
        self._gathered = self._held()
        self._gathering = True  # to work meanwhile would make the door wait for all of it
        try:
            await self._backlog.take_up()
        finally:
            self._gathering = False
            self._gathered = set()
        for lane in list(self._lanes.values()):
            self._wake(lane)

    def _held(self) -> set[int]:
        """The events that have a lane."""
        if self._gathering:
            return self._gathered
        held = {item.seq for lane in self._lanes.values() for item in (*lane.waiting, lane.current) if item is not None}
        return held.union(item.seq for _, item in self._surplus)

    async def drain(self) -> None:
        """Begin nothing new and let end what is under way; what still waits stays in the inbox. Events may come in all the same: they
        are written down for the next start."""
        self._leaving = True
        self._patience.leave()
        if self._tasks:
            self._ended = asyncio.get_running_loop().create_future()
            await self._ended
