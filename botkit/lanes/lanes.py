"""Every event's way through: written down, then worked on in its contact's lane."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import datetime
from typing import Any

from botkit.lanes import backlog
from botkit.lanes.hearing import Hearing
from botkit.lanes.lane import Item, Lane
from botkit.lanes.parts import Advance, Calls, Sends, Words
from botkit.lanes.patience import Leaving, Patience
from botkit.lanes.turns import Turns
from botkit.model import Inbound, MessageReceived, StatusChanged
from botkit.ports import Ports
from botkit.providers.base import Provider
from botkit.stores.base import Pending, Received, Store, StoreError
from botkit.stores.settling import stays
from botkit.where import where

log = logging.getLogger("botkit.lanes")

_PAGE = 500  # events read at once at start
_LOOK = 4  # so patient is the first look after a write without an answer: a look costs a walk through the inbox


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
        self._providers = providers
        self._watermark = watermark
        self._per_contact = per_contact
        self._patience = Patience(ports)
        self._turns = Turns(
            store, advance, ports, sender, caller, self._patience, arrive=self._arrive,
            apology=said(apology) if isinstance(apology, str) else apology, flood=said(flood) if isinstance(flood, str) else flood,
        )  # fmt: skip
        self._lanes: dict[tuple[str, str], Lane] = {}
        self._surplus: deque[tuple[Lane, Item]] = deque()  # to be given up, out of turn
        self._burying = False
        self._waiting = 0  # events in lanes and in the surplus, those under way included
        self._arriving = 0  # on their way into the store
        self._unsure = False  # a write may have happened without an answer: what it brought in has no lane
        self._looking = False
        self._gathering = False
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
            self._look_soon()
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
        lane = Lane(inbound.channel, received.contact, received.conversation, not received.corrupt)
        self._queue(lane, Item(received.seq, inbound, event))

    def _queue(self, new: Lane, item: Item) -> None:
        """Put *item* at the end of its lane, which is *new* where the contact has none."""
        self._waiting += 1
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
        self._gathering = True  # to work meanwhile would make the door wait for all of it
        try:
            await self._take_up()
        finally:
            self._gathering = False
        for lane in list(self._lanes.values()):
            self._wake(lane)

    def _look_soon(self) -> None:
        self._unsure = True
        if not self._looking and not self._leaving:
            self._looking = True
            self._spawn(self._look_again(), "lanes look again")

    async def _look_again(self) -> None:
        """Find what was written down without our knowing, once the store works again."""
        turn = _LOOK
        while self._unsure:
            try:
                await self._patience.wait(turn)
                self._unsure = False
                await self._take_up()
            except StoreError:
                self._unsure = True
                turn += 1
            except Leaving:
                return
        self._looking = False

    def _held(self) -> set[int]:
        held = {item.seq for lane in self._lanes.values() for item in (*lane.waiting, lane.current) if item is not None}
        return held.union(item.seq for _, item in self._surplus)

    async def _take_up(self) -> None:
        after, foreign = 0, 0
        while not self._leaving and (page := await self._store.unfinished(after, _PAGE)):
            after = page[-1].seq
            held = self._held()
            for pending in page:
                if pending.channel not in self._providers:
                    foreign += 1
                elif pending.seq not in held:
                    await self._resume(pending)
        if foreign:
            log.warning("%d events wait for channels that are not in botkit.yaml; they stay in the inbox", foreign)

    async def _resume(self, pending: Pending) -> None:
        item = backlog.item(pending, self._providers[pending.channel], self._ports.now())
        if isinstance(item.event, StatusChanged):
            row = await self._store.send(item.event.opaque) if item.event.opaque else None
            received = Received(item.inbound, False, pending.seq, pending.contact, before=row, after=row)
            item.event = self._hearing.status(received, item.event)
        elif isinstance(item.event, MessageReceived):
            self._hearing.message(item.inbound, pending.contact, item.event)
        self._queue(Lane(pending.channel, pending.contact), item)

    async def drain(self) -> None:
        """Begin nothing new and let end what is under way; what still waits stays in the inbox. Events may come in all the same: they
        are written down for the next start."""
        self._leaving = True
        self._patience.leave()
        if self._tasks:
            self._ended = asyncio.get_running_loop().create_future()
            await self._ended
