"""A store of each kind, and a clean clinic."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from botkit.stores.base import Store
from botkit.stores.memory import MemoryStore
from botkit.stores.sqlite import SqliteStore
from tests.actions import clinic
from tests.actions.calling import Desk


@pytest.fixture(params=["memory", "sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    kept: Store = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "botkit.db")
    await kept.open()
    yield kept
    await kept.close()


@pytest.fixture(autouse=True)
async def gates() -> AsyncIterator[None]:
    clinic.SEEN.clear()
    clinic.GATE.clear()
    clinic.GATE.update(hang=asyncio.Event(), thread=threading.Event())
    yield
    open_gates()


def open_gates() -> None:
    clinic.GATE["hang"].set()
    clinic.GATE["thread"].set()


@pytest.fixture
async def desk(store: Store) -> AsyncIterator[Desk]:
    made = Desk(store)
    yield made
    open_gates()
    await made.caller.drain(0)
