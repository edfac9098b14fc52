"""A bot at work: webhooks in over HTTP, answers out over HTTP to a 360dialog of our own, a real store between them."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections import defaultdict
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from msgspec.structs import replace

from botkit import wire
from botkit.actions import action, found
from botkit.actions.caller import Caller
from botkit.host import Host
from botkit.messages import Text
from botkit.model import ActionFinished, Call, Conversation, Event, MessageReceived, Send, Turn
from botkit.ports import Ports, RealPorts
from botkit.stores.base import StoreUnavailable, StoreUnusable
from botkit.stores.sqlite import SqliteStore
from botkit.testing import webhooks
from botkit.testing.fake360 import Fake360
from botkit.testing.webhooks import Person, WebhookSender
from tests.lanes.given import advance, still

AUTH = b"user:password"


@action
async def book(n: int) -> str:
    """Book a table."""
    return f"table {n}"


def shop(conversation: Conversation, event: Event) -> Turn:
    """The bot of the lanes' tests, that books a table when it is told to."""
    turn = advance(conversation, event)
    if isinstance(event, MessageReceived) and event.text == "book":
        call = Call(f"call:{event.key}", "shop.book", {"n": 7}, 5.0)
        frame = replace(turn.conversation.frames[-1], call=call.id)
        return replace(turn, conversation=replace(turn.conversation, frames=(frame,)), effects=(call,))
    if isinstance(event, ActionFinished):
        return replace(turn, effects=(Send(Text(f"booked: {event.value}")),))
    return turn


class Place:
    """Where a bot works: a store's file and a 360dialog."""

    def __init__(self, folder: Path, fake: Fake360, ports: Ports) -> None:
        self.folder = folder
        self.fake = fake
        self.ports = ports
        self.hosts: list[Host] = []
        self.url = ""

    async def open(self, **settings: Any) -> Host:
        actions = found("shop", sys.modules[__name__])
        store = SqliteStore(self.folder / "botkit.db")
        host = Host(
            store, [self.fake.channel("shop", AUTH)], shop, self.ports,
            lambda receive: Caller(store, actions, self.ports, receive, secrets={}, zone=ZoneInfo("UTC")),
            apology="Sorry.", **settings,
        )  # fmt: skip
        self.hosts.append(host)
        port = await host.start(port=0)
        self.url = f"http://127.0.0.1:{port}"
        self.fake.webhook(f"{self.url}/webhook/shop", AUTH)
        return host

    def said(self) -> list[str]:
        """What 360dialog accepted, in order."""
        return [asked.body["text"]["body"] for asked in self.fake.requests if asked.accepted]

    async def until_said(self, *texts: str) -> None:
        await still(lambda: len(self.said()) >= len(texts))
        assert self.said() == list(texts)


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    ports = RealPorts()
    async with Fake360(ports) as fake:
        here = Place(tmp_path, fake, ports)
        yield here
        for host in here.hosts:
            await host.drain(5)


ANA = Person("15550000001", None, "Ana")


async def test_a_conversation_there_and_back(place: Place) -> None:
    host = await place.open()
    place.fake.inbound(ANA, "hello")
    await place.until_said("hello?")
    place.fake.inbound(ANA, "book")
    place.fake.inbound(ANA, "and then")
    await place.until_said("hello?", "booked: table 7", "and then?")
    await place.fake.settled()
    await host.sender.settled()
    assert {posted.status for posted in place.fake.post.posted} == {200}
    ids = [asked.body["biz_opaque_callback_data"] for asked in place.fake.requests]
    rows = [await host.store.send(id_) for id_ in ids]
    assert [(row.state, row.status, row.attempts) for row in rows if row is not None] == [("sent", "delivered", 1)] * 3


async def test_the_same_webhook_ten_times_at_once_and_a_batch_with_something_broken_in_it(place: Place) -> None:
    await place.open()

    def change(text: str) -> dict[str, Any]:
        return webhooks.message(place.fake.number, ANA, {"type": "text", "text": {"body": text}}, text, place.ports.now())

    place.fake.people.know(ANA)
    place.fake.people.wrote(ANA, place.ports.now())
    changes = [change("one"), {"field": "messages", "value": {"messages": [17]}}, change("two")]
    batch = webhooks.body(place.fake.number, changes)
    async with WebhookSender(f"{place.url}/webhook/shop", AUTH) as sender:
        assert await asyncio.gather(*(sender.post(batch) for _ in range(10))) == [200] * 10
    await place.until_said("one?", "two?")
    await place.fake.settled()
    assert place.said() == ["one?", "two?"]


async def test_a_contact_whose_message_meets_a_bug_hears_an_apology(place: Place) -> None:
    await place.open()
    place.fake.inbound(ANA, "boom")
    place.fake.inbound(ANA, "fine")
    await place.until_said("Sorry.", "fine?")


async def test_a_drain_in_the_middle_of_a_burst_loses_nothing_and_repeats_nothing(place: Place) -> None:
    people = [Person(f"1555000{n:04}", None, f"P{n}") for n in range(12)]
    up = asyncio.Event()
    up.set()
    answered = 0

    async def speak(person: Person) -> None:
        nonlocal answered
        place.fake.people.know(person)
        place.fake.people.wrote(person, place.ports.now())
        for n in range(8):
            content = {"type": "text", "text": {"body": f"{person.name}-{n}"}}
            change = webhooks.message(place.fake.number, person, content, f"{person.wa_id}-{n}", place.ports.now())
            data = webhooks.body(place.fake.number, [change])
            while True:  # as the provider does, until it is told 200
                await up.wait()
                async with WebhookSender(f"{place.url}/webhook/shop", AUTH) as sender:
                    if await sender.post(data) == 200:
                        break
                await asyncio.sleep(0.001)
            answered += 1

    host = await place.open()
    speaking = asyncio.gather(*(speak(person) for person in people))
    for part in (20, 50):
        await still(lambda part=part: answered >= part)
        up.clear()
        await host.drain(10)
        host = await place.open()
        up.set()
    await speaking
    await still(lambda: len(place.said()) >= 96)
    await host.sender.settled()
    said: dict[str, list[str]] = defaultdict(list)
    for text in place.said():
        said[text.partition("-")[0]].append(text)
    assert said == {person.name: [f"{person.name}-{n}?" for n in range(8)] for person in people}
    assert await host.store.unfinished(0, 10) == [] and await host.store.sends(0, 10) == []


async def test_a_turn_that_is_under_way_is_answered_before_the_end(place: Place) -> None:
    host = await place.open()
    gate = asyncio.Event()
    work = host.store.commit

    async def slowly(*turn: Any) -> None:
        await gate.wait()
        await work(*turn)

    host.store.commit = slowly  # type: ignore[method-assign]
    place.fake.inbound(ANA, "hello")
    await still(lambda: host.lanes.waiting == 1)
    drained = asyncio.create_task(host.drain(10))
    await still(lambda: host.lanes._leaving)
    gate.set()
    await drained
    assert place.said() == ["hello?"]


async def test_what_was_only_stored_when_the_process_ended_is_answered_by_the_next(place: Place) -> None:
    host = await place.open()
    host.lanes._leaving = True  # it stores and works on nothing, as one that dies right after its 200
    place.fake.inbound(ANA, "hello")
    await still(lambda: any(posted.status == 200 for posted in place.fake.post.posted))
    await host.drain(5)
    assert place.said() == []
    await place.open()
    await place.until_said("hello?")


async def test_a_call_that_was_open_when_the_process_ended_is_answered_after_the_next_start(place: Place) -> None:
    host = await place.open()
    host.caller.put = lambda *_: None  # type: ignore[method-assign]  # the process ends before the action begins
    place.fake.inbound(ANA, "book")
    await place.fake.settled()
    await still(lambda: host.lanes.waiting == 0)
    await host.drain(5)
    await place.open()
    await place.until_said("booked: table 7")


async def ready(place: Place) -> tuple[int, dict[str, Any]]:
    async with aiohttp.ClientSession() as session, session.get(f"{place.url}/health/ready") as answer:
        told = wire.plain(await answer.read())
        return answer.status, {name: told[name] for name in ("status", "reasons")}


async def test_a_channel_whose_key_is_refused_makes_it_degraded_and_events_are_still_taken(place: Place) -> None:
    host = await place.open()
    assert await ready(place) == (200, {"status": "ok", "reasons": []})
    place.fake.key = "another"
    place.fake.inbound(ANA, "hello")
    await still(lambda: not host.sender.state()["shop"].running)
    status, told = await ready(place)
    assert status == 200 and told["status"] == "degraded" and told["reasons"][0].startswith("channel shop is stopped: ")
    assert "fake-360dialog-key" not in str(told)


async def test_a_store_that_cannot_write_makes_it_not_ready_until_it_can(place: Place) -> None:
    host = await place.open()
    work = host.store.receive

    async def full(*_: object) -> Any:
        raise StoreUnavailable("the disk is full")

    host.store.receive = full  # type: ignore[method-assign, assignment]
    assert await ready(place) == (503, {"status": "unavailable", "reasons": ["the disk is full"]})
    async with WebhookSender(f"{place.url}/webhook/shop", AUTH) as sender:
        assert await sender.post(b"{}") == 503
        host.store.receive = work  # type: ignore[method-assign]
        assert await sender.post(b"{}") == 200
    assert (await ready(place))[0] == 200


async def test_above_the_watermark_it_says_so(place: Place) -> None:
    host = await place.open(watermark=0)
    async with WebhookSender(f"{place.url}/webhook/shop", AUTH) as sender:
        assert await sender.post(b"{}") == 503
    status, told = await ready(place)
    assert status == 200 and told["reasons"] == ["0 events wait: webhooks are refused until they are fewer"]
    assert host.lanes.full


async def test_a_second_process_on_the_same_store_does_not_start_and_leaves_nothing_open(place: Place) -> None:
    await place.open()
    with pytest.raises(StoreUnusable):
        await place.open()
    place.hosts.pop()


async def test_an_address_that_is_taken_ends_the_start_and_gives_the_store_free(place: Place) -> None:
    taken = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = taken.sockets[0].getsockname()[1]
    host = await place.open()
    await host.drain(5)
    host = Host(SqliteStore(place.folder / "botkit.db"), [], shop, place.ports, lambda receive: _nobody(), apology="")
    with pytest.raises(OSError):
        await host.start(port=port)
    taken.close()
    await place.open()


def _nobody() -> Any:
    class Nobody:
        async def start(self) -> None: ...

        async def drain(self, seconds: float) -> None: ...

        def put(self, *_: object) -> None: ...

    return Nobody()


async def test_a_stage_that_does_not_end_does_not_keep_the_others_from_ending(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    host = await place.open()

    async def fail(seconds: float) -> None:
        raise RuntimeError("a bug")

    host.caller.drain = fail  # type: ignore[method-assign]
    with caplog.at_level(logging.ERROR):
        await host.drain(1)
    assert "actions could not be ended: RuntimeError" in caplog.text
    await place.open()
