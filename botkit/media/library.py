"""The contract of whoever has the files of contacts: what actions may ask of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

MOST = 100 * 1024 * 1024  # bytes; WhatsApp passes nothing larger on (fact sheet §3)
READ = 16 * 1024 * 1024  # bytes that are had in memory at once, unless more are asked for


class Library(Protocol):
    """*file* is what a contact sent, as an answer holds it: a record with an id, and with type, mime_type and sha256 as far as they are
    known. Each method raises MediaError."""

    async def read(self, channel: str, file: Mapping[str, Any], most: int) -> bytes:
        """All of its bytes, *most* at most."""
        ...

    async def save(self, channel: str, contact: str, file: Mapping[str, Any], path: Path | None) -> dict[str, Any]:
        """*file* with `file`, the path of it below the bot's folder, and `size`, its bytes. *path* None: where such files are kept, under a
        name of ours; else there, also below the bot's folder."""
        ...
