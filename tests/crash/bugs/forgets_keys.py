"""No dedupe: a webhook that is told again is an event again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from msgspec.structs import replace

from botkit.model import Inbound
from botkit.stores import sqlite_inbox
from tests.crash.server import Parts


def parts() -> Parts:
    write: Callable[..., int | None] = sqlite_inbox._write

    def always(connection: Any, inbound: Inbound, *rest: Any) -> int | None:
        seq = write(connection, inbound, *rest)
        return seq if seq is not None else write(connection, replace(inbound, key=f"{inbound.key}/{uuid4()}"), *rest)

    return [(sqlite_inbox, "_write", always)]
