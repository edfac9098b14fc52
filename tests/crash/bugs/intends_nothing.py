"""A request leaves without its intent on the disk: after a crash nobody knows that it may have arrived."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from botkit.sender import Sender
from botkit.stores.base import Outgoing
from botkit.stores.sqlite import SqliteStore
from tests.crash.server import Parts


def parts() -> Parts:
    async def intend(_store: SqliteStore, _ids: Sequence[str], _now: datetime) -> None:
        return None

    def begin(_sender: Sender, _channel: str, _contact: str, rows: tuple[Outgoing, ...], *_: Any) -> tuple[Outgoing, ...]:
        return rows

    return [(SqliteStore, "intend", intend), (Sender, "begin", begin)]
