"""From the `store:` line of a bot's settings to the store it names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from botkit.model import Conversation
from botkit.stores.base import Store, StoreUnusable
from botkit.stores.memory import MemoryStore

FORMS = "memory: or sqlite:///botkit.db"


def open_store(url: str, folder: Path) -> Store:
    """The store that *url* names, not opened yet: `memory:`, or `sqlite:///botkit.db`, relative to *folder* (four
    slashes: absolute); its folder is made.

    Raises StoreUnusable for anything else.
    """
    scheme, _, rest = url.partition(":")
    match scheme:
        case "memory":
            return MemoryStore()
        case "sqlite" if rest.startswith("///") and len(rest) > 3:
            from botkit.stores.sqlite import SqliteStore  # here, so that commands without a store start without sqlitedict

            path = folder / rest[3:]
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StoreUnusable(f"{path.parent} cannot be made: {error.strerror or error}") from None
            return SqliteStore(path)
        case "postgres" | "postgresql":
            raise StoreUnusable(f"postgresql is not part of this version; write {FORMS}")
    raise StoreUnusable(f'"{scheme}:" names no store; write {FORMS}')


def conversations_of(store: str, folder: Path) -> Iterator[Conversation | None]:
    """The conversations that a store holds, read beside the process that works with it; None for one that cannot be read. *store*: as
    `open_store` takes it, or the path of a sqlite file, relative to *folder*.

    Raises StoreUnusable.
    """
    from botkit.stores.sqlite_reading import conversations

    if store.startswith("sqlite:///") and len(store) > 10:
        yield from conversations(folder / store[10:])
    elif "://" in store or store == "memory:":
        raise StoreUnusable(f"{store.partition('@')[2] or store} cannot be read from here; name a sqlite file, such as data/botkit.db")
    else:
        yield from conversations(folder / store)
