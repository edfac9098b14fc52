"""Timers that are due go in by the door of all events."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from botkit.model import Inbound, TimerFired, dump_event
from botkit.ports import Ports
from botkit.stores.base import Due, Store, StoreError
from botkit.where import where

log = logging.getLogger("botkit.timers")

_AT_ONCE = 500  # timers that fire together
_LONGEST = 60.0  # seconds after which the clock is looked at again: it may have been set
_PAUSE = (1.0, 30.0)  # seconds to the next try when the store cannot work: the first and the longest
_NEVER = datetime.max.replace(tzinfo=UTC)


class Timers:
    """*receive* is the door of the inbox. A timer fires once, never early; one that was due while no process ran fires at start."""

    def __init__(self, store: Store, ports: Ports, receive: Callable[[Sequence[Inbound]], Awaitable[object]]) -> None:
        self._store = store
        self._ports = ports
        self._receive = receive
        self._woken = asyncio.Event()
        self._until = _NEVER  # when the next one is due, as far as we know
        self._task: asyncio.Task[None] | None = None
        self._ending = False

    async def start(self) -> None:
        self._task = self._ports.spawn(self._run(), "timers")

    def wake(self, due: datetime) -> None:
        """A timer is on record that is due then."""
        if due < self._until:
            self._woken.set()

    async def stop(self) -> None:
        """Fire no more; what is on its way into the inbox gets there."""
        self._ending = True
        self._woken.set()
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        failures = 0
        while not self._ending:
            self._woken.clear()
            self._until = _NEVER  # what is written from here on may be earlier than what is read below
            try:
                wait = await self._fire()
                failures = 0
            except Exception as error:
                first, longest = _PAUSE
                wait = min(longest, first * 2.0**failures)
                failures = min(failures + 1, 10)
                log.warning("timers wait: %s", error if isinstance(error, StoreError) else where(error))
            if wait > 0:
                alarm = self._ports.later(min(wait, _LONGEST), self._woken.set)
                await self._woken.wait()
                alarm.cancel()

    async def _fire(self) -> float:
        """Fire what is due; seconds until there may be more."""
        now = self._ports.now()
        due = await self._store.due(now, _AT_ONCE)
        if due:
            await self._receive([_fired(timer, now) for timer in due])
            return 0
        soonest = await self._store.next_due()
        if soonest is None:
            return _LONGEST
        self._until = soonest
        return (soonest - self._ports.now()).total_seconds()


def _fired(due: Due, now: datetime) -> Inbound:
    # One by a date of the contact's is known by that date, whatever its moment: of no date it comes twice.
    name = due.timer.rpartition(":")[0] if due.timer.startswith("0:") else due.timer
    event = TimerFired(f"timer:{due.contact}:{name}", now, due.timer)
    return Inbound(due.channel, event.key, now, dump_event(event), event, contact=due.contact, kind="event")
