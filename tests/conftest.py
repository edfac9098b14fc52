"""What holds for all tests: Ctrl-C means what it means at a keyboard, logs go where pytest looks, a store is any of those there are."""

from __future__ import annotations

import logging
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from botkit.stores.base import Store
from botkit.stores.memory import MemoryStore
from botkit.stores.sqlite import SqliteStore

# Where tests run in the background SIGINT is ignored, and every process that a test starts would ignore it, too.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _logs() -> Iterator[None]:
    """A command that a test runs in this process sets up logs for a process of its own."""
    yield
    root, ours = logging.getLogger(), logging.getLogger("botkit")
    root.handlers[:] = [handler for handler in root.handlers if type(handler) is not logging.StreamHandler]
    root.setLevel(logging.WARNING)
    ours.setLevel(logging.NOTSET)
    ours.propagate = logging.raiseExceptions = True


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
