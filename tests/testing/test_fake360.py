"""The fake gateway, spoken to over a real socket as the bot speaks to the real one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from botkit import wire
from botkit.messages import Text
from botkit.model import Identity, Inbound, MessageReceived, StatusChanged
from botkit.ports import FrozenPorts
from botkit.providers import Dialog360
from botkit.providers.base import Outcome
from botkit.testing.fake360 import Fake360
from botkit.testing.pace import Pace
from botkit.testing.refusal import RATE, UNAVAILABLE, UNPAID
from botkit.testing.webhooks import Person, WebhookSender, basic

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
ANA = Person(wa_id="447700900111", bsuid="GB.41", name="Ana")
HELLO = wire.dumps(Text("Hello").payload())
AUTH = b"bot:secret"


class Bot:
    """The least that a bot is: an address for webhooks, and a client that sends."""

    def __init__(self, fake: Fake360) -> None:
        self.fake = fake
        self.provider = Dialog360(fake.channel())
        self.answers: list[int] = []  # HTTP statuses of the next webhooks; 200 when there are none
        self.bodies: list[bytes] = []
        self.authorization: list[str] = []
        self.url = ""
        self._client: aiohttp.ClientSession | None = None
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application()
        app.add_routes([web.post("/hook", self._hook)])
        self._runner = web.AppRunner(app, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/hook"
        self._client = aiohttp.ClientSession()

    async def stop(self) -> None:
        assert self._client and self._runner
        await self._client.close()
        await self._runner.cleanup()

    async def _hook(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.read())
        self.authorization.append(request.headers.get("Authorization", ""))
        return web.Response(status=self.answers.pop(0) if self.answers else 200)

    async def send(self, to: Identity | None = None, payload: bytes = HELLO, opaque: str = "outbox:1") -> Outcome:
        request = self.provider.send(to or Identity(wa_id=ANA.wa_id), payload, opaque)
        return await self.ask(request.method, request.path, dict(request.headers), request.body)

    async def ask(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Outcome:
        assert self._client
        async with self._client.request(method, self.fake.url + path, headers=headers, data=body) as answer:
            return self.provider.outcome(answer.status, answer.headers, await answer.read())

    async def got(self) -> list[Inbound]:
        """All elements of all webhooks so far."""
        await self.fake.settled()
        return [inbound for body in self.bodies for inbound in self.provider.events(body, NOON)]

    async def statuses(self) -> list[str]:
        return [i.event.status for i in await self.got() if isinstance(i.event, StatusChanged)]


@pytest.fixture
def ports() -> FrozenPorts:
    return FrozenPorts(NOON)


@pytest.fixture
async def bot(ports: FrozenPorts) -> AsyncIterator[Bot]:
    async with Fake360(ports) as fake:
        bot = Bot(fake)
        await bot.start()
        fake.webhook(bot.url, AUTH)
        yield bot
        await bot.stop()


@pytest.fixture
def fake(bot: Bot) -> Fake360:
    return bot.fake


async def test_a_chat(bot: Bot, fake: Fake360) -> None:
    wamid = fake.inbound(ANA, "Hi")
    (hi,) = await bot.got()
    assert isinstance(hi.event, MessageReceived)
    assert (hi.event.text, hi.event.id, hi.event.at, hi.identity) == ("Hi", wamid, NOON, Identity("447700900111", "GB.41", "Ana"))
    assert bot.authorization == [basic(AUTH)]

    said = await bot.send()
    assert (said.verdict, said.wa_id) == ("accepted", "447700900111")
    _, sent, delivered = await bot.got()
    assert isinstance(sent.event, StatusChanged)
    assert (sent.event.id, sent.event.status, sent.event.opaque) == (said.id, "sent", "outbox:1")
    assert isinstance(delivered.event, StatusChanged)
    assert delivered.event.status == "delivered"
    (asked,) = fake.requests
    assert (asked.at, asked.accepted, asked.answered, asked.wamid) == (NOON, True, 200, said.id)
    assert asked.body["text"]["body"] == "Hello"


async def test_a_tap_comes_back_as_whatsapp_sends_it(bot: Bot, fake: Fake360) -> None:
    fake.inbound(ANA, {"type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"id": "yes", "title": "Yes"}}})
    (tap,) = await bot.got()
    assert isinstance(tap.event, MessageReceived)
    assert (tap.event.type, tap.event.payload, tap.event.text) == ("tap", "yes", "Yes")


async def test_a_person_without_a_number(bot: Bot, fake: Fake360) -> None:
    fake.inbound(Person(bsuid="GB.77"), "Hi")
    said = await bot.send(Identity(bsuid="GB.77"))
    assert (said.verdict, said.wa_id) == ("accepted", None)
    assert await bot.statuses() == ["sent", "delivered"]
    assert (await bot.got())[1].identity == Identity(bsuid="GB.77")


async def test_a_bsuid_in_to_is_accepted_and_reaches_nobody(bot: Bot, fake: Fake360) -> None:
    fake.inbound(Person(bsuid="GB.77"), "Hi")
    assert (await bot.send(Identity(wa_id="GB.77"))).verdict == "accepted"
    assert await bot.statuses() == []


async def test_people_may_read(bot: Bot, fake: Fake360) -> None:
    fake.reads = True
    fake.inbound(ANA, "Hi")
    await bot.send()
    assert await bot.statuses() == ["sent", "delivered", "read"]


async def test_a_wrong_key(bot: Bot, fake: Fake360) -> None:
    fake.key = "a new one"
    assert (await bot.send()).verdict == "stopped"
    probe = bot.provider.probe()
    assert (await bot.ask(probe.method, probe.path, dict(probe.headers), probe.body)).verdict == "stopped"
    assert [asked.answered for asked in fake.requests] == [401]


async def test_what_is_accepted_is_told_at_once_in_process(ports: FrozenPorts) -> None:
    seen: list[str] = []
    async with Fake360(ports, on_accept=lambda asked: seen.append(asked.body["text"]["body"])) as fake:
        bot = Bot(fake)
        await bot.start()
        await bot.send()
        await bot.stop()
    assert seen == ["Hello"]


# ---- the window


@pytest.mark.parametrize(("hours", "status"), [(23.9, "sent"), (24, "failed")])
async def test_the_window_closes_after_a_day(bot: Bot, fake: Fake360, ports: FrozenPorts, hours: float, status: str) -> None:
    fake.inbound(ANA, "Hi")
    ports.pass_(hours=hours)
    assert (await bot.send()).verdict == "accepted"
    assert (await bot.statuses())[0] == status


async def test_a_closed_window_is_told_later_or_at_once(bot: Bot, fake: Fake360) -> None:
    assert (await bot.send()).verdict == "accepted"
    (failed,) = await bot.got()
    assert isinstance(failed.event, StatusChanged)
    assert (failed.event.status, failed.event.code, failed.event.opaque) == ("failed", 131047, "outbox:1")
    fake.refuses_closed = True
    assert (await bot.send()).verdict == "window"
    template = wire.dumps({"type": "template", "template": {"name": "visit", "language": {"code": "en"}}})
    assert (await bot.send(payload=template)).verdict == "accepted"


async def test_a_window_can_be_closed_by_hand(bot: Bot, fake: Fake360) -> None:
    fake.inbound(ANA, "Hi")
    fake.close_window("447700900111")
    await bot.send()
    assert await bot.statuses() == ["failed"]


async def test_a_reaction_opens_no_window(bot: Bot, fake: Fake360) -> None:
    fake.inbound(ANA, {"type": "reaction", "reaction": {"message_id": "wamid.1", "emoji": "👍"}})
    await bot.send()
    assert await bot.statuses() == ["failed"]


# ---- answers that go wrong


async def test_a_lost_answer_is_accepted_all_the_same(bot: Bot, fake: Fake360) -> None:
    fake.inbound(ANA, "Hi")
    fake.lose()
    with pytest.raises(aiohttp.ClientError):
        await bot.send()
    assert await bot.statuses() == ["sent", "delivered"]
    assert [(asked.accepted, asked.answered) for asked in fake.requests] == [(True, None)]
    assert (await bot.send()).verdict == "accepted"


async def test_a_connection_cut_before_anything_was_accepted(bot: Bot, fake: Fake360) -> None:
    fake.lose(accepted=False)
    with pytest.raises(aiohttp.ClientError):
        await bot.send()
    assert await bot.got() == []
    assert [asked.accepted for asked in fake.requests] == [False]


async def test_an_answer_that_never_comes(bot: Bot, fake: Fake360) -> None:
    fake.hang()
    waiting = asyncio.ensure_future(bot.send())
    while not fake.requests:
        await asyncio.sleep(0)
    assert (await bot.send(opaque="outbox:2")).verdict == "accepted"
    assert not waiting.done()
    waiting.cancel()


async def test_refusals_come_in_the_order_they_were_asked_for(bot: Bot, fake: Fake360) -> None:
    fake.refuse(2, code=131056)
    fake.refuse(text=RATE.text, shape="dialog", retry_after="3")
    verdicts = [await bot.send() for _ in range(4)]
    assert [said.verdict for said in verdicts] == ["pair", "pair", "later", "accepted"]
    assert verdicts[2].retry_after == 3.0


async def test_an_error_may_hide_that_the_message_left(bot: Bot, fake: Fake360) -> None:
    fake.inbound(ANA, "Hi")
    fake.refuse(http=502, shape="html", accepted=True)
    assert (await bot.send()).verdict == "doubt"
    assert await bot.statuses() == ["sent", "delivered"]


@pytest.mark.parametrize("shape", ["meta", "embedded", "old"])
async def test_a_code_is_found_in_every_shape(bot: Bot, fake: Fake360, shape: Any) -> None:
    fake.refuse(code=131009, text="Button title too long", shape=shape)
    said = await bot.send()
    assert (said.verdict, said.code) == ("refused", 131009)
    assert "Button title too long" in said.detail


@pytest.mark.parametrize("shape", ["dialog", "plain", "html"])
async def test_a_text_is_found_in_every_shape(bot: Bot, fake: Fake360, shape: Any) -> None:
    fake.refuse(text=UNPAID.text, shape=shape)
    assert (await bot.send()).verdict == "stopped"


async def test_an_outage_lasts_until_it_is_over(bot: Bot, fake: Fake360) -> None:
    fake.outage = UNAVAILABLE
    assert [(await bot.send()).verdict for _ in range(3)] == ["doubt"] * 3
    fake.outage = None
    assert (await bot.send()).verdict == "accepted"


async def test_a_slow_answer(bot: Bot, fake: Fake360, ports: FrozenPorts) -> None:
    fake.delay = 5
    waiting = asyncio.ensure_future(bot.send())
    while not ports._sleepers:
        await asyncio.sleep(0)
    assert not waiting.done()
    ports.pass_(seconds=5)
    assert (await waiting).verdict == "accepted"


async def test_a_later_failure(bot: Bot, fake: Fake360) -> None:
    fake.inbound(ANA, "Hi")
    fake.fail(code=131026)
    assert (await bot.send()).verdict == "accepted"
    assert (await bot.send()).verdict == "accepted"
    assert await bot.statuses() == ["failed", "sent", "delivered"]


async def test_the_rates_of_the_real_one(bot: Bot, fake: Fake360, ports: FrozenPorts) -> None:
    fake.pace = Pace(rate=1000)
    assert {(await bot.send()).verdict for _ in range(45)} == {"accepted"}
    assert (await bot.send()).verdict == "pair"
    assert (await bot.send(Identity(wa_id="447700900222"))).verdict == "accepted"
    ports.pass_(seconds=6)
    assert [(await bot.send()).verdict for _ in range(2)] == ["accepted", "pair"]


async def test_the_rate_of_the_number(bot: Bot, fake: Fake360, ports: FrozenPorts) -> None:
    fake.pace = Pace(rate=2)
    assert [(await bot.send(Identity(wa_id=f"44770090011{n}"))).verdict for n in range(3)] == ["accepted", "accepted", "later"]
    ports.pass_(seconds=1)
    assert (await bot.send()).verdict == "accepted"


async def test_marking_as_read_is_no_message(bot: Bot, fake: Fake360) -> None:
    body = wire.dumps({"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.1"})
    await bot.ask("POST", "/messages", {"D360-API-KEY": fake.key}, body)
    assert [(asked.answered, asked.wamid) for asked in fake.requests] == [(200, None)]


# ---- webhooks that go wrong


async def test_webhooks_may_come_twice(bot: Bot, fake: Fake360) -> None:
    fake.post.repeat = 3
    fake.inbound(ANA, "Hi")
    assert len({i.key for i in await bot.got()}) == 1
    assert len(bot.bodies) == 3


async def test_statuses_may_come_in_the_wrong_order(bot: Bot, fake: Fake360) -> None:
    fake.reads = fake.post.backwards = True
    fake.inbound(ANA, "Hi")
    await bot.send()
    assert await bot.statuses() == ["read", "delivered", "sent"]


async def test_statuses_may_be_withheld(bot: Bot, fake: Fake360) -> None:
    fake.withhold = {"sent"}
    fake.inbound(ANA, "Hi")
    await bot.send()
    assert await bot.statuses() == ["delivered"]


async def test_many_may_come_together(bot: Bot, fake: Fake360) -> None:
    fake.post.together = 3
    for text in "abcd":
        fake.inbound(ANA, text)
    assert [i.event.text for i in await bot.got() if isinstance(i.event, MessageReceived)] == ["a", "b", "c"]
    assert len(bot.bodies) == 1
    fake.post.flush()
    assert len(await bot.got()) == 4


async def test_webhooks_may_be_late(bot: Bot, fake: Fake360, ports: FrozenPorts) -> None:
    fake.post.delay = 7 * 86_400
    fake.inbound(ANA, "Hi")
    assert await bot.got() == []
    ports.pass_(days=7)
    while not bot.bodies:
        await asyncio.sleep(0)
    (late,) = await bot.got()
    assert late.at == NOON


async def test_a_webhook_is_repeated_until_it_is_answered_with_200(bot: Bot, fake: Fake360, ports: FrozenPorts) -> None:
    bot.answers = [503, 204]
    fake.inbound(ANA, "Hi")
    await fake.settled()
    for posts, pause in ((1, 1), (2, 2)):
        assert len(fake.post.posted) == posts
        ports.pass_(seconds=pause)
        while len(fake.post.posted) == posts:
            await asyncio.sleep(0)
    assert [posted.status for posted in fake.post.posted] == [503, 204, 200]
    assert len(set(bot.bodies)) == 1


async def test_a_webhook_is_not_repeated_for_ever(bot: Bot, fake: Fake360, ports: FrozenPorts) -> None:
    bot.answers = [500] * 9
    fake.post.tries = 2
    fake.inbound(ANA, "Hi")
    await fake.settled()
    ports.pass_(seconds=1)
    while len(fake.post.posted) < 2:
        await asyncio.sleep(0)
    await fake.settled()
    assert not ports._sleepers


async def test_a_webhook_to_nowhere_is_no_answer() -> None:
    async with WebhookSender("http://127.0.0.1:1/hook") as sender:
        assert await sender.post(b"{}") == 0


# ---- configuration


async def configs(fake: Fake360, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    headers = {"D360-API-KEY": fake.key}
    async with aiohttp.ClientSession() as client, client.request(method, fake.url + path, json=body, headers=headers) as answer:
        return answer.status, await answer.json()


async def test_the_webhook_is_set_over_the_api(bot: Bot, fake: Fake360) -> None:
    status, _ = await configs(fake, "POST", "/v1/configs/webhook", {"url": bot.url + "?new", "headers": {"Authorization": "Basic abc"}})
    assert status == 200
    assert await configs(fake, "GET", "/v1/configs/webhook") == (200, {"url": bot.url + "?new"})
    fake.inbound(ANA, "Hi")
    await fake.settled()
    assert bot.authorization == ["Basic abc"]


async def test_a_webhook_must_have_an_address(fake: Fake360) -> None:
    assert [(await configs(fake, "POST", "/v1/configs/webhook", body))[0] for body in ({}, [], {"url": "ftp://x"})] == [400] * 3


async def test_no_webhook_is_set(ports: FrozenPorts) -> None:
    async with Fake360(ports) as fake:
        assert (await configs(fake, "GET", "/v1/configs/webhook"))[0] == 404
        fake.inbound(ANA, "Hi")
        await fake.settled()
        assert fake.post.posted == []


async def test_the_list_of_templates(ports: FrozenPorts) -> None:
    known = {"name": "visit", "language": "en", "status": "approved", "components": []}
    async with Fake360(ports, templates=[known]) as fake:
        _, told = await configs(fake, "GET", "/v1/configs/templates")
    assert told["waba_templates"] == [known]
