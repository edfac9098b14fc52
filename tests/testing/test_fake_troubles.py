"""What the made-up gateway adds to a bot's troubles: webhooks that never come, refusals in every body, people who want no marketing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from botkit import wire
from botkit.messages import Buttons, Choice
from botkit.model import StatusChanged
from botkit.ports import FrozenPorts
from botkit.testing.fake360 import Fake360
from tests.testing.test_fake360 import ANA, HELLO, NOON, Bot

HALF = [{"type": "BODY", "text": "Half price!"}]
OFFER = {
    "name": "offer",
    "language": "en",
    "status": "approved",
    "category": "MARKETING",
    "components": [{"type": "BODY", "text": "Half price!"}],
}
VISIT = {**OFFER, "name": "visit", "category": "UTILITY"}


def template(name: str) -> bytes:
    return wire.dumps({"type": "template", "template": {"name": name, "language": {"code": "en"}}})


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    async with Fake360(FrozenPorts(NOON), templates=[OFFER, VISIT]) as fake:
        bot = Bot(fake)
        await bot.start()
        fake.webhook(bot.url)
        fake.inbound(ANA, "Hi")
        await fake.settled()
        yield bot
        await bot.stop()


async def test_webhooks_may_never_come(bot: Bot) -> None:
    bot.fake.post.lose = 2
    await bot.send(opaque="one")
    await bot.send(opaque="two")
    told = [i.event.opaque for i in await bot.got() if isinstance(i.event, StatusChanged)]
    assert told == ["two", "two"]


@pytest.mark.parametrize(
    ("shape", "code"),
    [("meta", 131009), ("embedded", 131009), ("old", 131009), ("dialog", None), ("plain", None), ("html", None), ("empty", None)],
)
async def test_what_is_refused_for_what_it_says_may_come_in_every_body(bot: Bot, shape: Any, code: int | None) -> None:
    bot.fake.shape = shape
    five = wire.dumps({"type": "interactive", "interactive": {**_buttons(4)}})
    refused = await bot.send(payload=five)
    assert (refused.verdict, refused.code) == ("refused", code)
    assert ("Max allowed buttons: 3" in refused.detail) == (shape != "empty")


def _buttons(count: int) -> dict[str, Any]:
    content: dict[str, Any] = Buttons("Which?", tuple(Choice(str(n), f"Option {n}") for n in range(3))).payload()["interactive"]
    content["action"]["buttons"] += [{"type": "reply", "reply": {"id": f"more{n}", "title": f"More {n}"}} for n in range(count - 3)]
    return content


async def test_who_wants_no_marketing_gets_none_and_says_so(bot: Bot) -> None:
    bot.fake.prefers(ANA, marketing=False)
    await bot.fake.settled()
    assert b'"user_preferences":[{"category":"marketing_messages","value":"stop"' in bot.bodies[-1]
    for payload in (template("offer"), template("visit"), HELLO):
        await bot.send(payload=payload)
    failed = [i.event for i in await bot.got() if isinstance(i.event, StatusChanged) and i.event.status == "failed"]
    assert [event.code for event in failed] == [131050]
    bot.fake.prefers(ANA, marketing=True)
    await bot.send(payload=template("offer"))
    assert (await bot.statuses())[-1] == "delivered"


async def test_a_status_tells_what_the_message_is_priced_in(bot: Bot) -> None:
    for payload in (template("offer"), template("visit"), HELLO):
        await bot.send(payload=payload)
    told = [i.event.category for i in await bot.got() if isinstance(i.event, StatusChanged) and i.event.status == "delivered"]
    assert told == ["marketing", "utility", "service"]


async def test_a_status_may_be_told_late_and_twice(bot: Bot) -> None:
    sent = await bot.send()
    bot.fake.tell(sent.id or "", "read")
    bot.fake.tell(sent.id or "", "failed", 131000, "Something went wrong")
    last, before = (await bot.got())[-1].event, (await bot.got())[-2].event
    assert isinstance(last, StatusChanged) and (last.status, last.code, last.opaque) == ("failed", 131000, "outbox:1")
    assert isinstance(before, StatusChanged) and before.status == "read"


async def test_all_that_was_to_go_wrong_can_be_mended(bot: Bot) -> None:
    bot.fake.refuse(5)
    bot.fake.fail(5)
    bot.fake.outage = None
    bot.fake.mend()
    assert (await bot.send()).verdict == "accepted"
    assert (await bot.statuses())[-1] == "delivered"
