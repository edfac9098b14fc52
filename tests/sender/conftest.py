"""A sender that runs, with a store of each kind behind it and a 360dialog of our own before it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from botkit.ports import FrozenPorts
from botkit.stores.base import Store
from botkit.stores.memory import MemoryStore
from botkit.stores.sqlite import SqliteStore
from botkit.testing.fake360 import Fake360
from tests.sender.desk import ANA, BEN, NOON, Desk


@pytest.fixture
def ports() -> FrozenPorts:
    return FrozenPorts(NOON)


@pytest.fixture
async def fake(ports: FrozenPorts) -> AsyncIterator[Fake360]:
    async with Fake360(ports) as fake:
        yield fake


@pytest.fixture(params=["memory", "sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    kept: Store = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "botkit.db")
    await kept.open()
    yield kept
    await kept.close()


@pytest.fixture
async def desk(store: Store, ports: FrozenPorts, fake: Fake360) -> AsyncIterator[Desk]:
    """Ana (c1) and Ben (c2) wrote just now."""
    desk = Desk(store, ports, fake)
    await desk.open()
    await desk.up()
    for person in (ANA, BEN):
        await desk.wrote(person)
    yield desk
    await desk.close()
