"""A plain text, with WhatsApp's own marks for bold, italic and the like (fact sheet §2.1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from botkit.messages import limits
from botkit.messages.limits import Fault


class Text(Struct, frozen=True, tag=True):
    body: str
    preview: bool = False  # show a preview of the first link

    def payload(self) -> dict[str, Any]:
        return {"type": "text", "text": {"preview_url": self.preview, "body": self.body}}

    def faults(self) -> Iterator[Fault]:
        yield from limits.empty("a text", self.body)
        yield from limits.over("text-too-long", "a text", self.body, limits.TEXT_BODY)

    def shown(self) -> str:
        return self.body
