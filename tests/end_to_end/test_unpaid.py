"""An account that is not paid, with the real process: failed later, killed, started again, paid, and every answer arrives once."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import aiohttp

from botkit.ports import RealPorts
from botkit.testing.fake360 import Fake360
from botkit.testing.webhooks import Person
from tests.end_to_end.greeting import greeting

PEOPLE = [Person(wa_id=f"3460000{n:04}") for n in range(6)]


async def test_nothing_is_lost_and_nothing_is_said_twice(tmp_path: Path) -> None:
    async with greeting(tmp_path) as (fake, server):
        fake.fail(1000, code=131042, text="no payment method")
        for person in PEOPLE:
            fake.inbound(person, "hello")
        await fake.settled()
        async with aiohttp.ClientSession() as session:
            reason = "channel main is stopped: no payment method"
            await _until(session, f"{server.base}/health/ready", lambda told: reason in told["reasons"])
            server.kill()
            await server.restart()
            await _until(session, f"{server.base}/health/ready", lambda told: reason in told["reasons"])
            tried = len(fake.requests)
            fake.mend()
            async with asyncio.timeout(30):
                while len(_arrived(fake, tried)) < len(PEOPLE):
                    await fake.settled()
                    await RealPorts().sleep(0.05)
            await _until(session, f"{server.base}/health/ready", lambda told: told["status"] == "ok" or not _stopped(told))
        assert _arrived(fake, tried) == Counter({person.wa_id: 1 for person in PEOPLE})


def _arrived(fake: Fake360, since: int) -> Counter[str]:
    return Counter(asked.body["to"] for asked in fake.requests[since:] if asked.accepted)


def _stopped(told: Any) -> bool:
    return any("is stopped" in reason for reason in told["reasons"])


async def _until(session: aiohttp.ClientSession, url: str, holds: Any) -> None:
    async with asyncio.timeout(30):
        while True:
            async with session.get(url) as answer:
                told = await answer.json()
            if holds(told):
                return
            await RealPorts().sleep(0.05)
