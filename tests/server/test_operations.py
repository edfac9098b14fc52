"""What other systems ask of a running bot: with the token, about somebody, once."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import aiohttp
import pytest

from botkit.model import ExternalEvent, Identity, Inbound, MessageReceived, OperatorCommand
from botkit.ports import RealPorts
from botkit.server import Connections, Health, Server
from botkit.server.operations import Operations
from botkit.stores.base import Received, StoreUnavailable
from botkit.stores.memory import MemoryStore

TOKEN = "a token with ü"
NOW = datetime(2026, 6, 22, 9, tzinfo=UTC)


class Bot:
    """A store with a door, and a server before it."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.came: list[Inbound] = []
        self.full = False
        self.url = ""

    async def receive(self, inbounds: Sequence[Inbound]) -> list[Received]:
        if self.full:
            raise StoreUnavailable("the disk is full")
        received = await self.store.receive(inbounds, NOW)
        self.came += [one.inbound for one in received if one.fresh]
        return received


@asynccontextmanager
async def running():
    """A bot that is asked from outside, and one contact who has written."""
    bot = Bot()
    hello = MessageReceived("k1", NOW, "w1", "text", "hello")
    await bot.receive([Inbound("main", "k1", NOW, b"{}", hello, Identity(wa_id="34600111222"))])
    bot.came.clear()
    ports = RealPorts()

    async def health() -> Health:
        return Health()

    server = Server({}, {}, ports, bot.receive, health, connections=Connections(ports))
    server.endpoints.update(Operations(TOKEN, ["main"], ports, bot.receive, bot.store.find).endpoints())
    bot.url = f"http://127.0.0.1:{await server.start(port=0)}"
    yield bot
    await server.stop()


@pytest.fixture
async def bot():
    async with running() as bot:
        yield bot


async def post(bot, path, body, token=TOKEN):
    headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
    async with aiohttp.ClientSession() as session:
        if isinstance(body, bytes):
            sent = session.post(bot.url + path, data=body, headers=headers)
        else:
            sent = session.post(bot.url + path, json=body, headers=headers)
        async with sent as answer:
            text = await answer.text()
            return answer.status, text


async def test_an_event_is_stored_for_the_contact_that_it_is_about(bot):
    asked = {"event": "payment.settled", "contact": "+34600111222", "key": "A17", "data": {"amount": 30}, "id": "p1"}
    assert await post(bot, "/events", asked) == (200, '{"status":"stored","id":"p1"}\n')
    [inbound] = bot.came
    assert isinstance(inbound.event, ExternalEvent)
    assert (inbound.event.name, inbound.event.about, inbound.event.data) == ("payment.settled", "A17", {"amount": 30})
    assert inbound.contact == await bot.store.find("main", "34600111222")


async def test_an_event_with_the_same_id_counts_once(bot):
    asked = {"event": "order.shipped", "contact": "34600111222", "id": "e1"}
    await post(bot, "/events", asked)
    assert await post(bot, "/events", asked) == (200, '{"status":"known","id":"e1"}\n')
    assert len(bot.came) == 1


async def test_an_event_may_be_about_somebody_new(bot):
    status, _ = await post(bot, "/events", {"event": "order.shipped", "contact": "34600999888"})
    assert status == 200
    assert await bot.store.find("main", "34600999888") is not None


async def test_a_conversation_is_handed_back(bot):
    assert (await post(bot, "/handback", {"contact": 34600111222, "data": {"solved": True}}))[0] == 200
    [inbound] = bot.came
    assert isinstance(inbound.event, OperatorCommand)
    assert (inbound.event.command, inbound.event.data) == ("handback", {"solved": True})


async def test_nobody_unknown_is_handed_back(bot):
    assert (await post(bot, "/handback", {"contact": "1"}))[0] == 404
    assert bot.came == []


@pytest.mark.parametrize("token", [None, "", "another", "a token with u", TOKEN + "x"])
async def test_without_the_token_nothing_is_done(bot, token):
    status, text = await post(bot, "/events", {"event": "e", "contact": "34600111222"}, token=token)
    assert (status, "token" in text) == (401, True)
    assert bot.came == []


async def test_a_bot_without_a_token_lets_nobody_in(bot):
    operations = Operations(None, ["main"], RealPorts(), bot.receive, bot.store.find)
    server = Server({}, {}, RealPorts(), bot.receive, lambda: None)
    server.endpoints.update(operations.endpoints())
    bot.url = f"http://127.0.0.1:{await server.start(port=0)}"
    status, text = await post(bot, "/events", {"event": "e", "contact": "34600111222"}, token="")
    await server.stop()
    assert (status, "BOTKIT_API_TOKEN" in text) == (401, True)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{", b"\xff", b'{"event": "e"}', b'{"contact": "34600111222"}', b'{"event": 7.5, "contact": "34600111222"}',
        b'{"event": "e", "contact": "34600111222", "data": []}', b'{"event": "e", "contact": "34600111222", "key": {}}',
        b'{"event": "e", "contact": "34600111222", "data": {"a": [1, -1e999]}}',
        b'{"event": "e", "contact": "\\ud800"}', b'{"event": "e", "id": "\\udcff", "contact": "34600111222"}',
        b'{"event": "' + b"e" * 300 + b'", "contact": "34600111222"}',
        b'{"event": "e", "contact": "34600111222", "data": ' + b'{"a":' * 30 + b"1" + b"}" * 31,
    ],
)  # fmt: skip
async def test_nonsense_is_answered_and_changes_nothing(bot, body):
    status, text = await post(bot, "/events", body)
    assert status == 400, text
    assert bot.came == []


async def test_what_is_too_large_is_refused(bot):
    assert (await post(bot, "/events", {"event": "e", "contact": "1", "data": {"a": "x" * 70_000}}))[0] == 413


async def test_another_channel_is_unknown(bot):
    assert (await post(bot, "/events", {"event": "e", "contact": "34600111222", "channel": "other"}))[0] == 404


async def test_while_nothing_can_be_stored_it_may_be_asked_again(bot):
    bot.full = True
    assert (await post(bot, "/events", {"event": "e", "contact": "34600111222"}))[0] == 503


async def test_only_post_is_answered(bot):
    async with aiohttp.ClientSession() as session, session.get(bot.url + "/events") as answer:
        assert answer.status == 405
