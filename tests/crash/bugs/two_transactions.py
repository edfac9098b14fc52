"""The conversation in one transaction, what is to be said in a second: between the two an answer can be lost."""

from __future__ import annotations

import asyncio
from datetime import datetime

from msgspec.structs import replace

from botkit.stores import sqlite_outbox as outbox
from botkit.stores.base import Commit
from botkit.stores.sqlite import SqliteStore
from tests.crash.server import Parts


def parts() -> Parts:
    whole = SqliteStore.commit

    async def twice(store: SqliteStore, commit: Commit, now: datetime) -> None:
        await whole(store, replace(commit, sends=()), now)
        await asyncio.sleep(0.01)
        await store._groups.run(lambda c: outbox.insert(c, commit.sends, now))

    return [(SqliteStore, "commit", twice)]
