"""Timers fire once, never early, and none is forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from msgspec.structs import replace

from botkit.model import Conversation, Event, MessageReceived, Timer, TimerFired, Turn
from botkit.stores.base import Store, StoreUnavailable
from botkit.timers import Timers
from tests.lanes.given import BEN, NOON, Frail, World, advance, said, still


class Waiting(World):
    """A world with timers; *fired* are those that came to a turn, and when."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.fired: list[tuple[str, float]] = []
        self.timers = Timers(self.store, self.ports, self.lanes.receive)
        self.lanes.call_at(self.timers.wake)
        self.lanes.advance = self.noted

    def noted(self, conversation: Conversation, event: Event) -> Turn:
        turn = advance(conversation, event)
        if isinstance(event, TimerFired):
            assert event.at <= self.ports.now()
            self.fired.append((event.timer, (event.at - NOON).total_seconds()))
            left = tuple(timer for timer in conversation.timers if timer.id != event.timer)
            return replace(turn, conversation=replace(turn.conversation, timers=left))
        return turn

    def soon(self, conversation: Conversation, event: Event) -> Turn:
        """A text is the number of seconds to the timer that it sets."""
        turn = self.noted(conversation, event)
        if not isinstance(event, MessageReceived):
            return turn
        timer = Timer(1, "wait", self.ports.now() + timedelta(seconds=int(event.text)))
        return replace(turn, conversation=replace(turn.conversation, timers=(timer,)))

    async def asleep(self) -> None:
        """Until the timers wait for time to pass."""
        await still(lambda: self.lanes.waiting == 0 and self._waits())

    def _waits(self) -> bool:
        return self.timers._clock.resting > 0 and not self.timers._clock._woken.is_set()

    async def later(self, **span: float) -> None:
        await self.asleep()
        self.ports.pass_(**span)
        await asyncio.sleep(0)
        await self.asleep()


@pytest.fixture
async def world(store: Store) -> AsyncIterator[Waiting]:
    waiting = Waiting(store)
    await waiting.timers.start()
    yield waiting
    await waiting.timers.stop()


async def test_a_timer_fires_when_it_is_due_and_not_before(world: Waiting) -> None:
    await world.hear(said("m1", "wait"))
    await world.later(minutes=4, seconds=59)
    assert world.fired == []
    await world.later(seconds=1)
    assert [at for _, at in world.fired] == [300]
    await world.later(hours=3)
    assert len(world.fired) == 1
    assert await world.store.next_due() is None


async def test_a_timer_that_is_due_earlier_than_the_one_waited_for_fires_first(store: Store) -> None:
    world = Waiting(store)
    world.lanes.advance = world.soon
    await world.timers.start()
    await world.hear(said("m1", "7200"))
    await world.later(seconds=10)
    await world.hear(said("b1", "15", BEN))
    await world.later(seconds=15)
    assert [at for _, at in world.fired] == [25]
    await world.later(hours=2)
    assert len(world.fired) == 2
    await world.timers.stop()


async def test_a_timer_that_is_written_while_the_next_one_is_looked_up_is_not_overlooked(store: Store) -> None:
    frail = Frail(store)
    world = Waiting(frail)  # type: ignore[arg-type]
    world.lanes.advance = world.soon
    await world.timers.start()
    await world.hear(said("m1", "300"))
    await world.asleep()
    held = asyncio.Event()
    frail.late["next_due"] = [held]
    world.ports.pass_(seconds=300)
    await still(lambda: not frail.late["next_due"] and world.lanes.waiting == 0)
    await world.hear(said("b1", "15", BEN))
    await world.quiet()
    held.set()
    await asyncio.sleep(0)
    await world.later(seconds=15)
    assert [at for _, at in world.fired] == [300, 315]
    await world.timers.stop()


async def test_timers_that_were_due_while_no_process_ran_fire_at_start(store: Store) -> None:
    before = Waiting(store)
    await before.hear(said("m1", "wait"), said("b1", "wait", BEN))
    await before.quiet()
    after = Waiting(store)
    after.ports.set(NOON + timedelta(days=2))
    await after.timers.start()
    await still(lambda: len(after.fired) == 2)
    await after.asleep()
    assert {at for _, at in after.fired} == {2 * 86400}
    await after.timers.stop()


async def test_a_timer_that_came_in_before_the_process_ended_is_not_fired_twice(store: Store) -> None:
    before = Waiting(store)
    await before.hear(said("m1", "wait"))
    await before.quiet()
    before.lanes._leaving = True  # it takes events in and works on none, as one that is about to end
    before.ports.pass_(minutes=6)
    await before.timers.start()
    await still(lambda: before.lanes._arriving == 0 and before._waits())
    await before.timers.stop()
    after = Waiting(store)
    after.ports.set(NOON + timedelta(minutes=7))
    await after.timers.start()
    await after.lanes.start()
    await after.asleep()
    assert [timer for timer, _ in after.fired] == ["1:wait:1772366700000"]
    await after.timers.stop()


async def test_a_store_that_is_away_delays_timers_and_loses_none(store: Store) -> None:
    frail = Frail(store)
    world = Waiting(frail)  # type: ignore[arg-type]
    await world.timers.start()
    await world.hear(said("m1", "wait"))
    await world.asleep()
    frail.fail["due"] = [StoreUnavailable("full")] * 2
    frail.fail["receive"] = [StoreUnavailable("full")]
    for _ in range(4):
        await world.later(minutes=5)
    assert len(world.fired) == 1
    await world.timers.stop()
