"""What holds for all tests: Ctrl-C means what it means at a keyboard, and a store is any of those there are."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from botkit.stores.base import Store
from botkit.stores.memory import MemoryStore
from botkit.stores.sqlite import SqliteStore

# Where tests run in the background SIGINT is ignored, and every process that a test starts would ignore it, too.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(params=["memory", "sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    kept: Store = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "botkit.db")
    await kept.open()
    yield kept
    await kept.close()


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    kept = SqliteStore(tmp_path / "botkit.db")
    await kept.open()
    yield kept
    await kept.close()
