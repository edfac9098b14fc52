"""Timers that are due go in by the door of all events."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from botkit.clockwork import LONGEST, Clockwork
from botkit.model import Inbound, TimerFired, dump_event
from botkit.ports import Ports
from botkit.stores.base import Due, Store

log = logging.getLogger("botkit.timers")

_AT_ONCE = 500  # timers that fire together
_NEVER = datetime.max.replace(tzinfo=UTC)


class Timers:
    """*receive* is the door of the inbox. A timer fires once, never early; one that was due while no process ran fires at start."""

    def __init__(self, store: Store, ports: Ports, receive: Callable[[Sequence[Inbound]], Awaitable[object]]) -> None:
        self._store = store
        self._ports = ports
        self._receive = receive
        self._until = _NEVER  # when the next one is due, as far as we know
        self._clock = Clockwork("timers", ports, log, self._fire)

    async def start(self) -> None:
        self._clock.start()

    def wake(self, due: datetime) -> None:
        """A timer is on record that is due then."""
        if due < self._until:
            self._clock.wake()

    async def stop(self) -> None:
        """Fire no more; what is on its way into the inbox gets there."""
        await self._clock.stop()

    async def _fire(self) -> float:
        """Fire what is due; seconds until there may be more."""
        self._until = _NEVER  # what is written from here on may be earlier than what is read below
        now = self._ports.now()
        due = await self._store.due(now, _AT_ONCE)
        if due:
            await self._receive([_fired(timer, now) for timer in due])
            return 0
        soonest = await self._store.next_due()
        if soonest is None:
            return LONGEST
        self._until = soonest
        return (soonest - self._ports.now()).total_seconds()


def _fired(due: Due, now: datetime) -> Inbound:
    # One by a date of the contact's is known by that date, whatever its moment: of no date it comes twice.
    name = due.timer.rpartition(":")[0] if due.timer.startswith("0:") else due.timer
    event = TimerFired(f"timer:{due.contact}:{name}", now, due.timer)
    return Inbound(due.channel, event.key, now, dump_event(event), event, contact=due.contact, kind="event")
