"""Read marks and typing, with a real 360dialog next door: after the message is on the disk, and never in the way of an answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from botkit.actions.caller import Caller
from botkit.bot import Bot
from botkit.engine import advance
from botkit.host import Host
from botkit.ports import RealPorts
from botkit.problems import Problems
from botkit.release import read_bot
from botkit.stores.sqlite import SqliteStore
from botkit.testing.fake360 import Fake360
from botkit.testing.webhooks import Person
from tests.lanes.given import still

AUTH = b"user:password"
ANA = Person("15550000001", None, "Ana")
FLOW = "steps:\n  hello:\n    say: Hello.\n    ask: {what: text}\n  people:\n    handoff: desk\n    say: One moment.\n"


def bot(receipts: str) -> Bot:
    settings = f"botkit: 1\nstart: main\nreceipts: {receipts}\nqueues: {{desk: {{}}}}\n"
    made = read_bot({"botkit.yaml": settings.encode(), "flows/main.yaml": FLOW.encode()}, Problems())
    assert made is not None
    return made


class Served:
    """A bot behind a 360dialog."""

    def __init__(self, fake: Fake360, host: Host) -> None:
        self.fake = fake
        self.host = host

    def marks(self) -> list[dict[str, Any]]:
        return [asked.body for asked in self.fake.requests if isinstance(asked.body, dict) and asked.body.get("status") == "read"]

    def said(self) -> list[str]:
        return [asked.body["text"]["body"] for asked in self.fake.requests if asked.accepted]


@pytest.fixture
async def serve(tmp_path: Path) -> AsyncIterator[Any]:
    ports = RealPorts()
    hosts = []
    async with Fake360(ports) as fake:

        async def served(receipts: str) -> Served:
            made, store = bot(receipts), SqliteStore(tmp_path / "botkit.db")
            host = Host(
                store, [fake.channel("shop", AUTH)], lambda conversation, event: advance(made, conversation, event), ports,
                lambda receive: Caller(store, {}, ports, receive, secrets={}, zone=ZoneInfo("UTC")), apology="Sorry.", bot=lambda: made,
            )  # fmt: skip
            hosts.append(host)
            port = await host.start(port=0)
            fake.webhook(f"http://127.0.0.1:{port}/webhook/shop", AUTH)
            return Served(fake, host)

        yield served
        for host in hosts:
            await host.drain(5)


async def test_nothing_is_marked_unless_it_is_asked_for(serve: Any) -> None:
    here = await serve("off")
    here.fake.inbound(ANA, "hi")
    await still(lambda: here.said() == ["Hello."])
    assert here.marks() == []


@pytest.mark.parametrize(("word", "more"), [("read", {}), ("typing", {"typing_indicator": {"type": "text"}})])
async def test_what_came_is_marked(serve: Any, word: str, more: dict[str, Any]) -> None:
    here = await serve(word)
    wamid = here.fake.inbound(ANA, "hi")
    await still(lambda: here.said() == ["Hello."] and here.marks() != [])
    assert here.marks() == [{"messaging_product": "whatsapp", "status": "read", "message_id": wamid, **more}]


async def test_a_mark_that_is_refused_is_over(serve: Any) -> None:
    here = await serve("read")
    here.fake.key = "another"
    here.fake.inbound(ANA, "hi")
    await still(lambda: here.marks() != [])
    assert len(here.marks()) == 1


async def test_while_people_have_the_conversation_the_bot_reads_nothing(serve: Any) -> None:
    here = await serve("typing")
    here.fake.inbound(ANA, "hi")
    await still(lambda: here.said() == ["Hello."] and len(here.marks()) == 1)
    here.fake.inbound(ANA, "a question")
    await still(lambda: here.said() == ["Hello.", "One moment."] and len(here.marks()) == 2)
    before = len(here.fake.requests)
    here.fake.inbound(ANA, "are you there?")
    await here.fake.settled()
    await still(lambda: here.host.lanes.waiting == 0)
    await here.host.drain(5)
    assert len(here.fake.requests) == before
