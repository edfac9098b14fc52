"""Broadcasts on their way: each person gets an event of their own by the door of all events, at the broadcast's pace, behind all answers.

Who is next stands in the store. The key of an event is made of broadcast and person, so that whoever comes twice, after a kill or a
resume, is known: nobody gets a second copy, and nobody is left out. Whether somebody may be written to is looked at again at that moment.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from botkit import wire
from botkit.clockwork import LONGEST, Clockwork
from botkit.model import Inbound
from botkit.outreach.people import People, Refused, inbounds
from botkit.outreach.single import Receive
from botkit.pace import FULL, Pace
from botkit.ports import Ports
from botkit.stores.base import Store
from botkit.stores.broadcasts import BEGUN, SEND, Broadcast, Invited
from botkit.wishes import BadWish

log = logging.getLogger("botkit.broadcasts")

_ROUNDS = 4  # a second: so often people are taken
_QUIET = 0.5  # seconds between two looks at what became of the last ones
_MOST = 1000  # broadcasts that run or wait for their moment


class Broadcasts:
    """*receive* is the door of the inbox. *room*: how many more messages of a channel may wait now without holding up an answer."""

    def __init__(self, people: People, store: Store, ports: Ports, receive: Receive, room: Callable[[str], int]) -> None:
        self._people = people
        self._store = store
        self._ports = ports
        self._receive = receive
        self._room = room
        self._full: dict[str, float] = {}  # the bucket of each broadcast's pace
        self._clock = Clockwork("broadcasts", ports, log, self._look)

    @property
    def resting(self) -> bool:
        """Nothing goes out now."""
        return self._clock.resting > 1

    async def start(self) -> None:
        """Take up what an earlier process was about."""
        self._clock.start()

    def wake(self) -> None:
        """One has begun, has been stopped, or goes on."""
        self._clock.wake()

    async def stop(self) -> None:
        """Take no further person; the rest follows at the next start."""
        await self._clock.stop()

    async def _look(self) -> float:
        """Take the next people of every broadcast that is due; seconds until the next look."""
        waits = [LONGEST]
        for one in reversed(await self._store.broadcasts(["running"], _MOST)):
            now = self._ports.now()
            if one.at is not None and one.at > now:
                waits.append((one.at - now).total_seconds())
            else:
                waits.append(await self._go_on(one))
        return min(waits)

    async def _go_on(self, one: Broadcast) -> float:
        await self._store.settle_invited(one.id)
        count = min(self._allowed(one), self._room(one.channel))
        if count <= 0:
            return 1 / _ROUNDS
        people = await self._store.invited(one.id, SEND, -1, count)
        if people:
            await self._begin(one, people)
            return 1 / _ROUNDS
        self._full.pop(one.id, None)
        tally = await self._store.tally(one.id)
        if tally.ahead:
            return _QUIET
        await self._store.turn_broadcast(one.id, "done")
        log.info("broadcast %s (%s) is done: %s", one.id, one.name, ", ".join(f"{n} {state}" for state, n in sorted(tally.states.items())))
        return 0

    def _allowed(self, one: Broadcast) -> int:
        """How many may be taken now; they are counted as taken."""
        pace = Pace(1 / one.rate, max(1.0, one.rate / _ROUNDS))
        full, steady = self._full.get(one.id, FULL), self._ports.monotonic()
        count = 0
        while pace.wait(full, steady) == 0:
            full = pace.taken(full, steady)
            count += 1
        self._full[one.id] = full
        return count

    async def _begin(self, one: Broadcast, people: Sequence[Invited]) -> None:
        """Let *people* have their event; those who may not be written to any more are told so in the list."""
        events: list[Inbound] = []
        marks: dict[int, tuple[str, str]] = {}
        now = self._ports.now()
        for person in people:
            try:
                addressee = await self._people.find(one.channel, person.to)
                wish, found = self._people.judge(addressee, wire.loads(person.wish), now)
            except BadWish as error:
                marks[person.row] = "bad_row", str(error)
                continue
            except Refused as error:
                marks[person.row] = error.reason or "bad_row", str(error)
                continue
            if found.reason and not await self._store.became(one.channel, person.key):
                marks[person.row] = found.reason, found.told
                continue
            events += inbounds(addressee, wish, person.key, now)
            marks[person.row] = BEGUN, ""
        if events:
            await self._receive(events)
        await self._store.mark_invited(one.id, marks)
