"""The real process on a disk without room, and one that is stopped for a while: nothing acknowledged is lost, nothing is said twice."""

from __future__ import annotations

import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from botkit.ports import RealPorts
from botkit.testing.fake360 import Fake360
from botkit.testing.webhooks import Person
from tests.end_to_end.greeting import greeting
from tests.end_to_end.served import Served

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits of another process are Linux's")

DONE = '  done:\n    say: "Bye {{ name }}."\n'
PEOPLE = [Person(wa_id=f"3460000{n:04}") for n in range(12)]


class Place:
    """A bot that says hello, in a process of its own."""

    def __init__(self, fake: Fake360, server: Served) -> None:
        self.fake = fake
        self.server = server

    def got(self) -> Counter[tuple[str, str]]:
        """Who was told what, how often."""
        told = [asked.body for asked in self.fake.requests if asked.accepted]
        return Counter((body["to"], body["text"]["body"]) for body in told)

    async def until(self, holds: Callable[[], bool]) -> None:
        for _ in range(1200):
            if holds():
                return
            await RealPorts().sleep(0.05)
        raise AssertionError(f"{self.got()}\n{self.server.log()[-4000:]}")

    async def ready(self) -> tuple[int, dict[str, Any]]:
        async with aiohttp.ClientSession() as session, session.get(f"{self.server.base}/health/ready") as answer:
            return answer.status, await answer.json()


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with greeting(tmp_path, DONE) as (fake, server):
        fake.post.pause, fake.post.longest, fake.post.tries = 0.05, 0.2, 10_000
        yield Place(fake, server)


async def test_on_a_full_disk_webhooks_are_refused_and_all_are_answered_once_there_is_room(place: Place) -> None:
    first, *others = PEOPLE
    place.fake.inbound(first, "hello")
    await place.until(lambda: len(place.got()) == 1)
    place.server.room(0)
    before = len(place.fake.post.posted)
    for person in others:
        place.fake.inbound(person, "hello")
    place.fake.inbound(first, "Ana")
    await place.until(lambda: len(place.fake.post.posted) - before > 2 * len(PEOPLE))
    assert {posted.status for posted in place.fake.post.posted[before + 4 :]} == {503}
    status, told = await place.ready()
    assert (status, told["status"]) == (503, "unavailable") and told["reasons"]
    assert place.got() == Counter({(first.wa_id, f"Hello {first.wa_id}."): 1})
    place.server.room(None)
    expected = Counter({(person.wa_id, f"Hello {person.wa_id}."): 1 for person in PEOPLE}) + Counter({(first.wa_id, "Bye Ana."): 1})
    await place.until(lambda: place.got() == expected)
    assert (await place.ready())[0] == 200
    assert await place.server.end() == 0
    assert place.got() == expected and "Traceback" not in place.server.log()


async def test_a_process_that_is_stopped_for_a_while_goes_on_and_says_nothing_twice(place: Place) -> None:
    place.fake.delay = 0.2
    place.fake.post.repeat = 2
    for person in PEOPLE:
        place.fake.inbound(person, "hello")
    await place.until(lambda: bool(place.fake.requests))  # some are on their way
    place.server.signal(signal.SIGSTOP)
    for person in PEOPLE:
        place.fake.inbound(person, "Ana")
    place.server.signal(signal.SIGCONT)
    hello = Counter({(person.wa_id, f"Hello {person.wa_id}."): 1 for person in PEOPLE})
    expected = hello + Counter({(person.wa_id, "Bye Ana."): 1 for person in PEOPLE})
    await place.until(lambda: place.got() == expected)
    await place.fake.settled()
    assert await place.server.end() == 0
    assert place.got() == expected
