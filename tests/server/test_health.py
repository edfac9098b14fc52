"""How things stand, for those who send traffic here."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from botkit.server import Health
from botkit.stores.memory import MemoryStore
from tests.server.given import House, message


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with House(MemoryStore()) as open_house:
        yield open_house


async def ready(house: House) -> tuple[int, Any]:
    async with house.session.get("/health/ready") as answer:
        told = await answer.json()
        return answer.status, {name: told[name] for name in ("status", "reasons")}


async def test_all_is_well(house: House) -> None:
    assert await ready(house) == (200, {"status": "ok", "reasons": []})
    assert await house.ask("GET", "/health/live") == 200
    assert await house.ask("HEAD", "/health/ready") == 200


async def test_what_keeps_messages_from_leaving_does_not_keep_events_from_coming(house: House) -> None:
    house.health = Health(reasons=("channel shop is stopped: the key is refused",))
    assert await ready(house) == (200, {"status": "degraded", "reasons": ["channel shop is stopped: the key is refused"]})


async def test_a_store_that_cannot_write_is_not_ready_and_still_live(house: House) -> None:
    house.health = Health("the disk is full", ("channel shop is stopped",))
    assert await ready(house) == (503, {"status": "unavailable", "reasons": ["the disk is full", "channel shop is stopped"]})
    assert await house.ask("GET", "/health/live") == 200


async def test_how_long_nobody_has_called_is_known_from_the_start_on(house: House) -> None:
    house.ports.pass_(minutes=10)
    assert await house.ask(data=message(), Authorization="Basic eA==") == 401
    assert house.server.quiet() == {"shop": 600, "open": 600}
    assert await house.ask(data=message()) == 200
    house.ports.pass_(minutes=30)
    assert house.server.quiet() == {"shop": 1800, "open": 2400}


async def test_who_is_about_to_leave_is_not_ready_and_takes_what_still_comes(house: House) -> None:
    house.server.leaving = True
    assert (await ready(house))[0] == 503
    assert await house.ask(data=message()) == 200
