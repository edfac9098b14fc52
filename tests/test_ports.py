"""The clock that stands still moves everything that waits for it, and nothing else."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from botkit.ports import FrozenPorts, RealPorts

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def test_alarms_ring_in_order_of_time_and_only_when_it_has_come() -> None:
    ports, rung = FrozenPorts(NOON), []
    ports.later(20, lambda: rung.append("b"))
    ports.later(10, lambda: rung.append("a"))
    ports.later(60, lambda: rung.append("c"))
    ports.pass_(seconds=9)
    assert rung == []
    ports.pass_(seconds=20)
    assert rung == ["a", "b"]
    assert ports.now() == NOON + timedelta(seconds=29) and ports.monotonic() == 29


async def test_an_alarm_that_is_cancelled_does_not_ring_not_even_by_one_that_rings_before_it() -> None:
    ports, rung = FrozenPorts(NOON), []
    late = ports.later(2, lambda: rung.append("late"))
    ports.later(1, late.cancel)
    ports.later(3, lambda: rung.append("last"))
    ports.pass_(seconds=5)
    late.cancel()
    assert rung == ["last"]


@pytest.mark.parametrize("ports", [FrozenPorts(NOON), RealPorts()])
async def test_an_alarm_without_delay_rings_soon_and_not_at_once(ports: FrozenPorts | RealPorts) -> None:
    rung = asyncio.Event()
    ports.later(0, rung.set)
    assert not rung.is_set()
    await rung.wait()


async def test_a_sleeper_wakes_when_the_clock_has_moved_and_leaves_nothing_behind_when_it_is_cancelled() -> None:
    ports = FrozenPorts(NOON)
    sleeping = asyncio.create_task(ports.sleep(10))
    given_up = asyncio.create_task(ports.sleep(10))
    await asyncio.sleep(0)
    given_up.cancel()
    await asyncio.gather(given_up, return_exceptions=True)
    assert len(ports._sleepers) == 1
    ports.pass_(seconds=10)
    await sleeping
    assert ports._sleepers == []
