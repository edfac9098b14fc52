"""Files in a simulation: the bot's own count as uploaded, and what contacts send is made up, so that nothing is read or written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from botkit import wire
from botkit.media.failures import MediaError
from botkit.media.own import parts
from botkit.media.placing import Placed, Unplaced
from botkit.messages import signs
from botkit.messages.files import INSIDE, SIZES, article, wrong_ending
from botkit.providers import files
from botkit.providers.base import Outcome, Provider

_MADE_UP = {
    "image/jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "image/png": b"\x89PNG\r\n\x1a\n", "image/webp": b"RIFF\x04\x00\x00\x00WEBP",
    "audio/ogg": b"OggS\x00\x02", "video/mp4": b"\x00\x00\x00\x18ftypmp42", "application/pdf": b"%PDF-1.7\n%%EOF\n",
}  # fmt: skip


class Shelf:
    """A Placing and a Library. *known* gives the bot's files with their sizes, as they are at the moment; None: nobody knows. *now* tells
    the moment."""

    def __init__(self, known: Callable[[], Mapping[str, int] | None], now: Callable[[], datetime]) -> None:
        self._known = known
        self._now = now

    async def close(self) -> None:
        """Nothing is open."""

    # ---- the bot's own

    async def place(self, channel: str, base: str, provider: Provider, payload: bytes, anew: bool = False) -> Placed | Unplaced:
        told = json.loads(payload)
        for kind, part in list(parts(told)):
            file = str(part["$file"])
            if (fault := self._fault(kind, file)) is not None:
                return Unplaced(Outcome("refused", detail=fault))
            del part["$file"]  # what stands beside it stays: a caption, a name
            part["id"] = str(10**15 + int.from_bytes(hashlib.sha256(file.encode()).digest()[:6]))
        return Placed(wire.dumps(told))

    def _fault(self, kind: str, file: str) -> str | None:
        known = self._known()
        if kind not in SIZES or wrong_ending(kind, file):
            return f"{file} is no {kind} that WhatsApp takes"
        if known is None:
            return None
        if file not in known:
            return f"{file} is gone"
        if not 0 < known[file] <= SIZES[kind]:
            return f"{file} has {known[file]:,} bytes, and {article(kind)} has 1 to {SIZES[kind]:,}"
        return None

    async def forget(self, channel: str, payload: bytes) -> None:
        """Ids do not end here."""

    # ---- what contacts sent

    async def read(self, channel: str, file: Mapping[str, Any], most: int) -> bytes:
        content = _MADE_UP.get(files.bare_type(file.get("mime_type")), b"made up")
        if len(content) > most:
            raise MediaError("too_large", f"it has more than {most:,} bytes")
        return content

    async def save(self, channel: str, contact: str, file: Mapping[str, Any], path: Path | None) -> dict[str, Any]:
        type_ = files.bare_type(file.get("mime_type"))
        name = hashlib.sha256(f"{channel}:{contact}:{file.get('id')}".encode()).hexdigest()[:40] + signs.ENDINGS.get(type_, ".bin")
        kept = path.as_posix() if path is not None else f"{INSIDE}/{self._now().date().isoformat()}/{name}"
        return {**file, "file": kept, "size": len(_MADE_UP.get(type_, b"made up"))}
