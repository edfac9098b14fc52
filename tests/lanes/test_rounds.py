"""Schedules go round all contacts: each moment once for each of them, whatever ends, fails or comes late."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from botkit.bot import Bot
from botkit.model import Conversation, Event, Identity, Inbound, MessageReceived, Started, Turn
from botkit.reloading import Release
from botkit.rounds import Rounds
from botkit.stores.base import Store, StoreUnavailable
from botkit.testing.webhooks import Person
from botkit.timers import Timers
from tests.engine.talk import read
from tests.lanes.given import Frail, World, event, said, still

MAIN = "steps: {a: {say: A?, ask: {x: text}, retry: {say: A?}}, b: {say: '{{ x }}'}}"
SETTINGS = """
contact: {weekly: bool, due: date}
commands:
  yes: {match: [yes please], set: {contact.weekly: true}, say: 'Yes.'}
  no: {match: [no thanks], set: {contact.weekly: false}, say: 'No.'}
  due: {match: [due], set: {contact.due: '2026-03-20'}, say: Due.}
  stop: {match: [stop], set: {contact.opted_out: true}, say: Stopped.}
"""
WEEKLY = 'triggers: [every: {cron: "0 14 * * SUN", to: contact.weekly}]\nsteps: {tip: {say: {text: Tip!, closed: hold}}}'
OFTEN = WEEKLY.replace("0 14 * * SUN", "*/10 * * * *")
DATED = 'triggers: [relative: {to: contact.due, by: -14d, at: "09:00"}]\nsteps: {tell: {say: {text: Soon!, closed: hold}}}'
PEOPLE = [Person(f"1555000010{n}", None, f"P{n}") for n in range(5)]  # contacts c1 to c5


def bot(**flows: str) -> Bot:
    return read(SETTINGS, main=MAIN, **flows)


@dataclass
class Scheduled(World):
    """A world with schedules over a real engine. The clock begins at noon UTC of Sunday 1 March 2026: at one in Madrid."""

    bot: Bot = field(default_factory=lambda: bot(weekly=WEEKLY))
    room: int = 0  # so much waits, as the rounds are told
    fills: bool = False  # behind a page of a round too much waits for another one
    seen: list[str] = field(default_factory=list)  # keys of all events that went in

    def __post_init__(self) -> None:
        self.step = self._advance
        super().__post_init__()
        self.timers = Timers(self.store, self.ports, self._receive)
        self.lanes.call_at(self.timers.wake)
        self.rounds = Rounds(self.store, self.ports, self._receive, lambda: self.bot, {"main"}, lambda: self.room, page=2)

    def _advance(self, conversation: Conversation, event: Event) -> Turn:
        return Release(self.bot).advance(conversation, event)

    async def _receive(self, inbounds: Any) -> object:
        received = await self.hear(*inbounds)
        self.seen += [one.inbound.key for one in received if one.fresh]
        if self.fills and inbounds[0].key.startswith("every:"):
            self.room = 10_000
        return received

    async def people(self, *words: str) -> None:
        """Who write these words, one each, in order."""
        for n, (who, word) in enumerate(zip(PEOPLE, words, strict=False)):
            await self.hear(said(f"{word} {n} {self.ports.now()}", word, who))
            await self.quiet()
        self.outbox.rows.clear()

    async def begins(self) -> None:
        await self.timers.start()
        await self.rounds.start()
        await self.rests()

    async def ends(self) -> None:
        await self.rounds.stop()
        await self.timers.stop()
        await self.lanes.drain()

    async def later(self, **span: float) -> None:
        self.ports.pass_(**span)
        await asyncio.sleep(0)
        await self.rests()

    async def rests(self) -> None:
        """Until rounds and timers wait for time to pass, and all turns are done."""
        await still(lambda: all(_waits(one) for one in (self.rounds, self.timers)) and self.lanes._tasks == 0)

    def got(self) -> dict[str, list[str]]:
        """What each contact was told that nobody asked for."""
        told: dict[str, list[str]] = {}
        for row in self.outbox.rows:
            text = (row.payload or b"").decode()
            told.setdefault(row.contact, []).append(next(word for word in ("Tip!", "Soon!", "A?", "Sorry") if word in text))
        return told


def _waits(one: Any) -> bool:
    return one._clock.resting > 0 and not one._clock._woken.is_set()


async def again(store: Store, before: Scheduled, release: Bot | None = None) -> Scheduled:
    """Another process begins, at the same time, with what is in the store."""
    world = Scheduled(store, ports=before.ports, bot=release or before.bot)
    await world.begins()
    return world


# ---------------------------------------------------------------- two that turn out to be one


async def joined(world: Scheduled) -> None:
    """The second of two contacts is the first one's new number."""
    old, new = (Identity(who.wa_id, who.bsuid) for who in PEOPLE[:2])
    told = MessageReceived("moved", world.ports.now(), "moved", "system", opens_window=False)
    await world.hear(Inbound("main", "moved", told.at, b"{}", told, old, moved=new))
    await world.quiet()
    world.outbox.rows.clear()


async def test_a_schedule_comes_once_to_who_had_two_numbers(store: Store) -> None:
    world = Scheduled(store, bot=bot(weekly=WEEKLY))
    await world.begins()
    await world.people("yes please", "yes please")
    await joined(world)
    await world.later(hours=1)
    assert world.got() == {"c1": ["Tip!"]}
    await world.ends()


async def test_a_date_comes_once_to_who_had_two_numbers_under_another_bot_too(store: Store) -> None:
    world = Scheduled(store)
    await world.begins()
    await world.people("due", "due")
    await joined(world)
    await world.ends()
    world = await again(store, world, bot(dated=DATED))
    await world.later(days=5)
    assert world.got() == {"c1": ["Soon!"]}
    await world.ends()


async def test_what_was_on_its_way_to_the_number_that_is_no_contact_any_more_comes_to_the_one_it_is(store: Store) -> None:
    world = Scheduled(store, bot=bot(late="steps: {tip: {say: {text: Tip!, closed: hold}}}"))
    await world.people("hello", "hello")
    await joined(world)
    await world.hear(event(Started("begun", world.ports.now(), "late"), contact="c2"))
    await world.quiet()
    assert world.got()["c1"][0] == "Tip!" and "c2" not in world.got()


# ---------------------------------------------------------------- by the clock


async def test_at_its_moment_it_comes_for_those_it_is_for_once(store: Store) -> None:
    world = Scheduled(store)
    await world.begins()
    await world.people("yes please", "no thanks", "yes please", "hello", "yes please")
    await world.hear(said("s", "stop", PEOPLE[4]))
    await world.quiet()
    world.outbox.rows.clear()
    await world.later(minutes=59, seconds=59)
    assert world.got() == {}
    await world.later(seconds=1)
    assert world.got() == {"c1": ["Tip!"], "c3": ["Tip!"]}
    await world.later(hours=1)
    assert world.got() == {"c1": ["Tip!"], "c3": ["Tip!"]}
    await world.later(days=6, hours=23)
    assert world.got() == {"c1": ["Tip!", "Tip!"], "c3": ["Tip!", "Tip!"]}
    await world.ends()


async def test_a_moment_that_a_process_was_down_for_is_caught_up_within_an_hour(store: Store) -> None:
    world = Scheduled(store)
    await world.begins()
    await world.people("yes please", "yes please", "yes please")
    await world.ends()
    world.ports.pass_(hours=1, minutes=59)
    world = await again(store, world)
    assert world.got() == {"c1": ["Tip!"], "c2": ["Tip!"], "c3": ["Tip!"]}
    await world.ends()
    assert (await again(store, world)).got() == {}


async def test_one_that_is_older_is_told_in_the_log_and_passed_over(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    world = Scheduled(store)
    await world.begins()
    await world.people("yes please")
    await world.ends()
    world.ports.pass_(hours=2, minutes=1)
    world = await again(store, world)
    assert world.got() == {}
    assert "flow weekly: 2026-03-01T14:00+01:00 was missed, and is too long ago to be caught up" in caplog.messages
    await world.later(days=6, hours=23)
    assert world.got() == {"c1": ["Tip!"]}
    await world.ends()


async def test_of_several_that_were_missed_only_the_newest_comes(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    world = Scheduled(store, bot=bot(weekly=OFTEN))
    await world.begins()
    await world.people("yes please")
    await world.ends()
    world.ports.pass_(minutes=45)
    world = await again(store, world)
    assert world.got() == {"c1": ["Tip!"]}
    assert "flow weekly: of 4 moments that are due only the newest comes" in caplog.messages
    await world.ends()


async def test_a_schedule_that_is_new_catches_nothing_up(store: Store) -> None:
    world = Scheduled(store, bot=bot())
    await world.begins()
    await world.people("yes please")
    await world.later(hours=1)
    world.bot = bot(weekly=WEEKLY)
    world.rounds.wake()
    await world.later(seconds=1)
    assert world.got() == {}
    await world.ends()


async def test_a_round_that_a_process_ended_in_goes_on_where_it_was(store: Store) -> None:
    world = Scheduled(store)
    await world.begins()
    await world.people(*["yes please"] * 5)
    world.fills = True
    await world.later(hours=1)
    await world.ends()
    assert world.got() == {"c1": ["Tip!"], "c2": ["Tip!"]}
    world.ports.pass_(hours=3)  # what was begun is not too late
    world = await again(store, world)
    assert world.got() == {"c3": ["Tip!"], "c4": ["Tip!"], "c5": ["Tip!"]}
    await world.ends()


async def test_a_round_that_was_begun_yesterday_is_not_gone_on_with(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    world = Scheduled(store)
    await world.begins()
    await world.people(*["yes please"] * 5)
    world.fills = True
    await world.later(hours=1)
    await world.ends()
    world.ports.pass_(days=1, minutes=1)
    world = await again(store, world)
    assert world.got() == {}
    assert "flow weekly: the round of 2026-03-01T14:00+01:00 was not finished, and is too old now" in caplog.messages
    await world.ends()


async def test_a_page_whose_mark_was_lost_begins_nothing_twice(store: Store) -> None:
    frail = Frail(store)
    world = Scheduled(frail)  # type: ignore[arg-type]  # a store like any other
    await world.begins()
    await world.people(*["yes please"] * 3)
    frail.fail["mark"] = [StoreUnavailable("full"), StoreUnavailable("full")]
    await world.later(hours=1)
    for _ in range(4):
        await world.later(seconds=30)
    assert world.got() == {"c1": ["Tip!"], "c2": ["Tip!"], "c3": ["Tip!"]}
    assert frail.asked.count("mark") > 4
    await world.ends()


async def test_no_page_is_read_while_much_waits(store: Store) -> None:
    world = Scheduled(store, room=501)
    await world.begins()
    await world.people("yes please")
    await world.later(hours=1)
    await world.later(minutes=10)
    assert world.got() == {}
    world.room = 0
    await world.later(seconds=1)
    assert world.got() == {"c1": ["Tip!"]}
    await world.ends()


async def test_people_of_other_channels_are_left_alone(store: Store) -> None:
    world = Scheduled(store)
    await world.begins()
    await world.people("yes please", "yes please")
    world.rounds._channels = {"shop"}
    await world.later(hours=1)
    assert world.got() == {}
    await world.ends()


async def test_a_condition_that_fails_for_one_holds_for_the_others(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    flow = 'triggers: [every: {cron: "0 14 * * *", to: contact.due + days(1) > today()}]\nsteps: {tip: {say: {text: Tip!, closed: hold}}}'
    world = Scheduled(store, bot=bot(weekly=flow))
    await world.begins()
    await world.people("hello", "due", "hello")
    await world.later(hours=1)
    assert world.got() == {"c2": ["Tip!"]}
    assert any("flow weekly: it cannot be told of 1 contacts whether it is for them" in line for line in caplog.messages)
    await world.ends()


async def test_the_log_tells_what_has_come(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "botkit.schedules")
    world = Scheduled(store)
    await world.begins()
    await world.people(*["yes please"] * 5)
    await world.later(hours=1)
    assert "flow weekly: the schedule of 2026-03-01T14:00+01:00 has come, for 5 contacts" in caplog.messages
    await world.ends()


# ---------------------------------------------------------------- by dates


async def test_a_date_comes_also_over_a_restart_and_once(store: Store) -> None:
    world = Scheduled(store, bot=bot(dated=DATED))
    await world.begins()
    await world.people("due", "hello", "due")
    await world.ends()
    world.ports.set(datetime(2026, 3, 6, 10, tzinfo=UTC))  # two hours late
    world = await again(store, world)
    assert world.got() == {"c1": ["Soon!"], "c3": ["Soon!"]}
    await world.ends()
    world = await again(store, world)
    await world.later(days=30)
    assert world.got() == {}
    await world.ends()


async def test_a_date_that_is_more_than_a_day_old_is_told_and_passed_over(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    world = Scheduled(store, bot=bot(dated=DATED))
    await world.begins()
    await world.people("due")
    await world.ends()
    world.ports.set(datetime(2026, 3, 7, 8, 1, tzinfo=UTC))
    world = await again(store, world)
    assert world.got() == {}
    assert "too late to begin flow dated: it was due at 2026-03-06T08:00+00:00" in caplog.messages
    await world.later(days=30)
    assert world.got() == {}
    await world.ends()


async def test_another_time_of_day_brings_no_date_a_second_time(store: Store) -> None:
    world = Scheduled(store, bot=bot(dated=DATED))
    await world.begins()
    await world.people("due")
    world.ports.set(datetime(2026, 3, 6, 8, 30, tzinfo=UTC))
    await world.rests()
    assert world.got() == {"c1": ["Soon!"]}
    world.bot = bot(dated=DATED.replace("09:00", "10:00"))
    world.rounds.wake()
    await world.later(seconds=1)
    await world.later(hours=3)
    assert world.got() == {"c1": ["Soon!"]}
    await world.ends()


async def test_a_new_release_is_met_by_those_who_wrote_before_it_once(store: Store) -> None:
    world = Scheduled(store, bot=bot())
    await world.begins()
    await world.people("due", "hello", "due", "hello", "due")
    assert await store.next_due() is None
    world.bot = bot(dated=DATED)
    world.rounds.wake()
    await world.later(seconds=1)
    assert await store.next_due() == datetime(2026, 3, 6, 8, tzinfo=UTC)
    assert len([key for key in world.seen if key.startswith("dates:")]) == 3
    await world.ends()
    world = await again(store, world)
    assert world.seen == []
    await world.later(days=5)
    assert world.got() == {"c1": ["Soon!"], "c3": ["Soon!"], "c5": ["Soon!"]}
    await world.ends()


async def test_an_event_of_a_schedule_is_worked_on_after_a_restart(store: Store) -> None:
    world = Scheduled(store)
    await world.begins()
    await world.people("yes please")
    world.lanes._leaving = True  # it gets into the inbox, and no further
    await world.later(hours=1)
    await world.rounds.stop()
    await world.timers.stop()
    pending: list[Any] = await store.unfinished(0, 10)
    assert [one.key for one in pending] == ["every:weekly:2026-03-01T13:00:00+00:00:c1"]
    after = Scheduled(store, ports=world.ports)
    await after.lanes.start()
    await after.begins()
    assert after.got() == {"c1": ["Tip!"]}
    await after.ends()

