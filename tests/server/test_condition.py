"""How a bot at work stands, by HTTP: reasons for its operator, numbers for who watches."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from botkit import condition
from botkit.channels import Channel
from botkit.ports import RealPorts
from botkit.sender import ChannelState
from botkit.sender.counts import Counts
from botkit.server.metrics import METRICS, Sample, page
from botkit.testing.fake360 import Fake360
from tests.lanes.given import still
from tests.server.test_host import ANA, Place

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    ports = RealPorts()
    async with Fake360(ports) as fake:
        here = Place(tmp_path, fake, ports)
        yield here
        for host in here.hosts:
            await host.drain(5)


async def asked(place: Place, path: str) -> Any:
    async with aiohttp.ClientSession() as session, session.get(place.url + path) as answer:
        assert answer.status == 200
        return await answer.json() if path.startswith("/health") else await answer.text()


async def test_numbers_of_a_chat(place: Place) -> None:
    host = await place.open()
    place.fake.inbound(ANA, "hello")
    await place.until_said("hello?")
    await still(lambda: host.sender.counts()["shop"].statuses.get("delivered") == 1)
    told = await asked(place, "/metrics")
    for line in (
        'botkit_channel_running{channel="shop"} 1',
        'botkit_messages_waiting{channel="shop",state="queued"} 0',
        'botkit_answers_total{channel="shop",meaning="accepted"} 1',
        'botkit_statuses_total{channel="shop",status="delivered"} 1',
        'botkit_service_messages{channel="shop"} 1',
        'botkit_rate{channel="shop"} 80',
        "botkit_service_messages_free 1000",
        "# TYPE botkit_answers_total counter",
    ):
        assert line in told.splitlines()
    assert ANA.wa_id not in told and "Ana" not in told


async def test_an_account_that_is_not_paid_is_told_and_so_is_what_was_found_too_fast(place: Place) -> None:
    host = await place.open()
    place.fake.refuse(1, code=130429, text="too fast")
    place.fake.fail(1, code=131042, text="no payment method")
    place.fake.inbound(ANA, "hello")
    await still(lambda: not host.sender.state()["shop"].running)
    health = await asked(place, "/health/ready")
    assert health["status"] == "degraded"
    assert "channel shop is stopped: no payment method" in health["reasons"]
    assert "channel shop sends 40 messages a second at most, for WhatsApp found it too fast" in health["reasons"]
    told = await asked(place, "/metrics")
    assert 'botkit_channel_running{channel="shop"} 0' in told and 'botkit_refusals_total{channel="shop",code="131042"} 1' in told
    assert 'botkit_messages_waiting{channel="shop",state="queued"} 1' in told


def test_the_free_service_messages_of_a_month_are_told_from_four_fifths_on() -> None:
    counts = {"shop": Counts()}
    for _ in range(799):
        counts["shop"].service.add(NOON)
    assert list(condition.reasons({"shop": ChannelState(True)}, counts, NOON)) == []
    counts["shop"].service.add(NOON)
    (told,) = condition.reasons({"shop": ChannelState(True)}, counts, NOON)
    assert told == "channel shop has used 800 of the 1,000 free service messages of this month"
    assert list(condition.reasons({"shop": ChannelState(True)}, counts, datetime(2026, 12, 1, tzinfo=UTC))) == []


def test_every_number_is_told_of_what_it_is() -> None:
    counts = {"shop": Counts({"accepted": 2}, {"read": 1}, {131026: 1})}
    states = {"shop": ChannelState(False, "unpaid", NOON, 5, 1, 2, 40.0, ("look here",))}
    samples = list(condition.samples(states, counts, {"shop": Channel("shop")}, 3, {"shop": 90.0}, NOON))
    names = {sample.name for sample in samples}
    assert names == set(METRICS) - {"botkit_news_total", "botkit_unknown_total", "botkit_messaging_limit"}  # those of notices
    told = page(samples).splitlines()
    assert sum(line.startswith("# TYPE") for line in told) == len(names)


def test_a_label_may_hold_any_sign() -> None:
    assert page([Sample("botkit_rate", 1.5, {"channel": 'a"b\\c\nd'})]).splitlines()[-1] == 'botkit_rate{channel="a\\"b\\\\c\\nd"} 1.5'
