"""A store of each kind, and a clean clinic."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest

from botkit.stores.base import Store
from tests.actions import clinic
from tests.actions.calling import Desk


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
