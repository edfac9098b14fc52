"""The conversations of a sqlite store, read beside the process that writes them, and without changing anything."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from botkit.model import Conversation, load_conversation
from botkit.stores.base import StoreUnusable
from botkit.stores.sqlite_file import APPLICATION_ID, StoreFile

_AT_ONCE = 500  # rows


def conversations(path: Path) -> Iterator[Conversation | None]:
    """Each conversation as the last turn left it; None for one that cannot be read. Raises StoreUnusable, with a line for the operator."""
    if not path.is_file():
        raise StoreUnusable(f"there is no store {path}")
    # Without a log nobody writes, and "immutable" keeps sqlite from laying files beside the store.
    log = path.with_name(path.name + "-wal")
    mode = "mode=ro" if log.exists() else "mode=ro&immutable=1"
    try:
        with contextlib.closing(sqlite3.connect(f"file:{quote(str(path))}?{mode}", uri=True, timeout=5)) as raw:
            (owner,) = raw.execute("PRAGMA application_id").fetchone()
            if owner != APPLICATION_ID:
                raise StoreUnusable(f"{path} is a database of another program; name the store of this bot")
            (version,) = raw.execute("PRAGMA user_version").fetchone()
            StoreFile(path).fits(version)
            rows = raw.execute("SELECT value FROM conversations")
            while some := rows.fetchmany(_AT_ONCE):
                yield from (_loaded(value) for (value,) in some)
    except sqlite3.Error as error:
        raise StoreUnusable(f"{path} cannot be read: {error}") from None


def _loaded(value: str | bytes) -> Conversation | None:
    try:
        return load_conversation(value)
    except ValueError:
        return None
