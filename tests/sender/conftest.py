"""A sender that runs, with a store of each kind behind it and a 360dialog of our own before it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from botkit.ports import FrozenPorts
from botkit.stores.base import Store
from botkit.testing.fake360 import Fake360
from tests.sender.desk import ANA, BEN, NOON, Desk


@pytest.fixture
def ports() -> FrozenPorts:
    return FrozenPorts(NOON)


@pytest.fixture
async def fake(ports: FrozenPorts) -> AsyncIterator[Fake360]:
    async with Fake360(ports) as fake:
        yield fake


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
