"""Events that are on the disk and in no lane: what an earlier process left, and what came in by a write whose answer was lost."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime

from msgspec.structs import replace

from botkit.lanes.hearing import Hearing
from botkit.lanes.lane import Item, Lane
from botkit.lanes.patience import Leaving, Patience
from botkit.model import Inbound, MessageReceived, StatusChanged, load_event
from botkit.ports import Ports
from botkit.providers.base import Provider
from botkit.stores.base import Pending, Received, Store, StoreError

log = logging.getLogger("botkit.lanes")

DEATHS = 4  # so often a process may have ended at an event; the attempt counted when it came in may never have begun
PAGE = 500  # events read at once
_LOOK = 4  # so patient is the first look after a write without an answer: a look costs a walk through all that is not done


class Backlog:
    """*queue* takes what is found, *held* tells what has a lane already."""

    def __init__(
        self, store: Store, ports: Ports, providers: Mapping[str, Provider], hearing: Hearing, patience: Patience,
        queue: Callable[[Lane, Item], None], held: Callable[[], set[int]],
    ) -> None:  # fmt: skip
        self._store = store
        self._ports = ports
        self._providers = providers
        self._hearing = hearing
        self._patience = patience
        self._queue = queue
        self._held = held
        self._unsure = False  # what is on the disk may be more than we know of
        self._looking = False

    async def take_up(self) -> None:
        """Queue all events that are not done and have no lane, in order. Raises StoreError."""
        after, foreign = 0, 0
        while page := await self._store.unfinished(after, PAGE):
            after = page[-1].seq
            held = self._held()
            for pending in page:
                if pending.channel not in self._providers:
                    foreign += 1
                elif pending.seq not in held:
                    await self._resume(pending)
        if foreign:
            log.warning("%d events wait for channels that this bot has not; they stay in the inbox", foreign)

    def doubt(self) -> bool:
        """A write has failed that may have happened all the same. Whether `look` is to be begun: it does not run yet."""
        self._unsure = True
        begin, self._looking = not self._looking, True
        return begin

    async def look(self) -> None:
        """Take up what was written down without our knowing, once the store works again."""
        turn = _LOOK
        try:
            while self._unsure:
                await self._patience.wait(turn)
                self._unsure = False
                try:
                    await self.take_up()
                except StoreError:
                    self._unsure = True
                    turn += 1
        except Leaving:
            pass
        finally:
            self._looking = False

    async def _resume(self, pending: Pending) -> None:
        item = _item(pending, self._providers[pending.channel], self._ports.now())
        if isinstance(item.event, StatusChanged):
            row = await self._store.send(item.event.opaque) if item.event.opaque else None
            received = Received(item.inbound, False, pending.seq, pending.contact, before=row, after=row)
            item.event = self._hearing.status(received, item.event)
        elif isinstance(item.event, MessageReceived):
            if pending.late:
                item.inbound = replace(item.inbound, identity=await self._store.identity(pending.channel, pending.contact))
            self._hearing.message(item.inbound, pending.contact, item.event)
        elif item.event is not None:
            self._hearing.moved(item.inbound, pending.contact, item.event)
        self._queue(Lane(pending.channel, pending.contact), item)


def _item(pending: Pending, provider: Provider, now: datetime) -> Item:
    inbound = _read(pending, provider, now)
    item = Item(pending.seq, inbound, inbound.event, pending.attempts, counted=False)
    if inbound.event is None:
        item.doomed = inbound.unreadable or "it can no longer be read"
    elif pending.attempts >= DEATHS:
        item.doomed = f"the process ended while it was worked on, {pending.attempts} times"
    return item


def _read(pending: Pending, provider: Provider, now: datetime) -> Inbound:
    """The event of *pending*, made again of its raw bytes; without event when that cannot be done."""
    bare = Inbound(pending.channel, pending.key, now, pending.raw, contact=pending.contact, kind=pending.kind)
    if pending.kind == "webhook":
        return next((inbound for inbound in provider.events(pending.raw, now) if inbound.key == pending.key), bare)
    try:
        event = load_event(pending.raw)
    except ValueError:
        return bare
    return Inbound(pending.channel, pending.key, event.at, pending.raw, event, contact=pending.contact, kind="event")
